"""Decode foreign files: text encodings, tables and archives."""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import posixpath
import re
import tarfile
import zipfile
import zlib

from pkoquiz.importers.foreign import FormatError
from pkoquiz.xmlfile import Node, parse

MAX_FILES = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
"""The most bytes of all files of an archive, unpacked."""
MAX_FILE = 65 * 1024 * 1024
MAX_ROWS = 50_000


_UNREADABLE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)
"""What the readers of archives raise."""


def decoded(content: bytes) -> str:
    """Return a text in UTF-8, UTF-16 with a byte order mark, or else Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").removeprefix("\ufeff")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise FormatError("the file is not text")
    return text


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return name → content of an archive; names that lead out of it are left out."""
    files: dict[str, bytes] = {}
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MAX_FILES:
                raise FormatError(f"the archive has more than {MAX_FILES} files")
            for entry in entries:
                name = posixpath.normpath(entry.filename.replace("\\", "/"))
                if name.startswith(("/", "..")) or re.match(r"[A-Za-z]:", name):
                    continue
                with archive.open(entry) as member:
                    # What the entry says of its size need not be true.
                    data = member.read(min(MAX_FILE, MAX_UNPACKED - total) + 1)
                total += len(data)
                if len(data) > MAX_FILE or total > MAX_UNPACKED:
                    raise FormatError("the archive is too large when unpacked")
                files[name] = data
    except _UNREADABLE as error:
        raise FormatError(f"not a readable archive: {str(error).lower()}") from None
    return files


def untarred(content: bytes) -> dict[str, bytes]:
    """Return name → content of a tar.gz; links and names that lead out of it are left out."""
    files: dict[str, bytes] = {}
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            raw = stream.read(MAX_UNPACKED + 1)
        if len(raw) > MAX_UNPACKED:
            raise FormatError("the archive is too large when unpacked")
        with tarfile.open(fileobj=io.BytesIO(raw)) as archive:
            for number, member in enumerate(archive):
                if number > MAX_FILES:
                    raise FormatError(f"the archive has more than {MAX_FILES} files")
                inside = not member.name.startswith("/") and ".." not in member.name.split("/")
                if member.isfile() and inside and member.size <= MAX_FILE:
                    data = archive.extractfile(member)
                    files[member.name.removeprefix("./")] = data.read() if data else b""
    except (*_UNREADABLE, ValueError) as error:
        raise FormatError(f"not a readable archive: {str(error).lower()}") from None
    return files


def rows(content: bytes, separator: str = "") -> list[tuple[int, list[str]]]:
    """Return (line, cells) of a table in a text file; the separator is found if not given."""
    text = decoded(content)
    if not separator:
        head = "\n".join(text.splitlines()[:20])
        separator = max("\t;,", key=lambda sign: (head.count(sign), sign == ","))
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    table: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            table.append((line, cells))
            line = reader.line_num + 1
            if len(table) > MAX_ROWS:
                raise FormatError(f"the table has more than {MAX_ROWS} rows")
    except csv.Error as error:
        raise FormatError(f"not a readable table: {error}") from None
    return table


def sheet(content: bytes) -> list[tuple[int, list[str]]]:
    """Return (row, cells) of the first sheet of an Excel workbook."""
    files = unpacked(content)
    shared: list[str] = []
    if "xl/sharedStrings.xml" in files:
        root = parse(files["xl/sharedStrings.xml"])
        shared = ["".join(part.text for part in entry.walk("t")) for entry in root.all("si")]
    first = min(
        (name for name in files if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)), default=""
    )
    if not first:
        raise FormatError("the workbook has no sheet")
    table: list[tuple[int, list[str]]] = []
    for row in parse(files[first]).walk("row"):
        cells: dict[int, str] = {}
        for cell in row.all("c"):
            column = _column(cell.get("r")) if cell.get("r") else len(cells)
            value = cell.text_of("v")
            match cell.get("t"):
                case "s" if value.isdigit() and int(value) < len(shared):
                    value = shared[int(value)]
                case "inlineStr":
                    inside = cell.find("is") or Node("is")
                    value = "".join(part.text for part in inside.walk("t"))
                case "b":
                    value = "TRUE" if value == "1" else "FALSE"
                case "" | "n":
                    value = value.removesuffix(".0")
            if column < 500:
                cells[column] = value
        width = max(cells, default=-1) + 1
        table.append(
            (int(row.get("r") or len(table) + 1), [cells.get(i, "") for i in range(width)])
        )
    return table


def _column(name: str) -> int:
    letters = re.match(r"[A-Z]{1,3}", name)
    value = 0
    for letter in letters[0] if letters else "A":
        value = value * 26 + ord(letter) - 64
    return value - 1


def is_archive(content: bytes) -> bool:
    """Return whether the content is a zip file."""
    return content.startswith(b"PK\x03\x04")
