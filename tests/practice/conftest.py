from collections.abc import Iterator

import pytest

from .node import Node


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """The scripts in a process of Node.js."""
    process = Node()
    yield process
    process.close()
