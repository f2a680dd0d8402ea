"""Shared parts of pages: the policy, embedded data, media, nodes and keys."""

import base64
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError
from lxml import html as lxml_html

from pkoquiz import markup
from pkoquiz.web import page as web
from pkoquiz.web.media import embedded

from .browser import digest, evaluate, policy

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "-->",
    "]]>",
    "\u2028 \u2029 \u0000 \ufeff",
    "'\"`&amp;\\u003c\\",
    "\U0001f309 \u202e日本",
    "x" * 10_000,
]

TEMPLATE = """{% extends "page.html.j2" %}
{% block title %}{{ text }}{% endblock %}
{% block body %}
<main><p id="text">{{ text }}</p>{{ html or "" }}<input id="field"></main>
{% endblock %}
"""


@pytest.fixture
def template(monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a template that shows `text` and `html`."""
    own = web.resource("pkoquiz.web", "page.html.j2")
    environment = Environment(
        loader=DictLoader({"page.html.j2": own, "test.html.j2": TEMPLATE}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    monkeypatch.setattr(web, "_environment", lambda package: environment)
    return "test.html.j2"


# --- the page -------------------------------------------------------------------------------------


def test_the_policy_names_exactly_what_is_embedded(template: str) -> None:
    text = web.render(
        "x", template, style="p { margin: 0; }", script="1;", text="", html=""
    ).decode()
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    rules = policy(text)
    assert style.endswith("p { margin: 0; }")
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["style-src"].split()[0] == digest(style)
    assert rules["script-src"] == digest(script)
    assert rules["require-trusted-types-for"] == "'script'"
    assert rules["trusted-types"] == "'none'"
    assert not re.search(r"url\(|@import|https?:", style + script), "needs no network"


def test_a_page_without_scripts_allows_none(template: str) -> None:
    text = web.render("x", template, text="", html="").decode()
    assert "<script" not in text
    assert "script-src" not in policy(text)


def test_content_is_escaped(template: str) -> None:
    for hostile in HOSTILE:
        page = lxml_html.fromstring(web.render("x", template, text=hostile, html=hostile))
        assert not page.findall(".//script")
    text = web.render("x", template, text="<b>", html="").decode()
    assert '<p id="text">&lt;b&gt;</p>' in text


def test_a_missing_variable_is_an_error(template: str) -> None:
    with pytest.raises(UndefinedError):
        web.render("x", template, text="")


@pytest.mark.parametrize("content", ["</style>", "x </Script", "<!-- x"])
def test_styles_and_scripts_cannot_end_their_elements(template: str, content: str) -> None:
    with pytest.raises(ValueError, match="must not contain"):
        web.render("x", template, style=content, text="", html="")
    with pytest.raises(ValueError, match="must not contain"):
        web.render("x", template, script=content, text="", html="")


@pytest.mark.parametrize(
    ("language", "attributes"),
    [
        ("en", ""),
        ("ja", ' lang="ja" dir="ltr"'),
        ("de-CH", ' lang="de-CH" dir="ltr"'),
        ("ar-EG", ' lang="ar-EG" dir="rtl"'),
    ],
)
def test_language_and_direction(language: str, attributes: str) -> None:
    assert web.language_attributes(language) == attributes


# --- data -----------------------------------------------------------------------------------------


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_data_is_json_without_markup(value: object) -> None:
    text = web.as_json(value)
    assert not re.search("[<>&\u2028\u2029]", text)
    assert json.loads(text) == value


def test_data_stays_data(template: str, tmp_path: Path) -> None:
    data = {"hostile": HOSTILE, "nested": {text: [text] for text in HOSTILE}}
    page = web.render("x", template, script="0;", data={"bank": data}, text="", html="")
    (element,) = lxml_html.fromstring(page).findall(".//script[@type='application/json']")
    assert element.get("id") == "bank"
    assert json.loads(element.text_content()) == data
    assert evaluate(page, tmp_path, "return readData('bank');") == data


def test_data_must_be_json() -> None:
    with pytest.raises(ValueError, match="JSON"):
        web.as_json(float("nan"))


# --- media ----------------------------------------------------------------------------------------


def test_pictures_and_sounds_are_embedded() -> None:
    show = embedded({"a.png": b"picture", "b.MP3": b"sound", "c.exe": b"program"})
    encoded = base64.b64encode(b"picture").decode()
    assert show("a.png", "a <bridge>") == (
        f'<img src="data:image/png;base64,{encoded}" alt="a &lt;bridge&gt;">'
    )
    assert '<audio controls src="data:audio/mpeg;base64,' in show("b.MP3", "a sound")
    assert show("c.exe", "a program") == "<span class=media>[a program]</span>"
    assert show("gone.png", "") == "<span class=media>[gone.png]</span>"
    assert encoded in markup.html("![a bridge](a.png)", show)


# --- in a browser ---------------------------------------------------------------------------------


def test_elements_hold_text_not_html(template: str, tmp_path: Path) -> None:
    page = web.render("x", template, script="0;", text="", html="")
    probe = """
    const hostile = "<img src=x onerror=\\"document.title = 'ran'\\">";
    let clicks = 0;
    const node = element(
      "p", { class: "a", hidden: true, title: hostile, lang: false, click: () => { clicks += 1; } },
      hostile, element("b", {}, "bold"),
    );
    document.body.append(node);
    node.click();
    const failure = action => {
      try { action(); } catch (error) { return `${error.name}: ${error.message}`; }
    };
    return {
      html: node.outerHTML,
      clicks,
      innerHtml: failure(() => { document.body.innerHTML = "<i>x</i>"; }),
      missing: failure(() => query(HTMLElement, "#gone")),
      typed: queryAll(HTMLInputElement, "#text, #field").length,
    };
    """
    result = evaluate(page, tmp_path, probe)
    text = "&lt;img src=x onerror=\"document.title = 'ran'\"&gt;"
    assert result["html"].endswith(f"{text}<b>bold</b></p>")
    assert 'hidden=""' in result["html"]
    assert "lang" not in result["html"]
    assert result["clicks"] == 1
    assert "TrustedHTML" in result["innerHtml"], "Trusted Types do not turn text into HTML"
    assert result["missing"] == "TypeError: no HTMLElement matches #gone"
    assert result["typed"] == 1


def test_keys_work_unless_the_reader_is_typing(template: str, tmp_path: Path) -> None:
    script = """
    let pressed = 0;
    bindKeys([{ key: "a", label: "Act", action: () => { pressed += 1; } }]);
    """
    page = web.render("x", template, script=script, text="", html="")
    probe = """
    const field = document.getElementById("field"), dialog = document.querySelector("dialog");
    const press = (key, options = {}, target = document.body) => {
      const init = { key, bubbles: true, cancelable: true, ...options };
      const event = new KeyboardEvent("keydown", init);
      target.dispatchEvent(event);
      return event.defaultPrevented;
    };
    const result = {};
    result.handled = [press("a"), press("A"), press("b")];
    result.ignored = [
      press("a", {}, field), press("a", { ctrlKey: true }), press("a", { metaKey: true }),
      press("a", { altKey: true }), press("a", { isComposing: true }), press("a", { keyCode: 229 }),
    ];
    press("?");
    result.open = dialog.open;
    result.whileOpen = press("a");
    result.list = dialog.querySelector("dl").textContent;
    dialog.querySelector("input").click();
    dialog.querySelector("button").click();
    result.closed = !dialog.open;
    result.off = press("a");
    result.pressed = pressed;
    return result;
    """
    assert evaluate(page, tmp_path, probe) == {
        "handled": [True, True, False],
        "ignored": [False] * 6,
        "open": True,
        "whileOpen": False,
        "list": "aAct?Show this list",
        "closed": True,
        "off": False,
        "pressed": 2,
    }


def test_columns_of_markdown_tables_are_aligned(template: str, tmp_path: Path) -> None:
    from markupsafe import Markup

    table = Markup(markup.html("| a | b |\n|:--|--:|\n| 1 | 2 |"))
    page = web.render("x", template, script="0;", text="", html=table)
    probe = """
    const other = document.createElement("p");
    other.setAttribute("style", "color: rgb(1, 2, 3)");
    document.body.append(other);
    const cells = [...document.querySelectorAll("td")];
    return [...cells.map(cell => getComputedStyle(cell).textAlign), getComputedStyle(other).color];
    """
    left, right, colour = evaluate(page, tmp_path, probe)
    assert (left, right) == ("left", "right")
    assert colour != "rgb(1, 2, 3)", "no other style attribute is obeyed"
