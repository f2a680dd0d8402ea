"""Read a question file by the rules of Moodle's importer, sharing no code with the exporter.

The rules were measured with a real Moodle 4.5.6: white space alone between two entities is dropped,
texts are trimmed, tags are cut out of names, and numbers lose what is not a digit. Many things make
Moodle refuse the file, end the import in the middle or lose a question: they raise `Refused` here.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import unquote
from xml.parsers import expat

from lxml import html as lxml_html

from .gap_reader import Gap, Refused, gaps_of

LISTED = [
    *map(Decimal, ("100", "90", "80", "75", "70", "60", "50", "40", "30", "25", "20", "12.5")),
    *map(Decimal, ("10", "5", "0")),
    *(Decimal(100) * sixths / 6 for sixths in (1, 2, 4, 5)),
    *(Decimal(100) / 7, Decimal(100) / 9),
]
TYPES = (
    *("multichoice", "truefalse", "matching", "ordering"),
    *("shortanswer", "numerical", "cloze", "essay"),
)


@dataclass
class Node:
    """An element."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Node] = field(default_factory=list)
    closed: bool = False

    def all(self, tag: str) -> list[Node]:
        return [child for child in self.children if child.tag == tag]

    def one(self, tag: str) -> Node | None:
        matches = self.all(tag)
        return matches[0] if matches else None

    def value(self, tag: str, default: str = "") -> str:
        node = self.one(tag)
        return default if node is None else node.text

    def own_text(self) -> str:
        """Return the text of `<text>`; Moodle refuses a file with elements in it."""
        node = self.one("text")
        if node is not None and (node.children or not node.closed):
            raise Refused("string expected (use CDATA?)")
        return "" if node is None else node.text


@dataclass(frozen=True)
class Answer:
    """An option, an accepted answer, a number."""

    text: str
    fraction: Decimal
    feedback: str
    tolerance: Decimal = Decimal(0)


@dataclass(frozen=True)
class Arrived:
    """A question as it is in the question bank after the import."""

    type: str
    category: tuple[str, ...]
    name: str
    text: str
    general: str
    grade: Decimal
    idnumber: str
    tags: tuple[str, ...]
    hints: tuple[str, ...]
    answers: tuple[Answer, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    gaps: tuple[Gap, ...] = ()
    single: bool = True
    shuffled: bool = False
    case: bool = False
    grader: str = ""
    words: tuple[int, int] = (0, 0)
    unit: str = ""


def read(content: bytes, *, whole: bool = True) -> tuple[Arrived, ...]:
    """Return the questions of a file in order; raise `Refused` for what would not arrive complete.

    Moodle never tells its XML parser that the data has ended: with `whole=False` a file may be
    truncated, as in Moodle.
    """
    root = _tree(content, whole)
    if root.tag != "quiz":
        raise Refused("no questions in the import file")
    questions: list[Arrived] = []
    category: tuple[str, ...] = ()
    for node in root.children:
        if node.attributes.get("type") == "category":
            category = _category(node)
        else:
            questions.append(_question(node, category))
    if not questions:
        raise Refused("no questions in the import file")
    keys = [(question.category, question.idnumber) for question in questions if question.idnumber]
    if len(keys) != len(set(keys)):
        raise Refused("a duplicate idnumber in a category is dropped")
    return tuple(questions)


def read_version(content: bytes) -> Arrived:
    """Return the question that the plugin *Import question as new version* takes from a file.

    The question keeps its category and id number; an element of a category counts as a question.
    """
    root = _tree(content, True)
    if root.tag != "quiz" or len(root.children) != 1:
        raise Refused("Your file did not contain exactly one question!")
    if root.children[0].attributes.get("type") == "category":
        raise Refused("the only question of the file is a category")
    return _question(root.children[0], ())


def visible(html: str) -> str:
    """Return what a reader sees of HTML on one line, with pictures as their descriptions."""
    if not html.strip():
        return ""
    tree = lxml_html.fragment_fromstring(html, create_parent="div")
    for picture in tree.iter("img"):
        picture.tail = f"[{picture.get('alt', '')}]{picture.tail or ''}"
    for block in tree.iter("p", "li", "br", "td", "th", "blockquote", "pre", "hr", "ul", "ol"):
        block.tail = f"\n{block.tail or ''}"
        block.text = f"\n{block.text or ''}" if block.tag not in ("br", "hr") else None
    return " ".join(str(tree.text_content()).split())


def typed(answer: str) -> str:
    """Return what a learner types; a star is a wildcard unless it follows a backslash."""
    if answer != "*" and re.search(r"(?<!\\)\*", answer):
        raise Refused(f"an unintended wildcard: {answer}")
    return answer.replace("\\*", "*")


# --- XML as the importer's own parser reports it --------------------------------------------------


def _tree(content: bytes, whole: bool) -> Node:
    try:
        content.decode("utf-8")  # the upload form checks it
    except UnicodeDecodeError as fault:
        raise Refused("the file does not use UTF-8") from fault
    stack = [Node("", {})]
    inside = False
    run: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        node = Node(tag, attributes)
        stack[-1].children.append(node)
        stack.append(node)

    def end(tag: str) -> None:
        node = stack.pop()
        node.text = node.text.strip(" \t\n\r\0\x0b")
        node.closed = True

    def characters(text: str) -> None:
        if inside:
            run.append(text)
        elif text.strip():  # a run of white space reported alone is lost
            stack[-1].text += text

    def open_section() -> None:
        nonlocal inside
        inside = True

    def close_section() -> None:
        nonlocal inside
        inside = False
        stack[-1].text += "".join(run)
        run.clear()

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    parser.StartCdataSectionHandler, parser.EndCdataSectionHandler = open_section, close_section
    try:
        parser.Parse(content, whole)
    except expat.ExpatError as fault:
        raise Refused(str(fault)) from fault
    if not stack[0].children:
        raise Refused("no questions in the import file")
    return stack[0].children[0]


# --- the parts ------------------------------------------------------------------------------------


def _category(node: Node) -> tuple[str, ...]:
    info, path = node.one("info"), node.one("category")
    if info is None or "format" not in info.attributes or path is None:
        raise Refused("a category needs its info with a format")
    names = [name.replace("//", "/").strip() for name in re.split(r"(?<!/)/(?!/)", path.own_text())]
    if names[0] != "$course$":
        raise Refused(f"a category outside the course: {names[0]}")
    if any(len(name) > 255 or not name for name in names):
        raise Refused("a category's name is empty or longer than its column")
    return tuple(name for name in names[1:] if name != "top")


def _question(node: Node, category: tuple[str, ...]) -> Arrived:
    kind = node.attributes.get("type", "")
    if kind not in TYPES:
        raise Refused(f"unsupported type {kind}")
    name = node.one("name")
    if kind != "cloze" and (name is None or name.one("text") is None):
        raise Refused("missing question name")
    idnumber = node.value("idnumber")
    if len(idnumber) > 100:
        raise Refused("the idnumber is longer than its column")
    text = _formatted(node.one("questiontext"))
    gaps = gaps_of(text) if kind == "cloze" else ()
    grade = (
        Decimal(sum(gap.weight for gap in gaps))
        if gaps
        else _number(node.value("defaultgrade", "1"))
    )
    if not 0 <= _number(node.value("penalty", "0.3333333")) <= 1:
        raise Refused("a penalty beyond the whole")
    arrived = Arrived(
        type=kind,
        category=category,
        name=_name(name) if name else "the beginning of the text",
        text=text,
        general=_formatted(node.one("generalfeedback")),
        grade=grade,
        idnumber=idnumber,
        tags=tuple(tag.own_text() for tags in node.all("tags") for tag in tags.all("tag")),
        hints=tuple(_formatted(hint) for hint in node.all("hint")),
        answers=tuple(_answers(kind, node)),
        pairs=tuple(_pairs(node)),
        gaps=gaps,
        single=node.value("single", "true") not in ("false", "0", ""),
        shuffled=node.value("shuffleanswers", "false") in ("true", "1"),
        case=node.value("usecase", "0") == "1",
        grader=_formatted(node.one("graderinfo")),
        words=(int(node.value("minwordlimit", "0")), int(node.value("maxwordlimit", "0"))),
        unit="".join(
            unit.value("unit_name") for units in node.all("units") for unit in units.all("unit")
        ),
    )
    for problem in _problems(arrived, node):
        raise Refused(f"{idnumber}: {problem}")
    return arrived


def _problems(question: Arrived, node: Node) -> Iterator[str]:
    full = [answer for answer in question.answers if answer.fraction == 100]
    if (
        len({tag.casefold() for tag in question.tags}) != len(question.tags)
        or max(map(len, question.tags), default=0) > 50
    ):
        yield "tags that become one or are cut"
    match question.type:
        case "multichoice":
            if len([answer for answer in question.answers if answer.text]) < 2 or "" in [
                a.text for a in question.answers
            ]:
                yield "an empty option is dropped"
            if question.single and not full:
                yield "no option earns everything"
        case "shortanswer" | "numerical":
            if re.search("[<>&]", question.unit):
                yield "a unit is printed as HTML"
            if not full:
                yield "no answer earns everything"
            if any(not answer.text for answer in question.answers):
                yield "an answer that cannot be typed"
        case "truefalse":
            if [answer.text for answer in question.answers] != ["true", "false"] or len(full) != 1:
                yield "true and false are expected, lower case, one of them right"
        case "matching":
            if any(not answer for _, answer in question.pairs):
                yield "an empty answer ends the import in silence"
            if len([1 for premise, _ in question.pairs if premise]) < 2:
                yield "fewer than two pairs"
        case "ordering":
            if (
                not node.one("shownumcorrect")
                or len(question.answers) < 2
                or not all(a.text for a in question.answers)
            ):
                yield "without shownumcorrect, or with empty steps, the import dies"


def _answers(kind: str, node: Node) -> Iterator[Answer]:
    for answer in node.all("answer"):
        text = _formatted(answer) if kind in ("multichoice", "ordering") else answer.own_text()
        fraction = Decimal(answer.attributes.get("fraction", "0"))
        if kind in ("multichoice", "shortanswer", "numerical"):
            fraction = _listed(fraction)
        if kind == "numerical" and text != "*":
            text = format(_number(text), "f")
        tolerance = _number(answer.value("tolerance", "0"))
        yield Answer(text, fraction, _formatted(answer.one("feedback")), tolerance)


def _pairs(node: Node) -> Iterator[tuple[str, str]]:
    for pair in node.all("subquestion"):
        answer = pair.one("answer")
        yield _formatted(pair), "" if answer is None else _listed_text(answer.own_text())


def _listed_text(text: str) -> str:
    """Return what a list of responses shows: tags are cut out and entities decoded.

    The rest is cut off after a `<` that does not begin a tag.
    """
    if len(text) > 255:
        raise Refused("an answer longer than its column")
    escaped = re.sub(r"&(?![a-zA-Z0-9#]{1,8};)", "&amp;", text)
    return html.unescape(re.sub(r"<(?!\s)[^>]*(?:>|$)", "", escaped))


def _listed(fraction: Decimal) -> Decimal:
    near = min(LISTED, key=lambda listed: abs(listed - abs(fraction)))
    if abs(near - abs(fraction)) >= Decimal("0.001"):
        raise Refused(f"Grades ({fraction}) do not match grade options")
    return near.copy_sign(fraction)


def _number(text: str) -> Decimal:
    match = re.match(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?", re.sub(r"[,\s]", "", text))
    if not match:
        raise Refused(f"`{text}` in a column of numbers")
    return Decimal(match[0])


def _name(node: Node | None) -> str:
    assert node is not None
    # A tag is cut out, and the rest after one that is not closed.
    name = re.sub(r"<[A-Za-z/!?][^>]*(?:>|$)", "", node.own_text().replace("\n", " "))
    if len(name) > 255:
        raise Refused("a name longer than its column is cut")
    return name


def _formatted(node: Node | None) -> str:
    """Return a formatted text; each file that it shows must be beside it."""
    if node is None:
        return ""
    if node.attributes.get("format", "html") != "html":
        raise Refused(f"format {node.attributes['format']}")
    text = node.own_text()
    files = {file.attributes["name"]: file.text for file in node.all("file")}
    shown = {unquote(name) for name in re.findall(r"@@PLUGINFILE@@/([^\"' ]+)", text)}
    if shown != set(files) or len(files) != len(node.all("file")):
        raise Refused(f"shows {sorted(shown)}, brings {sorted(files)}")
    for content in files.values():
        base64.b64decode(content, validate=True)
    return text
