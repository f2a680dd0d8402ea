"""Paper and key as one self-contained HTML file each: read on a screen, printed from any browser.

Text of the bank enters through Jinja2's and MarkupSafe's escaping or as the HTML that `markup` folds (raw HTML is
off there); pictures and sounds are data URIs. There is no script in it.
"""

from __future__ import annotations

import base64
import re
from functools import lru_cache
from typing import TYPE_CHECKING, assert_never

from markupsafe import Markup, escape

from pkoquiz import markup
from pkoquiz.exam import rules as wording
from pkoquiz.exam.exam import Exam, Paper, questions_of, total_points
from pkoquiz.exam.letters import letter
from pkoquiz.exam.versions import Placed, Version
from pkoquiz.model.answers import task_of
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import (
    GAP,
    Choice,
    Cloze,
    Essay,
    Flashcard,
    Matching,
    Multiple,
    Numerical,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)
from pkoquiz.quotes.citations import references

if TYPE_CHECKING:
    from jinja2 import Template

_MEDIA = {
    ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".svg": "image/svg+xml",
    ".webp": "image/webp", ".mp3": "audio/mpeg", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".wav": "audio/wav",
    ".m4a": "audio/mp4", ".flac": "audio/flac",
}  # fmt: skip


@lru_cache(maxsize=2)
def _template(name: str) -> Template:
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("pkoquiz.exporters.papers", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def paper(bank: Bank, exam: Exam, paper: Paper, version: Version) -> bytes:
    """One version of a paper."""
    sections = wording.parts(bank, version)
    shown = _template("paper.html.j2").render(
        **_common(bank, exam, paper, version),
        parts=[
            {
                "part": section,
                "questions": [
                    {
                        "number": placed.number,
                        "stem": _stem(bank, question, _worth(question)),
                        "answers": _answers(bank, question, placed),
                    }
                    for question, placed in section.questions
                ],
            }
            for section in sections
        ],
        rules=wording.scoring_rules(sections),
        instructions=Markup(markup.html(exam.instructions)) if exam.instructions else "",
        aids=Markup(markup.inline_html(exam.aids)) if exam.aids else "",
    )
    return shown.encode()


def key(bank: Bank, exam: Exam, paper: Paper, version: Version) -> bytes:
    """The key of one version."""
    shown = _template("key.html.j2").render(
        **_common(bank, exam, paper, version),
        parts=[
            {
                "part": section,
                "questions": [
                    _entry(bank, question, placed) for question, placed in section.questions
                ],
            }
            for section in wording.parts(bank, version)
        ],
    )
    return shown.encode()


def _common(bank: Bank, exam: Exam, paper: Paper, version: Version) -> dict[str, object]:
    questions = questions_of(bank, version)
    label = wording.label(exam, paper.number, version)
    return {
        "exam": exam,
        "course": bank.course,
        "paper": paper,
        "version": version,
        "label": label,
        "size": "Letter" if bank.course.exam.paper == "us-letter" else "A4",
        "footer_left": Markup(_css(wording.running(exam, version))),
        "footer_right": Markup(_css(label)),
        "small": "18pt" if exam.layout.large_print else "8.5pt",
        "count": len(questions),
        "total": number(total_points(questions)),
        "minutes": wording.minutes(exam.minutes),
        "several": len(exam.papers) > 1,
        "points": wording.points,
        "number": number,
    }


def _css(text: str) -> str:
    """Text for a CSS string: everything but letters and digits as escapes, so that nothing ends string or style.

    Blanks too: one behind an escape would be taken for its end.
    """
    return re.sub(r"[^A-Za-z0-9]", lambda found: f"\\{ord(found[0]):06x}", text)


def _media(bank: Bank) -> markup.MediaHtml:
    def show(source: str, description: str) -> str:
        content = bank.media.get(source)
        kind = _MEDIA.get(source[source.rfind(".") :].lower(), "")
        if content is None or not kind:
            return str(Markup("<span class=media>[{}]</span>").format(description or source))
        uri = f"data:{kind};base64,{base64.b64encode(content).decode()}"
        if kind.startswith("audio"):
            return str(
                Markup('<span class=media>[{}]</span> <audio controls src="{}"></audio>').format(
                    description, uri
                )
            )
        return str(Markup('<img src="{}" alt="{}">').format(uri, description))

    return show


def _html(bank: Bank, text: str) -> Markup:
    return Markup(markup.html(text, _media(bank)))


def _inline(bank: Bank, text: str) -> Markup:
    return Markup(markup.inline_html(text, _media(bank)))


def _worth(question: Question) -> str:
    told = wording.points(question.points)
    if isinstance(question, Multiple) and question.scoring == "exact":
        told += f", {wording.EXACT}"
    return told


_TAG_OR_GAP = re.compile(rf"<[^>]*>|{GAP.pattern}")


def _stem(bank: Bank, question: Question, worth: str) -> Markup:
    """The stem with its gaps, and at the end of its last line what it is worth."""
    shown = _html(bank, question.stem)
    if isinstance(question, Cloze):
        shown = _with_gaps(question, str(shown))
    told = Markup(' <span class="worth">{}</span>').format(worth)
    if shown.endswith("</p>"):
        return Markup(str(shown)[:-4]) + told + Markup("</p>")
    return shown + told


def _with_gaps(question: Cloze, html: str) -> Markup:
    """The HTML with its gaps drawn: braces mean nothing to Markdown, so they stand in it as they were written.

    One inside a tag, in the address of a link or the description of a picture, is drawn behind the text.
    """
    width = wording.gap_width(question) * 0.62
    drawn: set[str] = set()

    def gap(number: str) -> str:
        drawn.add(number)
        return f'<span class="gap" style="width:{width:.1f}em"><small>{number}</small></span>'

    shown = _TAG_OR_GAP.sub(
        lambda found: gap(found[1]) if found[1] else GAP.sub("…", found[0]), html
    )
    missing = [str(at) for at in range(1, len(question.gaps) + 1) if str(at) not in drawn]
    return Markup(shown + "".join(f" {gap(number)}" for number in missing))


def _answers(bank: Bank, question: Question, placed: Placed) -> Markup:
    """Room for the answer, or what to choose from."""
    match question:
        case Choice() | Multiple():
            shape = "round" if isinstance(question, Choice) else "square"
            items = Markup("").join(
                Markup('<li><b class="{}">{}</b><div>{}</div></li>').format(
                    shape, letter(at), _inline(bank, question.options[index].text)
                )
                for at, index in enumerate(placed.order)
            )
            return Markup('<ol class="options">{}</ol>').format(items)
        case TrueFalse():
            return Markup(
                '<p class="verdict"><b class="round">T</b> True <b class="round">F</b> False</p>'
            )
        case Matching():
            texts = task_of(question).responses
            premises = Markup("").join(
                Markup('<li><b class="box"></b><span>{}</span><div>{}</div></li>').format(
                    at, _inline(bank, question.pairs[index].premise)
                )
                for at, index in enumerate(placed.order, 1)
            )
            offered = Markup("").join(
                Markup("<li><b>{}</b><div>{}</div></li>").format(letter(at), texts[index])
                for at, index in enumerate(placed.responses)
            )
            return Markup('<div class="match"><ol>{}</ol><ol>{}</ol></div>').format(
                premises, offered
            )
        case Ordering():
            steps = Markup("").join(
                Markup('<li><b class="box"></b><div>{}</div></li>').format(
                    _inline(bank, question.sequence[index])
                )
                for index in placed.order
            )
            return Markup('<ul class="options">{}</ul>').format(steps)
        case Numerical():
            return Markup('<p class="number"><b class="wide"></b> {}</p>').format(question.unit)
        case ShortAnswer():
            return _ruled(wording.answer_lines(question))
        case Essay():
            length = wording.length(question)
            told = Markup("<p><em>{}</em></p>").format(length) if length else Markup("")
            return told + _ruled(wording.answer_lines(question))
        case Cloze() | Flashcard():
            return Markup("")
        case _ as never:
            assert_never(never)


def _ruled(lines: int) -> Markup:
    return Markup('<div class="ruled" aria-hidden="true">{}</div>').format(
        Markup("<i></i>") * lines
    )


def _entry(bank: Bank, question: Question, placed: Placed) -> dict[str, object]:
    """What the key says about a question."""
    rubric = question.rubric if isinstance(question, Essay | ShortAnswer) else ()
    return {
        "number": placed.number,
        "id": question.id,
        "stem": _stem(bank, question, wording.points(question.points)),
        "right": [
            (each.mark, _inline(bank, each.markdown) if each.markdown else "", each.plain)
            for each in wording.right_answer(question, placed)
        ],
        "credit": wording.credit_rule(question),
        "rubric": [(number(line.points), _inline(bank, line.text)) for line in rubric],
        "model": _html(bank, question.model_answer) if isinstance(question, Essay) else "",
        "working": _html(bank, question.working)
        if isinstance(question, Numerical) and question.working
        else "",
        "explain": _html(bank, question.explain) if question.explain else "",
        "feedback": [
            (mark, _html(bank, text)) for mark, text in wording.option_feedback(question, placed)
        ],
        "remarks": _remarks(bank, question),
        "quotes": [
            (each.quote, _inline(bank, each.note) if each.note else "", each.where)
            for each in references(bank, question)
        ],
    }


def _remarks(bank: Bank, question: Question) -> list[Markup]:
    told = []
    if question.attribution:
        told.append(Markup("View of {}").format(_inline(bank, question.attribution)))
    if question.note:
        told.append(Markup("Note: {}").format(_inline(bank, question.note)))
    return [*told, *(escape(each) for each in wording.errata_notes(bank, question))]
