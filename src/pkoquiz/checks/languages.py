"""The rules L02, L03 and L07 for German and French, with their most common forms only.

To add a language, add its forms to `FORMS`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from pkoquiz.checks.flaws import Item, Rule
from pkoquiz.diagnostics import Diagnostic


class _Forms(NamedTuple):
    """Patterns of one language; they are compared without regard to case."""

    none: str
    all: str
    """Both must match the whole option."""
    negative: str
    """What a stem contains if it asks for what is not true."""
    emphasis: str
    """The negative word to write, in capitals."""


_DE_OPTION = r"(?:antwort(?:en|möglichkeiten)?|aussagen?|option(?:en)?|angaben?|alternativen?)"
_DE_ABOVE = r"(?:oben )?(?:genannten?|aufgeführten?|angegebenen?|stehenden?|obigen|vorstehenden?)"
_FR_OPTION = r"(?:réponses?|propositions?|affirmations?|options?|choix)"
_FR_ABOVE = r"(?:ci-dessus|précédente?s?|proposée?s?|citée?s?|mentionnée?s?)"

FORMS = {
    "de": _Forms(
        none=(
            rf"kein(?:e[rs]?)?(?: (?:der|davon|dieser|von diesen|von allen))?(?: {_DE_ABOVE})?"
            rf"(?: {_DE_OPTION})?(?: (?:ist|trifft|davon)\b.*)?"
            rf"|nichts (?:davon|von alledem|trifft zu)|weder .+ noch .+ (?:ist|trifft)\b.*"
        ),
        all=(
            rf"(?:alles?|beide|sämtliche)(?: (?:der|diese[rs]?|davon))?(?: {_DE_ABOVE})?"
            rf"(?: {_DE_OPTION})(?: (?:sind|treffen|ist|trifft)\b.*)?"
            rf"|(?:alles?|beide)(?: (?:davon|genannten?|obigen|oben genannten?))"
            r"|(?:alle|beide) (?:sind|treffen) (?:richtig|korrekt|zu)"
        ),
        negative=(
            r"\b(?:welche[rsnm]?|was|wer|wo|wann|worin|wodurch)\b[^,;?]*"
            r"\b(?:nicht|kein(?:e[nmrs]?)?|falsch|unzutreffend|am wenigsten)\b[^,;?]*\?"
            r"|\b(?:alle|sämtliche)\b[^?]*\b(?:außer|ausgenommen)\b"
        ),
        emphasis="NICHT",
    ),
    "fr": _Forms(
        none=(
            rf"aucune?(?: (?:de ces|des|d['’]entre|de))?(?: {_FR_OPTION})?(?: {_FR_ABOVE}| elles"
            r"| eux)?(?: n['’]est \w+)?|ni l['’]une? ni l['’]autre|rien de tout cela"
        ),
        all=(
            rf"(?:toute?s|tous|les deux)(?: (?:ces|les|de ces|cela))?(?: {_FR_OPTION})?"
            rf"(?: {_FR_ABOVE})?(?: sont \w+)?|tout cela"
        ),
        negative=(
            r"\b(?:quel(?:le)?s?|lequel|laquelle|lesquel(?:le)?s|que|qui|où|quand)\b[^,;?]*"
            r"(?:\bn(?:e|['’]\w*)\b[^,;?]*\b(?:pas|jamais|aucune?)\b|\b(?:fausses?|faux|inexacte?s?"
            r"|incorrecte?s?)\b|\ble moins\b)[^,;?]*\?|\b(?:tous|toutes)\b[^?]*\bsauf\b"
        ),
        emphasis="PAS",
    ),
}
_READ = 300
"""How many characters are searched, to bound the time."""
_LABEL = re.compile(r"^(?:[a-h1-9][.)]|\([a-h1-9]\))\s+", re.IGNORECASE)
_QUOTED = re.compile(r"„[^“]*“|«[^»]*»|“[^”]*”|\"[^\"]*\"")


_REFERENCE = re.compile(
    "|".join(f"{forms.none}|{forms.all}" for forms in FORMS.values()), re.IGNORECASE
)


def refers(option: str) -> bool:
    """Return whether an option is “none of the above” or “all of the above” in a language."""
    return _REFERENCE.fullmatch(_shown(option)) is not None


def _shown(option: str) -> str:
    """Return an option without its label and surrounding punctuation."""
    return _LABEL.sub("", option[:_READ]).strip(" .!:*_")


def _rules(language: str, forms: _Forms) -> Iterator[Rule]:
    """Yield the rules of one language."""
    none, all_, negative = (
        re.compile(pattern, re.IGNORECASE) for pattern in (forms.none, forms.all, forms.negative)
    )
    # Emphasised negatives, in capitals or between asterisks, are not overlooked.
    words = r"NICHT|KEINE?[NMRS]?|AUSSER|AUẞER|FALSCH|PAS|JAMAIS|SAUF|FAUX|FAUSSE|AUCUNE?"
    seen = re.compile(rf"\b(?:{words})\b|\*(?i:{words}|außer)\*")

    def option(
        code: str, pattern: re.Pattern[str], name: str, hint: str
    ) -> Callable[[Item], Iterator[Diagnostic]]:
        def find(item: Item) -> Iterator[Diagnostic]:
            for index, text in enumerate(item.options):
                if pattern.fullmatch(_shown(text)):
                    yield item.flaw(code, f"the option is “{name}”", hint, "options", index)

        return find

    def negative_stem(item: Item) -> Iterator[Diagnostic]:
        stem = item.stem[-_READ:]
        if not negative.search(_QUOTED.sub(" ", stem.replace("*", ""))):
            return
        message = "the stem asks for what is not true"
        if seen.search(stem):
            yield item.doubt("L07", message, "ask for what is true, if you can", "stem")
        else:
            message += ", and the negative is easy to overlook"
            hint = f"ask for what is true; if you cannot, write **{forms.emphasis}**"
            yield item.flaw("L07", message, hint, "stem")

    known = frozenset({language})
    replace = "replace it with a plausible distractor"
    yield Rule(option("L02", none, "none of the above", replace), known)
    multiple = "use `type: multiple`, and mark every right option"
    yield Rule(option("L03", all_, "all of the above", multiple), known)
    yield Rule(negative_stem, known)


RULES = tuple(rule for language, forms in FORMS.items() for rule in _rules(language, forms))
