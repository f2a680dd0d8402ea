"""Message catalogues: complete, in step with the source, and with the same values."""

import importlib.util
import string
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message

from pkoquiz import language

ROOT = Path(__file__).parents[2]
TRANSLATED = tuple(tag for tag in language.SHIPPED if tag != "en")


def _tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _messages(tag: str) -> list[Message]:
    catalogue = _tool().read(language.LOCALE / tag / "LC_MESSAGES" / "pkoquiz.po")
    return [message for message in catalogue if message.id]


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_folder_is_a_shipped_language() -> None:
    folders = {path.name for path in language.LOCALE.iterdir() if path.is_dir()}
    assert folders == set(TRANSLATED)


@pytest.mark.parametrize("tag", TRANSLATED)
def test_a_catalogue_has_the_messages_of_the_source(tag: str) -> None:
    expected = {message.id for message in _tool().extracted() if message.id}
    assert {message.id for message in _messages(tag)} == expected, "run tools/catalogues.py"


@pytest.mark.parametrize("tag", TRANSLATED)
def test_no_message_is_untranslated_or_fuzzy(tag: str) -> None:
    unfinished = [
        message.id
        for message in _messages(tag)
        if message.fuzzy or not all(_forms(message.string)) or not message.string
    ]
    assert unfinished == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_translations_use_the_values_of_the_message(tag: str) -> None:
    # A plural form for exactly one or two may do without the count.
    wrong = [
        message.id
        for message in _messages(tag)
        for form in _forms(message.string)
        if _values(form) | {"count"} != _values(_forms(message.id)[-1]) | {"count"}
    ]
    assert wrong == []


@pytest.mark.parametrize("tag", TRANSLATED)
def test_compiled_catalogues_are_current(tag: str) -> None:
    with language.speaking(tag):
        for message in _messages(tag):
            if isinstance(message.id, str):
                assert language._catalogue(tag).gettext(message.id) == message.string
