"""Read questions from the files of other programs.

`read_file` returns drafts in our format, and what was left out with the reason. `inbox` turns
drafts into files of the inbox. Foreign files are untrusted: sizes, depth and paths are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, get_args

from pkoquiz.importers import (
    aiken,
    ankideck,
    blackboard,
    brightspace,
    gift,
    moodle,
    openedx,
    qti12,
    qti21,
    tables,
)
from pkoquiz.importers.decoding import decoded, is_archive, unpacked, untarred
from pkoquiz.importers.foreign import Draft, FormatError, LeftOut, Read
from pkoquiz.xmlfile import XmlError

__all__ = ["FORMATS", "Draft", "Format", "FormatError", "LeftOut", "Read", "read_file"]

Format = Literal[
    "moodle", "gift", "aiken", "qti", "canvas", "csv", "anki", "kahoot", "brightspace",
    "blackboard", "openedx",
]  # fmt: skip
FORMATS: tuple[str, ...] = get_args(Format)

Reader = Callable[[bytes, str, Mapping[str, bytes]], Iterator[Read]]

_READERS: dict[str, Reader] = {
    "moodle": moodle.read,
    "gift": gift.read,
    "aiken": aiken.read,
    "csv": tables.read,
    "anki": tables.read_anki,
    "kahoot": tables.read_kahoot,
    "brightspace": brightspace.read,
    "blackboard": blackboard.read,
    "openedx": openedx.read,
    "qti12": qti12.read,
    "qti21": qti21.read,
}


def read_file(content: bytes, name: str, form: str = "auto") -> tuple[str, list[Read]]:
    """Return the format and the contents of a file, in its order. Raises `FormatError`."""
    try:
        if is_archive(content) and not name.lower().endswith(".xlsx"):
            files = unpacked(content)
            if ankideck.is_deck(files):
                return "anki", list(ankideck.read(files))
            return _archive(files, form)
        if content[:2] == b"\x1f\x8b":
            return _archive(untarred(content), form)
        if form in ("auto", "qti", "canvas"):
            form = _recognised(content, name, form)
        return form, list(_READERS[form](content, name, {}))
    except XmlError as error:
        raise FormatError(f"{error}, line {error.line}") from None
    except (ValueError, ArithmeticError, LookupError) as error:
        raise FormatError(f"cannot be read: {str(error)[:100]}") from None
    except RecursionError:
        raise FormatError("nested too deeply") from None


def _archive(files: Mapping[str, bytes], form: str) -> tuple[str, list[Read]]:
    """Return the contents of an archive; files without questions are skipped."""
    found: list[Read] = []
    forms: dict[str, None] = {}
    # A cartridge of Canvas has each quiz twice; only the second form is complete.
    whole = [name for name in files if "non_cc_assessments/" in name and name.endswith(".qti")]
    for name, content in files.items():
        is_text = name.lower().endswith((".xml", ".dat", ".qti", ".txt", ".gift", ".csv", ".tsv"))
        is_shown = name.lower().endswith((".txt", ".csv", ".tsv", ".gift")) and len(files) > 3
        if not is_text or is_shown or re.search(r"imsmanifest\.xml$|assessment_meta", name):
            continue
        if whole and name not in whole:
            continue
        own = form
        if form in ("auto", "qti", "canvas", "blackboard"):
            try:
                own = _recognised(content, name, form)
            except (FormatError, XmlError):
                continue
        if own in ("openedx", "blackboard", "qti12", "qti21", "moodle") or form != "auto":
            beside = {path: data for path, data in files.items() if path != name}
            found += _READERS[own](content, name, beside)
            forms[own] = None
    if not forms:
        raise FormatError("the archive contains no questions in a format that can be read")
    return next(iter(forms)), list(_once(found))


def _once(found: list[Read]) -> Iterator[Read]:
    """What was read, without questions that a quiz and its bank both contain."""
    seen: list[dict[str, Any]] = []
    for question in found:
        if isinstance(question, Draft) and question.fields in seen:
            yield LeftOut(question.title, "the archive contains it twice", question.line)
            continue
        if isinstance(question, Draft):
            seen.append(question.fields)
        yield question


def _recognised(content: bytes, name: str, form: str) -> str:
    """Return the format of a file, judging by its content."""
    head = content[:20_000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<") and (
        root := re.search(rb"<\s*(?:\w+:)?(\w+)[\s>]", _without_prolog(head))
    ):
        match root[1].decode("ascii", "replace"):
            case "quiz" | "question":
                return "moodle"
            case "questestinterop":
                return "qti12"
            case "assessmentItem" | "assessmentTest":
                return "qti21"
            case "POOL" | "ASSESSMENT":
                return "blackboard"
            case "problem" | "vertical" | "sequential" | "chapter" | "course" | "library":
                return "openedx"
        if b"questestinterop" in content:
            return "qti12"
        tag = root[1].decode("ascii", "replace")
        raise FormatError(f"the element `{tag}` does not belong to a format that can be read")
    if form in ("qti", "canvas"):
        raise FormatError("expected XML or a zip file of QTI")
    if name.lower().endswith(".xlsx") and is_archive(content):
        return "kahoot" if b"kahoot" in name.lower().encode() else "csv"
    return _of_text(decoded(content), name.lower())


_PROLOG = re.compile(
    rb"<\?(?:(?!\?>).){0,300}+\?>|<!--(?:(?!-->).){0,300}+-->"
    rb"|<!DOCTYPE[^>\[]{0,300}+(?:\[[^\]]{0,300}+\])?+\s{0,9}+>",
    re.DOTALL,
)


def _without_prolog(head: bytes) -> bytes:
    return _PROLOG.sub(b"", head)


def _of_text(text: str, name: str) -> str:
    head = text[:20_000].replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in head.splitlines() if line.strip()]
    if not lines:
        raise FormatError("the file is empty")
    if re.search(r"(?mi)^\ufeff?NewQuestion,", head):
        return "brightspace"
    if name.endswith(".gift"):
        return "gift"
    if re.match(r"#(?:separator|html|tags|columns|notetype|deck|guid)\b", lines[0]):
        return "anki"
    if re.search(r"(?mi)^[ \t]{0,9}ANSWER:[ \t]{0,9}[A-Z][ \t]{0,9}$", head) and re.search(
        r"(?m)^[ \t]{0,9}[A-Za-z][.)]", head
    ):
        return "aiken"
    kinds = r"(?:MC|MA|TF|ESS|ORD|MAT|FIB|FIB_PLUS|NUM|SR)\t"
    if all(re.match(kinds, line) for line in lines[:5]):
        return "blackboard"
    is_table = name.endswith((".csv", ".tsv")) or "\t" in lines[0]
    if is_table:
        first = lines[0].lower()
        if "question" in first and re.search(r"answer ?1\b", first) and "time" in first:
            return "kahoot"
        if any(tables._columns(re.split(r"[\t;,]", line)) for line in lines[:10]):
            return "csv"
        if "\t" in lines[0]:
            return "anki"
    if lines[0][:1] not in "[{" and re.search(r"(?<!\\)\{", head) and "}" in text:
        return "gift"
    if is_table:
        return "csv"
    raise FormatError("its format was not recognised; name it with --format")
