"""A pool in the form that Blackboard exports: QTI 1.2 with elements of its own.

Feedback on the question is written twice, for right and for wrong answers: Blackboard has no
general feedback. Idents are 32 hexadecimal digits, like Blackboard's own, and depend only on the id
of the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import assert_never

from pkoquiz import markup
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.blackboard.texts import gap_names, stem_of
from pkoquiz.exporters.feedback import block_html, escaped, grading_html
from pkoquiz.exporters.lms import QuizTask, described, xml
from pkoquiz.language import in_quotes, say
from pkoquiz.model.answers import Blanks, Number, Options, Pairs, Steps, Verdict, Written
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SIDECARS = {
    "res00001": ("CourseSettings", "course/x-bb-coursesetting"),
    "res00002": ("", "assessment/x-bb-qti-pool"),
    "res00003": ("Assessment Creation Settings", "course/x-bb-courseassessmentcreationsettings"),
    "res00004": ("LearnRubrics", "course/x-bb-rubrics"),
    "res00005": ("CSResourceLinks", "course/x-bb-csresourcelinks"),
    "res00006": ("Standard Alignments", "course/x-bb-stdsalignments"),
    "res00007": ("CourseRubricAssociation", "course/x-bb-crsrubricassocation"),
}
"""The resources of a package, with title and type. All except the pool are empty."""
_EMPTY = {
    "res00001": '<COURSE><ULTRASTATUS value="C"/></COURSE>',
    "res00003": "<ASSESSMENTCREATIONSETTINGS/>",
    "res00004": "<LEARNRUBRICS/>",
    "res00005": "<cms_resource_link_list/>",
    "res00006": "<STDS_ALIGNMENTS/>",
    "res00007": "<COURSERUBRICASSOCIATIONS/>",
}


def package(bank: Bank, items: Sequence[str]) -> dict[str, bytes]:
    """Return the files of a package with one pool."""
    title = xml(bank.course.title)
    resources = "".join(
        f'<resource bb:file="{name}.dat" bb:title="{label or title}" identifier="{name}" '
        f'type="{kind}" xml:base="{name}"/>\n'
        for name, (label, kind) in _SIDECARS.items()
    )
    files = {f"{name}.dat": f"{_HEAD}{content}\n" for name, content in _EMPTY.items()}
    files["res00002.dat"] = (
        f'{_HEAD}<questestinterop>\n<assessment title="{title}">\n'
        f"<assessmentmetadata>{_metadata('Assessment')}</assessmentmetadata>\n"
        f"<section>\n<sectionmetadata>{_metadata('Section')}</sectionmetadata>\n"
        f"{''.join(items)}</section>\n</assessment>\n</questestinterop>\n"
    )
    files["imsmanifest.xml"] = (
        f'{_HEAD}<manifest xmlns:bb="http://www.blackboard.com/content-packaging/" '
        'identifier="main_manifest">\n<organizations/>\n'
        f"<resources>\n{resources}</resources>\n</manifest>\n"
    )
    files[".bb-package-info"] = (
        "#Bb PackageInfo Property File\ncx.config.operation=EXPORT\n"
        f"cx.config.package.name={bank.course.short}\ncx.package.info.version=6.0\n"
    )
    # Blackboard's own packages have these folders.
    files |= {"csfiles/": "", "res00001/": ""}
    return {name: content.encode() for name, content in files.items()}


def _metadata(
    level: str, kind: str = "Multiple Choice", points: str = "0", object: str = ""
) -> str:
    identity = f"<bbmd_asi_object_id>{object}</bbmd_asi_object_id>" if object else ""
    return (
        f"{identity}<bbmd_asitype>{level}</bbmd_asitype>"
        "<bbmd_assessmenttype>Pool</bbmd_assessmenttype>"
        "<bbmd_sectiontype>Subsection</bbmd_sectiontype>"
        f"<bbmd_questiontype>{kind}</bbmd_questiontype>"
        "<bbmd_is_from_cartridge>false</bbmd_is_from_cartridge>"
        "<bbmd_is_disabled>false</bbmd_is_disabled>"
        "<bbmd_negative_points_ind>N</bbmd_negative_points_ind>"
        "<bbmd_canvas_fullcrdt_ind>false</bbmd_canvas_fullcrdt_ind>"
        "<bbmd_all_fullcredit_ind>false</bbmd_all_fullcredit_ind>"
        "<bbmd_numbertype>none</bbmd_numbertype><bbmd_partialcredit/>"
        "<bbmd_orientationtype>vertical</bbmd_orientationtype>"
        "<bbmd_is_extracredit>false</bbmd_is_extracredit>"
        f"<qmd_absolutescore_max>{points}</qmd_absolutescore_max>"
        "<qmd_weighting>0</qmd_weighting><qmd_instructornotes/>"
    )


@dataclass(frozen=True, slots=True)
class _Body:
    """The parts of an item that depend on the question type."""

    kind: str
    """Blackboard's name of the type."""
    responses: str
    conditions: str
    correct: str = ""
    """HTML for right answers, before the general feedback."""
    incorrect: str = ""
    feedback: Sequence[tuple[str, str]] = ()
    """(ident, HTML) on single options."""
    matches: str = ""


def item_of(bank: Bank, question: Question, task: QuizTask) -> str:
    """Return the item; empty for an ordering, which only the text file contains."""
    if isinstance(task, Steps):
        return ""
    body = _body(bank, question, task)
    general = lms.general_html(bank, question, task, described, mistakes=True, answers=True)
    if isinstance(task, Options) and task.several:
        general = _on_options(task) + general
    points = number(question.points)
    key = f"_{int(_ident(question, 'item')[:8], 16)}_1"
    shown = [
        ("correct", body.correct + general, _material),
        ("incorrect", body.incorrect + general, _material),
        *((ident, html, _solution) for ident, html in body.feedback if html),
    ]
    return (
        '<item maxattempts="0">\n'
        f"<itemmetadata>{_metadata('Item', body.kind, points, key)}</itemmetadata>\n"
        '<presentation><flow class="Block"><flow class="QUESTION_BLOCK">'
        f"{_formatted(stem_of(question, task))}</flow>\n"
        f'<flow class="RESPONSE_BLOCK">{body.responses}</flow>{body.matches}</flow>'
        '</presentation>\n<resprocessing scoremodel="SumOfScores"><outcomes><decvar '
        'varname="SCORE" vartype="Decimal" defaultval="0" minvalue="0" '
        f'maxvalue="{points}"/></outcomes>\n{body.conditions}{_incorrect()}</resprocessing>\n'
        + "".join(
            f'<itemfeedback ident="{ident}" view="All">{wrap(html)}</itemfeedback>\n'
            for ident, html, wrap in shown
        )
        + "</item>\n"
    )


def _on_options(task: Options) -> str:
    """Return the feedback on options as general feedback, if several options may be chosen."""
    listed = "".join(
        f"<li>{in_quotes(markup.inline_html(option.text, described))}: "
        f"{block_html(option.feedback, described)}</li>"
        for option in task.options
        if option.feedback
    )
    return f"<p>{say(phrases.ON_ANSWERS)}</p><ul>{listed}</ul>" if listed else ""


def _body(bank: Bank, question: Question, task: QuizTask) -> _Body:
    match task:
        case Options(several=True):
            return _several(question, task)
        case Options():
            return _single(question, task)
        case Verdict():
            return _verdict(task)
        case Pairs():
            return _pairs(question, task)
        case Blanks(in_stem=True):
            return _gaps(question, task)
        case Blanks():
            return _short_answer(question, task)
        case Number():
            return _number(question, task)
        case Written():
            return _essay(bank, question, task)
        case Steps():
            return _Body("", "", "")
        case _ as never:
            assert_never(never)


# --- types ----------------------------------------------------------------------------------------


def _choices(question: Question, task: Options) -> str:
    labels = "".join(
        f'<flow_label class="Block">{_label(_ident(question, index))}'
        f'<flow_mat class="FORMATTED_TEXT_BLOCK">{_html(_inline(task.options[index].text))}'
        "</flow_mat></response_label></flow_label>\n"
        for index in task.order or range(len(task.options))
    )
    shuffled = not task.order and not any(option.pin for option in task.options)
    return (
        f'<response_lid ident="response" rcardinality="{"Multiple" if task.several else "Single"}" '
        f'rtiming="No"><render_choice shuffle="{"Yes" if shuffled else "No"}" minnumber="0" '
        f'maxnumber="0">\n{labels}</render_choice></response_lid>'
    )


def _single(question: Question, task: Options) -> _Body:
    idents = [_ident(question, index) for index in range(len(task.options))]
    conditions = _correct(_equal(idents[task.keys[0]]))
    conditions += "".join(_to_option(ident) for ident in idents)
    feedback = [
        (ident, block_html(option.feedback, described))
        for ident, option in zip(idents, task.options, strict=True)
    ]
    return _Body("Multiple Choice", _choices(question, task), conditions, feedback=feedback)


def _several(question: Question, task: Options) -> _Body:
    tests = "".join(
        _equal(_ident(question, index))
        if option.correct
        else f"<not>{_equal(_ident(question, index))}</not>"
        for index, option in enumerate(task.options)
    )
    return _Body("Multiple Answer", _choices(question, task), _correct(f"<and>{tests}</and>"))


def _verdict(task: Verdict) -> _Body:
    labels = "".join(
        f'{_label(word)}<flow_mat class="Block"><material><mattext charset="us-ascii" '
        f'texttype="text/plain">{word}</mattext></material></flow_mat></response_label>'
        for word in ("true", "false")
    )
    responses = (
        '<response_lid ident="response" rcardinality="Single" rtiming="No">'
        '<render_choice shuffle="No" minnumber="0" maxnumber="0"><flow_label class="Block">'
        f"{labels}</flow_label></render_choice></response_lid>"
    )
    right, wrong = task.if_true, task.if_false
    if not task.right:
        right, wrong = wrong, right
    key = "true" if task.right else "false"
    return _Body(
        "True/False",
        responses,
        _correct(_equal(key)),
        block_html(right, described),
        block_html(wrong, described),
    )


def _pairs(question: Question, task: Pairs) -> _Body:
    order = lms.scrambled(question, len(task.responses))
    rows, conditions = [], []
    for place, (pair, key) in enumerate(zip(task.pairs, task.keys, strict=True)):
        row = _ident(question, f"premise {place}")
        labels = "".join(
            f"{_label(_ident(question, f'{place}/{index}'))}</response_label>" for index in order
        )
        rows.append(
            f'<flow class="Block"><response_lid ident="{row}" rcardinality="Single" rtiming="No">'
            '<render_choice shuffle="Yes" minnumber="0" maxnumber="0"><flow_label class="Block">'
            f"{labels}</flow_label></render_choice></response_lid>"
            f"{_formatted(_inline(pair.premise))}</flow>\n"
        )
        right = _equal(_ident(question, f"{place}/{key}"), row)
        conditions.append(
            f"<respcondition><conditionvar>{right}</conditionvar>{_display('correct')}"
            "</respcondition>\n"
        )
    matches = "".join(
        f'<flow class="Block">{_formatted(escaped(task.responses[index]))}</flow>\n'
        for index in order
    )
    return _Body(
        "Matching",
        "".join(rows),
        "".join(conditions),
        matches=f'\n<flow class="RIGHT_MATCH_BLOCK">{matches}</flow>',
    )


_BOX = (
    '<{kind} ident="{ident}" rcardinality="Single" rtiming="No"><render_fib charset="us-ascii" '
    'encoding="UTF_8" rows="{rows}" columns="127" maxchars="0" prompt="Box" fibtype="{type}" '
    'minnumber="0" maxnumber="0"/></{kind}>'
)


def _short_answer(question: Question, task: Blanks) -> _Body:
    conditions = "".join(
        f'<respcondition title="{_ident(question, index)}"><conditionvar>'
        f"{_equal(_line(answer.text))}</conditionvar>{_display('correct')}</respcondition>\n"
        for index, answer in enumerate(task.blanks[0].answers)
    )
    box = _BOX.format(kind="response_str", ident="response", rows=0, type="String")
    return _Body("Fill in the Blank", box, conditions)


def _gaps(question: Question, task: Blanks) -> _Body:
    names = gap_names(question, task)
    boxes = "".join(
        _BOX.format(kind="response_str", ident=name, rows=0, type="String") for name in names
    )
    tests = "".join(
        f"<or>{''.join(_equal(_line(answer.text), name) for answer in blank.answers)}</or>"
        for name, blank in zip(names, task.blanks, strict=True)
    )
    return _Body("Fill in the Blank Plus", boxes, _correct(f"<and>{tests}</and>"))


def _number(question: Question, task: Number) -> _Body:
    low, high = task.bounds
    test = (
        f'<vargte respident="response">{number(low)}</vargte>'
        f'<varlte respident="response">{number(high)}</varlte>{_equal(number(task.value))}'
    )
    return _Body(
        "Numeric",
        _BOX.format(kind="response_num", ident="response", rows=0, type="Decimal"),
        f'<respcondition title="{_ident(question, "number")}"><conditionvar>{test}</conditionvar>'
        f"{_display('correct')}</respcondition>\n",
    )


def _essay(bank: Bank, question: Question, task: Written) -> _Body:
    rows = 3 if task.short else 8
    return _Body(
        "Essay",
        _BOX.format(kind="response_str", ident="response", rows=rows, type="String"),
        "",
        feedback=[("solution", grading_html(bank, question, task, described))],
    )


# --- elements -------------------------------------------------------------------------------------


def _ident(question: Question, part: object) -> str:
    return sha256(f"{question.id}/{part}".encode()).hexdigest()[:32]


def _label(ident: str) -> str:
    return f'<response_label ident="{ident}" shuffle="Yes" rarea="Ellipse" rrange="Exact">'


def _equal(value: str, response: str = "response") -> str:
    return f'<varequal respident="{response}" case="No">{xml(value)}</varequal>'


def _correct(test: str) -> str:
    return (
        f'<respcondition title="correct"><conditionvar>{test}</conditionvar>'
        f'<setvar variablename="SCORE" action="Set">SCORE.max</setvar>{_display("correct")}'
        "</respcondition>\n"
    )


def _incorrect() -> str:
    return (
        '<respcondition title="incorrect"><conditionvar><other/></conditionvar>'
        f'<setvar variablename="SCORE" action="Set">0</setvar>{_display("incorrect")}'
        "</respcondition>\n"
    )


def _to_option(ident: str) -> str:
    """Return the condition that shows the feedback on an option; its points are in `correct`."""
    return (
        f'<respcondition><conditionvar><varequal respident="{ident}" case="No"/></conditionvar>'
        f'<setvar variablename="SCORE" action="Set">0</setvar>{_display(ident)}</respcondition>\n'
    )


def _display(ident: str) -> str:
    return f'<displayfeedback linkrefid="{ident}" feedbacktype="Response"/>'


def _html(html: str) -> str:
    return (
        '<material><mat_extension><mat_formattedtext type="HTML">'
        f"{xml(html)}</mat_formattedtext></mat_extension></material>"
    )


def _formatted(html: str) -> str:
    return f'<flow class="FORMATTED_TEXT_BLOCK">{_html(html)}</flow>'


def _material(html: str) -> str:
    inner = f'<flow_mat class="FORMATTED_TEXT_BLOCK">{_html(html)}</flow_mat>'
    return f'<flow_mat class="Block">{inner}</flow_mat>'


def _solution(html: str) -> str:
    return (
        '<solution view="All" feedbackstyle="Complete"><solutionmaterial>'
        f"{_material(html)}</solutionmaterial></solution>"
    )


def _inline(text: str) -> str:
    html = markup.inline_html(text, described)
    return html if html.strip() else escaped(text)


def _line(text: str) -> str:
    return " ".join(text.split())
