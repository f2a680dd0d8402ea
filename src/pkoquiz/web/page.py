"""Render a page: one HTML file that embeds its style, scripts and data, and needs no network.

Content is untrusted. It enters a page through Jinja2's escaping, as HTML that `markup` produced, or
as JSON that cannot end its element. The Content Security Policy allows only the embedded styles and
scripts, by their hashes, and Trusted Types prevent scripts from turning text into HTML.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from markupsafe import Markup

from pkoquiz.language import language

if TYPE_CHECKING:
    from jinja2 import Environment

# The alignment of cells in Markdown tables: the only `style` attributes that `markup` writes.
_STYLE_ATTRIBUTES = ("text-align:left", "text-align:right", "text-align:center")
_JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def render(
    package: str,
    template: str,
    *,
    style: str = "",
    script: str = "",
    data: Mapping[str, object] | None = None,
    lang: str = "en",
    policy: Mapping[str, str] | None = None,
    **context: object,
) -> bytes:
    """Render a template of `package` that extends `page.html.j2`, as UTF-8.

    `style` follows the base style, and `script` follows `nodes.js` and `keys.js`; a page without
    `script` has no scripts at all. Each entry of `data` becomes a JSON element with the key as its
    id, which `readData` reads. `lang` is the language of the page, a BCP 47 tag. `policy` adds
    directives to the Content Security Policy or replaces them. All other arguments are variables
    of the template.
    """
    style = f"{resource(__package__, 'base.css')}\n{style}"
    if script:
        shared = (resource(__package__, name) for name in ("nodes.js", "keys.js"))
        script = "\n".join(('"use strict";', *shared, script))
    page = _environment(package).get_template(template)
    text = page.render(
        policy=_policy(style, script, policy or {}),
        style=_embedded(style),
        script=_embedded(script),
        lang=lang,
        dir=language(lang).direction,
        data={name: Markup(as_json(value)) for name, value in (data or {}).items()},
        **context,
    )
    return text.encode()


def policy_of(page: bytes) -> str:
    """Return the Content Security Policy of a rendered page, for an HTTP header."""
    policy = page.partition(b'Content-Security-Policy" content="')[2].partition(b'"')[0]
    return html.unescape(policy.decode())


def resource(package: str, name: str) -> str:
    """Return the text of a file in a package."""
    return (files(package) / name).read_text(encoding="utf-8")


def as_json(value: object) -> str:
    """Return JSON that is safe inside a `<script>` element: no content can end the element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_JSON_ESCAPES)


def language_attributes(tag: str) -> Markup:
    """Return ` lang="…" dir="…"` for text in a language; empty for English, the page's language."""
    if tag == "en":
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(tag, language(tag).direction)


@lru_cache(maxsize=4)
def _environment(package: str) -> Environment:
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=ChoiceLoader([PackageLoader(package, "."), PackageLoader(__package__, ".")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _policy(style: str, script: str, changes: Mapping[str, str]) -> str:
    """Return the Content Security Policy that allows only this style and this script."""
    attributes = " ".join(map(_digest, _STYLE_ATTRIBUTES))
    directives = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "img-src": "data:",
        "media-src": "data:",
        "style-src": f"{_digest(style)} 'unsafe-hashes' {attributes}",
    }
    if script:
        directives |= {
            "script-src": _digest(script),
            "require-trusted-types-for": "'script'",
            "trusted-types": "'none'",
        }
    return "; ".join(f"{name} {sources}" for name, sources in (directives | dict(changes)).items())


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embedded(text: str) -> Markup:
    """Return a style or script as it is, after making sure that it cannot end its element."""
    if "</" in text or "<!--" in text:
        raise ValueError("a style or script must not contain `</` or `<!--`")
    return Markup(text)
