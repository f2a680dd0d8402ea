"""The Canvas export: a QTI 1.2 package in Canvas' dialect, for Classic Quizzes and New Quizzes.

It follows the two importers: `qti_exporter` of Canvas with QTIMigrationTool, and the gem `qti`
2.27. Each section becomes a question bank, or with `quiz` all questions become one quiz.
Identifiers are the ids of the questions, so that an import with “Overwrite assessment content with
matching IDs” updates them in place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from pkoquiz.archive import zip_bytes
from pkoquiz.exporters import lms
from pkoquiz.exporters.canvas.items import item_of
from pkoquiz.exporters.export import Export, Note
from pkoquiz.exporters.lms import xml
from pkoquiz.exporters.table import CANVAS
from pkoquiz.model.bank import Bank
from pkoquiz.model.parts import number
from pkoquiz.model.question import Question

if TYPE_CHECKING:  # drawing papers takes 20 ms to import
    from pkoquiz.exam.pools import Pool

_MEDIA = "media/"
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2">\n'
)
_TAIL = "</questestinterop>\n"

# Items are encoded one by one: a text with any dash or emoji takes two or four bytes a character.
Items = list[tuple[Question, lms.QuizTask, bytes]]


def export(
    bank: Bank, *, questions: Sequence[Question] | None = None, quiz: bool = False
) -> Export:
    """Return `canvas/<course.short>.zip` with the questions that Canvas grades as the bank does."""
    notes: list[Note] = []
    media = lms.Media(bank.media, _MEDIA)
    items = _items(bank, bank.questions if questions is None else questions, media, notes)
    if not items:
        return Export(notes=lms.nothing(bank, notes, "Canvas"))
    exported = [(question, task) for question, task, _ in items]
    files: dict[str, bytes] = {}
    if quiz:
        ident = lms.identifier(bank.course.short)
        files[f"{bank.course.short}.xml"] = _assessment(
            ident, bank.course.title, [item for _, _, item in items]
        )
    else:
        titles = lms.section_titles(bank, exported)
        for section, group in groupby(items, key=lambda entry: entry[0].section):
            files[f"{lms.identifier(section)}.xml"] = _bank(
                bank, section, titles[section], [item for _, _, item in group]
            )
    path = f"canvas/{bank.course.short}.zip"
    return Export({path: _package(bank, files, media)}, lms.counts(exported), tuple(notes))


def pools(bank: Bank, name: str, title: str, pools: Sequence[Pool]) -> Export:
    """Return `canvas/<course.short>-<name>-pools.zip`, a quiz with a question group for each pool.

    Canvas picks different questions from each group for every student.
    """
    notes: list[Note] = []
    media = lms.Media(bank.media, _MEDIA)
    exported: lms.Chosen = []
    groups: list[bytes] = []
    for pool in pools:
        items = _items(bank, pool.questions, media, notes)
        exported += [(question, task) for question, task, _ in items]
        head = (
            f'<section ident="pool_{pool.number}" title="{lms.pool_name(pool.number)}">'
            f"<selection_ordering><selection><selection_number>{pool.pick}</selection_number>"
            f"<selection_extension><points_per_item>{number(pool.points)}</points_per_item>"
            f"</selection_extension></selection></selection_ordering>\n"
        )
        groups += [head.encode(), *(item for _, _, item in items), b"</section>\n"]
    short = f"{bank.course.short}-{name}-pools"
    files = {f"{short}.xml": _assessment(lms.identifier(short), title, groups)}
    path = f"canvas/{short}.zip"
    return Export({path: _package(bank, files, media)}, lms.counts(exported), tuple(notes))


def _items(bank: Bank, questions: Sequence[Question], media: lms.Media, notes: list[Note]) -> Items:
    items: Items = []
    for question, task in lms.chosen(bank, questions, CANVAS, notes):
        item = item_of(bank, question, task, media, lms.reporter(question, notes))
        if item is not None:
            items.append((question, task, item.encode()))
    return items


def _package(bank: Bank, files: Mapping[str, bytes], media: lms.Media) -> bytes:
    package = {**files, **media.contents}
    package["imsmanifest.xml"] = _manifest(bank, list(files), list(media.contents)).encode()
    return zip_bytes(package)


def _bank(bank: Bank, section: str, title: str, items: Sequence[bytes]) -> bytes:
    ident = f"bank_{lms.identifier(bank.course.short)}_{lms.identifier(section)}"
    name = xml(f"{bank.course.title}: {title}")
    head = (
        f'{_HEAD}<objectbank ident="{ident}"><qtimetadata><qtimetadatafield>'
        f"<fieldlabel>bank_title</fieldlabel><fieldentry>{name}</fieldentry>"
        f"</qtimetadatafield></qtimetadata>\n"
    )
    return b"".join([head.encode(), *items, f"</objectbank>\n{_TAIL}".encode()])


def _assessment(ident: str, title: str, items: Sequence[bytes]) -> bytes:
    head = (
        f'{_HEAD}<assessment ident="quiz_{ident}" title="{xml(title)}">'
        f'<section ident="root_section">\n'
    )
    return b"".join([head.encode(), *items, f"</section></assessment>\n{_TAIL}".encode()])


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
