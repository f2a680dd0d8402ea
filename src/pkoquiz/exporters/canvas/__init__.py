"""The Canvas export: a QTI 1.2 package in Canvas' dialect, for Classic Quizzes and New Quizzes.

It follows what the two importers do: `qti_exporter` of Canvas with QTIMigrationTool, and the gem
`qti` 2.27. Each section becomes a question bank, or with `quiz` all questions become one quiz.
Identifiers are the ids of the questions, so that an import with “Overwrite assessment content with
matching IDs” updates them in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pkoquiz.archive import zip_bytes
from pkoquiz.exporters import lms
from pkoquiz.exporters.canvas.items import item_of
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.lms import xml
from pkoquiz.exporters.table import CANVAS
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Question

_MEDIA = "media/"
_QTI = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">\n{}</questestinterop>\n'
)


def export(
    bank: Bank, *, questions: Sequence[Question] | None = None, quiz: bool = False
) -> Export:
    """Return `canvas/<course.short>.zip` with the questions that Canvas grades as the bank does."""
    notes: list[Note] = []
    media = lms.Media(bank.media, _MEDIA)
    items = []
    for question, task in lms.chosen(
        bank, bank.questions if questions is None else questions, CANVAS, notes
    ):
        item = item_of(bank, question, task, media, lms.reporter(question, notes))
        if item is not None:
            items.append((question, task, item))
    if not items:
        return Export(notes=lms.nothing(bank, notes, "Canvas"))
    exported = [(question, task) for question, task, _ in items]
    files: dict[str, str] = {}
    if quiz:
        body = "".join(item for _, _, item in items)
        files[f"{bank.course.short}.xml"] = _assessment(bank, body)
    else:
        titles = lms.section_titles(bank, exported)
        for section, group in groupby(items, key=lambda entry: entry[0].section):
            body = "".join(item for _, _, item in group)
            files[f"{lms.identifier(section)}.xml"] = _bank(bank, section, titles[section], body)
    package = {name: content.encode() for name, content in files.items()}
    package |= media.contents
    package["imsmanifest.xml"] = _manifest(bank, list(files), list(media.contents)).encode()
    path = f"canvas/{bank.course.short}.zip"
    return Export({path: zip_bytes(package)}, lms.counts(exported), tuple(notes))


def _bank(bank: Bank, section: str, title: str, items: str) -> str:
    ident = f"bank_{lms.identifier(bank.course.short)}_{lms.identifier(section)}"
    name = xml(f"{bank.course.title}: {title}")
    return _QTI.format(
        f'<objectbank ident="{ident}"><qtimetadata><qtimetadatafield>'
        f"<fieldlabel>bank_title</fieldlabel><fieldentry>{name}</fieldentry>"
        f"</qtimetadatafield></qtimetadata>\n{items}</objectbank>\n"
    )


def _assessment(bank: Bank, items: str) -> str:
    ident = f"quiz_{lms.identifier(bank.course.short)}"
    return _QTI.format(
        f'<assessment ident="{ident}" title="{xml(bank.course.title)}">'
        f'<section ident="root_section">\n{items}</section></assessment>\n'
    )


def _manifest(bank: Bank, files: list[str], media: list[str]) -> str:
    resources = [
        f'<resource identifier="qti_{index}" type="imsqti_xmlv1p2" href="{name}">'
        f'<file href="{name}"/></resource>\n'
        for index, name in enumerate(files, 1)
    ]
    resources += [
        f'<resource identifier="media_{index}" type="webcontent" href="{xml(name)}">'
        f'<file href="{xml(name)}"/></resource>\n'
        for index, name in enumerate(media, 1)
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<manifest identifier="{lms.identifier(bank.course.short)}" '
        'xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1">\n'
        "<metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion></metadata>\n"
        f"<organizations/>\n<resources>\n{''.join(resources)}</resources>\n</manifest>\n"
    )
