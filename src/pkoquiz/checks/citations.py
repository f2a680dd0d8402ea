"""Quotes: each is in its passage, long enough to prove something, and free of known errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from pkoquiz.checks.errata import idle_errata
from pkoquiz.checks.references import missing_sections
from pkoquiz.diagnostics import Diagnostic, error, warning
from pkoquiz.model.answers import Verdict, Written, right_answers, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.passage import Passage
from pkoquiz.model.question import Item, Term
from pkoquiz.prose import counted, did_you_mean, quoted, shortened
from pkoquiz.quotes.find import Finding, find, pieces, slips_under, unquoted
from pkoquiz.quotes.proofs import Proof, proofs
from pkoquiz.words import size, words

ENOUGH = 4
"""The smallest number of words that prove something: fewer appear in many places."""

_CERTAINLY_ENOUGH = 8
"""Spaces in a quote from which its words need not be counted."""

_LONGEST = 300
"""The largest number of characters of a passage that a hint shows."""

_MANY = 3
"""If more citations of one section moved, its passages are numbered differently: one finding."""


def unproved_quotes(bank: Bank) -> Iterator[Diagnostic]:
    """PQ201 to PQ208: quotes that are not in their passage, prove little, or contain an error.

    PQ161 and PQ162: errata without effect.
    """
    lost = []
    missing = missing_sections(bank)
    for proof in proofs(bank):
        passage = bank.passages.get(proof.citation.passage_id)
        if passage is not None and proof.found:
            yield from _changed_passage(proof, passage)
            yield from _short_quote(proof)
            yield from _known_errors(bank, proof, passage)
        elif _section(proof) not in missing:
            lost.append(proof)
    renumbered = _renumbered_sections(lost)
    yield from (_renumbered_section(bank, *item) for item in renumbered.items())
    yield from _lost_quotes(bank, (proof for proof in lost if _section(proof) not in renumbered))
    yield from idle_errata(bank, missing | renumbered.keys())


# --- quotes that are not where they should be -----------------------------------------------------


def _section(proof: Proof) -> str:
    """Return the section that the citation names."""
    return proof.citation.passage_id.partition(".")[0]


def _renumbered_sections(lost: Iterable[Proof]) -> dict[str, list[Proof]]:
    """Return the sections whose passages many quotes have left, and these quotes."""
    moved: defaultdict[str, list[Proof]] = defaultdict(list)
    for proof in lost:
        if proof.finding.status == "moved":
            moved[_section(proof)].append(proof)
    return {section: quotes for section, quotes in moved.items() if len(quotes) > _MANY}


def _lost_quotes(bank: Bank, lost: Iterable[Proof]) -> Iterator[Diagnostic]:
    """PQ201 to PQ204 and PQ208: one finding for each quote, or for each edited passage."""
    edits: defaultdict[object, list[Proof]] = defaultdict(list)
    for number, proof in enumerate(lost):
        finding = proof.finding
        is_edit = finding.status == "changed" and len(finding.differences) > 0
        edits[(finding.passages, finding.differences) if is_edit else number].append(proof)
    for same in edits.values():
        yield _lost_quote(bank, same[0]) if len(same) == 1 else _edited_passage(bank, same)


def _renumbered_section(bank: Bank, section: str, moved: Sequence[Proof]) -> Diagnostic:
    """PQ201: the ids of a section's passages have changed since they were cited."""
    targets = {name for proof in moved for name in proof.finding.passages}
    first = next(name for name in bank.passages if name in targets)
    count = counted(len(moved), "citation")
    message = f"{count} of section `{section}` name the wrong passages, from `{first}` on"
    hint = (
        "if the transcript is right as it is, `pkoquiz relink --write` corrects the ids; otherwise "
        "look here for a title, paragraph or slide that was changed"
    )
    return error("PQ201", message, bank.passage_places[first], hint, other=moved[0].place)


def _edited_passage(bank: Bank, changed: Sequence[Proof]) -> Diagnostic:
    """PQ203: several quotes agree with each other, but not with their passage."""
    finding = changed[0].finding
    message = f"{len(changed)} quotes differ from passage `{finding.passages[0]}` in the same way"
    place = bank.passage_places[finding.passages[0]]
    return error("PQ203", message, place, _comparison(finding), other=changed[0].place)


def _lost_quote(bank: Bank, proof: Proof) -> Diagnostic:
    """PQ201 to PQ204 and PQ208: report where the quote is now."""
    name, finding, identity = proof.citation.passage_id, proof.finding, proof.item.id
    quote, passage = proof.place.into("quote"), proof.place.into("passage")
    match finding.status:
        case "moved" if len(finding.passages) == 1:
            message = f"the quote is not in passage `{name}`"
            hint = f"it is in `{finding.passages[0]}`; `pkoquiz relink --write` corrects the id"
            return error("PQ201", message, passage, hint, identity)
        case "moved":
            message = f"the quote is not in passage `{name}`, but in several others"
            hint = f"use one of {quoted(finding.passages[:5])}"
            return error("PQ202", message, passage, hint, identity)
        case "across":
            first, last = finding.passages
            message = f"the quote runs from passage `{first}` into `{last}`"
            hint = "cite each passage on its own, with its own words"
            return error("PQ208", message, quote, hint, identity)
        case _ if within := _passage_without_marks(bank, proof):
            message = f"the quotation marks around the quote are not in passage `{within}`"
            hint = "delete them: `quote:` needs none"
            return error("PQ203", message, quote, hint, identity)
        case "changed":
            nearest = finding.passages[0]
            message = f"the quote differs from passage `{name}`"
            if nearest != name:
                message = f"the quote is not in passage `{name}`, but nearly matches `{nearest}`"
            other = bank.passage_places[nearest]
            return error("PQ203", message, quote, _comparison(finding), identity, other)
        case _ if name in bank.passages:
            message = "the quote is not in the transcript"
            hint = f"quote verbatim; `pkoquiz show {name}` prints the passage"
            return error("PQ204", message, quote, hint, identity)
        case _:
            message = f"unknown passage `{name}`, and the quote is not in the transcript"
            return error("PQ204", message, passage, _passage_hint(bank, proof), identity)


def _passage_without_marks(bank: Bank, proof: Proof) -> str:
    """Return the passage that contains the quote without its outer quotation marks, if any."""
    bare = unquoted(proof.citation.quote)
    for name in (proof.citation.passage_id, *proof.finding.passages[:1]):
        if bare and name in bank.passages and find(bare, bank.passages[name].text) is not None:
            return name
    return ""


def _passage_hint(bank: Bank, proof: Proof) -> str:
    if proof.finding.passages:
        return f"the quote resembles `{proof.finding.passages[0]}`"
    section = proof.citation.passage_id.partition(".")[0]
    siblings = [name for name in bank.passages if name.startswith(f"{section}.")]
    return did_you_mean(proof.citation.passage_id, siblings) or "`pkoquiz passages` lists all ids"


def _comparison(finding: Finding) -> str:
    """Describe how the quote differs from the passage, with the passage's words if they help."""
    differences = finding.differences
    listed = "; ".join(_difference(*difference) for difference in differences[:4])
    one_word = [len(side.split()) == 1 for difference in differences for side in difference]
    if len(differences) == 1 and all(one_word):
        return listed  # one word for another: what to type is obvious
    reads = f"the passage reads: {shortened(finding.reads, _LONGEST)}"
    return f"{listed}; {reads}" if listed else reads


def _difference(in_quote: str, in_passage: str) -> str:
    if not in_quote:
        return f"the passage also has “{in_passage}”"
    if not in_passage:
        return f"the quote also has “{in_quote}”"
    return f"the quote has “{in_quote}”, the passage “{in_passage}”"


# --- quotes that are there ------------------------------------------------------------------------


def _changed_passage(proof: Proof, passage: Passage) -> Iterator[Diagnostic]:
    """PQ206: the passage was edited since the citation was pinned to its fingerprint."""
    if not passage.fingerprint.startswith(proof.citation.pin):
        message = f"passage `{passage.id}` has changed since it was cited"
        hint = f"read it again, then write `passage: {passage.id}~{passage.fingerprint[:4]}`"
        yield warning("PQ206", message, proof.place.into("passage"), hint, proof.item.id)


def _known_errors(bank: Bank, proof: Proof, passage: Passage) -> Iterator[Diagnostic]:
    """PQ205: the quote contains words listed as errata, and no note explains them."""
    if proof.citation.note or proof.item.note or proof.item.attribution:
        return
    errata = bank.errata.get(passage.id, ())
    for erratum in slips_under(proof.finding.spans, passage, errata):
        if erratum.blocks:
            message = f"the quote contains a known error of the transcript: “{erratum.words}”"
            hint = f"quote other words, or add a `note` or an `attribution`; {erratum.right}"
            yield error("PQ205", message, proof.place.into("quote"), hint, proof.item.id)


def _short_quote(proof: Proof) -> Iterator[Diagnostic]:
    """PQ207: the quote, or a piece of it between omissions, is too short to prove anything."""
    quote, item, elided = proof.citation.quote, proof.item, proof.finding.status == "elided"
    if item.status == "retired" or (not elided and quote.count(" ") >= _CERTAINLY_ENOUGH):
        return
    place, hint = proof.place.into("quote"), "quote the words around it too"
    stretches = pieces(quote)
    count = sum(size(stretch) for stretch in stretches)
    if count < ENOUGH:
        if not _proves(quote, item):
            message = f"a quote of {counted(count, 'word')} proves little"
            yield warning("PQ207", message, place, hint, item.id)
    elif elided:
        for stretch in stretches:
            if size(stretch) < 2 and not _proves(stretch, item):
                message = f"“{stretch.strip()}” alone, between omissions, proves little"
                yield warning("PQ207", message, place, hint, item.id)


def _proves(text: str, item: Item) -> bool:
    """Return whether a few words are enough: a number, or the answer or one of its words."""
    if any(character.isdigit() for character in text):
        return True
    spoken = words(text)
    run = f" {' '.join(spoken)} "
    significant = any(len(word) > 3 for word in spoken)
    for answer in _answers(item):
        known = f" {' '.join(words(answer))} "
        if (known.strip() and known in run) or (significant and run in known):
            return True
    return False


def _answers(item: Item) -> Iterator[str]:
    """Return what the quote has to prove, in the author's words."""
    if isinstance(item, Term):
        yield from (item.term, item.meaning)
        return
    if item.card is not None:
        yield item.card.back
    if not isinstance(task_of(item), Verdict | Written):
        for answer in right_answers(item):
            yield from (answer.prompt, answer.text) if answer.prompt else (answer.text,)
