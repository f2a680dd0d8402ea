"""Every quote stands in its passage, says enough to prove something, and rests on no words the transcript got wrong."""

from __future__ import annotations

from collections.abc import Iterator

from pkoquiz.diagnostics import Diagnostic, error, warning
from pkoquiz.model.answers import Verdict, Written, right_answers, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import Passage
from pkoquiz.model.question import Item, Term
from pkoquiz.quotes.find import Finding, find, pieces, slips_under, unquoted
from pkoquiz.quotes.proofs import Proof, proofs
from pkoquiz.words import size, words

ENOUGH = 4
"""Words from which a quote says something: fewer stand in many places and prove little."""

_SURELY = 8
"""Blanks in a quote from which nobody needs to count its words."""

_LONGEST = 300
"""Characters of a passage shown to be pasted."""


def unproved_quotes(bank: Bank) -> Iterator[Diagnostic]:
    """PQ201–PQ208: quotes that are not where they should be, prove nothing, or rest on a known slip."""
    for proof in proofs(bank):
        yield from _judge(bank, proof)


def _judge(bank: Bank, proof: Proof) -> Iterator[Diagnostic]:
    identity, finding = proof.item.id, proof.finding
    name = proof.citation.passage_id
    passage = bank.passages.get(name)
    quote, place = proof.place.into("quote"), proof.place.into("passage")
    match finding.status:
        case "exact" | "elided":
            assert passage is not None
            yield from _pinned(proof, passage)
            yield from _thin(proof)
            for erratum in slips_under(finding.spans, passage, bank.errata.get(name, ())):
                if erratum.blocks and not (
                    proof.citation.note or proof.item.note or proof.item.attribution
                ):
                    message = (
                        f"the quote rests on words the transcript got wrong: “{erratum.words}”"
                    )
                    hint = (
                        f"{erratum.right}. Quote other words, or add a `note` or an `attribution`"
                    )
                    yield error("PQ205", message, quote, hint, identity)
        case "moved" if len(finding.passages) == 1:
            hint = f"found verbatim in `{finding.passages[0]}`; `pkoquiz relink --write` moves it"
            yield error("PQ201", f"the quote is not in passage `{name}`", place, hint, identity)
        case "moved":
            known = ", ".join(f"`{other}`" for other in finding.passages[:5])
            message = f"the quote is not in passage `{name}` but in several others"
            yield error("PQ202", message, place, f"name the right one: {known}", identity)
        case "across":
            first, last = finding.passages
            message = f"the words run from passage `{first}` into `{last}`"
            yield error(
                "PQ208",
                message,
                quote,
                "cite each passage on its own, with its own words",
                identity,
            )
        case _ if (within := _without_marks(bank, proof)) is not None:
            message = f"the quotation marks around the quote are not in passage `{within}`"
            yield error("PQ203", message, quote, "take them off: `quote:` needs none", identity)
        case "changed":
            where = f"`{finding.passages[0]}`"
            if finding.passages[0] == name:
                message = f"the quote differs from passage {where}"
            else:
                message = f"the quote is not in passage `{name}`; nearly so in {where}"
            yield error("PQ203", message, quote, _compared(finding), identity)
        case "missing":
            if passage is None:
                near = (
                    f"the words resemble `{finding.passages[0]}`"
                    if finding.passages
                    else "`pkoquiz passages` lists all"
                )
                yield error(
                    "PQ204",
                    f"there is no passage `{name}`, nor the quote anywhere",
                    place,
                    near,
                    identity,
                )
            else:
                hint = "quote verbatim; `pkoquiz show " + name + "` prints the passage"
                yield error(
                    "PQ204", "the quote stands nowhere in the transcript", quote, hint, identity
                )


def _without_marks(bank: Bank, proof: Proof) -> str | None:
    """The passage in which a lost quote stands when the quotation marks around it are taken off."""
    bare = unquoted(proof.citation.quote)
    for name in (proof.citation.passage_id, *proof.finding.passages[:1]):
        if bare and name in bank.passages and find(bare, bank.passages[name].text) is not None:
            return name
    return None


def _compared(finding: Finding) -> str:
    told = "; ".join(_told(*difference) for difference in finding.differences[:4])
    if len(finding.differences) == 1 and all(
        len(side.split()) == 1 for side in finding.differences[0]
    ):
        return told  # one word for another: everybody sees what to type
    reads = finding.reads
    if len(reads) > _LONGEST:
        reads = reads[:_LONGEST].rpartition(" ")[0] + " …"
    return "; ".join(filter(None, (told, f"the passage reads: {reads}")))


def _told(quoted: str, spoken: str) -> str:
    if not quoted:
        return f"the passage has “{spoken}” besides"
    if not spoken:
        return f"the quote has “{quoted}” besides"
    return f"the quote has “{quoted}”, the passage “{spoken}”"


def _thin(proof: Proof) -> Iterator[Diagnostic]:
    quote, item = proof.citation.quote, proof.item
    if (
        proof.finding.status == "exact" and quote.count(" ") >= _SURELY
    ) or item.status == "retired":
        return
    stretches = pieces(quote)
    place = proof.place.into("quote")
    count = sum(size(stretch) for stretch in stretches)
    if count < ENOUGH:
        if not _tells(quote, item):
            message = f"a quote of {count} word{'s' if count > 1 else ''} proves little"
            yield warning("PQ207", message, place, "quote the words around it too", item.id)
    elif proof.finding.status == "elided":
        for stretch in stretches:
            if size(stretch) < 2 and not _tells(stretch, item):
                message = f"“{stretch.strip()}” between words left out is one word only, and proves little"
                yield warning("PQ207", message, place, "quote the words around it too", item.id)


def _tells(text: str, item: Item) -> bool:
    """Whether few words are enough: they hold a number, the answer, or part of it that is no mere particle."""
    spoken = words(text)
    if any(character.isdigit() for character in text):
        return True
    run = f" {' '.join(spoken)} "
    for answer in _answers(item):
        known = f" {' '.join(words(answer))} "
        if (known.strip() and known in run) or (
            run in known and any(len(word) > 3 for word in spoken)
        ):
            return True
    return False


def _answers(item: Item) -> Iterator[str]:
    """What the quote has to prove, in the author's words."""
    if isinstance(item, Term):
        yield from (item.term, item.meaning)
        return
    if item.card is not None:
        yield item.card.back
    if not isinstance(task_of(item), Verdict | Written):
        for answer in right_answers(item):
            yield from (answer.prompt, answer.text) if answer.prompt else (answer.text,)


def _pinned(proof: Proof, passage: Passage) -> Iterator[Diagnostic]:
    pin = proof.citation.passage.partition("~")[2]
    if pin and not passage.fingerprint.startswith(pin):
        message = f"passage `{passage.id}` was edited since it was cited"
        hint = f"read it again, then pin it as `{passage.id}~{passage.fingerprint[:4]}`"
        yield warning("PQ206", message, proof.place.into("passage"), hint, proof.item.id)
