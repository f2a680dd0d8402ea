"""Every quote stands in its passage, and none rests on words the transcript got wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pkoquiz.bank import Bank, passage_id
from pkoquiz.diagnostics import Diagnostic, error, warning
from pkoquiz.parts import Citation
from pkoquiz.passage import Erratum, Passage
from pkoquiz.question import Question, Term
from pkoquiz.quotes import Finding, find, find_all
from pkoquiz.source import Place

Item = Question | Term


@dataclass(frozen=True, slots=True)
class Proof:
    """One citation and what became of its quote."""

    item: Item
    number: int
    citation: Citation
    finding: Finding

    @property
    def place(self) -> Place:
        """Where the citation stands."""
        return self.item.place.into("sources", self.number)


def proofs(bank: Bank) -> list[Proof]:
    """Every citation of the bank with its finding, in the order of writing."""
    cited = [
        (item, number, citation)
        for item in (*bank.questions, *bank.terms)
        for number, citation in enumerate(item.sources)
    ]
    wanted = [(passage_id(citation), citation.quote) for _, _, citation in cited]
    return [
        Proof(*each, finding) for each, finding in zip(cited, find_all(wanted, bank.passages), strict=True)
    ]


def unproved_quotes(bank: Bank) -> Iterator[Diagnostic]:
    """PQ201–PQ207: quotes that are not where they should be, or rest on a known slip."""
    for proof in proofs(bank):
        yield from _judge(bank, proof)


def _judge(bank: Bank, proof: Proof) -> Iterator[Diagnostic]:
    identity, finding = proof.item.id, proof.finding
    name = passage_id(proof.citation)
    passage = bank.passages.get(name)
    quote, place = proof.place.into("quote"), proof.place.into("passage")
    match finding.status:
        case "exact" | "elided":
            assert passage is not None
            yield from _pinned(proof, passage)
            for erratum in overlapping(finding, passage, bank.errata.get(name, ())):
                if erratum.blocks and not (proof.citation.note or proof.item.note or proof.item.attribution):
                    message = f"the quote rests on words the transcript got wrong: “{erratum.words}”"
                    hint = f"{erratum.right}. Quote other words, or add a `note` or an `attribution`"
                    yield error("PQ205", message, quote, hint, identity)
        case "moved" if len(finding.passages) == 1:
            hint = f"found verbatim in `{finding.passages[0]}`; `pkoquiz relink --write` moves it"
            yield error("PQ201", f"the quote is not in passage `{name}`", place, hint, identity)
        case "moved":
            known = ", ".join(f"`{other}`" for other in finding.passages[:5])
            message = f"the quote is not in passage `{name}` but in several others"
            yield error("PQ202", message, place, f"name the right one: {known}", identity)
        case "changed":
            told = "; ".join(_told(*difference) for difference in finding.differences[:4])
            where = f"`{finding.passages[0]}`"
            if finding.passages[0] == name:
                yield error("PQ203", f"the quote differs from passage {where}", quote, told, identity)
            else:
                message = f"the quote is not in passage `{name}`; nearly so in {where}"
                yield error("PQ203", message, quote, told, identity)
        case "missing":
            if passage is None:
                near = (
                    f"the words resemble `{finding.passages[0]}`"
                    if finding.passages
                    else "`pkoquiz passages` lists all"
                )
                yield error(
                    "PQ204", f"there is no passage `{name}`, nor the quote anywhere", place, near, identity
                )
            else:
                hint = "quote verbatim; `pkoquiz show " + name + "` prints the passage"
                yield error("PQ204", "the quote stands nowhere in the transcript", quote, hint, identity)


def _told(quoted: str, spoken: str) -> str:
    if not quoted:
        return f"the passage has “{spoken}” besides"
    if not spoken:
        return f"the passage has no “{quoted}”"
    return f"the quote has “{quoted}”, the passage “{spoken}”"


def _pinned(proof: Proof, passage: Passage) -> Iterator[Diagnostic]:
    pin = proof.citation.passage.partition("~")[2]
    if pin and not passage.fingerprint.startswith(pin):
        message = f"passage `{passage.id}` was edited since it was cited"
        hint = f"read it again, then pin it as `{passage.id}~{passage.fingerprint[:4]}`"
        yield warning("PQ206", message, proof.place.into("passage"), hint, proof.item.id)


def overlapping(finding: Finding, passage: Passage, errata: tuple[Erratum, ...]) -> Iterator[Erratum]:
    """The known slips that a quote shares words with."""
    for erratum in errata:
        slip = find(erratum.words, passage.text)
        if slip and any(a < d and c < b for a, b in finding.spans for c, d in slip.spans):
            yield erratum


EXPLANATIONS = {
    "PQ201": "The quote stands verbatim in exactly one other passage: the transcript was re-divided or the id mistyped. "
    "`pkoquiz relink --write` corrects the id in the file and touches nothing else.",
    "PQ202": "The quote stands in several other passages; only you know which one is meant.",
    "PQ203": "The passage has most of these words, but not exactly: the hint names the differences. Quote verbatim; "
    "`…` leaves words out, `[note]` inserts your own.",
    "PQ204": "The words stand nowhere in the transcript, so they prove nothing. Quote the passage verbatim.",
    "PQ205": "The quote overlaps words listed in the errata as wrong, contradicted, or to be avoided. Prove the key by "
    "other words, or say what is so in a `note`, or whose claim it is in an `attribution`: exports print both.",
    "PQ206": "The passage's words changed since the citation was pinned with `~`. The quote still stands; read the "
    "passage again and renew the pin.",
}
