"""Handouts: a folder for trainees and one for instructors, each with an index page.

File names never contain the edition, so that links stay valid. Files that are not assigned to
anybody go to instructors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from pkoquiz.exporters.export import Export
from pkoquiz.handouts import phrases
from pkoquiz.language import date, say, spoken
from pkoquiz.model.bank import Bank
from pkoquiz.web.page import render, resource

Audience = Literal["trainees", "instructors"]

INDEX = "index.html"
BRIGHTSPACE = "brightspace/"
"""The folder of Brightspace's table, which names pictures in a folder beside it."""


@dataclass(frozen=True, slots=True)
class Handout:
    """A file that is handed out, and how its page presents it."""

    audience: Audience
    name: str
    title: str
    """Empty if the page does not list the file, because it only belongs to another one."""
    purpose: str
    steps: tuple[str, ...] = ()


def handouts(short: str) -> dict[str, Handout]:
    """Return the handouts of a course, given its short name, by path in a build."""
    deck = Handout("trainees", f"{short}.apkg", phrases.DECK, phrases.DECK_FOR, phrases.DECK_STEPS)
    quiz = Handout(
        "instructors", f"{short}.xml", phrases.QUIZ, phrases.QUIZ_FOR, phrases.QUIZ_STEPS
    )
    return {
        f"anki/{short}.apkg": deck,
        "anki/CHANGES.md": Handout("trainees", "CHANGES.md", phrases.CHANGES, phrases.CHANGES_FOR),
        f"exam/{short}.pdf": Handout("trainees", f"{short}.pdf", phrases.PAPER, phrases.PAPER_FOR),
        f"exam/{short}.html": Handout(
            "trainees", f"{short}.html", phrases.PAPER_PAGE, phrases.PAPER_PAGE_FOR
        ),
        f"exam/{short}-key.pdf": Handout(
            "instructors", f"{short}-key.pdf", phrases.KEY, phrases.KEY_FOR
        ),
        f"exam/{short}-key.html": Handout(
            "instructors", f"{short}-key.html", phrases.KEY_PAGE, phrases.KEY_PAGE_FOR
        ),
        f"moodle/{short}.xml": quiz,
        **_quizzes(short),
        f"practice/{short}.html": Handout(
            "trainees",
            f"{short}-practice.html",
            phrases.PRACTICE,
            phrases.PRACTICE_FOR,
            phrases.PRACTICE_STEPS,
        ),
        f"practice/{short}/index.html": Handout(
            "instructors", "web/index.html", phrases.WEB, phrases.WEB_FOR, phrases.WEB_STEPS
        ),
        **{
            f"practice/{short}/{name}": Handout("instructors", f"web/{name}", "", "")
            for name in ("icon.svg", "manifest.webmanifest", "sw.js")
        },
    }


def _quizzes(short: str) -> dict[str, Handout]:
    """Return the files for learning management systems other than Moodle."""
    return {
        f"canvas/{short}.zip": Handout(
            "instructors",
            f"{short}-canvas.zip",
            phrases.CANVAS,
            phrases.CANVAS_FOR,
            phrases.CANVAS_STEPS,
        ),
        f"{BRIGHTSPACE}{short}.csv": Handout(
            "instructors",
            f"{BRIGHTSPACE}{short}.csv",
            phrases.BRIGHTSPACE,
            phrases.BRIGHTSPACE_FOR,
            phrases.BRIGHTSPACE_STEPS,
        ),
        f"qti/{short}.zip": Handout(
            "instructors", f"{short}-qti.zip", phrases.QTI, phrases.QTI_FOR, phrases.QTI_STEPS
        ),
        f"gift/{short}.txt": Handout(
            "instructors", f"{short}-gift.txt", phrases.GIFT, phrases.GIFT_FOR, phrases.GIFT_STEPS
        ),
        f"aiken/{short}.txt": Handout(
            "instructors",
            f"{short}-aiken.txt",
            phrases.AIKEN,
            phrases.AIKEN_FOR,
            phrases.AIKEN_STEPS,
        ),
        f"blackboard/{short}.zip": Handout(
            "instructors",
            f"{short}-blackboard.zip",
            phrases.BLACKBOARD,
            phrases.BLACKBOARD_FOR,
            phrases.BLACKBOARD_STEPS,
        ),
        f"blackboard/{short}.txt": Handout(
            "instructors",
            f"{short}-blackboard.txt",
            phrases.BLACKBOARD_TEXT,
            phrases.BLACKBOARD_TEXT_FOR,
            phrases.BLACKBOARD_TEXT_STEPS,
        ),
        f"openedx/{short}.tar.gz": Handout(
            "instructors",
            f"{short}-openedx.tar.gz",
            phrases.OPENEDX,
            phrases.OPENEDX_FOR,
            phrases.OPENEDX_STEPS,
        ),
    }


def files(bank: Bank, exports: Iterable[Export]) -> dict[str, bytes]:
    """Return the files of an edition by path: `trainees/…` and `instructors/…`."""
    known = handouts(bank.course.short)
    built = {path: content for export in exports for path, content in export.files.items()}
    chosen = {path: handout for path, handout in known.items() if path in built}
    for path in sorted(built.keys() - known.keys()):
        if path.startswith(BRIGHTSPACE):
            chosen[path] = Handout("instructors", path, "", "")
        else:
            name = path.replace("/", "-")
            chosen[path] = Handout("instructors", name, phrases.OTHER, phrases.OTHER_FOR)
    result = {f"{handout.audience}/{handout.name}": built[path] for path, handout in chosen.items()}
    sizes = {path: len(content) for path, content in built.items()}
    for audience in ("trainees", "instructors"):
        listed = {
            path: handout
            for path, handout in chosen.items()
            if handout.audience == audience and handout.title
        }
        result[f"{audience}/{INDEX}"] = _page(bank, audience, listed, sizes)
    return result


def obsolete(bank: Bank, current: Iterable[str]) -> list[str]:
    """Return the paths of files that only an earlier edition may have written."""
    possible = {
        f"{handout.audience}/{handout.name}" for handout in handouts(bank.course.short).values()
    }
    return sorted(possible - set(current))


def _page(
    bank: Bank, audience: str, listed: Mapping[str, Handout], sizes: Mapping[str, int]
) -> bytes:
    is_for_trainees = audience == "trainees"
    title = phrases.TRAINEES_TITLE if is_for_trainees else phrases.INSTRUCTORS_TITLE
    last = bank.ledger.last
    edition = ""
    if last is not None:
        edition = say(phrases.EDITION, number=last.edition, date=date(last.moment))
    return render(
        __package__,
        "index.html.j2",
        style=resource(__package__, "index.css"),
        title=say(title, title=bank.course.title),
        lead=say(phrases.TRAINEES_LEAD if is_for_trainees else phrases.INSTRUCTORS_LEAD),
        edition=edition,
        handouts=[(handout, _size(sizes[path])) for path, handout in listed.items()],
        open=phrases.OPEN,
        say=say,
        lang=spoken().tag,
    )


def _size(count: int) -> str:
    return f"{-(-count // 1000)} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"
