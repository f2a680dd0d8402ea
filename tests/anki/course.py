"""A course with a question of every type, written here so that a test can change one thing."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any, TypeVar

from pkoquiz.diagnostics import Place
from pkoquiz.exporters import anki
from pkoquiz.exporters.export import Export
from pkoquiz.model.bank import Bank
from pkoquiz.model.course import Course
from pkoquiz.model.passage import Passage, Section, Transcript
from pkoquiz.model.question import Question, Term

from ..making import make_question

Item = TypeVar("Item", Question, Term)

MOMENTS = tuple(
    datetime.datetime(2026, month, 1, 9, 30, tzinfo=datetime.UTC) for month in range(3, 12)
)
"""When editions are released."""
FIRST, SECOND, THIRD = MOMENTS[:3]

PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 90">'
    b'<rect width="300" height="90" fill="#8aa"/></svg>'
)
SOUND = b"not really a sound"

TRIANGLE = (
    "this triangular relationship between the Security Council, who decides; the Secretariat, "
    "who implements; and the Member States, who either pay or bleed."
)


def question(type: str, id: str, stem: str, **fields: Any) -> Question:
    """Return a question about the triangle, with other `fields` if given."""
    base = {
        "section": "keynote",
        "objective": "GK-6",
        "tags": ["mandates"],
        "sources": [{"passage": "keynote.p001", "quote": TRIANGLE}],
    }
    return make_question(type, id, stem=stem, **(base | fields))


def term(id: str, term: str, meaning: str, **fields: Any) -> Term:
    """Return a glossary entry."""
    return Term.model_validate(
        {
            "id": id,
            "term": term,
            "meaning": meaning,
            "place": Place("questions/terms.yaml", ("terms", 0)),
            **fields,
        }
    )


def options(key: str, *others: str) -> list[dict[str, Any]]:
    """Return options with feedback, the key first."""
    return [{"text": key, "correct": True, "feedback": f"Right, {key} it is."}] + [
        {"text": other, "feedback": f"No, {other} is something else."} for other in others
    ]


QUESTIONS = (
    question(
        "choice",
        "gk-who-implements",
        'In Gordon\'s "fragile triangular dynamic", who *implements* what the Security Council '
        "decides?",
        options=[
            {
                "text": "The Secretariat",
                "correct": True,
                "feedback": "The second corner of the triangle.",
            },
            {"text": "The Member States", "feedback": 'They "either pay or bleed".'},
            {
                "text": "The Special Representative",
                "feedback": "Heads a mission in the field; not a corner of the triangle.",
            },
            {
                "text": "The General Assembly",
                "feedback": "Its Fifth Committee controls the budget, a different complaint of "
                "Gordon's.",
            },
        ],
        explain="Gordon's triangle names three parties, each with its verb.",
        hints=["He gives each corner one verb."],
    ),
    question(
        "choice",
        "gk-not-peacekeeping",
        "A UN battalion takes action against a militia that attacks the villages named in the "
        "mission's peace agreement. Which of the following best explains why both sides can "
        "sincerely claim to be *impartial*?",
        options=[
            {
                "text": "Peacekeepers mean loyalty to the mandate, humanitarians mean help "
                "according to need alone.",
                "correct": True,
                "feedback": "Same word, two meanings.",
            },
            {
                "text": "Peacekeepers mean equal distance from both parties, humanitarians mean "
                "loyalty to the donors.",
                "feedback": "Equal distance is what Kawabata describes as *neutrality*.",
            },
            {
                "text": "Peacekeepers mean non-use of force, humanitarians mean consent of the "
                "armed groups on the ground.",
                "feedback": "Both are separate traditional principles.",
            },
            {
                "text": "Peacekeepers mean obedience to the host state, humanitarians mean "
                "institutional independence.",
                "feedback": "Nobody defines impartiality as obedience to a government.",
            },
        ],
        explain="Acting against those who work against the peace process fits the first meaning, "
        "and has nothing to do with the second.",
        note="The printed proceedings swap two paragraphs here; the order of the talk is followed.",
        attribution="Robert Gordon, speaking in 2012",
        section="panel",
        sources=[
            {
                "passage": "panel.p007",
                "quote": "For peacekeepers, impartiality is impartiality to the mandate and if "
                "people are working against a peace process, then you take action against them.",
            },
            {
                "passage": "panel.p007",
                "quote": "That is very different from the humanitarian meaning of impartiality, "
                "which meets need, wherever that need is",
                "note": "the sentence goes on to list politics, race, religion and gender",
            },
        ],
    ),
    question(
        "multiple",
        "hc-three-tests",
        "Which of these are among the three tests that, according to Hoshino, effective "
        "integration must pass?",
        options=[
            {"text": "Leadership", "correct": True, "feedback": "The second test."},
            {
                "text": "Local consent",
                "feedback": "Matters to Gordon, but is no test of Hoshino's.",
            },
            {"text": "Political will", "correct": True, "feedback": "The third test."},
            {"text": "Rapid deployment"},
            {"text": "None that he names", "pin": True},
        ],
    ),
    question(
        "truefalse",
        "kl-in-charter",
        "According to Kawabata, peacekeeping operations are defined in the Charter of the United "
        "Nations.",
        answer=False,
        feedback={
            "true": "He says the opposite: the founders did not foresee them.",
            "false": "He calls them *political improvisation*.",
        },
    ),
    question(
        "matching",
        "ka-documents",
        "Match each document with what it brought, according to Kamino.",
        pairs=[
            {
                "premise": "*Renewing the United Nations* (1997)",
                "response": "The SRSG's authority over commanders, police, RC and HC",
                "feedback": "The first step.",
            },
            {
                "premise": "Brahimi Report (2000)",
                "response": "The proposal of Integrated Mission Task Forces",
            },
            {
                "premise": "Note of Guidance (2006)",
                "response": "An OCHA office that may stand apart from the mission",
            },
        ],
        extras=["The three principles of traditional peacekeeping"],
        explain="2000 *joined* the hats, 2006 answered the humanitarians' concerns.",
    ),
    question(
        "ordering",
        "kl-unamir-order",
        "Events around UNAMIR in Rwanda in 1994, in the order in which Kawabata tells them.",
        sequence=[
            "The Security Council scales UNAMIR down to 270 troops.",
            "The Council raises the peacekeepers to 5,500.",
            "No Member State volunteers troops.",
            "The Council decides to dispatch a French-led force.",
        ],
    ),
    question(
        "shortanswer",
        "gq-line",
        "Which line does Gordon draw for private security companies?",
        points=2,
        answers=[
            "Logistics and administration yes, use of force no",
            {"text": "Support yes, force no"},
            {"text": "No force", "credit": 50, "feedback": "And what may they do?"},
        ],
        wrong=[
            {"text": "Guarding no", "feedback": "His own mission used a company to train guards."}
        ],
        otherwise="Look for what he accepts and what he refuses.",
        rubric=[
            {"points": 1, "text": "support accepted"},
            {"points": 1, "text": "use of force refused"},
        ],
    ),
    question(
        "numerical",
        "os-share",
        "According to Osa, as of November 2012 in what **percentage** of the countries with a "
        "Resident Coordinator was there an integrated mission?",
        answer="8.5",
        tolerance="0.2",
        unit="per cent",
        working="11 / 129 = 8.527",
        wrong=[{"value": "24.8", "feedback": "32 / 129: one step too early."}],
    ),
    question(
        "cloze",
        "gk-robust",
        'Gordon\'s slide sums up robust peacekeeping as "Neither {{1}} force nor {{2}} to force".',
        gaps=[
            {"answers": ["imposing"], "hint": "a verb"},
            {
                "answers": ["yielding", "giving in"],
                "wrong": [{"text": "responding", "feedback": "It does respond."}],
            },
        ],
        explain="More than passive, less than peace enforcement.",
    ),
    question(
        "essay",
        "x-space",
        '"More integration means less humanitarian space." Discuss with at least three speakers.',
        points=20,
        rubric=[
            {"points": 12, "text": "Positions of three speakers"},
            {"points": 8, "text": "Own judgement"},
        ],
        model_answer="It depends on consent.",
    ),
    question(
        "flashcard",
        "gk-triangle",
        "In Gordon's triangle, what does each corner do?",
        answer="The Security Council *decides*; the Secretariat *implements*; the Member States "
        "*either pay or bleed*.\n\n![The triangle](media/triangle.svg)",
        explain="Listen: ![Gordon on the triangle](media/gordon.mp3)",
    ),
    question(
        "truefalse", "gk-no-card", "He speaks of a triangle.", answer=True, deck=False, tags=["map"]
    ),
)

TERMS = (
    term(
        "term-dsrsg",
        "DSRSG",
        "Deputy Special Representative of the Secretary-General",
        reverse=True,
        sources=[{"passage": "keynote.p001", "quote": "either pay or bleed"}],
    ),
    term("term-unamir", "UNAMIR", "United Nations Assistance Mission for Rwanda, 1993 to 1996"),
)


def _passage(id: str, text: str, speaker: str) -> Passage:
    return Passage(id, id.split(".")[0], speaker, "speech", text, (1, 1), "0" * 8)


SCRIPT = Transcript(
    "t.txt",
    (
        Section("keynote", "Keynote Speech: The Challenges of UN Peacekeeping", "Robert Gordon"),
        Section("panel", "Panel Discussion"),
    ),
    (
        _passage("keynote.p001", TRIANGLE, "Robert Gordon"),
        _passage("panel.p007", "For peacekeepers …", "Robert Gordon"),
    ),
    citation="Second International Peace and Security Symposium, 2012.",
)


def course(**fields: Any) -> Course:
    """Return the settings of the course."""
    base = {"title": "UN Peacekeeping", "short": "pko", "transcripts": [{"file": "t.txt"}]}
    return Course.model_validate({**base, **fields})


def make_bank(
    questions: tuple[Question, ...] = QUESTIONS, terms: tuple[Term, ...] = TERMS, **fields: Any
) -> Bank:
    """Return the bank of the course before its first edition, or one with other questions."""
    return Bank(
        course(**fields),
        (SCRIPT,),
        questions,
        terms,
        {"media/triangle.svg": PICTURE, "media/gordon.mp3": SOUND},
    )


def planned(bank: Bank, previous: Bank | None = None, **options: Any) -> anki.Release:
    """Return the edition of a bank that follows the previous one, a month later."""
    ledger = previous.ledger if previous else bank.ledger
    moment = MOMENTS[len(ledger.editions)]
    return anki.release(replace(bank, ledger=ledger), moment, **options)


def release(bank: Bank, previous: Bank | None = None, **options: Any) -> Bank:
    """Return the bank with the ledger of the edition that follows the previous one."""
    result = planned(bank, previous, **options)
    errors = [fault for fault in result.diagnostics if fault.severity == "error"]
    assert not errors, errors
    return replace(bank, ledger=result.ledger)


def kinds(result: anki.Release) -> dict[str, str]:
    """Return what an edition does to each item that it does not leave as it is."""
    return {change.id: change.kind for change in result.changes if change.kind != "unchanged"}


def build(bank: Bank, previous: Bank | None = None) -> Export:
    """Export the deck of the edition that follows the previous one."""
    return anki.export(release(bank, previous))


def edited(bank: Bank, id: str, **fields: Any) -> Bank:
    """Return the bank with other fields in a question or term."""

    def changed(item: Item) -> Item:
        if item.id != id:
            return item
        data = {**item.model_dump(exclude_defaults=True), "place": item.place, **fields}
        return type(item).model_validate(data)

    return replace(
        bank,
        questions=tuple(changed(question) for question in bank.questions),
        terms=tuple(changed(term) for term in bank.terms),
    )


def without(bank: Bank, id: str) -> Bank:
    """Return the bank without a question."""
    return replace(bank, questions=tuple(kept for kept in bank.questions if kept.id != id))
