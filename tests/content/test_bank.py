"""The quality of the shipped bank."""

from collections import Counter

from pkoquiz.checks import findings
from pkoquiz.exam.draw.assemble import draw
from pkoquiz.model.answers import key_is_longest
from pkoquiz.model.bank import Bank
from pkoquiz.model.question import Choice
from pkoquiz.quotes.coverage import coverage


def test_nothing_is_wrong_and_nothing_is_waived(shipped: Bank) -> None:
    assert findings(shipped) == []
    assert not [item.id for item in (*shipped.questions, *shipped.terms) if item.waive]


def test_the_plan_is_met_exactly(shipped: Bank) -> None:
    found = coverage(shipped)
    assert found.questions == 317
    for table in found.tables:
        for row in table.rows:
            if table.field == "per_objective":
                assert row.count >= 2, row
            else:
                assert row.planned is None or row.count == row.planned, row
    assert len(shipped.course.objectives) == 56


def test_passages_of_substance_are_cited(shipped: Bank) -> None:
    found = coverage(shipped)
    assert found.share >= 0.95
    for section in found.sections:
        # The opening remarks have a small share of the plan.
        least = 0.5 if section.section == "ishino-opening" else 0.83
        assert section.passages == 0 or section.cited / section.passages >= least, section


def test_nothing_rests_on_biographies_or_the_programme(shipped: Bank) -> None:
    for question in shipped.questions:
        for citation in question.sources:
            assert shipped.passages[citation.passage_id].kind not in ("bio", "programme", "toc"), (
                question.id
            )


def test_length_does_not_tell_the_key(shipped: Bank) -> None:
    items = [
        question
        for question in shipped.ready
        if isinstance(question, Choice) and len(question.options) == 4
    ]
    assert sum(key_is_longest(item) for item in items) <= 0.3 * len(items)


def test_the_key_is_not_always_written_first(shipped: Bank) -> None:
    places = Counter(
        next(index for index, option in enumerate(question.options) if option.correct)
        for question in shipped.ready
        if isinstance(question, Choice)
    )
    assert all(places[index] >= 0.1 * places.total() for index in range(4))


def test_every_option_has_its_reason_and_every_item_its_point(shipped: Bank) -> None:
    for question in shipped.ready:
        assert question.explain, question.id
        if isinstance(question, Choice):
            assert all(option.feedback for option in question.options), question.id


def test_four_disjoint_papers_can_be_drawn(shipped: Bank) -> None:
    drawn = draw(shipped, "final")
    assert not drawn.diagnostics
    assert [len(paper) for paper in drawn.papers] == [40, 40, 40, 40]
    assert len({identity for paper in drawn.papers for identity in paper}) == 160


def test_the_glossary_is_unambiguous_both_ways(shipped: Bank) -> None:
    assert len(shipped.terms) >= 100
    for field in ("term", "meaning"):
        counted = Counter(getattr(term, field).casefold() for term in shipped.terms)
        assert [text for text, count in counted.items() if count > 1] == []
