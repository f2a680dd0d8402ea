"""Previews of a question that is being written: as a card, on paper and in the LMS."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from pkoquiz import markup
from pkoquiz.desk.app.anki_card import sides
from pkoquiz.desk.app.page import Page
from pkoquiz.desk.app.plain import plain
from pkoquiz.desk.questions import question_view
from pkoquiz.exam import exam as exams
from pkoquiz.exam.keys import ClozeKey, ShortAnswerKey, key_of
from pkoquiz.exporters import moodle
from pkoquiz.exporters.anki import BEFORE_ANY
from pkoquiz.exporters.anki.notes import CardNote
from pkoquiz.exporters.anki.notetypes import note_types
from pkoquiz.exporters.anki.stamps import Plan, update
from pkoquiz.exporters.anki.text import media_html, media_names
from pkoquiz.exporters.feedback import sources_html
from pkoquiz.exporters.papers import content, html, key
from pkoquiz.grading.points import share, word_credits
from pkoquiz.grading.responses import Chosen, Unreadable, Value, read_number, same_words
from pkoquiz.model.answers import Blanks, Number, Options, Recall, Verdict, replies, task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.ledger import Edition
from pkoquiz.model.parts import number as decimal
from pkoquiz.model.question import GAP, Question
from pkoquiz.web.media import embedded
from pkoquiz.web.page import language_attributes, render


def cards(bank: Bank, question: Question) -> tuple[tuple[CardNote, int], ...]:
    """Return the cards that a question makes for newcomers: its note with each ordinal."""
    ledger = bank.ledger
    known = {name: entry for name, entry in ledger.questions.items() if name == question.id}
    # Other items of the ledger would be reported as gone.
    alone = replace(
        bank.with_questions((question.model_copy(update={"status": "ready", "reason": ""}),)),
        terms=(),
        ledger=ledger.model_copy(update={"questions": known, "terms": {}}),
    )
    moment = ledger.last.moment + timedelta(seconds=1) if ledger.last else BEFORE_ANY
    edition = Edition(edition=len(ledger.editions) + 1, moment=moment, tool="")
    result = update(alone, Plan(edition), media_html(media_names(bank.media)))
    notes = [stamped.note for stamped in result.stamped]
    return tuple((note, ordinal) for note in notes for ordinal in note.cards)


def card_page(bank: Bank, question: Question, index: int, *, back: bool) -> Page:
    """Return one side of a card in a page like that of Anki's reviewer."""
    made = cards(bank, question)
    if not made:
        return _message("This question makes no card. Add a card of its own to learn it in Anki.")
    note, ordinal = made[min(index, len(made) - 1)]
    kind = note_types(bank.course.short)[note.kind]
    body = sides(kind, note, ordinal)[back]
    media = bank.media
    names = {name: path for path, name in media_names(media).items()}
    show = embedded(media)

    def inlined(match: re.Match[str]) -> str:
        uri = re.search(r'src="(data:[^"]*)"', show(names.get(match[1], ""), ""))
        return f'src="{uri[1]}"' if uri else match[0]

    body = re.sub(r'src="(pko-[0-9a-f]+\.\w+)"', inlined, body)
    none = "'none'"
    scripts = " ".join(
        f"'{_digest(script)}'"
        for script in re.findall(r"<script>((?:(?!</?script>).)*+)</script>", body, re.DOTALL)
        if f"<script>{script}</script>" in kind.templates[0].front
    )
    policy = (
        f"sandbox allow-scripts {_LINKS}; default-src 'none'; img-src data:; media-src data:; "
        f"style-src 'unsafe-inline'; script-src {scripts or none}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    page = (
        f'<!doctype html><html lang="{bank.course.language}"><head><meta charset="utf-8">'
        f"{_BASE}"
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>Card</title><style>body{margin:16px}hr{background-color:#ccc}</style>"
        f"<style>{kind.style}</style></head>"
        f'<body class="card card{ordinal + 1}"><div id="qa">{body}</div></body></html>'
    )
    return Page(page.encode(), policy)


def paper_page(bank: Bank, question: Question, *, answers: bool) -> Page:
    """Return the question as the HTML paper prints it, or its entry in the key."""
    if not question.on_paper:
        return _message("Flashcards are not printed.")
    alone = bank.with_questions((question.model_copy(update={"status": "ready"}),))
    exam = exams.practice(alone)
    paper = exam.papers[0]
    made = (key.key if answers else content.paper)(alone, exam, paper, paper.versions[0])
    text = html.page(made, bank.media).decode()
    # A tab that a frame without an origin opens gets no file of the course.
    text = re.sub(r'<a href="(?!https?:)[^"]*">([^<]*)</a>', r"\1", text)
    # The cover says nothing about one question.
    hide = f"{_BASE}<style>.cover,.end{{display:none}}body{{margin:16px;padding:0}}</style></head>"
    return Page(text.replace("</head>", hide, 1).encode(), _STILL)


def lms_page(bank: Bank, question: Question) -> Page:
    """Return the question approximately as Moodle shows it, before and after it is answered."""
    task = task_of(question)
    if isinstance(task, Recall):
        return _message("Flashcards have no place in a quiz.")
    alone = bank.with_questions((question.model_copy(update={"status": "ready"}),))
    notes = [
        note.reason
        for note in moodle.export(alone).notes
        if note.question == question.id and "ignores `enemies`" not in note.reason
    ]
    show = embedded(bank.media)

    def gapped(text: str) -> Markup:
        box = '<input type="text" size="12" aria-label="gap">'
        tagged = re.sub(
            rf"<[^>]*>|{GAP.pattern}", lambda match: box if match[1] else match[0], text
        )
        return Markup(tagged)

    made = render(
        __package__,
        "lms.html.j2",
        style=_LMS_STYLE,
        question=question,
        stem=gapped(markup.html(question.stem, show)),
        task=task,
        kind=type(task).__name__,
        view=question_view(question),
        sources=Markup(sources_html(alone, question)),
        notes=notes,
        points=decimal(question.points),
        own=language_attributes(bank.course.language),
        inline=lambda text: Markup(markup.inline_html(text, show)),
    )
    return Page(made.replace(b"</head>", f"{_BASE}</head>".encode(), 1), _STILL)


_LINKS = "allow-popups allow-popups-to-escape-sandbox"
"""What lets a link open a tab of its own, as a recording needs it; only a tap opens one."""

_BASE = '<base target="_blank">'

_STILL = (
    f"sandbox {_LINKS}; default-src 'none'; img-src data:; media-src data:; "
    "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""The policy of a page without scripts."""

_LMS_STYLE = """
body { padding: 1rem; }
.question { padding: 1rem; border-radius: .4rem; background: var(--tint); }
ol, ul { list-style: none; padding: 0; }
li { margin-block: .35rem; }
.after { margin-block-start: 1rem; }
.after li { padding-inline-start: .6rem; border-inline-start: 3px solid var(--line); }
.after .right { border-inline-start-color: var(--good); }
.pko-source { margin: .75rem 0; padding-inline-start: .8rem; border-inline-start: 3px solid; }
.said { color: var(--soft); }
textarea, .line { inline-size: 100%; }
"""


def _digest(script: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _message(text: str) -> Page:
    page = f"<!doctype html><meta charset=utf-8><title>Preview</title><p>{text}</p>"
    return Page(page.encode(), _STILL)


# --- trying answers -------------------------------------------------------------------------------


def tried(question: Question, answers: Sequence[str]) -> dict[str, Any]:
    """Return what answers earn, and what learners then see.

    `answers` has a text for each box: the gaps of a cloze, one for any other typed answer. For
    options it has the positions of those that were chosen, for a verdict `true` or `false`.
    """
    task, key_ = task_of(question), key_of(question)
    listed = replies(question)
    match task:
        case Options(options=options) if key_ is not None:
            chosen = [int(answer) for answer in answers if re.fullmatch("[0-9]{1,2}", answer)]
            picked = [index for index in chosen if index < len(options)]
            earned = share(key_, Chosen(frozenset(picked)))
            return _outcome(int(earned * 100), [options[index].feedback for index in picked])
        case Verdict(right=right):
            given = answers[:1] == ["true"]
            feedback = task.if_true if given else task.if_false
            return _outcome(100 if given == right else 0, [feedback])
        case Number() if key_ is not None:
            read = read_number(answers[0] if answers else "")
            if isinstance(read, Unreadable):
                return {"credit": None, "said": [], "about": plain(read.message)}
            earned = share(key_, Value(read))
            slips = [
                slip.feedback
                for slip in task.wrong
                if abs(Fraction(slip.value) - read) <= Fraction(slip.tolerance)
            ]
            said = [task.working] if earned else slips[:1] or [task.otherwise]
            return _outcome(int(earned * 100), said)
        case Blanks(blanks=blanks) if isinstance(key_, ShortAnswerKey | ClozeKey):
            texts = [*answers, *[""] * len(blanks)][: len(blanks)]
            gaps = word_credits(key_, texts)
            said = []
            for index, (_, text, _) in enumerate(gaps):
                mine = [reply for reply in listed if reply.index == index]
                same = [reply for reply in mine if reply.answer and _same(reply.answer, text, task)]
                rest = [reply for reply in mine if not reply.answer]
                said += [reply.said for reply in (same or (rest if text.strip() else []))[:1]]
            percents = [int(credit * 100) for _, _, credit in gaps]
            return {**_outcome(sum(percents) // len(percents), said), "each": percents}
        case _:
            return {"credit": None, "said": [], "about": "a person grades this answer"}


def _same(answer: str, text: str, task: Blanks) -> bool:
    mine, other = (
        same_words(wording, case_sensitive=task.case_sensitive) for wording in (answer, text)
    )
    return mine == other


def _outcome(credit: int, said: Sequence[str]) -> dict[str, Any]:
    about = "right" if credit == 100 else f"{credit} % of the points" if credit else "wrong"
    texts = [markup.plain(text) for text in said if text]
    return {"credit": credit, "said": texts, "about": about}
