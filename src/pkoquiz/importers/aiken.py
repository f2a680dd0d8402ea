"""Read Aiken: a question on one line, `A. option` lines, and `ANSWER: B`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from pkoquiz.importers.decoding import decoded
from pkoquiz.importers.foreign import Answer, LeftOut, Read, choice, drafted
from pkoquiz.importers.texts import Texts

_OPTION = re.compile(r"\s*([A-Za-z])[.)]\s*(.*)")
_KEY = re.compile(r"\s*ANSWER:\s*([A-Za-z])\s*(?:[.)].*)?$", re.IGNORECASE)


def read(content: bytes, name: str, files: Mapping[str, bytes]) -> Iterator[Read]:
    """Yield the questions of an Aiken file."""
    stem: list[str] = []
    options: dict[str, str] = {}
    start = 0
    for line, text in enumerate(decoded(content).splitlines(), 1):
        if key := _KEY.match(text):
            yield _question(start or line, stem, options, key[1].upper())
            stem, options, start = [], {}, 0
        elif re.match(r"\s*ANSWER:", text, re.IGNORECASE):
            yield LeftOut(" ".join(stem), "`ANSWER:` is not followed by one letter", start or line)
            stem, options, start = [], {}, 0
        elif (stem or start) and (option := _OPTION.match(text)):
            if (letter := option[1].upper()) in options:
                letter += "?"  # repeated: the key would be ambiguous
            options[letter] = option[2].strip()
        elif text.strip():
            if options:  # the question before has no key
                yield LeftOut(" ".join(stem), "the line `ANSWER: …` is missing", start)
                stem, options, start = [], {}, 0
            start = start or line
            stem.append(text.strip())
    if stem:
        yield LeftOut(" ".join(stem), "the line `ANSWER: …` is missing", start)


def _question(line: int, stem: list[str], options: dict[str, str], key: str) -> Read:
    title = " ".join(stem)
    if not stem:
        return LeftOut("", "there is no question above the answer", line)
    if len(options) < 2 or key not in options:
        problem = "it has fewer than two options" if len(options) < 2 else f"it has no option {key}"
        return LeftOut(title, problem, line)
    if list(options) != [chr(ord("A") + index) for index in range(len(options))]:
        return LeftOut(title, "its options are not lettered A, B, C … in this order", line)
    texts = Texts()
    answers = [
        Answer(texts.line(text, "plain"), Decimal(100 * (letter == key)))
        for letter, text in options.items()
    ]
    stem_text = texts.block("\n".join(stem), "plain")
    return drafted(
        title, line, "", texts, lambda: choice(texts, answers, single=True, stem=stem_text)
    )
