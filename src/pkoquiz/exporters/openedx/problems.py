"""Each task as an Open edX problem.

Problems are XML. The engine replaces `$name` with its own variables and treats `_or_` in an answer
as a separator, so questions with such answers are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.feedback import escaped
from pkoquiz.exporters.lms import Media, QuizTask, Report, as_xhtml, legal, xml
from pkoquiz.language import say
from pkoquiz.model.answers import Blank, Blanks, Number, Options, Pairs, Steps, Verdict, Written
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question

_REPLACED = re.compile(r"\$[A-Za-z_]|_or_", re.IGNORECASE)


def problem_of(
    bank: Bank, question: Question, task: QuizTask, media: Media, report: Report
) -> str | None:
    """Return the file of a problem, or None with a report if Open edX would misread it."""
    if any(_REPLACED.search(text) for text in _compared(task)):
        report("question left out: an answer contains `$name` or `_or_`, which Open edX interprets")
        return None
    gaps = [_blank(index) for index in range(_count(task))]
    stem = lms.stem_html(question, _without_rule(task), media.show, gaps)
    general = lms.general_html(
        bank, question, task, media.show, mistakes=isinstance(task, Number), inline_style=True
    )
    if isinstance(task, Blanks):
        general = _other_answers(task) + general
    for source in dict.fromkeys(media.missing):
        report(f"the file {source} is missing: its description is shown instead")
    media.missing.clear()
    hints = "".join(f"<hint>{_inline(hint, media)}</hint>" for hint in question.hints)
    return (
        f'<problem display_name="{question.id}" weight="{number(question.points)}">\n'
        f"{as_xhtml(stem)}\n{_responses(question, task, media)}"
        f'<solution>\n<div class="detailed-solution">{as_xhtml(general)}</div>\n</solution>\n'
        + (f"<demandhint>{hints}</demandhint>\n" if hints else "")
        + "</problem>\n"
    )


def _compared(task: QuizTask) -> Iterable[str]:
    """Yield the texts that the engine compares with what learners choose or type."""
    match task:
        case Blanks(blanks=blanks):
            for blank in blanks:
                yield from (answer.text for answer in blank.answers)
                yield from (slip.text for slip in blank.wrong)
        case Pairs(responses=responses):
            yield from responses
        case _:
            pass


def _without_rule(task: QuizTask) -> QuizTask:
    """Return the task with `exact` set, since Open edX scores several options together."""
    if isinstance(task, Options) and task.several:
        return Options(task.options, True, True, task.order)
    return task


def _count(task: QuizTask) -> int:
    return len(task.blanks) if isinstance(task, Blanks) and task.in_stem else 0


def _blank(index: int) -> str:
    return f"<strong>({index + 1})</strong> ____"


def _other_answers(task: Blanks) -> str:
    """Return the feedback on any other answer, for which Open edX has no element."""
    html = ""
    for blank in task.blanks:
        if blank.otherwise:
            html += f"<li>{say(phrases.ANY_OTHER_ANSWER)}: {markup.html(blank.otherwise)}</li>"
    return legal(f"<p>{say(phrases.ON_ANSWERS)}</p><ul>{html}</ul>") if html else ""


def _responses(question: Question, task: QuizTask, media: Media) -> str:
    match task:
        case Options(several=True):
            return _several(task, media)
        case Options():
            return _single(task, media)
        case Verdict():
            return _verdict(task, media)
        case Pairs():
            return _pairs(question, task, media)
        case Steps():
            return _steps(question, task, media)
        case Blanks():
            return "".join(
                _typed(task, index, blank, media) for index, blank in enumerate(task.blanks)
            )
        case Number():
            return _number(task)
        case Written():
            return ""  # the table of fields leaves essays out
        case _ as never:
            assert_never(never)


# --- choices --------------------------------------------------------------------------------------


def _single(task: Options, media: Media) -> str:
    choices = "".join(
        f'<choice correct="{_word(task.options[index].correct)}"'
        f"{_fixed(task.options[index].pin)}>{_inline(task.options[index].text, media)}"
        f"{_hint('choicehint', task.options[index].feedback, media)}</choice>\n"
        for index in task.order or range(len(task.options))
    )
    shuffle = "" if task.order else ' shuffle="true"'
    return (
        f'<multiplechoiceresponse>\n<choicegroup type="MultipleChoice"{shuffle}>\n{choices}'
        "</choicegroup>\n</multiplechoiceresponse>\n"
    )


def _several(task: Options, media: Media) -> str:
    choices = "".join(
        f'<choice correct="{_word(task.options[index].correct)}">'
        f"{_inline(task.options[index].text, media)}"
        f"{_hint('choicehint', task.options[index].feedback, media, selected='true')}</choice>\n"
        for index in task.order or range(len(task.options))
    )
    return f"<choiceresponse>\n<checkboxgroup>\n{choices}</checkboxgroup>\n</choiceresponse>\n"


def _verdict(task: Verdict, media: Media) -> str:
    answers = ((True, say(phrases.TRUE), task.if_true), (False, say(phrases.FALSE), task.if_false))
    choices = "".join(
        f'<choice correct="{_word(verdict == task.right)}">{text}'
        f"{_hint('choicehint', said, media)}</choice>\n"
        for verdict, text, said in answers
    )
    return (
        f'<multiplechoiceresponse>\n<choicegroup type="MultipleChoice">\n{choices}'
        "</choicegroup>\n</multiplechoiceresponse>\n"
    )


def _word(value: bool) -> str:
    return "true" if value else "false"


def _fixed(pin: bool) -> str:
    return ' fixed="true"' if pin else ""


# --- menus ----------------------------------------------------------------------------------------


def _pairs(question: Question, task: Pairs, media: Media) -> str:
    order = lms.scrambled(question, len(task.responses))
    menus = []
    for pair, key in zip(task.pairs, task.keys, strict=True):
        options = [
            (task.responses[index], index == key, pair.feedback if index == key else "")
            for index in order
        ]
        menus.append(_menu(_inline(pair.premise, media), options, media))
    return "".join(menus)


def _steps(question: Question, task: Steps, media: Media) -> str:
    """Return a menu of positions for each step: each right one earns an equal share."""
    order = lms.scrambled(question, len(task.steps))
    places = range(len(task.steps))
    return "".join(
        _menu(
            _inline(task.steps[index], media),
            [(str(place + 1), place == index, "") for place in places],
            media,
        )
        for index in order
    )


def _menu(label: str, options: Iterable[tuple[str, bool, str]], media: Media) -> str:
    choices = "".join(
        f'<option correct="{"True" if right else "False"}">{xml(choice_text(text))}'
        f"{_hint('optionhint', said, media)}</option>\n"
        for text, right, said in options
    )
    return (
        f"<optionresponse>\n<label>{label}</label>\n<optioninput>\n{choices}</optioninput>\n"
        "</optionresponse>\n"
    )


def choice_text(text: str) -> str:
    """Return the text of a menu's choice on one line.

    The engine quotes the text with `'`, so this sign becomes a typographic apostrophe.
    """
    return " ".join(text.split()).replace("'", "’")


# --- what is typed --------------------------------------------------------------------------------


def _typed(task: Blanks, index: int, blank: Blank, media: Media) -> str:
    best, *others = blank.answers
    label = f"<label>({index + 1})</label>\n" if task.in_stem else ""
    if blank.hint:
        label += f"<description>{_inline(blank.hint, media)}</description>\n"
    kind = "" if task.case_sensitive else ' type="ci"'
    answers = "".join(
        f'<additional_answer answer="{xml(_line(answer.text))}">'
        f"{_hint('correcthint', answer.feedback, media)}</additional_answer>\n"
        for answer in others
    )
    slips = "".join(
        f'<stringequalhint answer="{xml(_line(slip.text))}">'
        f"{as_xhtml(legal(markup.html(slip.feedback, media.show)))}</stringequalhint>\n"
        for slip in blank.wrong
    )
    return (
        f'<stringresponse answer="{xml(_line(best.text))}"{kind}>\n{label}'
        f"{_hint('correcthint', best.feedback, media)}{answers}{slips}"
        '<textline size="20"/>\n</stringresponse>\n'
    )


def _number(task: Number) -> str:
    return (
        f'<numericalresponse answer="{number(task.value)}">\n'
        f'<responseparam type="tolerance" default="{number(task.tolerance)}"/>\n'
        "<formulaequationinput/>\n</numericalresponse>\n"
    )


# --- texts ----------------------------------------------------------------------------------------


def _line(text: str) -> str:
    return " ".join(text.split())


def _hint(tag: str, text: str, media: Media, *, selected: str = "") -> str:
    """Return feedback on one answer."""
    if not text:
        return ""
    html = as_xhtml(legal(markup.html(text, media.show)))
    attribute = f' selected="{selected}"' if selected else ""
    return f"<{tag}{attribute}>{html}</{tag}>"


def _inline(text: str, media: Media) -> str:
    html = markup.inline_html(text, media.show)
    return as_xhtml(legal(html if html.strip() else escaped(text)))
