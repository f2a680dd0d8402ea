"""Each reader reads its format; questions that it cannot read are left out with a reason."""

import contextlib
import gzip
import io
import time
import zipfile

import pytest

from pkoquiz.importers import Draft, FormatError, LeftOut, read_file
from pkoquiz.importers.texts import Texts, escaped
from pkoquiz.markup import plain


def read(text: str | bytes, name: str, form: str = "auto") -> list[Draft]:
    content = text.encode() if isinstance(text, str) else text
    _, found = read_file(content, name, form)
    assert all(isinstance(each, Draft) for each in found), found
    return [each for each in found if isinstance(each, Draft)]


def left(text: str, name: str, form: str = "auto") -> list[str]:
    _, found = read_file(text.encode(), name, form)
    return [each.reason for each in found if isinstance(each, LeftOut)]


def moodle(body: str, kind: str, stem: str = "<p>Which light?</p>") -> str:
    return (
        f'<?xml version="1.0"?><quiz><question type="{kind}"><name><text>A name</text></name>'
        f'<questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>'
        f"<idnumber>light-1</idnumber><defaultgrade>2.0000000</defaultgrade>{body}"
        "</question></quiz>"
    )


def option(fraction: str, text: str, feedback: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>'
        f"<feedback><text><![CDATA[{feedback}]]></text></feedback></answer>"
    )


def test_moodle_choice_with_formatting_and_a_picture() -> None:
    stem = (
        "<p>Which <strong>light</strong> is <em>red</em>?</p><ul><li>a</li><li>b</li></ul>"
        '<p><img src="@@PLUGINFILE@@/map%201.png" alt="a map"></p>'
    )
    picture = '<file name="map 1.png" path="/" encoding="base64">iVBORw0KGgo=</file>'
    body = option("100", "<p>Port</p>", "<p>Yes.</p>") + option("0", "Starboard &amp; co") + picture
    (draft,) = read(moodle(body + "<single>true</single>", "multichoice", stem), "a.xml")
    path = next(iter(draft.media))
    assert draft.media == {path: b"\x89PNG\r\n\x1a\n"}
    assert draft.foreign_id == "light-1"
    assert draft.fields == {
        "type": "choice",
        "stem": f"Which **light** is *red*?\n\n- a\n- b\n\n![a map]({path})",
        "options": [{"text": "Port", "correct": True, "feedback": "Yes."}, "Starboard & co"],
        "points": "2",
    }


def test_moodle_multiple_response_numbers_pairs_and_gaps() -> None:
    several = option("50", "a") + option("50", "b") + option("-100", "c")
    (draft,) = read(moodle(several + "<single>false</single>", "multichoice"), "a.xml")
    assert draft.fields["type"] == "multiple"
    numbers = '<answer fraction="100"><text>3.5</text><tolerance>0.1</tolerance></answer>'
    (draft,) = read(moodle(numbers, "numerical"), "a.xml")
    assert (draft.fields["answer"], draft.fields["tolerance"]) == ("3.5", "0.1")
    pairs = "".join(
        f"<subquestion><text>{one}</text><answer><text>{two}</text></answer></subquestion>"
        for one, two in (("red", "port"), ("green", "starboard"), ("", "stern"))
    )
    (draft,) = read(moodle(pairs, "matching"), "a.xml")
    assert draft.fields["extras"] == ["stern"]
    stem = "<p>Red is {1:SHORTANSWER:=port#Yes~%50%left~*#No}, green {2:MC:=starboard~stern}.</p>"
    (draft,) = read(moodle("", "cloze", stem), "a.xml")
    assert draft.fields["stem"] == "Red is {{1}}, green {{2}}."
    assert draft.fields["gaps"] == [
        {"answers": [{"text": "port", "feedback": "Yes"}, {"text": "left", "credit": 50}]},
        {"answers": ["starboard"]},
    ]
    assert draft.fields["points"] == "3"
    (draft,) = read(moodle(option("100", "true") + option("0", "false"), "truefalse"), "a.xml")
    assert draft.fields["answer"] is True


def test_what_has_no_counterpart_is_left_out_with_a_reason() -> None:
    assert left(moodle("", "calculated"), "a.xml") == [
        "pkoquiz has no equivalent of Moodle's type `calculated`"
    ]
    assert left(moodle(option("0", "a") + option("0", "b"), "multichoice"), "a.xml") == [
        "no option is marked as right"
    ]
    assert left(moodle("", "description"), "a.xml") == ["a description asks nothing"]


GIFT = r"""// [id:red-light] [tag:Lights at sea]
::Red::[html]<b>Which</b> side is red?{ =port#right ~%-50%starboard#wrong \= not port }

Ships keep {=right =%50%starboard} in a channel.

::Sum::How many? {#5:0.5#well done =%50%7:0 ~#no}

Range {#1..5}

::Pairs::Match.{ =red -> port =green -> starboard = -> stern }

A light marks a danger.{TRUE#wrong#right####general}

Write about lights.{}

Only words, nothing asked.
"""


def test_gift() -> None:
    _, found = read_file(GIFT.encode("cp1252"), "a.gift")
    drafts = [each for each in found if isinstance(each, Draft)]
    assert [draft.fields["type"] for draft in drafts] == [
        "choice", "shortanswer", "numerical", "numerical", "matching", "truefalse", "essay",
    ]  # fmt: skip
    choice, short, number, span, pairs, verdict, essay = (draft.fields for draft in drafts)
    assert choice["stem"] == "**Which** side is red?"
    assert choice["options"][1] == {"text": "starboard", "feedback": "wrong = not port"}
    assert (drafts[0].foreign_id, choice["tags"]) == ("red-light", ["lights-at-sea"])
    assert short["stem"] == "Ships keep _____ in a channel."
    assert short["answers"] == ["right", {"text": "starboard", "credit": 50}]
    assert (number["answer"], number["tolerance"], number["otherwise"]) == ("5", "0.5", "no")
    assert (span["answer"], span["tolerance"]) == ("3", "2")
    assert pairs["extras"] == ["stern"]
    assert verdict["feedback"] == {"true": "right", "false": "wrong"}
    assert verdict["explain"] == "general"
    assert essay["stem"] == "Write about lights."
    assert [each.line for each in found if isinstance(each, LeftOut)] == [16]


def test_aiken() -> None:
    text = "Which side?\nA) Port\nB. Starboard\nANSWER: B\n\nNo key?\nA) x\nB) y\n"
    _, found = read_file(text.encode(), "a.txt")
    assert isinstance(found[0], Draft)
    assert found[0].fields["options"] == ["Port", {"text": "Starboard", "correct": True}]
    assert isinstance(found[1], LeftOut)
    assert (found[1].line, found[1].reason) == (6, "the line `ANSWER: …` is missing")


def canvas(kind: str, presentation: str, processing: str) -> str:
    return (
        '<questestinterop><assessment><section><item ident="q1" title="T"><itemmetadata>'
        "<qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>"
        f"<fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>"
        '<presentation><material><mattext texttype="text/html">&lt;p&gt;Side of [a]?&lt;/p&gt;'
        f"</mattext></material>{presentation}</presentation>"
        f"<resprocessing>{processing}</resprocessing>"
        '<itemfeedback ident="2_fb"><flow_mat><material><mattext>No.</mattext></material>'
        "</flow_mat></itemfeedback></item></section></assessment></questestinterop>"
    )


def labels(response: str, *texts: str) -> str:
    inner = "".join(
        f'<response_label ident="{number}"><material><mattext>{text}</mattext></material>'
        "</response_label>"
        for number, text in enumerate(texts, 1)
    )
    return f'<response_lid ident="{response}"><render_choice>{inner}</render_choice></response_lid>'


def scored(response: str, *values: str, score: str = "100") -> str:
    inner = "".join(f'<varequal respident="{response}">{value}</varequal>' for value in values)
    return (
        f"<respcondition><conditionvar><and>{inner}</and></conditionvar>"
        f'<setvar action="Set" varname="SCORE">{score}</setvar></respcondition>'
    )


def test_canvas() -> None:
    shown = (
        '<respcondition><conditionvar><varequal respident="r">2</varequal></conditionvar>'
        '<displayfeedback linkrefid="2_fb"/></respcondition>'
    )
    text = canvas("multiple_choice_question", labels("r", "Port", "Bow"), shown + scored("r", "1"))
    (draft,) = read(text, "a.xml")
    assert draft.fields["options"] == [
        {"text": "Port", "correct": True},
        {"text": "Bow", "feedback": "No."},
    ]
    text = canvas("multiple_answers_question", labels("r", "a", "b", "c"), scored("r", "1", "3"))
    (draft,) = read(text, "a.xml")
    assert [isinstance(each, dict) for each in draft.fields["options"]] == [True, False, True]
    gap = labels("response_a", "port", "left")
    processing = scored("response_a", "1", score="50") + scored("response_a", "2", score="50")
    (draft,) = read(canvas("fill_in_multiple_blanks_question", gap, processing), "a.xml")
    assert draft.fields["stem"] == "Side of {{1}}?"
    assert draft.fields["gaps"] == [{"answers": ["port", "left"]}]
    number = '<response_str ident="r"><render_fib fibtype="Decimal"/></response_str>'
    bounds = (
        '<respcondition><conditionvar><or><varequal respident="r">5</varequal><and>'
        '<vargte respident="r">4.5</vargte><varlte respident="r">5.5</varlte></and></or>'
        "</conditionvar><setvar>100</setvar></respcondition>"
    )
    (draft,) = read(canvas("numerical_question", number, bounds), "a.xml")
    assert (draft.fields["answer"], draft.fields["tolerance"]) == ("5", "0.5")
    assert left(canvas("calculated_question", "", ""), "a.xml")


def test_qti21() -> None:
    text = (
        '<assessmentItem identifier="i1" title="T"><responseDeclaration identifier="R"'
        ' cardinality="multiple"><correctResponse><value>A</value><value>C</value>'
        "</correctResponse></responseDeclaration><itemBody><p>All of:</p><choiceInteraction"
        ' responseIdentifier="R" maxChoices="0" shuffle="true"><prompt>Which?</prompt>'
        '<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b'
        "<feedbackInline>No</feedbackInline></simpleChoice>"
        '<simpleChoice identifier="C">c</simpleChoice></choiceInteraction></itemBody>'
        "</assessmentItem>"
    )
    (draft,) = read(text, "a.xml")
    assert draft.fields["stem"] == "All of:\n\nWhich?"
    assert draft.fields["options"][1] == {"text": "b", "feedback": "No"}


def test_tables() -> None:
    text = "question;A;B;C;correct\nWhich side?;Port;Bow;Stern;b\nTrue?;;;;true\n"
    choice, verdict = read(text, "a.csv")
    assert choice.fields["options"] == ["Port", {"text": "Bow", "correct": True}, "Stern"]
    assert verdict.fields["type"] == "truefalse"
    kahoot = "Question,Answer 1,Answer 2,Time limit,Correct answer(s)\nSide?,Port,Bow,20,2\n"
    (draft,) = read(kahoot, "a.csv")
    assert draft.fields["options"] == ["Port", {"text": "Bow", "correct": True}]
    anki = "#separator:tab\n#html:true\nfront\t<b>back</b>\nA {{c1::gap::hint}} here\tmore\n"
    card, cloze = read(anki, "a.txt")
    assert card.fields == {"type": "flashcard", "stem": "front", "answer": "**back**"}
    assert cloze.fields["gaps"] == [{"answers": ["gap"], "hint": "hint"}]


def test_brightspace() -> None:
    text = (
        "NewQuestion,MC,,,\nID,q-7,,,\nQuestionText,Which side?,,,\nPoints,2,,,\n"
        "Option,100,Port,,Yes\nOption,0,Bow,,\nHint,Think,,,\nFeedback,Because,,,\n"
    )
    (draft,) = read(text, "a.csv")
    assert draft.fields == {
        "type": "choice",
        "stem": "Which side?",
        "explain": "Because",
        "options": [{"text": "Port", "correct": True, "feedback": "Yes"}, "Bow"],
        "points": "2",
        "hints": ["Think"],
    }


def test_blackboard() -> None:
    text = "MC\tWhich side?\tPort\tcorrect\tBow\tincorrect\nNUM\tHow many?\t5\t1\n"
    choice, number = read(text, "a.txt")
    assert choice.fields["options"] == [{"text": "Port", "correct": True}, "Bow"]
    assert number.fields["tolerance"] == "1"


def test_openedx() -> None:
    text = (
        '<problem display_name="T" url_name="p1"><multiplechoiceresponse><label>Which side?</label>'
        '<choicegroup><choice correct="true">Port<choicehint>Yes</choicehint></choice>'
        '<choice correct="false">Bow</choice></choicegroup></multiplechoiceresponse>'
        "<solution><p>Because.</p></solution></problem>"
    )
    (draft,) = read(text, "a.xml")
    assert draft.fields["stem"] == "Which side?"
    assert draft.fields["explain"] == "Because."
    assert draft.fields["options"][0] == {"text": "Port", "correct": True, "feedback": "Yes"}


# --- texts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["a * b * c", "_x_ and __y__", "2 < 3 & 4", "`tick`", "[a](b)", "fill ____ in", "___ and ___",
     "- dash", "1. one", "> more", "back\\slash", "<b>shown</b>", "snake_case_name", "http://a.b"],
)  # fmt: skip
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    assert plain(Texts().block(text, "plain")).strip() == text
    assert plain(escaped(f"x {text}")) == f"x {text}"


def test_formulas_survive() -> None:
    texts = Texts()
    assert texts.block(r"<p>Let \(a_1 * b_1 < c\) be</p>") == r"Let \(a_1 * b_1 < c\) be"
    image = '<img class="equation_image" data-equation-content="x^2" alt="LaTeX: x^2">'
    assert texts.block(f"<p>{image}</p>") == r"\(x^2\)"


@pytest.mark.parametrize(
    "source", ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "javascript:alert(1)"]
)
def test_only_files_beside_are_taken_along(source: str) -> None:
    texts = Texts({"passwd.png": b"x"})
    assert "](" not in texts.block(f'<p>a<img src="{source}"></p>')
    assert texts.media == {}


def test_active_pictures_and_scripts_are_left_behind() -> None:
    texts = Texts({"a.svg": b"<svg><script>alert(1)</script></svg>"})
    assert texts.block('<p>x<img src="a.svg" alt="y"><script>alert(2)</script></p>') == "xy"
    assert texts.media == {}


# --- hostile files --------------------------------------------------------------------------------

LAUGHS = '<!DOCTYPE quiz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><quiz>&b;</quiz>'
OUTSIDE = '<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LAUGHS.encode(), "declares entities"),
        (OUTSIDE.encode(), "declares entities"),
        (b"<quiz>" + b"<a>" * 5_000, "nested too deeply"),
        (b"<quiz><question>", "not well-formed"),
        (b"PK\x03\x04 not a zip", "archive"),
        (b"\x1f\x8b not a gzip", "archive"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\0" + b"\x00\x01\x02", "archive"),
        (b"\0\1\2", "not text"),
        (b"", "empty"),
        (b"<html></html>", "does not belong to a format"),
    ],
)
def test_hostile_files_are_refused(content: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        read_file(content, "a.xml")


def test_archives_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pkoquiz.importers.decoding.MAX_UNPACKED", 1_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("quiz.xml", b" " * 5_000_000)
    with pytest.raises(FormatError, match="too large"):
        read_file(packed.getvalue(), "a.zip")
    with pytest.raises(FormatError, match="archive"):
        read_file(gzip.compress(b"x" * 100_000), "a.tar.gz")


def test_names_that_lead_out_of_an_archive_are_passed_over() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        options = option("100", "a") + option("0", "b")
        archive.writestr("../../evil.xml", moodle(options, "multichoice"))
        archive.writestr("quiz.xml", canvas("essay_question", '<response_str ident="r"/>', ""))
    _, found = read_file(packed.getvalue(), "a.zip")
    assert [each.fields["type"] for each in found if isinstance(each, Draft)] == ["essay"]


def test_control_characters_are_deleted() -> None:
    (draft,) = read("Which\x05 arch?\x0bIs it\u2028old?\tYes\x85\n", "a\x07.tsv", "anki")
    assert draft.fields["stem"] == "Which arch? Is it old?"
    assert draft.fields["answer"] == "Yes"
    assert draft.changes == ("control characters were deleted",)


@pytest.mark.parametrize("section", ["<![if x]>", "<![CDA", "<![\\", "<![x y]]>", "<!x y"])
def test_a_marked_section_that_is_not_well_formed_is_skipped(section: str) -> None:
    assert Texts().plain(f"<b>Stone</b> {section}> and <i>wood</i>").endswith("and wood")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (moodle(option("100", r"\(" * 50_000), "multichoice"), "a.xml"),
        (moodle("", "cloze", "{1:SA:=" * 20_000), "a.xml"),
        (moodle("", "essay", "[" * 100_000), "a.xml"),
        (moodle("", "essay", "<div>" * 50_000), "a.xml"),
        ("{{c1::" * 20_000 + "\tb\n", "a.tsv"),
        ("::a::b{" * 20_000, "a.gift"),
        ("q {=" + "~=" * 100_000 + "}", "a.gift"),
        (moodle(option("9" * 5_000, "a"), "numerical"), "a.xml"),
    ],
)  # fmt: skip
def test_long_and_odd_texts_are_read_in_time(text: str, name: str) -> None:
    start = time.process_time()
    with contextlib.suppress(FormatError):
        read_file(text.encode(), name)
    assert time.process_time() - start < 10
