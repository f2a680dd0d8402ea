"""Templates for the addresses of recordings and reports."""

import re

import pytest

from pkoquiz.model.addresses import (
    recording_address,
    recording_template,
    report_address,
    report_template,
)
from pkoquiz.records import InvalidError


@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://video.example/watch?v=1&t={seconds}", "https://video.example/watch?v=1&t=3723"),
        ("https://video.example/1#t={h}h{m}m{s}s", "https://video.example/1#t=1h2m3s"),
        ("media/talk.mp4", "media/talk.mp4#t=3723"),
        ("media/talk.html?start={seconds}", "media/talk.html?start=3723"),
    ],
)
def test_a_recording_is_opened_at_the_second(template: str, address: str) -> None:
    assert recording_address(recording_template(template), 3723.9) == address


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("javascript:alert({seconds})", "neither a web address nor a path inside the course"),
        ("data:text/html,{seconds}", "neither a web address nor a path inside the course"),
        ("../talk.mp4", "neither a web address nor a path inside the course"),
        ("/etc/passwd", "neither a web address nor a path inside the course"),
        ("//evil.example/{seconds}", "neither a web address nor a path inside the course"),
        ("https://video.example/1", "has no placeholder for the time"),
        ("https://video.example/{time}", "unknown placeholder `{time}`"),
        ("https://video.example/{seconds", "an unmatched brace"),
        ('https://video.example/"onclick="x{seconds}', "neither a web address nor a path"),
    ],
)
def test_a_template_that_leads_elsewhere_is_refused(template: str, message: str) -> None:
    with pytest.raises(InvalidError, match=re.escape(message)):
        recording_template(template)


def test_values_of_a_report_cannot_become_a_part_of_the_address() -> None:
    template = report_template("mailto:a@example.org?subject={id}&body={passage}-{edition}")
    address = report_address(template, "q&cc=b@c.org", "1", "talk.p001\n")
    assert address == "mailto:a@example.org?subject=q%26cc%3Db%40c.org&body=talk.p001%0A-1"


@pytest.mark.parametrize("template", ["javascript:x{id}", "ftp://a/{id}", "a@example.org", "{id}"])
def test_reports_go_by_mail_or_to_the_web(template: str) -> None:
    with pytest.raises(InvalidError, match="neither a web address nor a `mailto:` address"):
        report_template(template)
