"""The parts of a QTI 1.2 item: its texts, its responses and its feedback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pkoquiz.importers.foreign import LeftOutError
from pkoquiz.importers.qti12.conditions import Condition, Rules
from pkoquiz.importers.texts import Texts
from pkoquiz.xmlfile import Node

GENERAL = frozenset({"general_fb", "general", "solution"})
RIGHT = frozenset({"correct_fb", "correct"})
WRONG = frozenset({"general_incorrect_fb", "incorrect_fb", "incorrect"})


@dataclass
class Item:
    """The parts of an item."""

    node: Node
    texts: Texts
    metadata: dict[str, str]
    conditions: list[Condition]
    said: dict[str, str] = field(default_factory=dict)
    """Feedback ident → Markdown."""

    @cached_property
    def rules(self) -> Rules:
        return Rules(self.node)

    @property
    def presentation(self) -> Node:
        found = next((each for each in self.node.walk() if each.tag == "presentation"), None)
        if found is None:
            raise LeftOutError("it has no presentation")
        return found

    def responses(self) -> list[Node]:
        tags = ("response_lid", "response_str", "response_num", "response_grp", "response_xy")
        return [each for each in self.presentation.walk() if each.tag in tags]

    def feedback_on(self, response: str, value: str) -> str:
        """Return the feedback that is shown on one answer."""
        for condition in self.conditions:
            if condition.right == ((response, value),) and not condition.wrong:
                texts = [self.said.get(name, "") for name in condition.feedback if _is_own(name)]
                if text := "\n\n".join(filter(None, texts)):
                    return text
        return ""

    def named(self, names: frozenset[str]) -> str:
        return next((self.said[name] for name in names if self.said.get(name)), "")


def _is_own(name: str) -> bool:
    return name.lower() not in GENERAL | RIGHT | WRONG


def name_responses(item: Item) -> None:
    """Give responses the names that the conditions use for them.

    Brightspace calls a group by `respident`, and a field to type in by the name of its label.
    """
    used = {e.get("respident") for e in item.node.walk() if e.tag.startswith("var")}
    for response in item.responses():
        labels = [e.get("ident") for e in response.walk() if e.tag == "response_label"]
        name = response.get("ident") or response.get("respident")
        if response.tag in ("response_str", "response_num") and name not in used:
            name = next((label for label in labels if label in used), name)
        response.attributes["ident"] = name


def explanation_of(item: Item) -> str:
    shown = [
        name
        for condition in item.conditions
        if condition.is_other and not condition.score
        for name in condition.feedback
        if name.lower() not in WRONG
    ]
    names = dict.fromkeys([*shown, *(name for name in item.said if name.lower() in GENERAL)])
    return "\n\n".join(filter(None, (item.said.get(name, "") for name in names)))


# --- texts ----------------------------------------------------------------------------------------


def html_of(node: Node) -> str:
    """Return the text of a material as HTML."""
    parts = []
    for each in node.walk():
        if each.tag in ("mattext", "formattedtext", "mat_formattedtext"):
            kind = (each.get("texttype") or each.get("type")).lower()
            text = each.text if not each.elements else each.html()
            is_html = "html" in kind or re.search(r"<(?:p|br|div|span|img|b|i|em|strong)\b", text)
            parts.append(text if is_html else _as_html(text))
        elif each.tag in ("matimage", "mataudio") and (each.get("uri") or each.get("label")):
            source = each.get("uri") or each.get("label")
            tag = "img" if each.tag == "matimage" else "audio"
            parts.append(f'<{tag} src="{source}">')
    return "\n".join(part for part in parts if part.strip())


def _as_html(text: str) -> str:
    safe = text.strip().replace("&", "&amp;").replace("<", "&lt;")
    return safe.replace("\n", "<br>")


def block_of(node: Node, texts: Texts) -> str:
    return texts.block(html_of(node))


def stem_of(item: Item) -> str:
    """Return the text before and around the responses, without the texts inside them."""
    if _has_gaps_between_parts(item):
        parts = [
            _ONE_PARAGRAPH.sub(r"\1", part) for part in texts_outside(item.presentation, gaps=True)
        ]
        return item.texts.block(" ".join(parts))
    parts = list(texts_outside(item.presentation, gaps=False))
    return item.texts.block("\n".join(f"<div>{part}</div>" for part in parts))


_ONE_PARAGRAPH = re.compile(r"\A\s*<p>((?:(?!<p>).)*)</p>\s*\Z", re.DOTALL)


def texts_outside(node: Node, *, gaps: bool) -> Iterator[str]:
    """Yield the texts outside the responses; with `gaps`, also the names of the gaps in them."""
    for child in node.elements:
        if child.tag in ("response_lid", "response_str", "response_num", "response_grp"):
            if gaps and child.tag == "response_str":
                yield f"[{gap_name(child)}]"
        elif child.tag in ("material", "material_ref"):
            yield html_of(child)
        else:
            yield from texts_outside(child, gaps=gaps)


def _has_gaps_between_parts(item: Item) -> bool:
    """Return whether the gaps are between the parts of the text, as in Brightspace's files."""
    if item.metadata.get("qmd_questiontype", "").lower() != "fill in the blanks":
        return False
    text = " ".join(texts_outside(item.presentation, gaps=False))
    return not any(f"[{gap_name(response)}]" in text for response in item.responses())


def gap_name(response: Node) -> str:
    return response.get("ident").removeprefix("response_")


def labels_of(response: Node, texts: Texts) -> list[tuple[str, str]]:
    """Return (ident, Markdown) of each option."""
    return [
        (label.get("ident"), texts.line(html_of(label)))
        for label in response.walk()
        if label.tag == "response_label"
    ]
