"""What `rebuild` promises: links as they were, from the company file and from what Procore sent; and where it cannot."""

import attrs
import pytest

from procore_qbd import Request, demo, read_request
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.worker import rebuild, thaw
from support.hall import Hall


@pytest.fixture
def hall():
    with Hall() as hall:
        yield hall


def lost(hall):
    """The journal is gone; there is a new one, which knows nothing."""
    old, hall.journal = hall.journal, Journal(MemoryTables(), clock=lambda: hall.time)
    hall.journal.register("books")
    hall.documents.clear()
    return old


def rebuilt(hall, *requests, **how):
    return rebuild("books", journal=hall.journal, transport=hall.transport(), by="Ann", requests=requests, **how)


def thawed(hall):
    return thaw("books", journal=hall.journal, transport=hall.transport(), by="Ann")


def said(links):
    """What links say, without the EditSequence, which is the record's of now."""
    return sorted(str(attrs.evolve(link, edit_sequence=None)) for link in links)


@pytest.fixture
def shown():
    """The demo, exported, with the requests as Procore sent them."""
    with Hall() as hall:
        for link in list(hall.journal.all_links("books")):
            hall.journal.unlink("books", link.kind, link.procore_id)
        hall.ask(*(Request.add(one) for one in demo.ACCOUNTS if one.name != "Retainage"))
        requests = []
        for _, data in demo.requests(hall.journal.links("books")):
            requests.append(read_request(data))
            hall.drain(requests[-1], books=demo.BOOKS)
        yield hall, requests


def test_with_all_requests_the_links_are_as_they_were_and_an_export_of_all_writes_nothing(shown):
    hall, requests = shown
    old = lost(hall)
    assert hall.drain(requests[0], books=demo.BOOKS).frozen, "the file is known to another journal"
    found = rebuilt(hall, *requests)
    assert (found.unknown, found.unclear, found.contradictions, found.kept) == ((), (), (), True)
    assert hall.writes() == []
    assert said(hall.journal.all_links("books")) == said(old.all_links("books"))
    thawed(hall)
    hall.told.clear()
    hall.drain(*requests[1:], books=demo.BOOKS)
    assert hall.writes() == []
    assert {detail.changed for detail in hall.details} == {False}
