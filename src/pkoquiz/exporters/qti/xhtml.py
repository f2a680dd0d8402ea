"""HTML as QTI 2.1 allows it in items: closed elements, no styles, blocks inside quotations."""

from __future__ import annotations

import re

from pkoquiz.exporters.lms import as_xhtml, legal

_QUOTATION = re.compile(r'(<blockquote class="pko-source">)(.*?)(</blockquote>)', re.DOTALL)


def xhtml(html: str) -> str:
    """Return HTML of this program as the content of an item's body or of feedback."""
    html = as_xhtml(legal(html))
    html = re.sub(r'<ol start="\d+">', "<ol>", html)
    html = re.sub(r'<(t[dh]) style="[^"]*">', r"<\1>", html)
    return _QUOTATION.sub(r"\1<p>\2</p>\3", html)
