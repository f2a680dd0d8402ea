"""Each task as a QTI 2.1 item: declarations, body, response processing, feedback.

`FEEDBACKMODAL` begins with the general feedback, and the feedback on an answer is added. It is
never NULL, because some players cannot add to NULL.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.feedback import escaped, replies_by_blank
from pkoquiz.exporters.lms import Media, QuizTask, Report, xml
from pkoquiz.exporters.qti.xhtml import xhtml
from pkoquiz.language import say
from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Reply, Steps, Verdict, Written
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question

NAMESPACE = (
    'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:schemaLocation="http://www.imsglobal.org/xsd/imsqti_v2p1 '
    'http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"'
)

_RESPONSE = '<variable identifier="RESPONSE_1"/>'
_CORRECT = '<correct identifier="RESPONSE_1"/>'
_IS_CORRECT = f"<match>{_RESPONSE}{_CORRECT}</match>"


@dataclass(frozen=True, slots=True)
class _Body:
    """The parts of an item that depend on the question type."""

    declarations: str
    interaction: str
    """Elements after the stem; empty if the interactions are in the stem."""
    scoring: str
    """The rules that set SCORE."""
    feedback: Sequence[tuple[str, str]] = ()
    """(identifier, HTML) of the feedback on single answers."""
    telling: str = ""
    """The rules that add feedback on single answers."""
    gaps: Sequence[str] = field(default_factory=tuple)


def item_of(bank: Bank, question: Question, task: QuizTask, media: Media, report: Report) -> str:
    """Return the file of an item."""
    body = _body(question, task, media)
    stem = xhtml(lms.stem_html(question, task, media.show, body.gaps))
    general = lms.general_html(bank, question, task, media.show, inline_style=False)
    for source in dict.fromkeys(media.missing):
        report(f"the file {source} is missing: its description is shown instead")
    media.missing.clear()
    feedback = [("general", general), *((name, html) for name, html in body.feedback if html)]
    modal = "".join(
        f'<modalFeedback identifier="{name}" outcomeIdentifier="FEEDBACKMODAL" showHide="show">'
        f"{xhtml(html)}</modalFeedback>\n"
        for name, html in feedback
    )
    general_rule = _set("FEEDBACKMODAL", f"<multiple>{_base('identifier', 'general')}</multiple>")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentItem {NAMESPACE} '
        f'identifier="{lms.identifier(question.id)}" title="{question.id}" adaptive="false" '
        f'timeDependent="false" xml:lang="{bank.course.language}" toolName="pkoquiz">\n'
        f"{body.declarations}{_outcomes(question)}<itemBody>\n{stem}{body.interaction}</itemBody>\n"
        f"<responseProcessing>\n{general_rule}{body.scoring}{_limits()}{_basic(body)}"
        f"{body.telling}</responseProcessing>\n{modal}</assessmentItem>\n"
    )


def _body(question: Question, task: QuizTask, media: Media) -> _Body:
    match task:
        case Options(several=True):
            return _several(question, task, media)
        case Options():
            return _single(task, media)
        case Verdict():
            return _verdict(task, media)
        case Pairs():
            return _pairs(question, task, media)
        case Steps():
            return _steps(question, task, media)
        case Blanks():
            return _blanks(question, task, media)
        case Number():
            return _number(task, media)
        case Written():
            return _essay(task)
        case _ as never:
            assert_never(never)


# --- outcomes and rules ---------------------------------------------------------------------------


def _outcomes(question: Question) -> str:
    scores = (("SCORE", "0"), ("MAXSCORE", number(question.points)), ("MINSCORE", "0"))
    return "".join(
        f'<outcomeDeclaration identifier="{name}" cardinality="single" baseType="float">'
        f"<defaultValue><value>{value}</value></defaultValue></outcomeDeclaration>\n"
        for name, value in scores
    ) + (
        '<outcomeDeclaration identifier="FEEDBACKBASIC" cardinality="single" '
        'baseType="identifier"><defaultValue><value>empty</value></defaultValue>'
        "</outcomeDeclaration>\n"
        '<outcomeDeclaration identifier="FEEDBACKMODAL" cardinality="multiple" '
        'baseType="identifier"/>\n'
    )


def _limits() -> str:
    """Return the rules that keep SCORE within its limits."""
    score = '<variable identifier="SCORE"/>'
    return "".join(
        _if((f'<{test}>{score}<variable identifier="{limit}"/></{test}>', _set_variable(limit)))
        for test, limit in (("gt", "MAXSCORE"), ("lt", "MINSCORE"))
    )


def _basic(body: _Body) -> str:
    """Return the rule that sets FEEDBACKBASIC to `correct` or `incorrect`."""
    if not body.scoring:
        return ""
    full = '<gte><variable identifier="SCORE"/><variable identifier="MAXSCORE"/></gte>'
    basic = "FEEDBACKBASIC"
    return _if(
        (f"<isNull>{_RESPONSE}</isNull>", _set(basic, _base("identifier", "empty"))),
        (full, _set(basic, _base("identifier", "correct"))),
        otherwise=_set(basic, _base("identifier", "incorrect")),
    )


def _if(*branches: tuple[str, str], otherwise: str = "") -> str:
    """Return a condition with (test, rules) of each branch."""
    (test, rules), *others = branches
    parts = [f"<responseIf>{test}{rules}</responseIf>"]
    parts += [f"<responseElseIf>{test}{rules}</responseElseIf>" for test, rules in others]
    parts += [f"<responseElse>{otherwise}</responseElse>"] * bool(otherwise)
    return f"<responseCondition>{''.join(parts)}</responseCondition>\n"


def _set(outcome: str, value: str) -> str:
    return f'<setOutcomeValue identifier="{outcome}">{value}</setOutcomeValue>'


def _set_variable(name: str) -> str:
    return _set("SCORE", f'<variable identifier="{name}"/>')


def _add(value: str) -> str:
    return _set("SCORE", f'<sum><variable identifier="SCORE"/>{value}</sum>')


def _tell(name: str) -> str:
    shown = f'<variable identifier="FEEDBACKMODAL"/>{_base("identifier", name)}'
    return _set("FEEDBACKMODAL", f"<multiple>{shown}</multiple>")


# A branch without any rule is valid, but engines warn of it.
_TELL_NOTHING = _set("FEEDBACKMODAL", '<variable identifier="FEEDBACKMODAL"/>')


def _base(type: str, value: str) -> str:
    return f'<baseValue baseType="{type}">{xml(value)}</baseValue>'


def _response(cardinality: str, type: str, values: Iterable[str], mapping: str = "") -> str:
    correct = "".join(f"<value>{xml(value)}</value>" for value in values)
    correct = f"<correctResponse>{correct}</correctResponse>" if correct else ""
    return (
        f'<responseDeclaration identifier="RESPONSE_1" cardinality="{cardinality}" '
        f'baseType="{type}">{correct}{mapping}</responseDeclaration>\n'
    )


def _mapping(entries: Iterable[tuple[str, Decimal]], points: Decimal) -> str:
    """Return the mapping of answers to shares; the upper limit makes their sum exact."""
    listed = "".join(
        f'<mapEntry mapKey="{xml(key)}" mappedValue="{number(value)}"/>' for key, value in entries
    )
    return (
        f'<mapping lowerBound="0" upperBound="{number(points)}" defaultValue="0">{listed}</mapping>'
    )


def _share(points: Decimal, count: int) -> Decimal:
    """Return one of `count` equal shares, rounded up so that binary numbers reach `points`."""
    least = Decimal("1e-12")
    return points if count == 1 else (points / count).quantize(least, rounding=ROUND_UP) + least


# --- choices --------------------------------------------------------------------------------------


def _choices(task: Options, media: Media) -> str:
    order = task.order or range(len(task.options))
    choices = "".join(
        f'<simpleChoice identifier="option_{index + 1}"{_fixed(task, index)}>'
        f"{_inline(task.options[index].text, media)}</simpleChoice>\n"
        for index in order
    )
    return (
        f'<choiceInteraction responseIdentifier="RESPONSE_1" '
        f'shuffle="{"false" if task.order else "true"}" maxChoices="{0 if task.several else 1}">\n'
        f"{choices}</choiceInteraction>\n"
    )


def _fixed(task: Options, index: int) -> str:
    return ' fixed="true"' if task.options[index].pin else ""


def _option_feedback(task: Options, media: Media) -> list[tuple[str, str]]:
    return [
        (f"feedback_{index}", _block(option.feedback, media))
        for index, option in enumerate(task.options, 1)
    ]


def _single(task: Options, media: Media) -> _Body:
    return _Body(
        _response("single", "identifier", [f"option_{task.keys[0] + 1}"]),
        _choices(task, media),
        _if((_IS_CORRECT, _set_variable("MAXSCORE"))),
        _option_feedback(task, media),
        "".join(
            _if((_match(f"option_{index}"), _tell(f"feedback_{index}")))
            for index, option in enumerate(task.options, 1)
            if option.feedback
        ),
    )


def _match(identifier: str) -> str:
    return f"<match>{_RESPONSE}{_base('identifier', identifier)}</match>"


def _several(question: Question, task: Options, media: Media) -> _Body:
    keys = [f"option_{index + 1}" for index in task.keys]
    right = _share(question.points, len(keys))
    wrong = _share(question.points, len(task.options) - len(keys))
    entries = [
        (f"option_{index}", right if option.correct else -wrong)
        for index, option in enumerate(task.options, 1)
    ]
    rule = _if((_IS_CORRECT, _set_variable("MAXSCORE")))
    if not task.exact:
        rule = _set("SCORE", '<mapResponse identifier="RESPONSE_1"/>') + "\n"
    return _Body(
        _response("multiple", "identifier", keys, _mapping(entries, question.points)),
        _choices(task, media),
        rule,
        _option_feedback(task, media),
        "".join(
            _if(
                (
                    f"<member>{_base('identifier', f'option_{index}')}{_RESPONSE}</member>",
                    _tell(f"feedback_{index}"),
                )
            )
            for index, option in enumerate(task.options, 1)
            if option.feedback
        ),
    )


def _verdict(task: Verdict, media: Media) -> _Body:
    answers = (
        ("true", say(phrases.TRUE), task.if_true),
        ("false", say(phrases.FALSE), task.if_false),
    )
    choices = "".join(
        f'<simpleChoice identifier="{name}">{escaped(text)}</simpleChoice>\n'
        for name, text, _ in answers
    )
    return _Body(
        _response("single", "identifier", ["true" if task.right else "false"]),
        '<choiceInteraction responseIdentifier="RESPONSE_1" shuffle="false" maxChoices="1">\n'
        f"{choices}</choiceInteraction>\n",
        _if((_IS_CORRECT, _set_variable("MAXSCORE"))),
        [(f"feedback_{name}", _block(said, media)) for name, _, said in answers],
        "".join(
            _if((_match(name), _tell(f"feedback_{name}"))) for name, _, said in answers if said
        ),
    )


# --- matching and ordering ------------------------------------------------------------------------


def _pairs(question: Question, task: Pairs, media: Media) -> _Body:
    pairs = [f"premise_{index} response_{key + 1}" for index, key in enumerate(task.keys, 1)]
    share = _share(question.points, len(pairs))
    premises = "".join(
        f'<simpleAssociableChoice identifier="premise_{index}" matchMax="1">'
        f"{_inline(pair.premise, media)}</simpleAssociableChoice>\n"
        for index, pair in enumerate(task.pairs, 1)
    )
    responses = "".join(
        f'<simpleAssociableChoice identifier="response_{index + 1}" matchMax="0">'
        f"{escaped(task.responses[index])}</simpleAssociableChoice>\n"
        for index in lms.scrambled(question, len(task.responses))
    )
    mapping = _mapping(((pair, share) for pair in pairs), question.points)
    return _Body(
        _response("multiple", "directedPair", pairs, mapping),
        f'<matchInteraction responseIdentifier="RESPONSE_1" shuffle="true" '
        f'maxAssociations="{len(pairs)}">\n<simpleMatchSet>\n{premises}</simpleMatchSet>\n'
        f"<simpleMatchSet>\n{responses}</simpleMatchSet>\n</matchInteraction>\n",
        _set("SCORE", '<mapResponse identifier="RESPONSE_1"/>') + "\n",
    )


def _steps(question: Question, task: Steps, media: Media) -> _Body:
    """Return an ordering in which each step in its place earns an equal share, as on paper."""
    order = lms.scrambled(question, len(task.steps))
    names = [f"step_{order.index(index) + 1}" for index in range(len(order))]
    choices = "".join(
        f'<simpleChoice identifier="step_{place}">{_inline(task.steps[index], media)}'
        "</simpleChoice>\n"
        for place, index in enumerate(order, 1)
    )
    share = _base("float", number(_share(question.points, len(names))))
    rules = "".join(
        _if(
            (
                f'<match><index n="{place}">{_RESPONSE}</index>{_base("identifier", name)}</match>',
                _add(share),
            )
        )
        for place, name in enumerate(names, 1)
    )
    return _Body(
        _response("ordered", "identifier", names),
        '<orderInteraction responseIdentifier="RESPONSE_1" shuffle="true">\n'
        f"{choices}</orderInteraction>\n",
        rules,
    )


# --- what is typed --------------------------------------------------------------------------------


def _entry(response: int) -> str:
    return f'<textEntryInteraction responseIdentifier="RESPONSE_{response}" expectedLength="20"/>'


def _blanks(question: Question, task: Blanks, media: Media) -> _Body:
    declarations, scoring, telling, gaps = [], [], [], []
    feedback: list[tuple[str, str]] = []
    case = "true" if task.case_sensitive else "false"
    worth = _share(question.points, len(task.blanks))
    for place, (replies, blank) in enumerate(
        zip(replies_by_blank(question), task.blanks, strict=True), 1
    ):
        entries = "".join(
            f'<mapEntry mapKey="{xml(_line(answer.text))}" '
            f'mappedValue="{number(worth * answer.credit / 100)}" caseSensitive="{case}"/>'
            for answer in blank.answers
        )
        declarations.append(
            f'<responseDeclaration identifier="RESPONSE_{place}" cardinality="single" '
            f'baseType="string"><correctResponse><value>{xml(_line(blank.answers[0].text))}</value>'
            f'</correctResponse><mapping defaultValue="0">{entries}</mapping>'
            "</responseDeclaration>\n"
        )
        scoring.append(_add(f'<mapResponse identifier="RESPONSE_{place}"/>') + "\n")
        telling.append(_reply_rules(place, replies, case))
        feedback += [
            (f"feedback_{place}_{index}", _block(reply.said, media))
            for index, reply in enumerate(replies, 1)
        ]
        hint = f" <em>({markup.inline_html(blank.hint)})</em>" if blank.hint else ""
        gaps.append(_entry(place) + hint)
    return _Body(
        "".join(declarations),
        "" if task.in_stem else f"<p>{_entry(1)}</p>\n",
        "".join(scoring),
        feedback,
        "".join(telling),
        gaps,
    )


def _reply_rules(place: int, replies: Sequence[Reply], case: str) -> str:
    """Return the rule that adds the feedback on the text typed into one gap."""
    if not any(reply.said for reply in replies):
        return ""
    response = f'<variable identifier="RESPONSE_{place}"/>'
    branches = [(f"<isNull>{response}</isNull>", _TELL_NOTHING)]
    otherwise = ""
    for index, reply in enumerate(replies, 1):
        rule = _tell(f"feedback_{place}_{index}") if reply.said else _TELL_NOTHING
        if not reply.answer:
            otherwise = rule
            continue
        typed = _base("string", _line(reply.answer))
        branches.append(
            (f'<stringMatch caseSensitive="{case}">{response}{typed}</stringMatch>', rule)
        )
    return _if(*branches, otherwise=otherwise)


def _number(task: Number, media: Media) -> _Body:
    answers = [
        (task.value, task.tolerance, ""),
        *((w.value, w.tolerance, w.feedback) for w in task.wrong),
    ]
    feedback = [
        (f"feedback_{index}", _block(said, media)) for index, (_, _, said) in enumerate(answers)
    ]
    branches = [(f"<isNull>{_RESPONSE}</isNull>", _TELL_NOTHING)]
    for index, (value, tolerance, said) in enumerate(answers):
        equal = _equal(value, tolerance, _base("float", number(value)))
        branches.append((equal, _tell(f"feedback_{index}") if said else _TELL_NOTHING))
    if task.otherwise:
        feedback.append(("feedback_otherwise", _block(task.otherwise, media)))
    return _Body(
        _response("single", "float", [number(task.value)]),
        f"<p>{_entry(1)}</p>\n",
        _if((_equal(task.value, task.tolerance, _CORRECT), _set_variable("MAXSCORE"))),
        feedback,
        _if(*branches, otherwise=_tell("feedback_otherwise") if task.otherwise else ""),
    )


def _equal(value: Decimal, tolerance: Decimal, other: str) -> str:
    """Return the test whether a number is within the tolerance, both limits included."""
    mode = 'toleranceMode="exact"'
    if tolerance:
        width = _width(value, tolerance)
        mode = f'toleranceMode="absolute" tolerance="{width} {width}"'
    return f"<equal {mode}>{_RESPONSE}{other}</equal>"


def _width(value: Decimal, tolerance: Decimal) -> str:
    """Return the smallest tolerance with which binary numbers include both limits.

    Engines add the tolerance to the typed number and subtract it, and test whether the right number
    is in between.
    """
    middle, width = float(value), float(tolerance)
    low, high = float(value - tolerance), float(value + tolerance)
    while high - width > middle or low + width < middle:
        width = math.nextafter(width, math.inf)
    return number(Decimal(repr(width)))


def _essay(task: Written) -> _Body:
    lines = 5 if task.short else 15
    return _Body(
        _response("single", "string", []),
        f'<extendedTextInteraction responseIdentifier="RESPONSE_1" expectedLines="{lines}"/>\n',
        "",
    )


# --- texts ----------------------------------------------------------------------------------------


def _line(text: str) -> str:
    return " ".join(text.split())


def _inline(text: str, media: Media) -> str:
    html = markup.inline_html(text, media.show)
    return xhtml(html if html.strip() else escaped(text))


def _block(text: str, media: Media) -> str:
    return markup.html(text, media.show) if text else ""
