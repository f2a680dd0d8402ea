"""Read tables: our own columns (CSV), Anki's text export, Kahoot's sheet.

Columns are found by their names in the first row, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from pkoquiz.importers.decoding import decoded, is_archive, rows, sheet
from pkoquiz.importers.foreign import (
    Answer,
    Fields,
    FormatError,
    LeftOutError,
    Read,
    choice,
    decimal,
    drafted,
    essay,
    matching,
    numerical,
    points,
    short_answer,
    true_false,
)
from pkoquiz.importers.texts import Texts

_NAMES = {
    "stem": ("stem", "question", "question text", "questiontext", "prompt", "front", "text"),
    "answer": ("answer", "answers", "correct", "correct answer", "correct answers", "key", "back",
               "correct answer(s)", "solution"),
    "type": ("type", "question type", "kind"),
    "id": ("id", "question id", "ident"),
    "title": ("title", "name"),
    "explain": ("explain", "explanation", "feedback", "general feedback", "rationale"),
    "points": ("points", "score", "marks", "weight"),
    "tags": ("tags", "topics"),
    "objective": ("objective",),
    "bloom": ("bloom",),
    "difficulty": ("difficulty",),
    "tolerance": ("tolerance",),
    "unit": ("unit",),
}  # fmt: skip
_OPTION = re.compile(r"(?:option|choice|answer|response|distractor)?[ _-]*([a-j]|\d{1,2})")
_OPTION_FEEDBACK = re.compile(r"(?:feedback)[ _-]*([a-j]|\d{1,2})")
_KINDS = {
    "mc": "choice", "choice": "choice", "multiple choice": "choice", "single choice": "choice",
    "ma": "multiple", "mr": "multiple", "multiple": "multiple", "multiple response": "multiple",
    "multiple answer": "multiple", "checkbox": "multiple", "ms": "multiple",
    "tf": "truefalse", "truefalse": "truefalse", "true/false": "truefalse",
    "numerical": "numerical", "numeric": "numerical", "num": "numerical",
    "shortanswer": "shortanswer", "short answer": "shortanswer", "sa": "shortanswer",
    "fib": "shortanswer", "essay": "essay", "ess": "essay", "matching": "matching",
    "ordering": "ordering", "flashcard": "flashcard", "basic": "flashcard",
}  # fmt: skip


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of a table with one question in each row."""
    yield from _questions(content, by_position=False)


def _questions(content: bytes, *, by_position: bool) -> Iterator[Read]:
    """Yield the questions; `by_position` if the key always gives the places of options."""
    table = sheet(content) if is_archive(content) else rows(content)
    header = next((i for i, (_, cells) in enumerate(table) if _columns(cells)), None)
    if header is None:
        raise FormatError("the table has no row with column names such as `question` and `answer`")
    columns = _columns(table[header][1])
    for line, cells in table[header + 1 :]:
        if any(cell.strip() for cell in cells):
            yield _row(line, columns, cells, by_position=by_position)


def _columns(cells: Sequence[str]) -> dict[str, int]:
    """Return field or option → column; empty if the row has no column names."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(cells):
        name = " ".join(cell.strip().lstrip("\ufeff").lower().replace("_", " ").split())
        name = re.split(r"[-–(]", name)[0].rstrip() if name not in _NAMES["answer"] else name
        known = next((field for field, names in _NAMES.items() if name in names), "")
        if known:
            columns.setdefault(known, index)
        elif option := _OPTION.fullmatch(name):
            columns.setdefault(f"option {_position(option[1])}", index)
        elif said := _OPTION_FEEDBACK.fullmatch(name):
            columns.setdefault(f"feedback {_position(said[1])}", index)
    has_key = "answer" in columns or "option 0" in columns
    return columns if "stem" in columns and has_key else {}


def _position(name: str) -> int:
    return int(name) - 1 if name.isdigit() else ord(name) - ord("a")


def _row(line: int, columns: Mapping[str, int], cells: Sequence[str], *, by_position: bool) -> Read:
    def cell(name: str) -> str:
        index = columns.get(name, len(cells))
        return cells[index].strip() if index < len(cells) else ""

    texts = Texts()

    def text(source: str) -> str:
        return texts.block(source, _form(source))

    def fields() -> Fields:
        common: Fields = {"stem": text(cell("stem")), "explain": text(cell("explain"))}
        options = [
            (index, cell(f"option {index}"), cell(f"feedback {index}"))
            for index in range(26)
            if cell(f"option {index}")
        ]
        made = _of_row(texts, cell, options, common, by_position=by_position)
        from pkoquiz.importers.inbox import slug

        tags = [slug(tag) for tag in re.split(r"[;,|]", cell("tags")) if slug(tag)]
        level = cell("difficulty").lower()
        return {
            **made,
            "points": points(cell("points")),
            "tags": tags,
            "objective": cell("objective"),
            "bloom": cell("bloom").lower() if cell("bloom").lower() in _BLOOM else "",
            "difficulty": level if level in ("easy", "medium", "hard") else "",
        }

    return drafted(cell("title") or cell("stem"), line, cell("id"), texts, fields)


_BLOOM = ("remember", "understand", "apply", "analyse", "evaluate", "create")


def _of_row(
    texts: Texts,
    cell: object,
    options: list[tuple[int, str, str]],
    common: Fields,
    *,
    by_position: bool,
) -> Fields:
    assert callable(cell)
    answer, declared = cell("answer"), cell("type").lower()
    kind = _KINDS.get(declared, "")
    if declared and not kind:
        raise LeftOutError(f"unknown type `{declared[:40]}`")
    if not kind:
        kind = "choice" if len(options) > 1 else _guessed(answer)
    parts = [part.strip() for part in re.split(r"[;|]", answer) if part.strip()]
    match kind:
        case "choice" | "multiple":
            right = _right(answer, options, by_position=by_position)
            if len(right) > 1 and kind == "choice" and declared:
                raise LeftOutError("several right answers, but the type is single choice")
            answers = [
                Answer(
                    texts.line(shown, _form(shown)),
                    Decimal(100 * (index in right)),
                    texts.block(said, _form(said)),
                )
                for index, shown, said in options
            ]
            return choice(texts, answers, single=len(right) == 1 and kind == "choice", **common)
        case "truefalse":
            word = answer.lower()
            if word not in ("true", "false", "t", "f", "yes", "no", "1", "0"):
                raise LeftOutError(f"`{answer[:40]}` is neither true nor false")
            return true_false(word in ("true", "t", "yes", "1"), **common)
        case "numerical":
            tolerance = decimal(cell("tolerance") or "0")
            key = Answer(answer, Decimal(100), "", tolerance)
            return {**numerical(texts, [key], **common), "unit": cell("unit")}
        case "matching":
            pairs = [
                tuple(e.strip() for e in part.split("=>" if "=>" in part else "->", 1))
                for part in parts
            ]
            if not pairs or any(len(pair) != 2 for pair in pairs):
                raise LeftOutError("write pairs as `premise -> response; premise -> response`")
            return matching(texts, [(pair[0], pair[1]) for pair in pairs], **common)
        case "ordering":
            return {"type": "ordering", **common, "sequence": parts}
        case "essay":
            return essay(texts, texts.block(answer, _form(answer)), **common)
        case "flashcard":
            return {"type": "flashcard", **common, "answer": texts.block(answer, _form(answer))}
    return short_answer(texts, [Answer(part, Decimal(100)) for part in parts], **common)


def _guessed(answer: str) -> str:
    return "truefalse" if answer.lower() in ("true", "false") else "shortanswer"


def _right(answer: str, options: Sequence[tuple[int, str, str]], *, by_position: bool) -> set[int]:
    """Return the positions of the right options, given as letters, numbers or texts."""
    same = {index for index, text, _ in options if text.strip() == answer.strip()}
    if same and not by_position:
        bare = answer.strip()
        if re.fullmatch(r"[1-9]|[A-Ja-j]", bare) and {_position(bare.lower())} != same:
            raise LeftOutError(f"the answer `{bare}` may be an option or the place of one")
        return same
    known = {index for index, _, _ in options}
    right = set()
    for part in filter(None, re.split(r"[\s;,|]+", answer)):
        if re.fullmatch(r"\d{1,2}|[A-Ja-j]", part) and _position(part.lower()) in known:
            right.add(_position(part.lower()))
        else:
            right = set()
            break
    if not right and not by_position:
        texts = {text.strip().casefold(): index for index, text, _ in options}
        parts = [part.strip().casefold() for part in re.split(r"[;|]", answer) if part.strip()]
        right = {texts[part] for part in parts if part in texts}
        if len(right) != len(parts):
            raise LeftOutError(f"the answer `{answer[:60]}` is not one of the options")
    if not right:
        raise LeftOutError(f"the answer `{answer[:60]}` is not the place of an option")
    return right


def _form(text: str) -> str:
    return "html" if re.search(r"<[a-zA-Z/][^>]*>|&\w+;", text) else "plain"


# --- Anki -----------------------------------------------------------------------------------------

_SETTING = re.compile(r"#([a-z ]+):(.*)", re.IGNORECASE)
_CLOZE = re.compile(
    r"\{\{c(\d{1,3}+)::((?:(?!::|\}\}|\{\{).){0,500}+)(?:::((?:(?!\}\}|\{\{).){0,200}+))?\}\}",
    re.DOTALL,
)


def read_anki(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the notes of a text export of Anki: front and back, or a text with `{{c1::gaps}}`."""
    text = decoded(content)
    settings: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    start = 0
    while start < len(lines) and (match := _SETTING.match(lines[start].strip())):
        settings[match[1].lower()] = match[2].strip()
        start += 1
    separators = {"tab": "\t", "comma": ",", "semicolon": ";", "pipe": "|", "space": " ",
                  "colon": ":"}  # fmt: skip
    wanted = settings.get("separator", "")
    separator = separators.get(wanted.lower(), wanted if len(wanted) == 1 else "")
    columns = {
        int(settings[name]) - 1: name.removesuffix(" column")
        for name in ("guid column", "tags column", "deck column", "notetype column")
        if settings.get(name, "").isdigit()
    }
    body = "".join(lines[start:]).encode()
    for line_number, cells in rows(body, separator or ("\t" if "\t" in text else "")):
        named = {columns[i]: cell for i, cell in enumerate(cells) if i in columns}
        values = [cell for i, cell in enumerate(cells) if i not in columns]
        if any(value.strip() for value in values):
            is_html = settings.get("html", "true").lower() != "false"
            yield anki_note(line_number + start, values, named, is_html)


_FORMULA = re.compile(r"\[\$\](.{1,2000}?)\[/\$\]|\[\$\$\](.{1,2000}?)\[/\$\$\]", re.DOTALL)
_LATEX = re.compile(r"\[latex\](.{1,2000}?)\[/latex\]", re.DOTALL)
_SOUND = re.compile(r"\[sound:([^\]\[]{1,200})\]")


def anki_note(
    line: int,
    values: list[str],
    named: Mapping[str, str],
    is_html: bool,
    files: Mapping[str, bytes] | None = None,
) -> Read:
    """Return a note from the front and back of its first card, or from a text with gaps.

    `named` has its `guid` and `tags`, if they are known.
    """
    texts = Texts(files or {})
    values = [_anki_marks(value, is_html) for value in values]

    def block(text: str) -> str:
        return texts.block(text, "html" if is_html else "plain")

    def fields() -> Fields:
        from pkoquiz.importers.inbox import slug

        tags = list(filter(None, map(slug, named.get("tags", "").split())))
        made: Fields
        if _CLOZE.search(values[0]):
            made = _cloze(texts, values, block)
        else:
            if len(values) < 2 or not values[1].strip():
                raise LeftOutError("it has no back")
            made = {"type": "flashcard", "stem": block(values[0]), "answer": block(values[1])}
            if any(value.strip() for value in values[2:]):
                texts.changes.append("fields after the second were dropped")
        return {**made, "tags": tags}

    title = texts.plain(_CLOZE.sub(lambda match: match[2], values[0]))
    return drafted(title, line, named.get("guid", ""), texts, fields)


def _anki_marks(text: str, is_html: bool) -> str:
    """The text with Anki's own marks for formulas and sounds in the usual form."""
    text = _FORMULA.sub(
        lambda match: f"\\({match[1]}\\)" if match[1] else f"\\[{match[2]}\\]", text
    )
    text = _LATEX.sub(lambda match: f"\\({match[1].strip().strip('$')}\\)", text)
    return _SOUND.sub(r'<audio src="\1"></audio>' if is_html else "", text)


def _cloze(texts: Texts, values: list[str], block: object) -> Fields:
    assert callable(block)
    gaps = []

    def gap(match: re.Match[str]) -> str:
        made: Fields = {"answers": [texts.plain(match[2])]}
        if match[3] and match[3].strip():
            made["hint"] = texts.line(match[3])
        gaps.append(made)
        return f"GAPX{len(gaps)}XGAP"

    if len({match[1] for match in _CLOZE.finditer(values[0])}) > 1:
        texts.changes.append("several cards of one note became one question with several gaps")
    source = _CLOZE.sub(gap, values[0])
    if re.search(r"\{\{c\d+::", source):
        raise LeftOutError("a gap lies inside another one")
    stem = re.sub(r"GAPX(\d+)XGAP", r"{{\1}}", block(source))
    explain = "\n\n".join(block(value) for value in values[1:] if value.strip())
    return {"type": "cloze", "stem": stem, "gaps": gaps, "explain": explain}


# --- Kahoot ---------------------------------------------------------------------------------------


def read_kahoot(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of a Kahoot sheet, an Excel workbook or CSV."""
    yield from _questions(content, by_position=True)
