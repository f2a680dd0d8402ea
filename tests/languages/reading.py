"""The texts that people read in files of all formats."""

from __future__ import annotations

import html
import io
import json
import re
import sqlite3
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from xml.etree import ElementTree

from pypdf import PdfReader

_HIDDEN = re.compile(r"<(style|script|head)\b.*?</\1>", re.DOTALL)
_SPOKEN = re.compile(r'(?:alt|aria-label|data-label|title)="([^"]*)"')
_PLACE = re.compile(r"\{\{[^}]*\}\}")
_TAG = re.compile(r"<[^>]*>")
_INTERNAL = {
    "penalty", "hidden", "idnumber", "single", "shuffleanswers", "answernumbering", "layouttype",
    "selecttype", "gradingtype", "showgrading", "numberingstyle", "responseformat", "file",
}  # fmt: skip
"""Elements of Moodle XML that are settings."""


def pages(content: bytes) -> str:
    """Return the text of HTML, including descriptions for screen readers."""
    text = content.decode()
    title = "".join(re.findall(r"<title>(.*?)</title>", text))
    text = _HIDDEN.sub(" ", text)
    return html.unescape(" ".join([title, *_SPOKEN.findall(text), _TAG.sub(" ", text)]))


def pdf(content: bytes) -> str:
    """Return the text of all pages, and the title."""
    reader = PdfReader(io.BytesIO(content))
    title = reader.metadata.title if reader.metadata else ""
    return "\n".join([title or "", *(page.extract_text() for page in reader.pages)])


def document(content: bytes) -> str:
    """Return the text of body and footer of a DOCX."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if re.search("document|footer", name)]
        texts = [archive.read(name).decode() for name in names if name.endswith(".xml")]
    # Runs of a paragraph are joined, so that no word is divided.
    return html.unescape(_TAG.sub("", " ".join(texts).replace("</w:p>", " ")))


def quiz(content: bytes) -> str:
    """Return the texts of a Moodle XML file."""
    texts: list[str] = []

    def collect(element: ElementTree.Element) -> None:
        if element.tag not in _INTERNAL:
            texts.append(element.text or "")
            for inner in element:
                collect(inner)

    collect(ElementTree.fromstring(content))
    text = "\n".join(pages(text.encode()) for text in texts)
    return text.replace(":SHORTANSWER:", " ")


def deck(content: bytes) -> str:
    """Return the texts of an Anki package: notes, templates and descriptions of decks."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive, tempfile.TemporaryDirectory() as folder:
        database = sqlite3.connect(archive.extract("collection.anki2", folder))
        fields = [row[0] for row in database.execute("select flds from notes")]
        models, decks = database.execute("select models, decks from col").fetchone()
        database.close()
    cards = [card for model in json.loads(models).values() for card in model["tmpls"]]
    sides = [_PLACE.sub(" ", card[side]) for card in cards for side in ("qfmt", "afmt")]
    named = [text for each in json.loads(decks).values() for text in (each["name"], each["desc"])]
    shown = [field for row in fields for field in row.split("\x1f")]
    return "\n".join(pages(text.encode()) for text in (*shown, *sides, *named))


_SETTINGS = re.compile(r"schema|schemaversion|baseValue|value|fieldlabel|bbmd_\w+")
"""Elements of packages for learning management systems that nobody sees."""
_SHOWN = ("title", "label", "alt", "display_name")


def package(content: bytes) -> str:
    """Return the texts of the XML files in a package, also those that are HTML in XML."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    else:
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            opened = {member.name: archive.extractfile(member) for member in archive}
            members = {name: file.read() for name, file in opened.items() if file}
    shown: list[str] = []
    for name, member in members.items():
        if name.endswith("grading_policy.json"):
            shown += [grader["type"] for grader in json.loads(member)["GRADER"]]
        if not name.endswith((".xml", ".dat")):
            continue
        for element in ElementTree.fromstring(member).iter():
            tag = element.tag.rpartition("}")[2]
            # Outcomes of Blackboard are called `correct` and `incorrect`.
            names = () if tag == "respcondition" else _SHOWN
            shown += [element.tail or "", *(element.get(name, "") for name in names)]
            shown += [] if _SETTINGS.fullmatch(tag) else [element.text or ""]
    return "\n".join(pages(text.encode()) for text in shown)


_KEYWORDS = {
    "brightspace": "NewQuestion ID Title QuestionText HTML Points Difficulty Image Hint Feedback "
    "Option TRUE FALSE Answer Item Choice Match Scoring EquallyWeighted RightMinusWrong InputBox "
    "AnswerKey",
    "blackboard": "MC MA TF MAT ORD FIB FIB_PLUS NUM ESS correct incorrect true false",
    "gift": "html tag",
    "aiken": "ANSWER",
}
"""What is not shown of a text file, by format."""


def table(name: str, content: bytes) -> str:
    """Return the words of a text file that are not those of its format."""
    text = pages(content.removeprefix(b"\xef\xbb\xbf"))
    return re.sub(rf"\b(?:{'|'.join(_KEYWORDS[name].split())})\b", " ", text)


def texts(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the text of each file; others, such as manifests, are left out."""
    readers: dict[str, Callable[[bytes], str]] = {
        ".html": pages,
        ".pdf": pdf,
        ".docx": document,
        ".xml": quiz,
        ".apkg": deck,
        ".md": bytes.decode,
        ".zip": package,
        ".gz": package,
    }
    tables = {
        name: table(name.split("/")[0], content)
        for name, content in files.items()
        if name.endswith((".txt", ".csv"))
    }
    return tables | {
        name: readers[ending](content)
        for name, content in files.items()
        if (ending := name[name.rfind(".") :]) in readers
    }
