"""A new course in each language, from `init` to the files of all formats."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pkoquiz.cli import run
from pkoquiz.language import SHIPPED

from ..core.browser import evaluate
from .reading import pdf, texts

_TITLES = {
    "en": "Lights at sea",
    "de": "Feuer auf See",
    "fr": "Feux en mer",
    "es": "Luces en el mar",
    "pt": "Luzes no mar",
    "ja": "海の灯り",
    "ar": "أضواء البحر",
}
_WORDS = {
    "en": ("Single choice", "Do not turn this page", "Time allowed", "10 minutes", "Page 1 of 2"),
    "de": ("Einfachauswahl", "Blättern Sie erst um", "Bearbeitungszeit", "10 Minuten", "Seite 1"),
    "fr": ("Choix unique", "Ne tournez pas cette page", "Durée", "10 minutes", "Page 1 sur 2"),
    "es": ("Selección única", "No pase esta página", "Tiempo disponible", "10 minutos", "Página 1"),
    "pt": ("Escolha única", "Não vire esta página", "Duração", "10 minutos", "Página 1"),
    "ja": ("単一選択", "開始の合図があるまで", "試験時間", "10分", "1／2ページ"),
    "ar": (),  # read back in the order of glyphs
}
_QUOTES = {"en": "“”", "de": "„“", "fr": "«»", "es": "«»", "pt": "“”", "ja": "「」", "ar": "«»"}


@pytest.fixture(params=SHIPPED)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def course(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "lights"
    assert run(["init", str(folder), "--title", _TITLES[language], "--language", language]) == 0
    monkeypatch.chdir(folder)
    return folder


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_course_builds_at_once(
    course: Path, language: str, extra_fonts: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", "--pedantic"]) == 0
    assert run(["build"]) == 0
    assert run(["exam", "build", "final"]) == 0
    printed = capsys.readouterr()
    assert "PQ" not in printed.out + printed.err, printed
    first = _files(course / "exports")
    assert run(["build", "--out", str(course / "again")]) == 0
    assert run(["exam", "build", "final", "--out", str(course / "again")]) == 0
    assert _files(course / "again") == first
    paper = re.sub(r"\s+", " ", pdf(first["exam/final/final-A.pdf"]))
    squeezed = paper.replace(" ", "") if language == "ja" else paper
    for words in _WORDS[language]:
        assert (words.replace(" ", "") if language == "ja" else words) in squeezed
    key = pdf(first["exam/final/final-A-key.pdf"])
    assert all(mark in key for mark in _QUOTES[language])


@pytest.mark.parametrize("language", ["ja", "ar"], indirect=True)
def test_learners_read_no_latin_words(course: Path, extra_fonts: None) -> None:
    assert run(["build", "moodle", "exam"]) == 0
    assert run(["exam", "build", "final"]) == 0
    identifiers = re.compile(r"\S*[-._\[\]/$]\S*|\b(?=\w*\d)\w+\b|\blights\b")
    for name, text in texts(_files(course / "exports")).items():
        assert re.findall(r"[A-Za-z]{3,}", identifiers.sub(" ", text)) == [], name


def test_without_fonts_the_other_formats_are_built(
    course: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["build"]) == 0
    printed = capsys.readouterr().err
    names = {path.suffix for path in (course / "exports").rglob("*") if path.is_file()}
    assert {".apkg", ".xml", ".html"} <= names
    assert (".pdf" in names) == (language != "ja"), "DejaVu Sans Mono has Arabic"
    assert printed.count("PQ706") == (language == "ja")
    if language == "ja":
        assert "pip install 'pkoquiz[fonts]'" in printed
        assert "(Han, Hiragana, Katakana)" in printed


def test_pages_have_the_language_and_its_direction(course: Path, language: str) -> None:
    assert run(["exam", "build", "final", "--format", "html"]) == 0
    page = (course / "exports/exam/final/final-A.html").read_text(encoding="utf-8")
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in page


_PROBE = """
const centre = element => {
  const box = element.getBoundingClientRect();
  return box.x + box.width / 2;
};
const question = document.querySelector(".question");
const stem = question.querySelector(".stem p");
return {
  number: centre(question.querySelector(".no")) < innerWidth / 2,
  worth: centre(question.querySelector(".worth")) > innerWidth / 2,
  quotes: getComputedStyle(document.querySelector("q")).quotes,
  overflow: document.documentElement.scrollWidth > innerWidth,
  words: stem.innerText,
};
"""


@pytest.mark.parametrize("language", ["de", "ja", "ar"], indirect=True)
@pytest.mark.parametrize("width", [1200, 400])
def test_keys_in_a_browser(course: Path, language: str, width: int, tmp_path: Path) -> None:
    assert run(["exam", "build", "final", "--format", "html"]) == 0
    key = (course / "exports/exam/final/final-A-key.html").read_bytes()
    seen = evaluate(key, tmp_path, _PROBE, width=width)
    is_mirrored = language == "ar"
    assert seen["number"] == (not is_mirrored)
    assert seen["worth"] == (not is_mirrored)
    assert not seen["overflow"]
    assert [mark for mark in seen["quotes"] if mark in "„“「」«»"] == list(_QUOTES[language])
    assert re.search(r"[A-Za-z]{3,}", seen["words"]) is None or language == "de"
