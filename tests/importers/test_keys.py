"""A key that can be read in two ways is read as the other program would, or left out."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Sequence

import pytest

from pkoquiz.importers import Draft, FormatError, LeftOut, ankideck, read_file


def key_of(text: str | bytes, name: str, form: str = "auto") -> list[str]:
    """The right answers of each question as one line, or `left out: reason`."""
    _, found = read_file(text.encode() if isinstance(text, str) else text, name, form)
    return [_key(each) for each in found]


def _key(read: Draft | LeftOut) -> str:
    if isinstance(read, LeftOut):
        return f"left out: {read.reason}"
    fields = read.fields
    match fields["type"]:
        case "choice" | "multiple":
            return ", ".join(
                each["text"] for each in fields["options"] if isinstance(each, dict)
                if each.get("correct")
            )  # fmt: skip
        case "truefalse":
            return str(fields["answer"])
        case "numerical":
            return f"{fields['answer']} ± {fields.get('tolerance', '0')}"
        case "matching":
            return ", ".join(f"{pair['premise']} = {pair['response']}" for pair in fields["pairs"])
        case "cloze":
            return " | ".join(_words(gap["answers"]) for gap in fields["gaps"])
    return _words(fields["answers"])


def _words(answers: Sequence[object]) -> str:
    return ", ".join(
        f"{each['text']} {each.get('credit', 100)} %" if isinstance(each, dict) else str(each)
        for each in answers
    )


# --- QTI 1.2 --------------------------------------------------------------------------------------

COLOURS = ("Red", "Green", "Blue", "White")


def qti12(conditions: str, *, cardinality: str = "Single", kind: str = "") -> str:
    options = "".join(
        f'<response_label ident="{name}"><material><mattext>{name}</mattext></material>'
        "</response_label>"
        for name in COLOURS
    )
    response = (
        f'<response_lid ident="r" rcardinality="{cardinality}"><render_choice>{options}'
        "</render_choice></response_lid>"
    )
    if kind:
        response = (
            '<response_str ident="r"><render_fib><response_label ident="a"/></render_fib>'
            "</response_str>"
        )
    declared = (
        "<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>"
        f"<fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>"
    )
    return (
        f'<questestinterop><item ident="i" title="t">{declared if kind else ""}<presentation>'
        f"<material><mattext>Which?</mattext></material>{response}</presentation>"
        f"<resprocessing>{conditions}</resprocessing></item></questestinterop>"
    )


def when(test: str, value: str, action: str = "Set", variable: str = "SCORE") -> str:
    return (
        f"<respcondition><conditionvar>{test}</conditionvar>"
        f'<setvar varname="{variable}" action="{action}">{value}</setvar></respcondition>'
    )


def chosen(name: str) -> str:
    return f'<varequal respident="r">{name}</varequal>'


@pytest.mark.parametrize(
    ("conditions", "key"),
    [
        ("".join(
            when(chosen(name), "1", "Add" if name in ("Green", "Blue") else "Subtract")
            for name in COLOURS
        ), "Green, Blue"),
        ("".join(
            when(chosen(name) if name == "Red" else f"<not>{chosen(name)}</not>", "1", "Add",
                 "D2L_Correct")
            + when(f"<not>{chosen(name)}</not>" if name == "Red" else chosen(name), "1", "Add",
                   "D2L_Incorrect")
            for name in COLOURS
        ), "Red"),
        (when(f"<and>{chosen('Red')}{chosen('White')}<not>{chosen('Blue')}</not></and>", "100"),
         "Red, White"),
        ("".join(when(chosen(name), "50", "Add") for name in ("Red", "Blue")), "Red, Blue"),
        (when(f"<or>{chosen('Red')}{chosen('Blue')}</or>", "100"),
         "left out: several choices of options earn all points"),
    ],
)  # fmt: skip
def test_what_earns_most_is_the_key_of_a_multiple_response(conditions: str, key: str) -> None:
    assert key_of(qti12(conditions, cardinality="Multiple"), "a.xml") == [key]


@pytest.mark.parametrize(
    ("conditions", "key"),
    [
        (when(f"<not><or>{''.join(map(chosen, COLOURS[1:]))}</or></not>", "1"), "Red"),
        (when(chosen("Red"), "50") + when(chosen("Blue"), "100") + when("<other/>", "-10"), "Blue"),
        (when(chosen("Red"), "0") + when(chosen("Green"), "0"), "left out: no option is marked"),
    ],
)
def test_what_earns_most_is_the_key_of_a_choice(conditions: str, key: str) -> None:
    (found,) = key_of(qti12(conditions), "a.xml")
    assert found.startswith(key)


@pytest.mark.parametrize(
    ("conditions", "kind", "key"),
    [
        (when(chosen("Paris") + chosen("Lutetia"), "100"), "short_answer_question", None),
        (when(f"<or>{chosen('Paris')}{chosen('Lutetia')}</or>", "100"), "short_answer_question",
         "Paris, Lutetia"),
        (when(f"<not>{chosen('Rome')}</not>", "100"), "short_answer_question",
         "left out: no answer is marked as right"),
        (when('<or><varequal respident="r">5</varequal><and><vargte respident="r">4</vargte>'
              '<varlte respident="r">6</varlte></and></or>', "100"), "numerical_question", "5 ± 1"),
        (when('<or><varequal respident="r">5</varequal><and><vargte respident="r">4</vargte>'
              '<varlte respident="r">10</varlte></and></or>', "100"), "numerical_question",
         "7 ± 3"),
    ],
)  # fmt: skip
def test_typed_answers_are_what_the_conditions_accept(
    conditions: str, kind: str, key: str | None
) -> None:
    (found,) = key_of(qti12(conditions, kind=kind), "a.xml")
    assert key is None or found == key


def test_a_premise_without_text_does_not_take_that_of_the_question() -> None:
    def part(name: str, premise: str) -> str:
        labels = "".join(
            f'<response_label ident="{each}"><material><mattext>{each}</mattext></material>'
            "</response_label>"
            for each in ("one", "two")
        )
        return (
            f'<response_lid ident="{name}"><material><mattext>{premise}</mattext></material>'
            f"<render_choice>{labels}</render_choice></response_lid>"
        )

    source = (
        '<questestinterop><item ident="i" title="t"><presentation><material><mattext>Match'
        f"</mattext></material>{part('a', 'uno')}{part('b', 'due')}{part('c', '')}"
        "</presentation><resprocessing>"
        + when('<varequal respident="a">one</varequal>', "50", "Add")
        + when('<varequal respident="b">two</varequal>', "50", "Add")
        + "</resprocessing></item></questestinterop>"
    )
    assert key_of(source, "a.xml") == ["uno = one, due = two"]


def gap(name: str, *labels: str, form: str = "") -> str:
    listed = "".join(
        f'<response_label ident="{name}{n}" {form}>{says(text)}</response_label>'
        for n, text in enumerate(labels)
    )
    choices = f"<render_choice>{listed}</render_choice>"
    return f'<response_lid ident="response_{name}">{choices}</response_lid>'


@pytest.mark.parametrize(
    ("kind", "form", "key"),
    [
        ("multiple_dropdowns_question", "", "blue"),
        ("fill_in_multiple_blanks_question", "", "red, blue"),
        ("fill_in_multiple_blanks_question", 'answer_type="wordbank"', "blue"),
        ("", "", "blue"),
    ],
)
def test_labels_of_a_gap_are_accepted_or_offered(kind: str, form: str, key: str) -> None:
    declared = f"<fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry>"
    source = (
        '<questestinterop><item ident="i" title="t"><itemmetadata><qtimetadata>'
        f"<qtimetadatafield>{declared if kind else ''}</qtimetadatafield></qtimetadata>"
        f"</itemmetadata><presentation>{says('Violets are [a].')}"
        f"{gap('a', 'red', 'blue', form=form)}</presentation><resprocessing>"
        f"{when(is_value('response_a', 'a1'), '100')}</resprocessing></item></questestinterop>"
    )
    assert key_of(source, "a.xml") == [key]


def test_the_first_type_that_is_declared_counts() -> None:
    groups = "".join(
        f'<response_lid ident="{name}">{says(premise)}<render_choice>{label("x", "one")}'
        f"{label('y', 'two')}</render_choice></response_lid>"
        for name, premise in (("a", "uno"), ("b", "due"))
    )
    declared = "".join(
        "<itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel>"
        f"<fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>"
        for kind in ("matching_question", "multiple_answers_question")
    )
    conditions = when(is_value("a", "x"), "50", "Add") + when(is_value("b", "y"), "50", "Add")
    source = (
        f'<questestinterop><item ident="i" title="t">{declared}<presentation>{says("Match")}'
        f"{groups}</presentation><resprocessing>{conditions}</resprocessing></item>"
        "</questestinterop>"
    )
    assert key_of(source, "a.xml") == ["uno = one, due = two"]
    last = source.replace("matching_question", "multiple_choice_question")
    assert key_of(last, "a.xml") == ["left out: it has several groups of options"]


def test_a_quiz_and_its_bank_give_a_question_once() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in ("quiz", "bank"):
            source = qti12(when(chosen("Red"), "100")).replace('ident="i"', f'ident="{name}"')
            archive.writestr(f"{name}.xml", source)
    assert key_of(target.getvalue(), "a.zip") == [
        "Red", "left out: the archive contains it twice"
    ]  # fmt: skip


def brightspace(kind: str, presentation: str, conditions: str, more: str = "") -> str:
    return (
        '<questestinterop><objectbank><section><item ident="OBJ_1" label="QUES_1" title="t">'
        "<itemmetadata><qtimetadata><qti_metadatafield><fieldlabel>qmd_questiontype</fieldlabel>"
        f"<fieldentry>{kind}</fieldentry></qti_metadatafield></qtimetadata></itemmetadata>"
        f"<presentation><flow>{presentation}</flow></presentation><resprocessing>{conditions}"
        f"</resprocessing>{more}</item></section></objectbank></questestinterop>"
    )


def says(text: str) -> str:
    return f'<material><mattext texttype="text/html">{text}</mattext></material>'


def label(name: str, text: str) -> str:
    return f'<response_label ident="{name}">{says(text)}</response_label>'


def is_value(response: str, value: str) -> str:
    return f'<varequal respident="{response}">{value}</varequal>'


def test_the_library_of_brightspace() -> None:
    last = (
        '<respcondition><conditionvar><other/></conditionvar><setvar varname="que_score" '
        'action="Set">D2L_Correct</setvar></respcondition>'
    )
    options = "".join(label(f"A{n}", name) for n, name in enumerate(COLOURS))
    one = brightspace(
        "Multiple Choice",
        says("Which?") + '<response_lid ident="L" rcardinality="Multiple"><render_choice>'
        f"{options}</render_choice></response_lid>",
        "".join(when(is_value("L", f"A{n}"), "100" if n == 2 else "0") for n in range(4)),
    )
    assert key_of(one, "a.xml") == ["Blue"]

    def group(name: str, premise: str) -> str:
        return (
            f'<response_grp respident="{name}" rcardinality="Single">{says(premise)}'
            f"<render_choice>{label('x', 'one')}{label('y', 'two')}</render_choice></response_grp>"
        )

    pairs = brightspace(
        "Matching",
        says("Match") + group("L1", "uno") + group("L2", "due"),
        "".join(
            when(is_value(name, value), "1", "Add", f"D2L_{'C' if right else 'Inc'}orrect")
            for name, value, right in (
                ("L1", "x", True), ("L1", "y", False), ("L2", "x", False), ("L2", "y", True),
            )
        ) + last,
    )  # fmt: skip
    assert key_of(pairs, "a.xml") == ["uno = one, due = two"]

    steps = brightspace(
        "Ordering",
        says("Order") + '<response_grp ident="O" rcardinality="Ordered"><render_choice>'
        f"{label('O1', 'third')}{label('O2', 'first')}{label('O3', 'second')}"
        "</render_choice></response_grp>",
        last + "".join(
            when(is_value(f"O{n}", place), "1", "Add", "D2L_Correct")
            + when(f"<not>{is_value(f'O{n}', place)}</not>", "1", "Add", "D2L_Incorrect")
            for n, place in ((1, "3"), (2, "1"), (3, "2"))
        ),
    )  # fmt: skip
    _, (draft,) = read_file(steps.encode(), "a.xml")
    assert isinstance(draft, Draft)
    assert draft.fields["sequence"] == ["first", "second", "third"]

    def field(number: int) -> str:
        return (
            f'<response_str ident="Q{number}_STR"><render_fib><response_label ident="Q{number}_ANS"'
            "/></render_fib></response_str>"
        )

    gaps = brightspace(
        "Fill in the Blanks",
        says("<p>Roses are</p>") + field(1) + says("<p>and violets</p>") + field(2),
        "".join(
            when(is_value(f"Q{n}_ANS", word), "50")
            for n, word in ((1, "red"), (1, "crimson"), (2, "blue"))
        ),
    )
    _, (draft,) = read_file(gaps.encode(), "a.xml")
    assert isinstance(draft, Draft)
    assert draft.fields["stem"] == "Roses are {{1}} and violets {{2}}"
    assert _key(draft) == "red, crimson | blue"

    key = f"<answer_key><answer_key_material>{says('Because.')}</answer_key_material></answer_key>"
    essay = brightspace("Long Answer", says("Why?") + field(1), "", key)
    _, (draft,) = read_file(essay.encode(), "a.xml")
    assert isinstance(draft, Draft)
    assert (draft.fields["type"], draft.fields["model_answer"]) == ("essay", "Because.")
    assert key_of(brightspace("Arithmetic", says("1 + {a}?"), ""), "a.xml") == [
        "left out: its numbers are drawn at random"
    ]


def test_conditions_without_end_are_left_out() -> None:
    conditions = when(chosen("Red"), "1", "Add") * 20_000
    source = qti12(conditions, cardinality="Multiple").replace(
        "<render_choice>", "<render_choice>" + "".join(label(f"x{n}", f"x{n}") for n in range(6))
    )
    assert key_of(source, "a.xml") == ["left out: it has too many conditions"]


# --- QTI 2.1 --------------------------------------------------------------------------------------


def qti21(declared: str, body: str, processing: str = "match_correct", *, whole: str = "") -> str:
    processed = whole or f'<responseProcessing template="https://example.org/{processing}"/>'
    return (
        f'<assessmentItem identifier="i" title="t">{declared}<itemBody>{body}</itemBody>'
        f"{processed}</assessmentItem>"
    )


def declaration(kind: str, key: str = "", mapped: str = "") -> str:
    cardinality, base = kind.split()
    right = f"<correctResponse>{key}</correctResponse>" if key else ""
    entries = "".join(
        f'<mapEntry mapKey="{name}" mappedValue="{value}"/>'
        for name, value in (entry.split("=") for entry in mapped.split())
    )
    mapping = f"<mapping>{entries}</mapping>" if mapped else ""
    return (
        f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{base}">'
        f"{right}{mapping}</responseDeclaration>"
    )


CHOICE = (
    '<choiceInteraction responseIdentifier="R" maxChoices="0"><prompt>Which?</prompt>'
    + "".join(f'<simpleChoice identifier="{name}">{name}</simpleChoice>' for name in COLOURS)
    + "</choiceInteraction>"
)
TYPED = '<p>How many? <textEntryInteraction responseIdentifier="R"/></p>'
VERDICT = (
    '<choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>Is it?</prompt>'
    '<simpleChoice identifier="t">True</simpleChoice><simpleChoice identifier="f">False'
    "</simpleChoice></choiceInteraction>"
)
RANGE = (
    "<responseProcessing><responseCondition><responseIf><and>"
    '<gte><variable identifier="R"/><baseValue baseType="float">9</baseValue></gte>'
    '<lte><variable identifier="R"/><baseValue baseType="float">11</baseValue></lte>'
    "</and></responseIf></responseCondition></responseProcessing>"
)


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (qti21(declaration("single identifier", mapped="Red=0.5 Green=1"), CHOICE,
               "map_response"), "Green"),
        (qti21(declaration("multiple identifier", mapped="Red=1 Green=-1 Blue=1"), CHOICE,
               "map_response"), "Red, Blue"),
        (qti21(declaration("multiple identifier", "<value>Red</value>", "Red=1 Green=0.5"), CHOICE,
               "map_response"), "left out: its key and the points of its options contradict each"
               " other"),
        (qti21("<templateDeclaration/>" + declaration("single identifier", "<value>Red</value>"),
               CHOICE), "left out: its text or key is drawn at random"),
        (qti21(declaration("single float"), TYPED, whole=RANGE), "10 ± 1"),
        (qti21(declaration("single identifier", "<value>t</value>"), VERDICT), "True"),
        (qti21(declaration("single identifier", "<value>x</value>"), VERDICT),
         "left out: no option is marked as right"),
    ],
)  # fmt: skip
def test_the_key_of_qti21_is_what_earns_all_points(source: str, key: str) -> None:
    assert key_of(source, "a.xml") == [key]


def test_what_is_for_graders_is_not_part_of_the_question() -> None:
    hidden = '<rubricBlock view="scorer"><p>It is red.</p></rubricBlock>'
    feedback = '<feedbackBlock identifier="f" showHide="show"><p>Red!</p></feedbackBlock>'
    source = qti21(
        declaration("single identifier", "<value>Red</value>"), hidden + CHOICE + feedback
    )
    _, (draft,) = read_file(source.encode(), "a.xml")
    assert isinstance(draft, Draft)
    assert draft.fields["stem"] == "Which?"


# --- Moodle, GIFT, Aiken --------------------------------------------------------------------------


def moodle(kind: str, body: str, stem: str = "Which?") -> str:
    return (
        f'<quiz><question type="{kind}"><name><text>n</text></name><questiontext format="html">'
        f"<text><![CDATA[{stem}]]></text></questiontext>{body}</question></quiz>"
    )


def answers(*pairs: tuple[str, str], more: str = "") -> str:
    return "".join(
        f'<answer fraction="{share}"><text>{text}</text>{more}</answer>' for share, text in pairs
    )


@pytest.mark.parametrize(
    ("source", "key"),
    [
        (moodle("truefalse", answers(("100", "False"), ("0", "True"))),
         "left out: its answers are not in the order true, false"),
        (moodle("truefalse", answers(("100", "Wahr"), ("0", "Falsch"))), "True"),
        (moodle("truefalse", answers(("100", "true"), ("100", "false"))),
         "left out: not exactly one of true and false is right"),
        (moodle("cloze", "", "{1:MR:=a~=b~c}"), "left out: several answers belong in one gap"),
        (moodle("cloze", "", "{1:SA:=a~%33,33%b}"), "a, b 33 %"),
        (moodle("oumultiresponse", answers(("100", "A"), ("100", "B"), ("0", "C"))), "A, B"),
        (moodle("numerical", answers(("100", "1,234"))),
         "left out: `1,234` may mean 1234 or 1.234"),
        (moodle("numerical", answers(("100", "10"), ("100", "11"),
                                     more="<tolerance>1</tolerance>")),
         "left out: it accepts several numbers with tolerances"),
    ],
)  # fmt: skip
def test_keys_of_moodle(source: str, key: str) -> None:
    assert key_of(source, "a.xml") == [key]


def test_a_file_may_contain_one_question_alone() -> None:
    source = moodle("truefalse", answers(("0", "true"), ("100", "false")))
    alone = source.removeprefix("<quiz>").removesuffix("</quiz>")
    assert key_of(alone, "a.xml") == ["False"]


def test_the_unit_is_the_one_of_the_key() -> None:
    units = "".join(
        f"<unit><multiplier>{factor}</multiplier><unit_name>{name}</unit_name></unit>"
        for factor, name in (("100", "cm"), ("1", "m"))
    )
    source = moodle("numerical", answers(("100", "2")) + f"<units>{units}</units>")
    _, (draft,) = read_file(source.encode(), "a.xml")
    assert isinstance(draft, Draft)
    assert (draft.fields["answer"], draft.fields["unit"]) == ("2", "m")


def test_gift_with_a_brace_too_many_is_left_out() -> None:
    source = "What is \\frac{1}{2}? {=0.5}\n\nTwo {=a} and {=b}.\n\nA \\{set\\}? {=yes ~no}\n"
    first, second, third = key_of(source, "a.gift")
    assert first.startswith("left out: it has several braces")
    assert second.startswith("left out: it has several braces")
    assert third == "yes"


def test_aiken_counts_options_as_moodle_does() -> None:
    source = (
        "Which?\r\nA) x\r\nB) y\r\nANSWER: B\r\n\r\n"
        "Which letter?\r\nA. x\r\nC. y\r\nD. z\r\nANSWER: C\r\n\r\n"
        "Which again?\r\nA. x\r\nB. y\r\nANSWER: A. x\r\n"
    )
    first, second, third = key_of(source, "a.txt")
    assert (first, third) == ("y", "x")
    assert second == "left out: its options are not lettered A, B, C … in this order"


# --- tables, Open edX, Brightspace ----------------------------------------------------------------


def test_a_number_may_be_an_option_or_its_place() -> None:
    table = "Question,Answer 1,Answer 2,Answer 3,Correct answer\n2+2?,4,3,1,1\n"
    assert key_of(table, "a.csv") == [
        "left out: the answer `1` may be an option or the place of one"
    ]
    assert key_of(table, "a.csv", "kahoot") == ["4"]


@pytest.mark.parametrize(
    ("pattern", "key"),
    [("^(red|dark red)$", "red, dark red"), ("col.*r", "left out: pkoquiz has no equivalent")],
)
def test_patterns_are_accepted_only_if_they_list_wordings(pattern: str, key: str) -> None:
    olx = f'<problem>Colour?<stringresponse answer="{pattern}" type="ci regexp"/></problem>'
    table = f'NewQuestion,SA\nQuestionText,Colour?\nAnswer,100,"{pattern}",regexp\n'
    for source, name in ((olx, "a.xml"), (table, "a.csv")):
        (found,) = key_of(source, name)
        assert found.startswith(key)


def test_other_numbers_of_openedx_are_accepted() -> None:
    olx = (
        '<problem>How many?<numericalresponse answer="100"><additional_answer answer="200"/>'
        "</numericalresponse></problem>"
    )
    assert key_of(olx, "a.xml") == ["100, 200"]


# --- Anki -----------------------------------------------------------------------------------------


def database(notes: Sequence[tuple[str, str]]) -> bytes:
    model = {
        "flds": [{"name": "Number"}, {"name": "Front"}, {"name": "Back"}],
        "tmpls": [{"qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr>{{text:Back}}"}],
    }
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE col (models TEXT)")
    connection.execute("INSERT INTO col VALUES (?)", (json.dumps({"7": model}),))
    connection.execute("CREATE TABLE notes (id INTEGER, guid, mid, tags, flds)")
    for number, (guid, fields) in enumerate(notes):
        row = (number, guid, 7, " sea ", fields)
        connection.execute("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", row)
    connection.commit()
    return connection.serialize()


def deck(name: str, content: bytes, media: str = "{}", **files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, content)
        archive.writestr("media", media)
        for path, data in files.items():
            archive.writestr(path, data)
    return target.getvalue()


@pytest.mark.parametrize("name", ["collection.anki2", "collection.anki21"])
def test_a_deck_of_anki(name: str) -> None:
    notes = [
        ("g1", "1\x1fWhich <b>light</b>?<img src='red.png'>\x1fPort"),
        ("g2", "2\x1fIt is {{c1::red}}.\x1f"),
        ("g3", "3\x1fIt is {{c1::a {{c2::red}}}}.\x1f"),
        ("g4", "4\x1fWithout a back\x1f"),
        ("g5", "5\x1fMath [$]x^2[/$]\x1fSound [sound:none.mp3]"),
    ]
    content = deck(name, database(notes), '{"0": "red.png"}', **{"0": b"\x89PNG\r\n\x1a\n"})
    form, found = read_file(content, "a.apkg")
    assert form == "anki"
    first, second, third, fourth, fifth = found
    assert isinstance(first, Draft)
    path = next(iter(first.media))
    assert first.foreign_id == "g1"
    assert first.fields == {
        "type": "flashcard",
        "stem": f"Which **light**?![red]({path})",
        "answer": "Port",
        "tags": ["sea"],
    }
    assert _key(second) == "red"
    assert _key(third) == "left out: a gap lies inside another one"
    assert _key(fourth) == "left out: it has no back"
    assert isinstance(fifth, Draft)
    assert (fifth.fields["stem"], fifth.fields["answer"]) == ("Math \\(x^2\\)", "Sound")


def test_decks_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FormatError, match="cannot be read"):
        read_file(deck("collection.anki2", b"not a database" * 100), "a.apkg")
    monkeypatch.setattr("importlib.import_module", _missing)
    with pytest.raises(FormatError, match="Support older Anki versions"):
        read_file(deck("collection.anki21b", b"\x28\xb5\x2f\xfd"), "a.apkg")


def _missing(name: str) -> object:
    raise ImportError(name)


def test_a_hostile_deck_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ankideck, "_MOST_STEPS", 5)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE col (models TEXT)")
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT"
    connection.execute(
        f"CREATE VIEW notes AS {endless} x AS id, x AS guid, x AS mid, x AS tags, x AS flds FROM n"
    )
    content = deck("collection.anki2", connection.serialize())
    with pytest.raises(FormatError, match="cannot be read"):
        read_file(content, "a.apkg")
