"""The QTI 2.1 export: a package of items and a test, for OpenOlat, OPAL/ONYX, TAO, Inspera …

The items have the shapes that OpenOlat's editor writes: `RESPONSE_1`, outcomes `SCORE`, `MAXSCORE`,
`MINSCORE`, `FEEDBACKBASIC` and `FEEDBACKMODAL`, and modal feedback. Each section of the course
becomes a section of the test.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pkoquiz.archive import zip_bytes
from pkoquiz.exporters import lms, phrases
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.lms import xml
from pkoquiz.exporters.qti.items import NAMESPACE, item_of
from pkoquiz.exporters.table import QTI
from pkoquiz.language import say, spoken
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

if TYPE_CHECKING:  # drawing papers takes 20 ms to import
    from pkoquiz.exam.pools import Pool

_TEST = "test.xml"


def export(bank: Bank, *, questions: Sequence[Question] | None = None) -> Export:
    """Return `qti/<course.short>.zip` with all questions that can be answered in a quiz."""
    notes: list[Note] = []
    exported = lms.chosen(bank, bank.questions if questions is None else questions, QTI, notes)
    if not exported:
        return Export(notes=lms.nothing(bank, notes, "QTI"))
    titles = lms.section_titles(bank, exported)
    sections = [
        _section(
            f"section_{lms.identifier(section)}",
            titles[section],
            [question for question, _ in group],
        )
        for section, group in groupby(exported, key=lambda entry: entry[0].section)
    ]
    short = bank.course.short
    return _export(bank, short, bank.course.title, exported, sections, notes)


def pools(bank: Bank, name: str, title: str, pools: Sequence[Pool]) -> Export:
    """Return `qti/<course.short>-<name>-pools.zip`, a test with a section for each pool.

    The system selects different questions from each section for every student.
    """
    notes: list[Note] = []
    exported: lms.Chosen = []
    sections = []
    for pool in pools:
        chosen = lms.chosen(bank, pool.questions, QTI, notes)
        exported += chosen
        select = f'<selection select="{pool.pick}"/>\n<ordering shuffle="true"/>\n'
        questions = [question for question, _ in chosen]
        sections.append(
            _section(f"pool_{pool.number}", lms.pool_name(pool.number), questions, select)
        )
    short = f"{bank.course.short}-{name}-pools"
    return _export(bank, short, title, exported, sections, notes)


def _export(
    bank: Bank,
    short: str,
    title: str,
    exported: lms.Chosen,
    sections: Sequence[str],
    notes: list[Note],
) -> Export:
    media = lms.Media(bank.media, "media/", player="object")
    package: dict[str, bytes] = {}
    resources = []
    for question, task in exported:
        before = set(media.names.values())
        item = item_of(bank, question, task, media, lms.reporter(question, notes))
        package[_file(question)] = item.encode()
        shown = [name for name in media.names.values() if name in item or name not in before]
        resources.append(_resource(question, shown))
    package[_TEST] = _test(short, title, sections).encode()
    package["imsmanifest.xml"] = _manifest(bank, exported, resources).encode()
    package |= media.contents
    path = f"qti/{short}.zip"
    return Export({path: zip_bytes(package)}, lms.counts(exported), tuple(notes))


def _file(question: Question) -> str:
    return f"item_{question.id}.xml"


def _section(
    identifier: str, title: str, questions: Iterable[Question], selection: str = ""
) -> str:
    references = "".join(
        f'<assessmentItemRef identifier="{lms.identifier(question.id)}" '
        f'href="{_file(question)}"/>\n'
        for question in questions
    )
    return (
        f'<assessmentSection identifier="{identifier}" title="{xml(title)}" '
        f'visible="true">\n{selection}{references}</assessmentSection>\n'
    )


def _test(short: str, title: str, sections: Iterable[str]) -> str:
    outcomes = "".join(
        f'<outcomeDeclaration identifier="{name}" cardinality="single" baseType="float">'
        "<defaultValue><value>0</value></defaultValue></outcomeDeclaration>\n"
        for name in ("SCORE", "MAXSCORE")
    )
    sums = "".join(
        f'<setOutcomeValue identifier="{name}"><sum><testVariables variableIdentifier="{name}"/>'
        "</sum></setOutcomeValue>\n"
        for name in ("SCORE", "MAXSCORE")
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<assessmentTest {NAMESPACE} '
        f'identifier="test_{lms.identifier(short)}" title="{xml(title)}">\n'
        f'{outcomes}<testPart identifier="part" navigationMode="nonlinear" '
        'submissionMode="individual">\n<itemSessionControl maxAttempts="1" showFeedback="true" '
        f'allowReview="true"/>\n{"".join(sections)}</testPart>\n'
        f"<outcomeProcessing>\n{sums}</outcomeProcessing>\n</assessmentTest>\n"
    )


def _resource(question: Question, media: Sequence[str]) -> str:
    """Return the item's resource: its file, the files it shows, and its tags as keywords."""
    tags = [
        *question.tags,
        question.section,
        say(phrases.BLOOM_TAGS[question.bloom]),
        say(phrases.DIFFICULTY_TAGS[question.difficulty]),
        *([say(phrases.OBJECTIVE_TAG, objective=question.objective)] if question.objective else []),
    ]
    language = xml(spoken().tag)
    keywords = "".join(
        f'<imsmd:keyword><imsmd:langstring xml:lang="{language}">{xml(tag)}</imsmd:langstring>'
        "</imsmd:keyword>"
        for tag in dict.fromkeys(tags)
    )
    title = f'<imsmd:title><imsmd:langstring xml:lang="en">{question.id}</imsmd:langstring>'
    files = "".join(f'<file href="{xml(name)}"/>' for name in (_file(question), *media))
    return (
        f'<resource identifier="resource_{lms.identifier(question.id)}" '
        f'type="imsqti_item_xmlv2p1" href="{_file(question)}"><metadata><imsmd:lom>'
        f"<imsmd:general>{title}</imsmd:title>{keywords}</imsmd:general></imsmd:lom></metadata>"
        f"{files}</resource>\n"
    )


def _manifest(bank: Bank, exported: lms.Chosen, resources: Iterable[str]) -> str:
    dependencies = "".join(
        f'<dependency identifierref="resource_{lms.identifier(question.id)}"/>'
        for question, _ in exported
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
        'xmlns:imsmd="http://www.imsglobal.org/xsd/imsmd_v1p2" '
        f'identifier="{lms.identifier(bank.course.short)}">\n'
        "<metadata><schema>QTIv2.1 Package</schema><schemaversion>1.0.0</schemaversion>"
        "</metadata>\n<organizations/>\n<resources>\n"
        f'<resource identifier="resource_test" type="imsqti_test_xmlv2p1" href="{_TEST}">'
        f'<file href="{_TEST}"/>{dependencies}</resource>\n'
        f"{''.join(resources)}</resources>\n</manifest>\n"
    )
