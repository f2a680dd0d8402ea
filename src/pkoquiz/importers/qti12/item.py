"""The parts of a QTI 1.2 item: its texts, responses, conditions and feedback."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pkoquiz.importers.foreign import LeftOutError
from pkoquiz.importers.qti12.conditions import Condition, Rules, read_condition
from pkoquiz.importers.texts import Texts
from pkoquiz.xmlfile import Node

# The usual idents of feedback that does not belong to one answer.
_GENERAL = ("general_fb", "general", "solution")
_IF_RIGHT = ("correct_fb", "correct")
_IF_WRONG = ("general_incorrect_fb", "incorrect_fb", "incorrect")
_SHARED = frozenset({*_GENERAL, *_IF_RIGHT, *_IF_WRONG})

_TAGS = {"matimage": "img", "mataudio": "audio"}
_ONE_PARAGRAPH = re.compile(r"\A\s*<p>((?:(?!<p>).)*)</p>\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Item:
    """An item, taken apart; its methods return texts as Markdown."""

    node: Node
    texts: Texts
    metadata: Mapping[str, str]
    presentation: Node
    responses: Sequence[Node]
    """The elements in which learners answer, with the names that the conditions use as `ident`."""
    conditions: Sequence[Condition]
    rules: Rules
    feedback: Mapping[str, str]
    """Ident → Markdown."""

    @property
    def earning(self) -> list[Condition]:
        """The conditions that earn points."""
        return [condition for condition in self.conditions if condition.score > 0]

    def options(self, response: Node) -> list[tuple[str, str]]:
        """Return (ident, Markdown on one line) of each option of a response."""
        labels = response.walk("response_label")
        return [(label.get("ident"), self.texts.line(html_of(label))) for label in labels]

    def feedback_on(self, response: str, value: str) -> str:
        """Return the feedback that is shown on one answer."""
        for condition in self.conditions:
            if condition.right == ((response, value),) and not condition.wrong:
                names = [name for name in condition.feedback if name.lower() not in _SHARED]
                if text := self._joined(names):
                    return text
        return ""

    @property
    def if_right(self) -> str:
        """The feedback on right answers as a whole."""
        return next((self.feedback[name] for name in _IF_RIGHT if self.feedback.get(name)), "")

    @property
    def if_wrong(self) -> str:
        """The feedback on wrong answers as a whole."""
        return next((self.feedback[name] for name in _IF_WRONG if self.feedback.get(name)), "")

    def explanation(self) -> str:
        """Return the general feedback."""
        otherwise = [
            name
            for condition in self.conditions
            if condition.is_other and not condition.score
            for name in condition.feedback
            if name.lower() not in _IF_WRONG
        ]
        general = [name for name in self.feedback if name.lower() in _GENERAL]
        return self._joined(dict.fromkeys([*otherwise, *general]))

    def _joined(self, names: Iterable[str]) -> str:
        return "\n\n".join(text for name in names if (text := self.feedback.get(name, "")))

    def stem(self) -> str:
        """Return the text before and around the responses, without the texts inside them."""
        if self._has_gaps_between_parts():
            parts = _parts(self.presentation, gaps=True)
            return self.texts.block(" ".join(_ONE_PARAGRAPH.sub(r"\1", part) for part in parts))
        parts = _parts(self.presentation, gaps=False)
        return self.texts.block("\n".join(f"<div>{part}</div>" for part in parts))

    def _has_gaps_between_parts(self) -> bool:
        """Return whether the gaps are between the parts of the text, as in Brightspace's files."""
        if self.metadata.get("qmd_questiontype", "").lower() != "fill in the blanks":
            return False
        text = self.text()
        return not any(f"[{gap_name(response)}]" in text for response in self.responses)

    def text(self) -> str:
        """Return the HTML outside the responses."""
        return " ".join(_parts(self.presentation, gaps=False))


def item_of(node: Node, metadata: Mapping[str, str], texts: Texts) -> Item:
    """Return the parts of an `item`. Raises `LeftOutError` if it has no presentation."""
    presentation = next(node.walk("presentation"), None)
    if presentation is None:
        raise LeftOutError("it has no presentation")
    responses = list(
        presentation.walk(
            "response_lid", "response_str", "response_num", "response_grp", "response_xy"
        )
    )
    _name_responses(node, responses)
    return Item(
        node,
        texts,
        metadata,
        presentation,
        responses,
        [read_condition(condition) for condition in node.walk("respcondition")],
        Rules(node),
        {
            feedback.get("ident"): texts.block(html_of(feedback))
            for feedback in node.walk("itemfeedback")
        },
    )


def _name_responses(item: Node, responses: Sequence[Node]) -> None:
    """Give responses the names that the conditions use for them.

    Brightspace calls a group by `respident`, and a field to type in by the name of its label.
    """
    used = {test.get("respident") for test in item.walk() if test.tag.startswith("var")}
    for response in responses:
        labels = [label.get("ident") for label in response.walk("response_label")]
        name = response.get("ident") or response.get("respident")
        if response.tag in ("response_str", "response_num") and name not in used:
            name = next((label for label in labels if label in used), name)
        response.attributes["ident"] = name


def gap_name(response: Node) -> str:
    """Return the name of a gap that the text has in brackets."""
    return response.get("ident").removeprefix("response_")


def _parts(node: Node, *, gaps: bool) -> Iterator[str]:
    """Yield the HTML outside the responses; with `gaps`, also the names of the gaps in it."""
    for child in node.elements:
        if child.tag in ("response_lid", "response_str", "response_num", "response_grp"):
            if gaps and child.tag == "response_str":
                yield f"[{gap_name(child)}]"
        elif child.tag in ("material", "material_ref"):
            yield html_of(child)
        else:
            yield from _parts(child, gaps=gaps)


def html_of(node: Node) -> str:
    """Return the text of a material as HTML."""
    parts = []
    for part in node.walk():
        if part.tag in ("mattext", "formattedtext", "mat_formattedtext"):
            kind = (part.get("texttype") or part.get("type")).lower()
            text = part.text if not part.elements else part.html()
            is_html = "html" in kind or re.search(r"<(?:p|br|div|span|img|b|i|em|strong)\b", text)
            parts.append(text if is_html else _as_html(text))
        elif tag := _TAGS.get(part.tag):
            source = part.get("uri") or part.get("label")
            parts.append(f'<{tag} src="{source}">' if source else "")
    return "\n".join(part for part in parts if part.strip())


def _as_html(text: str) -> str:
    safe = text.strip().replace("&", "&amp;").replace("<", "&lt;")
    return safe.replace("\n", "<br>")
