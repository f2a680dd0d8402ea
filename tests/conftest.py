import os
from pathlib import Path

import pytest
from hypothesis import settings

from pkoquiz.load import load
from pkoquiz.model.bank import Bank

# In CI the examples are the same for every run of a commit; on a desk each run tries new ones.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def mini() -> Bank:
    """A whole course in small, with a question of every type."""
    bank = load(ROOT / "tests" / "mini").bank
    assert bank is not None
    return bank


@pytest.fixture(scope="session")
def shipped() -> Bank:
    """The shipped course."""
    bank = load(ROOT).bank
    assert bank is not None
    return bank
