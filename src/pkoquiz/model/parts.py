"""The records that questions consist of: citations, options, answers, pairs, gaps, rubric lines.

`Markdown` texts may contain paragraphs and lists; `Inline` texts are one line of Markdown; `Plain`
texts are not formatted.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from pkoquiz.records import InvalidError, Record, matching

Bloom = Literal["remember", "understand", "apply", "analyse", "evaluate", "create"]
Difficulty = Literal["easy", "medium", "hard"]
Status = Literal["draft", "ready", "retired"]

QuestionId = Annotated[
    str,
    matching(
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        "use lower-case letters, digits and hyphens, e.g. `new-one`",
        min_length=2,
        max_length=80,
    ),
]
Slug = Annotated[
    str,
    matching(
        r"^[a-z0-9]+([-.][a-z0-9]+)*$",
        "use lower-case letters and digits, with hyphens or dots between them, e.g. `first-talk`",
        max_length=80,
    ),
]
_OBJECTIVE = r"[A-Za-z0-9][A-Za-z0-9.-]*"
_OBJECTIVE_FORM = (
    "use letters, digits, hyphens and dots, beginning with a letter or digit, e.g. `GK-6`"
)
ObjectiveId = Annotated[str, matching(f"^{_OBJECTIVE}$", _OBJECTIVE_FORM, max_length=40)]
ObjectiveRef = Annotated[str, matching(f"^({_OBJECTIVE})?$", _OBJECTIVE_FORM, max_length=40)]
"""An objective's id, or an empty text."""
PassageRef = Annotated[
    str,
    matching(
        r"^[\w.-]+(~[0-9a-f]{4,8})?$",
        "copy the id from `pkoquiz passages`, e.g. `first-talk.p012`, or with a pin "
        "`first-talk.p012~ea2d`",
        max_length=120,
    ),
]
MOST_OMISSIONS = 20
"""With more omissions, a quote could match anything, and the search would be slow."""

Plain = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Inline = Annotated[
    str,
    StringConstraints(min_length=1, max_length=5_000),
    Field(json_schema_extra={"markup": "inline"}),
]
Markdown = Annotated[
    str,
    StringConstraints(min_length=1, max_length=50_000),
    Field(json_schema_extra={"markup": "block"}),
]


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value.adjusted()) > 30:
        raise InvalidError("must be a number between -1e30 and 1e30", "write fewer digits")
    return value


def number(value: Decimal) -> str:
    """Return a decimal without exponent and trailing zeros: `2.50` → `2.5`, `1E+3` → `1000`."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


Number = Annotated[Decimal, AfterValidator(_finite)]
Points = Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)]


class Worded(Record):
    """A record that may be written as its text alone: `- True peace` for `- text: True peace`."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, data: Any) -> Any:
        return {"text": data} if isinstance(data, str) else data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        schema = handler.resolve_ref_schema(handler(core))
        text = {"type": "string", "minLength": 1, "description": "the text alone"}
        return {"anyOf": [text, schema], "description": schema.get("description", "")}


class Citation(Record):
    """Words of the transcript that prove the answer."""

    passage: PassageRef
    """The passage's id, e.g. `gordon-keynote.p012`; `~ea2d` after it pins its fingerprint."""
    quote: Plain
    """Verbatim words of that passage. `…` or `...` omits words; `[note]` adds an editor's words."""
    note: Inline = ""
    """A remark on this quote, printed in brackets after it: what the transcript got wrong here."""

    @field_validator("quote")
    @classmethod
    def _few_omissions(cls, quote: str) -> str:
        count = quote.count("…") + quote.count("...")
        if count > MOST_OMISSIONS:
            hint = f"omit words {MOST_OMISSIONS} times at most, or cite parts of it separately"
            raise InvalidError(f"the quote omits words {count} times", hint)
        return quote

    @property
    def passage_id(self) -> str:
        """The passage's id without a fingerprint that may follow it."""
        return self.passage.partition("~")[0]

    @property
    def pin(self) -> str:
        """The fingerprint that follows the passage's id, or an empty text."""
        return self.passage.partition("~")[2]


class Option(Worded):
    """One option of a choice question."""

    text: Inline
    """The option as the learner reads it."""
    correct: bool = False
    """Whether it is a right answer."""
    feedback: Markdown = ""
    """Why it is right or wrong: shown when chosen."""
    pin: bool = False
    """Whether it keeps its place when options are shuffled."""


class Accepted(Worded):
    """A wording that is accepted as the answer."""

    text: Plain
    """The answer as a learner would type it."""
    credit: Annotated[int, Field(gt=0, le=100)] = 100
    """The percentage of the points it earns."""
    feedback: Markdown = ""
    """Shown to whoever gives this answer."""


class Mistake(Record):
    """A wrong answer that deserves feedback of its own."""

    text: Plain
    """The wrong answer as a learner would type it."""
    feedback: Markdown
    """Why it is wrong."""


class WrongValue(Record):
    """A wrong number that a typical mistake leads to."""

    value: Number
    """The wrong number."""
    tolerance: Annotated[Number, Field(ge=0)] = Decimal(0)
    """How far an answer may be from it and still get this feedback."""
    feedback: Markdown
    """Which mistake leads to it."""


class Pair(Record):
    """A premise and the response that belongs to it."""

    premise: Inline
    """The left side."""
    response: Plain
    """The right side; several premises may share one."""
    feedback: Markdown = ""
    """Why they belong together."""


class Gap(Record):
    """What belongs in one gap of a cloze text."""

    answers: Annotated[tuple[Accepted, ...], Field(min_length=1, max_length=20)]
    """Accepted wordings, the best one first."""
    wrong: tuple[Mistake, ...] = ()
    """Typical wrong answers, each with its feedback."""
    hint: Inline = ""
    """Shown in the gap on a card, e.g. `a verb`."""


class Criterion(Record):
    """One line of a rubric."""

    points: Points
    """Points for fulfilling it."""
    text: Inline
    """What the answer has to contain."""


class Card(Record):
    """Another wording of a question for a flashcard, if its stem does not work on its own."""

    front: Markdown
    """The prompt, complete in itself."""
    back: Markdown
    """The answer: one fact, short."""


class Verdicts(Record):
    """Feedback on each of the two answers."""

    true: Markdown = ""
    """Shown to whoever answers true."""
    false: Markdown = ""
    """Shown to whoever answers false."""
