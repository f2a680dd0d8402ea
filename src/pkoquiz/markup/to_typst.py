"""Markdown as Typst markup. Every run of text is a string literal, so no text is run as code."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from pkoquiz.markup.formula_typst import formula
from pkoquiz.markup.formulas import FormulaError
from pkoquiz.markup.parse import (
    block,
    code_of,
    content,
    first_number,
    formula_of,
    inline,
    is_unmarked,
    link_of,
    ruby_of,
    tex_of,
)

_BLOCKS = ("p", "ul", "ol", "blockquote", "pre", "table")


def typst(text: str) -> str:
    """Return block Markdown as Typst markup, with blank lines between the blocks."""
    return "\n\n".join(_typst(child) for child in block(text))


def inline_typst(text: str) -> str:
    """Return inline Markdown as Typst markup."""
    return literal(text) if is_unmarked(text) else _inside(inline(text))


def literal(text: str) -> str:
    """Return `text` as a string literal in markup, `#"…";`, so that `#read(1)` stays text."""
    return f'#"{quoted(text)}";' if text else ""


def quoted(text: str) -> str:
    """Return `text` escaped for the inside of a string literal, on one line."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _inside(element: Element) -> str:
    return "".join(
        literal(part) if isinstance(part, str) else _typst(part) for part in content(element)
    )


def _typst(element: Element) -> str:
    match element.tag:
        case "img":
            # A function of the template places pictures: it knows where their bytes are.
            path, description = element.get("src", ""), element.get("alt", "")
            return f'#picture("{quoted(path)}", "{quoted(description)}");'
        case "br":
            return "#linebreak();"
        case "hr":
            return "#line(length: 100%, stroke: 0.5pt);"
        case "em":
            return f"#emph[{_inside(element)}];"
        case "strong":
            return f"#strong[{_inside(element)}];"
        case "ruby":
            base, reading = map(quoted, ruby_of(element))
            return f'#ruby("{base}", "{reading}");'
        case "tex":
            return _formula(element)
        case "code":
            return f'#raw("{quoted(code_of(element))}");'
        case "pre":
            code = "\\n".join(map(quoted, code_of(element).rstrip("\n").split("\n")))
            return f'#raw("{code}", block: true);'
        case "a" if address := link_of(element):
            return f'#link("{quoted(address)}")[{_inside(element)}];'
        case "ul":
            return f"#list({_items(element)});"
        case "ol":
            return f"#enum(start: {first_number(element)}, {_items(element)});"
        case "blockquote":
            return f"#quote(block: true)[{_blocks_inside(element)}];"
        case "table":
            return _table(list(element.iter("tr")))
        case _:
            return _inside(element)


def _formula(element: Element) -> str:
    try:
        return formula(*formula_of(element))
    except FormulaError:  # reported by the checks
        return f'#raw("{quoted(tex_of(element))}");'


def _items(element: Element) -> str:
    return ", ".join(f"[{_blocks_inside(item)}]" for item in element)


def _blocks_inside(element: Element) -> str:
    """Return the content of a list item or quotation, with blank lines between its blocks."""
    parts = []
    for part in content(element):
        if isinstance(part, str):
            parts.append(literal(part) if part.strip() else "")
        else:
            parts.append(f"\n\n{_typst(part)}\n\n" if part.tag in _BLOCKS else _typst(part))
    return "".join(parts).strip("\n")


def _table(rows: list[Element]) -> str:
    width = max((len(row) for row in rows), default=1)
    heads = ", ".join(f"[#strong[{_inside(cell)}];]" for cell in rows[0])
    cells = ", ".join(
        f"[{_inside(row[index]) if index < len(row) else ''}]"
        for row in rows[1:]
        for index in range(width)
    )
    return f"#table(columns: {width}, table.header({heads}), {cells});"
