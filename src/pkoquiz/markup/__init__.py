"""The one Markdown dialect of all texts: parsed once, written as HTML, Typst or plain text.

A bank is untrusted: raw HTML and entities are switched off, so `<script>` comes out as text, and
links lead only to http, https and mailto addresses. Stems and explanations are blocks. Options,
gaps and answers are inline, so that "5. October" does not become a list. A picture is written as
`![description](media/map.svg)`, a sound in the same way with the file extension of a sound.
"""

from pkoquiz.markup.parse import AUDIO, IMAGES, formulas_in, media_references
from pkoquiz.markup.tex import inert
from pkoquiz.markup.to_html import MediaHtml, formulas_html, html, inline_html
from pkoquiz.markup.to_plain import excerpt, in_characters, inline_plain, plain
from pkoquiz.markup.to_tree import Tree, Trees, inline_trees, trees
from pkoquiz.markup.to_typst import inline_typst, literal, quoted, typst

__all__ = [
    "AUDIO",
    "IMAGES",
    "MediaHtml",
    "Tree",
    "Trees",
    "excerpt",
    "formulas_html",
    "formulas_in",
    "html",
    "in_characters",
    "inert",
    "inline_html",
    "inline_plain",
    "inline_trees",
    "inline_typst",
    "literal",
    "media_references",
    "plain",
    "quoted",
    "trees",
    "typst",
]
