"""One zygote for all tests of a module."""

from collections.abc import Iterator

import pytest

from tests.faults.lives import Lives, zygote


@pytest.fixture(scope="session")
def lives() -> Iterator[Lives]:
    with zygote() as one:
        yield one
