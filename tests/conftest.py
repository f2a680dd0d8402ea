import os
from pathlib import Path

import pytest
from hypothesis import settings

from pkoquiz import fonts
from pkoquiz.load import load
from pkoquiz.model.bank import Bank

# In CI the examples are the same for every run of a commit; on a desk each run tries new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def mini() -> Bank:
    """A small but complete course, with a question of every type."""
    bank = load(ROOT / "tests" / "mini").bank
    assert bank is not None
    return bank


@pytest.fixture(scope="session")
def shipped() -> Bank:
    """The shipped course."""
    bank = load(ROOT).bank
    assert bank is not None
    return bank


@pytest.fixture(autouse=True)
def _without_extra_fonts(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the fonts of the extra, so that the same characters are missing on every machine."""
    if "extra_fonts" not in request.fixturenames:
        monkeypatch.setattr(fonts, "_EXTRA", {})


@pytest.fixture
def extra_fonts() -> None:
    """Let a test use the fonts of the extra, or skip it."""
    if len(fonts.installed()) < 2:
        pytest.skip("needs the fonts of pkoquiz[fonts]")
