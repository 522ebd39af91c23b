"""A QuickBooks in a process of its own, and a fresh journal of each kind."""

import pytest

from support.processes import JOURNALS, World


@pytest.fixture(params=JOURNALS)
def url(request, tmp_path):
    """A fresh journal."""
    return JOURNALS[request.param](tmp_path)


@pytest.fixture(scope="module", params=JOURNALS)
def world(request):
    """What many cases share: each has a company file of its own, in one journal."""
    with World(JOURNALS[request.param]) as world:
        yield world
