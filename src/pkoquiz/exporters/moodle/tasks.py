"""Each question type in its best Moodle form."""

from __future__ import annotations

from decimal import Decimal
from html import escape
from typing import assert_never

from pkoquiz import markup
from pkoquiz.bank import Bank
from pkoquiz.exam.answers import magnitudes
from pkoquiz.exporters.credit import even_share, nearest
from pkoquiz.exporters.export import Note
from pkoquiz.exporters.feedback import explanation_html, sources_html
from pkoquiz.exporters.moodle.gaps import gap_text
from pkoquiz.exporters.moodle.xml import Formatted, cdata, decimal, name_of, text_element
from pkoquiz.question import (
    Accepted,
    Choice,
    Cloze,
    Essay,
    Flashcard,
    Matching,
    Multiple,
    Numerical,
    Option,
    Ordering,
    Question,
    ShortAnswer,
    TrueFalse,
)

_THIRD = "0.3333333"
_NAME = 120
"""Characters of a question's name: what a question bank's list shows on one line."""


def element(bank: Bank, question: Question, formatted: Formatted, notes: list[Note]) -> str:
    """The `<question>` element; what had to be adapted is added to `notes`."""
    match question:
        case Choice() | Multiple():
            kind, body, penalty = "multichoice", _choice(question, formatted, notes), _THIRD
        case TrueFalse():
            kind, body, penalty = "truefalse", _truefalse(question, formatted), "1"
        case Matching():
            kind, body, penalty = "matching", _matching(question, formatted), _THIRD
        case Ordering():
            kind, body, penalty = "ordering", _ordering(question, formatted), _THIRD
        case ShortAnswer() if question.rubric:
            notes.append(
                Note(
                    "short answers with a rubric become essays that a person grades",
                    question.id,
                    question.place,
                )
            )
            kind, body, penalty = "essay", _graded(bank, question, formatted), "0"
        case ShortAnswer():
            kind, body, penalty = "shortanswer", _shortanswer(question, formatted, notes), _THIRD
        case Numerical():
            kind, body, penalty = "numerical", _numerical(question, formatted), _THIRD
        case Cloze():
            kind, body, penalty = "cloze", "", _THIRD
        case Essay():
            kind, body, penalty = "essay", _graded(bank, question, formatted), "0"
        case Flashcard():
            raise ValueError("flashcards are left out before")  # our own bug, never the user's
        case _ as unreachable:
            assert_never(unreachable)
    head = [
        f'<question type="{kind}">',
        f"<name>{text_element(_name(question))}</name>",
        _question_text(question, formatted, notes),
        _general_feedback(bank, question, formatted),
        "" if isinstance(question, Cloze) else f"<defaultgrade>{decimal(question.points)}</defaultgrade>",
        f"<penalty>{penalty}</penalty>",
        "<hidden>0</hidden>",
        f"<idnumber>{question.id}</idnumber>",
        body,
        _hints(question, formatted),
        _tags(question),
        "</question>",
    ]
    return "\n".join(part for part in head if part) + "\n"


def _name(question: Question) -> str:
    stem = question.stem
    if isinstance(question, Cloze):
        for number in range(1, len(question.gaps) + 1):
            stem = stem.replace(f"{{{{{number}}}}}", "___")
    return name_of(f"{question.id}: {markup.plain(stem)}", _NAME)


def _question_text(question: Question, formatted: Formatted, notes: list[Note]) -> str:
    html, files = formatted.html(question.stem)
    match question:
        case Cloze():
            html = gap_text(question, html, notes)
        case Multiple():
            html += f"<p><em>{_scoring(question, notes)}</em></p>"
        case Numerical() if question.unit:
            html += markup.html(f"*Answer in {question.unit}; write the number alone.*")
        case _:
            pass
    return formatted.ready("questiontext", html, files)


def _scoring(question: Multiple, notes: list[Note]) -> str:
    keys = sum(option.correct for option in question.options)
    wrong = len(question.options) - keys
    if question.scoring == "exact":
        reason = (
            "all-or-nothing scoring is not in Moodle: wrong choices take all points, missing ones their share"
        )
        notes.append(Note(reason, question.id, question.place))
        return "Choose all that apply. A wrong choice takes all points."
    earns = "all points" if keys == 1 else f"1/{keys} of the points"
    takes = "all points" if wrong == 1 else f"1/{wrong} of the points"
    return f"Choose all that apply. Each right choice earns {earns}, each wrong one takes away {takes}."


def _general_feedback(bank: Bank, question: Question, formatted: Formatted) -> str:
    html, files = formatted.html(question.explain)
    working, more = formatted.html(question.working) if isinstance(question, Numerical) else ("", "")
    if isinstance(question, Matching):
        # Moodle has no place for a word on a single pair, so all of them are told afterwards.
        for pair in question.pairs:
            if pair.feedback:
                told, files_of_pair = formatted.html(pair.feedback)
                html += f"<p><strong>{markup.inline_html(pair.premise)} – {escape(pair.response, quote=False)}</strong></p>{told}"
                files += files_of_pair
    rest = explanation_html(bank, question.model_copy(update={"explain": ""}))
    return formatted.ready("generalfeedback", html + working + rest, files + more)


def _answer(formatted: Formatted, fraction: str, text: str, feedback: str, *, inside: str = "") -> str:
    """An answer that is plain text."""
    told = formatted.block("feedback", feedback)
    return f'<answer fraction="{fraction}" format="plain_text">{text_element(text)}{inside}{told}</answer>'


def _combined(
    formatted: Formatted, right: str = "Right.", partly: str = "Partly right.", wrong: str = "Not right."
) -> str:
    said = {"correctfeedback": right, "partiallycorrectfeedback": partly, "incorrectfeedback": wrong}
    return (
        "\n".join(formatted.ready(tag, f"<p>{text}</p>") for tag, text in said.items())
        + "\n<shownumcorrect/>"
    )


def _choice(question: Choice | Multiple, formatted: Formatted, notes: list[Note]) -> str:
    options = list(question.options)
    sizes = magnitudes([option.text for option in options])
    if sizes is not None:
        options = [option for _, option in sorted(zip(sizes, options, strict=True), key=lambda pair: pair[0])]
    shuffle = question.shuffle and sizes is None and not any(option.pin for option in options)
    if question.shuffle and any(option.pin for option in options):
        notes.append(
            Note(
                "Moodle cannot pin single options: this question is not shuffled", question.id, question.place
            )
        )
    single = isinstance(question, Choice)
    right, wrong = ("100", "0") if single else _fractions(question, notes)
    parts = [
        f"<single>{'true' if single else 'false'}</single>",
        f"<shuffleanswers>{'true' if shuffle else 'false'}</shuffleanswers>",
        "<answernumbering>abc</answernumbering>",
        "<showstandardinstruction>0</showstandardinstruction>",
        _combined(formatted),
        *(_option(formatted, option, right if option.correct else wrong) for option in options),
    ]
    return "\n".join(parts)


def _fractions(question: Choice | Multiple, notes: list[Note]) -> tuple[str, str]:
    """Shares of a right and of a wrong choice; choosing everything comes to nothing."""
    keys = sum(option.correct for option in question.options)
    wrong = len(question.options) - keys
    right, exact = even_share(keys)
    lost, _ = even_share(wrong)
    if not exact:
        notes.append(
            Note(
                f"Moodle has no share of 1/{keys}: the nearest is {right} per cent",
                question.id,
                question.place,
            )
        )
    if isinstance(question, Multiple) and question.scoring == "exact":
        lost = "100"
    return right, f"-{lost}"


def _option(formatted: Formatted, option: Option, fraction: str) -> str:
    html, files = formatted.html(option.text, inline=True)
    told = formatted.block("feedback", option.feedback)
    return f'<answer fraction="{fraction}" format="html">{text_element(html)}{files}{told}</answer>'


def _truefalse(question: TrueFalse, formatted: Formatted) -> str:
    parts = []
    for verdict, feedback in ((True, question.feedback.true), (False, question.feedback.false)):
        fraction = "100" if question.answer is verdict else "0"
        told = formatted.block("feedback", feedback)
        text = "true" if verdict else "false"
        parts.append(
            f'<answer fraction="{fraction}" format="moodle_auto_format"><text>{text}</text>{told}</answer>'
        )
    return "\n".join(parts)


def _matching(question: Matching, formatted: Formatted) -> str:
    parts = ["<shuffleanswers>true</shuffleanswers>", _combined(formatted)]
    for pair in question.pairs:
        html, files = formatted.html(pair.premise, inline=True)
        answer = f"<answer>{text_element(pair.response)}</answer>"
        parts.append(f'<subquestion format="html">{text_element(html)}{files}{answer}</subquestion>')
    for extra in question.extras:
        parts.append(
            f'<subquestion format="html"><text></text><answer>{text_element(extra)}</answer></subquestion>'
        )
    return "\n".join(parts)


def _ordering(question: Ordering, formatted: Formatted) -> str:
    parts = [
        "<layouttype>VERTICAL</layouttype>",
        "<selecttype>ALL</selecttype>",
        f"<selectcount>{len(question.sequence)}</selectcount>",
        "<gradingtype>RELATIVE_TO_CORRECT</gradingtype>",
        "<showgrading>SHOW</showgrading>",
        "<numberingstyle>none</numberingstyle>",
        # Without `shownumcorrect` the importer of 4.5 makes hints out of nothing, and the import dies.
        _combined(formatted).replace("<shownumcorrect/>", "<shownumcorrect>1</shownumcorrect>"),
    ]
    for step in question.sequence:
        html, files = formatted.html(step, inline=True)
        parts.append(f'<answer fraction="1.0000000" format="html">{text_element(html)}{files}</answer>')
    return "\n".join(parts)


def credit_of(answer: Accepted, question: Question, notes: list[Note]) -> str:
    """The listed share nearest to what the author gave."""
    fraction, exact = nearest(answer.credit)
    if not exact:
        notes.append(
            Note(
                f"Moodle has no share of {answer.credit} per cent: the nearest is {fraction}",
                question.id,
                question.place,
            )
        )
    return fraction


def _shortanswer(question: ShortAnswer, formatted: Formatted, notes: list[Note]) -> str:
    parts = [f"<usecase>{int(question.case_sensitive)}</usecase>"]
    for answer in question.answers:
        fraction = credit_of(answer, question, notes)
        parts.append(_answer(formatted, fraction, _literal(answer.text), answer.feedback))
    parts += [_answer(formatted, "0", _literal(slip.text), slip.feedback) for slip in question.wrong]
    if question.otherwise:
        parts.append(_answer(formatted, "0", "*", question.otherwise))
    return "\n".join(parts)


def _literal(text: str) -> str:
    """A star is a wildcard in Moodle; the author meant a star."""
    return text.replace("*", "\\*")


def _numerical(question: Numerical, formatted: Formatted) -> str:
    def answer(value: Decimal, tolerance: Decimal, fraction: str, feedback: str) -> str:
        inside = f"<tolerance>{decimal(tolerance)}</tolerance>"
        return _answer(formatted, fraction, decimal(value), feedback, inside=inside)

    parts = [answer(question.answer, question.tolerance, "100", "")]
    parts += [answer(slip.value, slip.tolerance, "0", slip.feedback) for slip in question.wrong]
    if question.otherwise:
        inside = "<tolerance>0</tolerance>"
        parts.append(_answer(formatted, "0", "*", question.otherwise, inside=inside))
    parts += [
        "<unitgradingtype>0</unitgradingtype>",
        "<unitpenalty>0.1</unitpenalty>",
        "<showunits>3</showunits>",
        "<unitsleft>0</unitsleft>",
    ]
    return "\n".join(parts)


def _graded(bank: Bank, question: Essay | ShortAnswer, formatted: Formatted) -> str:
    short = isinstance(question, ShortAnswer)
    model = question.answers[0].text if isinstance(question, ShortAnswer) else question.model_answer
    lines = 5 if short else max(10, min(40, int(question.points) * 2))
    rubric = "".join(
        f"<li><strong>{decimal(line.points)}</strong>: {markup.inline_html(line.text)}</li>"
        for line in question.rubric
    )
    html, files = (f"<p>{escape(model, quote=False)}</p>", "") if short else formatted.html(model)
    info = f"<p><strong>Rubric</strong></p><ul>{rubric}</ul><p><strong>Model answer</strong></p>{html}"
    limits = ""
    if isinstance(question, Essay):
        limits = f"<minwordlimit>{question.min_words or ''}</minwordlimit><maxwordlimit>{question.max_words or ''}</maxwordlimit>"
        limits = limits.replace("<minwordlimit></minwordlimit>", "").replace(
            "<maxwordlimit></maxwordlimit>", ""
        )
    return "\n".join(
        part
        for part in (
            f"<responseformat>{'plain' if short else 'editor'}</responseformat>",
            "<responserequired>1</responserequired>",
            f"<responsefieldlines>{lines}</responsefieldlines>",
            limits,
            "<attachments>0</attachments>",
            "<attachmentsrequired>0</attachmentsrequired>",
            formatted.ready("graderinfo", info + sources_html(bank, question), files),
            formatted.ready("responsetemplate", ""),
        )
        if part
    )


def _hints(question: Question, formatted: Formatted) -> str:
    counted = "<shownumcorrect/>" if isinstance(question, Multiple | Matching | Ordering | Cloze) else ""
    parts = []
    for hint in question.hints:
        html, files = formatted.html(hint, inline=True)
        parts.append(f'<hint format="html">{text_element(html)}{files}{counted}</hint>')
    return "\n".join(parts)


def _tags(question: Question) -> str:
    told = [
        f"objective {question.objective}" if question.objective else "",
        f"bloom {question.bloom}",
        f"difficulty {question.difficulty}",
        f"section {question.section}",
        *question.tags,
    ]
    return "<tags>" + "".join(f"<tag><text>{cdata(tag)}</text></tag>" for tag in told if tag) + "</tags>"
