"""Times that lead to the recording: on the web, or a file of the course that the desk serves."""

from __future__ import annotations

import shutil
import wave
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from pkoquiz.desk.app.recordings import byte_range
from pkoquiz.desk.app.server import Server

from .conftest import Desk
from .test_attacks import send

EXAMPLE = Path(__file__).parents[2] / "examples" / "keeping-time"
WEB = "https://video.example.org/watch?v=keeping-time&t={seconds}"
SOUND = "media/talk%20one.wav"
SECONDS = 330


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the course on the captions of a recording, with a sound file beside it."""
    copy = tmp_path / "course"
    shutil.copytree(EXAMPLE, copy)
    (copy / "media").mkdir()
    with wave.open(str(copy / "media" / "talk one.wav"), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(4_000)
        sound.writeframes(b"\x80" * 4_000 * SECONDS)
    return copy


def record(folder: Path, recording: str) -> Desk:
    """Return the desk of the course with another recording."""
    file = folder / "course.yaml"
    file.write_text(file.read_text().replace(WEB, f'"{recording}"'))
    return Desk(folder)


def passage(desk: Desk, identity: str) -> dict[str, Any]:
    (section,) = desk.ask("/forms")["transcript"]["sections"]
    return next(each for each in section["passages"] if each["id"] == identity)


def test_each_cue_has_the_address_of_its_second(desk: Desk) -> None:
    times = passage(desk, "keeping-time.p002")["times"]
    offsets = [offset for offset, _, _ in times]
    assert offsets[0] == 0
    assert offsets == sorted(set(offsets))
    assert times[0][1:] == ["00:00:28", WEB.format(seconds=28)]


def test_a_file_of_the_course_is_served(folder: Path) -> None:
    desk = record(folder, SOUND)
    assert passage(desk, "keeping-time.p002")["times"][0][2] == f"{SOUND}#t=28"


@pytest.mark.parametrize("recording", ["media/missing.wav", "media/player.html", "a.mp4?t={m}"])
def test_what_the_desk_cannot_play_is_said(folder: Path, recording: str) -> None:
    (folder / "media" / "player.html").write_text("<script>parent.x = 1</script>")
    desk = record(folder, recording)
    (section,) = desk.ask("/forms")["transcript"]["sections"]
    assert recording in section["note"]
    assert section["passages"][1]["times"][0][1:] == ["00:00:28", ""]
    assert desk.respond("/media/player.html").status == 404


def test_a_link_out_of_the_course_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.wav").write_bytes(b"secret")
    (folder / "media" / "link.wav").symlink_to(tmp_path / "outside.wav")
    assert record(folder, "media/link.wav").respond("/media/link.wav").status == 404


def test_an_encoded_way_out_of_the_course_is_not_taken(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.wav").write_bytes(b"secret")
    desk = record(folder, "%2e%2e/outside.wav")
    assert desk.respond("/../outside.wav").status == 404


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", range(100)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=90-200", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-200", range(100)),
        ("bytes=-0", range(100, 100)),
        ("bytes=100-", range(100, 100)),
        ("bytes=20-10", range(20, 11)),
        ("", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("seconds=1-2", None),
    ],
)
def test_parts_of_a_file(header: str, part: range | None) -> None:
    assert byte_range(header, 100) == part


@pytest.fixture
def sound_server(folder: Path) -> Iterator[Server]:
    """The desk of the course with the sound file, behind a socket."""
    server = Server(record(folder, SOUND).service)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_player_gets_the_part_it_asks_for(sound_server: Server, folder: Path) -> None:
    content = (folder / "media" / "talk one.wav").read_bytes()
    path = f"/{SOUND}"
    status, headers, body = send(sound_server, "GET", path)
    assert (status, body == content, headers["accept-ranges"]) == (200, True, "bytes")
    assert headers["content-type"] == "audio/wav"
    assert headers["content-security-policy"].startswith("default-src 'none'; media-src 'self'")
    status, headers, body = send(sound_server, "GET", path, {"Range": "bytes=40-49"})
    assert (status, body) == (206, content[40:50])
    assert headers["content-range"] == f"bytes 40-49/{len(content)}"
    status, headers, body = send(sound_server, "GET", path, {"Range": "bytes=99999999-"})
    assert (status, body, headers["content-range"]) == (416, b"", f"bytes */{len(content)}")


def test_a_recording_needs_the_token(sound_server: Server) -> None:
    assert send(sound_server, "GET", f"/{SOUND}", {"Cookie": ""})[0] == 403


def test_only_the_recording_is_served(sound_server: Server, folder: Path) -> None:
    shutil.copy(folder / "media" / "talk one.wav", folder / "media" / "other.wav")
    for path in ("/media/other.wav", "/media/", "/course.yaml", "/media/../media/talk%20one.wav"):
        assert send(sound_server, "GET", path)[0] == 404


PLAYED = """async video => {
  while (video.currentTime < 1) await new Promise(done => setTimeout(done, 20));
  return video.currentTime;
}"""


# --- in a browser ---------------------------------------------------------------------------------


def visit(context: Any, server: Server) -> Any:
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.goto(server.link)
    page.locator("#desk--numbers:not(:empty)").wait_for()
    return page


def test_times_open_the_recording(browser: Any, server: Server) -> None:
    context = browser.new_context()
    loaded: list[str] = []

    def watch(route: Any) -> None:
        loaded.append(route.request.url)
        route.fulfill(body="<title>A player</title>")

    context.route("https://video.example.org/**", watch)
    page = visit(context, server)

    def follow(link: Any) -> str:
        with context.expect_page() as opened:
            link.click()
        url = str(opened.value.url)
        assert opened.value.evaluate("opener") is None
        opened.value.close()
        return url

    link = page.locator("article", has_text="Begin with the pendulum").locator(".play")
    assert loaded == []  # nothing loads by itself
    assert follow(link) == WEB.format(seconds=28)
    page.locator(".question", has_text="period-four-times").click()
    proof = page.locator(".citation .play")
    assert proof.inner_text() == "▶︎ 00:00:42"
    assert follow(proof) == WEB.format(seconds=42)
    page.get_by_title("Begin one word earlier").click()
    assert follow(page.locator(".citation .play")) == WEB.format(seconds=41)
    for look in ("Back", "Key", "LMS"):
        page.get_by_role("button", name=look, exact=True).click()
        frame = page.frame_locator(f'iframe[title="Preview: {look}"]:not(.loading)')
        assert WEB.format(seconds="") in follow(frame.locator("a", has_text="▶︎"))
    assert len(loaded) == 6
    context.close()


def test_a_file_plays_from_its_second(browser: Any, sound_server: Server) -> None:
    context = browser.new_context()
    page = visit(context, sound_server)
    with context.expect_page() as opened:
        page.locator(".play").nth(3).click()
    player = opened.value
    assert player.url.endswith("#t=65")
    video = player.locator("video")
    assert video.evaluate(PLAYED) >= 65
    assert video.evaluate("video => video.duration") == SECONDS
    page.locator(".question", has_text="period-four-times").click()
    page.get_by_role("button", name="Key", exact=True).click()
    frame = page.frame_locator('iframe[title="Preview: Key"]:not(.loading)')
    frame.get_by_text("00:00:42").wait_for()
    assert frame.locator("a").count() == 0  # a frame without an origin gets no file
    context.close()
