"""A QuickBooks in a process of its own, and a fresh journal of each kind."""

import pytest

from support.processes import JOURNALS, World

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]


@pytest.fixture(params=KINDS)
def url(request, tmp_path):
    """A fresh journal."""
    return JOURNALS[request.param](tmp_path)


@pytest.fixture(scope="module", params=KINDS)
def world(request):
    """What many cases share: each has a company file of its own, in one journal."""
    with World(JOURNALS[request.param]) as world:
        yield world


def pytest_collection_modifyitems(items):
    """The slow ones have a session of their own, on one Python: what they try is the disk and the database."""
    for item in items:
        slow, long = item.get_closest_marker("slow"), item.get_closest_marker("long")
        if item.path.parent.name == "processes" and slow and not long:
            item.add_marker(pytest.mark.deaths)
