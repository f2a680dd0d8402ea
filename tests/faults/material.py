"""What the mutations put into courses: texts, transcripts and fields that have broken programs."""

from __future__ import annotations

from typing import Any, get_args

import yaml

from pkoquiz.model.parts import Bloom, Difficulty

CANARY = "words from outside the course 4f1d"
"""The content of a file beside the course folder; no export may contain it."""

HOSTILE = [
    "", " ", "\n", "null", "~", "0", "-1", "1e400", "NaN", "9" * 5000, "0." + "0" * 400 + "1",
    "1e-9999999", "true", "2026-13-45", "9999-12-31", "0001-01-01", "x" * 5000, "word " * 3000,
    "<script>alert(1)</script>", "]]>", "{{c1::x}}", "{{1}}", "{{1}} {{1}} {{2}}",
    "{{99999999999999999999}}", "{{FrontSide}}", "{1:SA:=x}", "[sound:x.mp3]",
    '#read("/etc/passwd")', '"]; #panic()', "\\", "\\\\(x", "\\(\\input{/etc/passwd}\\)",
    "\\[ $$ \\]", "=cmd|' /C calc'!A0", "[a](javascript:alert(1))",
    '[a](https://x.example/"onclick=alert(1))', "![](x.png)", "![a](../../../etc/passwd)",
    "![a](/etc/passwd.png)", "![a](media/missing.svg)", "![a](a\x00b.png)".replace("\x00", "%00"),
    "../../etc/passwd", "/etc/passwd", "/dev/zero", "seeds", "seeds/../seeds/bridges.md",
    "a" * 300 + ".md", "| a | b |\n|---|---|\n| c |", "1. a\n   - b\n     1. c\n\n> q\n\n    code",
    "99999999999999999999. item", "> " * 300 + "x", "- " * 30 + "x", "*" * 500, "[" * 500,
    "`" * 101, "[x][y]\n\n[y]: javascript:alert(1)", "_" * 300 + "a" + "_" * 300, "\u202eabc",
    "\u2028", "\u0085", "\ufeff", "\U0010ffff", "a\u0301" * 200, "日本", "ﷺ", "👩‍👩‍👧‍👦",
    "\x1b[31m", "wzxhzdk:0", "klzzwxh:0000", "\x02", "arches.p001", "arches.p001~",
    "arches.p001~0000",
    "arches.p001~zz", ".", "arches.", "arches", "beams", "oldest-kind", "term-abutment", "B-1",
    "draft", "retired", "ready", "choice", "cloze", "essay", "…", "… …", "...", "“", "’", "the",
    "An arch turns every load into compression.", "proceedings", "markdown", "subtitles",
    "%s %d {0} {x!r}", "[/red]", "$(touch x)", "constructor", "__class__", "place", "section",
]  # fmt: skip
"""Texts that have broken programs of this kind, and words with a meaning in this one."""

TRANSCRIPTS = [
    "", "\n\n", "no heading, only words", "# \n\n# \n\nx", "# A\n\n# A\n\n# A\n\nword",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Ada>An arch turns every load into compression.\n",
    "1\n00:00:01,000 --> 00:00:02,000\nAn arch\n\n2\n99:99:99,999 --> 00:00:00,000\nx\n",
    "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v <v <v>x</v>\n&lt;&#0;&#x110000;&#99999999999;\n",
    "# Arches\r\n\r\n"
    "**Ada Strand:** An arch turns every load into compression. Stone\x0clikes\u2028it\r\n",
    "**:** x\n\n**A:**\n\n****\n\n** **: y", "---\ntitle: x\n---\n\n# B\n\n```\ncode\n",
    "# " + "x" * 5000, "x" * 70_000, ("[" * 300 + "](" * 300) * 3,
    "# Beams {#beams}\n\n# Beams {#<script>}\n\nx",
    "\ufeff# Beams\n\n- a\n- b\n  - c\n\n| a | b |\n",
    "(Hoshino) hello\n\nQ1\t<p>x</p>\n\nA1\t<p>y",
]  # fmt: skip

PIECES = [
    # Markdown and HTML
    "*a **b* c**", "_a_b_c_", "`` ` ``", "```\ncode", "`{{1}}`", "1. a\n2. b",
    "- a\n    - b\n        1. c", "> q\n> > r", "    code", "| a | b |\n|:--|--:|\n| c | d |",
    "| a |\n|---|", "a  \nb", "***", "a\n\nb", "\\*", "# head", "a\n---",
    "[a](https://x.example/?q=1&b='2')", "[a](<javascript:alert(1)>)", "[](javascript:x)",
    "[a]: javascript:x", "[a][a]", "<https://x.example>", "<javascript:alert(1)>", "![", "![]",
    "![an arch](media/arch.png)", "![her *voice* \"x\"](media/voice.mp3)",
    "&lt;b&gt; &amp;amp; &#60; &nbsp", "<b onclick=alert(1)>", "<script>alert(1)</script>",
    "</script>", "</style>", "</p></div>", "<img src=x onerror=alert(1)>", "<!--", "-->",
    "<![CDATA[", "]]>", "<?xml", "a<b>c",
    # TeX
    "\\(x^2 < y\\)", "\\[\\frac{a}{b}\\]", "\\(", "\\)", "\\\\(x\\\\)", "$x$", "$$",
    "\\(\\href{javascript:alert(1)}{x}\\)", "\\input{x}", "\\(a{{b}}c\\)",
    # Anki, Moodle, Jinja, format strings
    "{{c1::x}}", "{{c2::y::z}}", "{{Front}}", "{{FrontSide}}", "{{#Answer}}x{{/Answer}}", "}}",
    "{{", "}", "{", "::", ":", "{{type:Text}}", "[sound:x.mp3]", "[anki:tts lang=en]x[/anki:tts]",
    "[latex]x[/latex]", "[$]x[/$]", "[[type:Answer]]", "<i data-gap=\"1\">x</i>", "PKOGAP1Z",
    "{1:SA:=x}", "{1:MC:~x~=y}", "{#1}", "=x~%50%y#z", "~", "%100%", "\\}", "\\#", "&#126;",
    "@@PLUGINFILE@@/x.png", "*", "top", "/", "//", "$course$", "%s %d {0} {x!r}", "{{ 7*7 }}",
    "{% raw %}", "$(touch x)", "__class__", "wzxhzdk:0", "klzzwxh:0000", "STXwzxhzdk:0ETX",
    # Typst, spreadsheets, Word
    '#read("../../outside.txt")', "#panic()", '"; #panic(); "', "] #pagebreak() [", "@ref",
    "<label>", "$ x $", "\\u{41}", "/* x", "// x", "= heading", "/ term: x", "'", '"', "\\", "=1+1",
    "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", 'HYPERLINK "x"', "\t",
    # words that mean something here, lengths, numbers
    "___", "[blank]", "…", "...", "All of the above", "none", "True", "false", "null", "0", "7",
    "1,000", "1990. The year", "99999999. x", "withdrawn", "Glossary", "word " * 300, "x" * 900,
    "https://" + "a" * 300 + ".example/", "a-" * 200, "a\n" * 40, "(" * 60, "*" * 60,
    "> " * 25 + "x",
    # beyond ASCII
    "naïve Straße", "“a” ‘b’ – — …", "\u00a0", "\u00ad", "ﬃ", "e\u0301", "\u1e9b\u0323",
    "a\u0301" * 50, "日本", "🕊️", "👩‍👩‍👧", "العربية", "עברית", "\u202eabc", "\u2066x\u2069",
    "\u200b", "\u200d", "\u2060", "\ufeff", "\ufff9", "\ue000file\ue001/x", "\ufdd0", "\U000e0041",
    "\U0010fffd", "\u3000", "\u115f", "İ", "ǆ", "\u212a", "\u0345", "ẞ", "\U0001d54f",
]  # fmt: skip
"""Texts that an author may write and that some format could mistake for something else."""

PRINTABLE = [
    piece
    for piece in PIECES
    if all(character == "\n" or " " <= character <= "~" for character in piece)
]
"""The pieces that every font can show; courses with these are printed as PDF."""


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TEXTS = words(
    "stem explain text feedback true false premise response extras sequence hints hint note "
    "attribution reason unit working otherwise model_answer front back term meaning title "
    "description aids institution instructions deck date seed right why sureness options answers "
    "answer"
)
"""The fields of course and bank that hold free text."""

VALUES: dict[str, list[str]] = {
    "points": ["1", "2", "0.5", "0.25", "3.75", "10", "999.99", "0.01"],
    "answer": ["0", "5", "-5", "3.14159", "1e-9", "6.02e23", "-1e30", "1000000", "0.10"],
    "tolerance": ["0", "0.5", "1e-7", "1000"],
    "value": ["1", "-1", "50", "1e9", "0.333"],
    "credit": ["1", "33", "50", "66", "99", "100"],
    "bloom": list(get_args(Bloom)),
    "difficulty": list(get_args(Difficulty)),
    "scoring": ["partial", "exact"],
    **{name: ["true", "false"] for name in ("shuffle", "pin", "case_sensitive", "large_print")},
    "min_words": ["0", "1", "80"],
    "max_words": ["0", "100", "10000"],
    "language": ["en", "ja", "de-CH", "ar", "zh-Hant-TW", "xx"],
    "release": ["2026-01-15", "2026-05-31", "2026-06-01"],
    "paper": ["a4", "us-letter"],
    "items": ["1", "3", "4", "6", "9"],
    "minutes": ["0", "1", "1440"],
    "papers": ["1", "2", "3"],
    "versions": ["1", "2", "3"],
    "overlap": ["0", "1", "0-10"],
    "columns": ["1", "2"],
    "longest_key": ["0", "50", "100"],
}
"""Other fields, each with values it may have."""

NEEDED = words(
    "id type stem sources passage quote bloom difficulty section objective title short release "
    "transcripts file errata options text pairs premise response sequence answers answer gaps "
    "rubric points model_answer term meaning items front back feedback value questions glossary "
    "objectives blueprints quiz status reason"
)
"""Fields that are never deleted: a type requires them, or a check would reject the course."""

LISTS = {
    "options": (3, 10),
    "pairs": (2, 12),
    "extras": (0, 8),
    "sequence": (3, 10),
    "answers": (1, 20),
    "gaps": (1, 12),
    "rubric": (1, 20),
    "hints": (0, 5),
    "wrong": (0, 9),
    "objectives": (2, 2),
}
"""Lists that may grow and shrink, with their least and greatest length."""


def tree(text: str) -> Any:
    """Return YAML as a tree of texts, as the mutations expect it."""
    return yaml.load(text, Loader=yaml.CBaseLoader)


LAYOUT: dict[str, Any] = tree("""
citation: Bridges, 2026
rights: none
sections:
- slug: beams
  title: Beams
  lines: ["# Beams"]
  speaker: Ada Strand
  pages: [1, 2]
  headings: [{text: x, level: 1}]
  drop: [y]
- slug: arches
  title: Arches
  lines: ["# Arches"]
  form: discussion
  labels: [{label: Guest, speaker: Guest, kind: question}]
  slides: [{starts: z, lines: 2}]
""")

BLUEPRINT: dict[str, Any] = tree("""
title: A long paper
items: 6
minutes: 30
seed: 2026
papers: 2
versions: 2
types: {choice: 1}
bloom: {remember: 1}
difficulty: {easy: 1}
sections: {beams: 2}
""")

OPTIONAL: dict[str, dict[str, Any]] = tree("""
every type:
  explain: So it is.
  note: A remark.
  attribution: Strand
  hints: [Think., Think again.]
  tags: [one, two.b]
  card: {front: What holds an arch?, back: Its keystone.}
  points: 2
  sources:
  - passage: arches.p003
    quote: Suspension bridges … [so she says] tension
    note: A remark.
choice:
  shuffle: false
  options: [{text: One, correct: true, feedback: Yes., pin: true}, Two, 3, 4 m]
multiple:
  scoring: exact
  options: [{text: 1, correct: true}, {text: 2, correct: true}, 10, 9, 8]
truefalse:
  feedback: {true: Yes., false: No.}
matching:
  extras: [Neither, Both]
  pairs: [{premise: A, response: B, feedback: C}, {premise: D, response: B}]
ordering:
  sequence: [Piers, Beams, Deck, Rail]
shortanswer:
  otherwise: No.
  case_sensitive: true
  wrong: [{text: ropes, feedback: No.}]
  rubric: [{points: 1, text: Names it}, {points: 1, text: Says why}]
numerical:
  unit: m
  working: 5 = 5
  otherwise: No.
  wrong: [{value: 7, tolerance: 1, feedback: No.}]
cloze:
  gaps:
  - &gap
    answers: [load, {text: weight, credit: 50, feedback: Nearly.}]
    hint: a noun
    wrong: [{text: tension, feedback: No.}]
  - *gap
  - *gap
essay:
  min_words: 10
  max_words: 100
  rubric: [{points: 1, text: Names both}]
flashcard: {}
term:
  note: A remark.
  attribution: Strand
  tags: [one]
course:
  sections: {extra: An extra section}
  language: de-CH
  anki: {deck: "Deck::Sub"}
  exam: {paper: us-letter, aids: A ruler., institution: School}
  skip: [beams.p003]
  plan: {sections: {beams: 3}, types: {choice: 2}}
blueprint:
  papers: 2
  versions: 2
  overlap: 0-10
  instructions: Write.
  aids: None.
  date: 1 June
  bloom: {remember/understand: 1+}
  difficulty: {easy: 1-9}
  sections: {arches: 1+}
  columns: 2
  large_print: true
  points: 1-99
  objectives: {different: 1}
  longest_key: 50
  measured: {difficulty: 0.1-0.9, discrimination: 0.1+, candidates: 30, required: false}
  cells: [{items: 1, section: beams}]
  include: [oldest-kind]
""")
"""Optional fields by type of question, and those of course and blueprint."""
