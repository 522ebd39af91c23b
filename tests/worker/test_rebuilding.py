"""What `rebuild` promises: links as they were, from the company file and from what Procore sent; and where it cannot."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import Books, ItemKind, Link, Request, demo, read_request
from procore_qbd.domain import CreateRequisitions, NegativeInvoices
from procore_qbd.errors import JournalError, LinkError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.worker import rebuild, thaw
from support.hall import Hall
from support.office import Office


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


def exported():
    """The demo, exported, with the requests as Procore sent them."""
    hall = Hall()
    hall.journal = Journal(MemoryTables(), clock=lambda: hall.time)
    hall.journal.register("books")
    hall.ask(*(Request.add(one) for one in demo.ACCOUNTS if one.name != "Retainage"))
    requests = []
    for _, data in demo.requests(hall.journal.links("books")):
        requests.append(read_request(data))
        hall.drain(requests[-1], books=demo.BOOKS)
    return hall, requests, lost(hall)


@pytest.fixture(scope="module")
def shown():
    hall, requests, old = exported()
    with hall:
        yield hall, requests, old


def test_with_all_requests_the_links_are_as_they_were_and_an_export_of_all_writes_nothing():
    hall, requests, old = exported()
    with hall:
        assert hall.drain(requests[0], books=demo.BOOKS).frozen, "the file is known to another journal"
        found = rebuilt(hall, *requests)
        assert (found.unknown, found.unclear, found.contradictions, found.kept) == ((), (), (), True)
        assert hall.writes() == []
        assert said(hall.journal.all_links("books")) == said(old.all_links("books"))
        assert thawed(hall).epoch == 2
        hall.documents.clear()
        hall.told.clear()
        ended = hall.drain(*requests[1:], books=demo.BOOKS)
        assert (ended.frozen, ended.waiting, hall.writes()) == (None, 0, [])
        assert {detail.changed for detail in hall.details} == {False}


@given(picked=st.sets(st.integers(0, 19)), ids=st.booleans())
def test_whatever_is_left_of_the_requests_no_link_is_wrong_and_no_record_is_left_out(shown, picked, ids):
    hall, requests, old = shown
    some = [request for at, request in enumerate(requests) if at in picked]
    more = [link.procore_id for link in old.all_links("books")] if ids else []
    found = rebuilt(hall, *some, ids=more, procore_companies=[requests[0].company_id], dry_run=True)
    assert set(said(one.link for one in found.found)) <= set(said(old.all_links("books")))
    made = {str(record) for _, _, record in old.made("books")}
    linked = {str(one.link.quickbooks_id) for one in found.found}
    assert {one.quickbooks_id for one in found.unknown} == made - linked
    assert not (ids and found.unknown)
    assert list(hall.journal.all_links("books")) == []


def test_lines_are_known_by_their_marks_alone_and_a_range_of_ids_finds_the_rest(hall):
    hall.drain(hall.commitment(hall.line(1, "1000.00"), hall.line(2, "500.00", 1)), hall.vendor_request(48, "Birch"))
    lost(hall)
    found = rebuilt(hall, dry_run=True)
    assert [(one.link.kind, one.link.procore_id, one.how) for one in found.found] == [
        (ItemKind.LINE_ITEM, 1, "its mark"),
        (ItemKind.LINE_ITEM, 2, "its mark"),
    ]
    assert [(one.record, one.name) for one in found.unknown] == [("Vendor", "Birch"), ("PurchaseOrder", "SC-001")]
    found = rebuilt(hall, ids=range(1, 10_000), procore_companies=[7], dry_run=True)
    assert found.unknown == ()
    assert found.tried < 48 * 50, "who knows all of it stops"
    assert not hall.journal.links("books").find(ItemKind.VENDOR, 48), "it was a dry run"


def test_what_came_in_is_tried_too(hall):
    """The journal is older than the file: it knows of the request, and not that it was carried out."""
    hall.drain(hall.vendor_request(48, "Birch"))
    lost(hall)
    hall.journal.submit("books", hall.vendor_request(48, "Birch"))
    (one,) = rebuilt(hall).found
    assert (one.link.procore_id, one.link.name, one.how, one.new) == (48, "Birch", "its GUID", True)
    (one,) = rebuilt(hall).found
    assert not one.new
    assert [what for _, what, _ in hall.journal.events("books")] == ["rebuilt", "rebuilt"]


def test_an_item_that_was_exported_anew_is_its_last_export(hall):
    birch = hall.vendor_request(48, "Birch")
    hall.drain(birch)
    hall.journal.unlink("books", ItemKind.VENDOR, 48)
    hall.user.rename(next(one for one in hall.all("Vendor") if one.name == "Birch"), "Birch of old")
    hall.drain(birch)
    old = lost(hall)
    found = rebuilt(hall, birch)
    assert [(one.link.name, one.generation) for one in found.found] == [("Birch", 2)]
    assert len(found.unclear) == 1
    assert "is an earlier export of it, from before it was unlinked" in found.unclear[0]
    assert hall.journal.all_links("books").generations == old.all_links("books").generations


def test_what_the_journal_says_was_unlinked_stays_so(hall):
    order = hall.commitment(hall.line(1, "1000.00"))
    hall.drain(order)
    hall.journal.unlink("books", ItemKind.WORK_ORDER_CONTRACT, 41)
    before = said(hall.journal.all_links("books"))
    found = rebuilt(hall, order)
    assert found.unclear == (
        f"subcontract 41: PurchaseOrder {hall.order().txn_id} SC-001 is not linked, for the journal says that it was unlinked",
        "Procore line 1: is not linked, for the journal says that it was unlinked",
    )
    assert said(hall.journal.all_links("books")) == before


def test_a_link_that_contradicts_is_an_error_and_nothing_is_written(hall):
    hall.drain(hall.vendor_request(48, "Birch"), hall.vendor_request(49, "Elm"))
    lost(hall)
    hall.journal.link("books", Link(kind=ItemKind.VENDOR, procore_id=48, quickbooks_id=hall.vendor))
    requests = [hall.vendor_request(48, "Birch"), hall.vendor_request(49, "Elm")]
    with pytest.raises(LinkError, match=r"nothing was written: vendor 48 is linked to .* already .* unlink it first"):
        rebuilt(hall, *requests)
    assert [link.procore_id for link in hall.journal.all_links("books")] == [48]
    assert rebuilt(hall, *requests, dry_run=True).contradictions


def test_a_copy_of_a_record_or_of_a_line_is_for_a_person_to_sort_out(hall):
    order = hall.commitment(hall.line(1, "1000.00"))
    hall.drain(order)
    (there,) = hall.all("PurchaseOrder")
    copy = attrs.evolve(there, txn_id=None, ref_number="SC-002")
    hall.file.seed([attrs.evolve(copy, txn_id="FFF-1795000000")])
    lost(hall)
    found = rebuilt(hall, order)
    assert found.found == ()
    assert len(found.unclear) == 2
    assert "its GUID is there 2 times" in found.unclear[0]
    assert "Procore line 1: is on lines of 2 purchase orders" in found.unclear[1]


def test_a_change_order_of_which_a_line_is_gone_is_not_linked(hall):
    order = hall.commitment(hall.line(1, "1000.00"))
    change = hall.change_order(hall.line(11, "100.00"), hall.line(12, "50.00", 1))
    hall.drain(order)
    hall.drain(change)
    lost(hall)
    assert rebuilt(hall, order, change, dry_run=True).unclear == ()
    (there,) = hall.all("PurchaseOrder")
    hall.user.edit(attrs.evolve(there, lines=there.lines[:-1]))
    found = rebuilt(hall, order, change)
    assert found.unclear == ("commitment change order 3: 1 of its 2 lines are found; send it again",)


def test_the_record_of_another_company_file_is_an_error(hall):
    hall.drain(hall.vendor_request(48, "Birch"))
    with Office() as other:
        hall.file, mine = other.file, hall.file
        with pytest.raises(JournalError, match="has no record of this library, and the journal knows SET"):
            rebuilt(hall)
        hall.file = mine


def test_a_file_that_was_never_met_has_nothing_and_says_so(hall):
    found = rebuilt(hall, hall.vendor_request())
    assert (found.found, found.unknown, found.tried) == ((), (), 0)


def test_of_a_vendor_credit_the_request_says_which_purchase_order_it_is_of(hall):
    """QuickBooks links a bill to its order, and a credit to nothing."""
    books = Books(negative_invoices=NegativeInvoices.VENDOR_CREDIT)
    order = hall.commitment(hall.line(1, "1000.00"))
    hall.drain(order)
    hall.links = hall.journal.all_links("books")
    invoices = [hall.invoice(1, (1, "600.00", "0", "0")), hall.invoice(2, (1, "-100.00", "0", "0"))]
    request = CreateRequisitions(company_id=7, requisitions=tuple(invoices), request_detail_id=5)
    hall.drain(request, books=books)
    assert (len(hall.all("Bill")), len(hall.all("VendorCredit"))) == (1, 1)
    old = lost(hall)
    assert rebuilt(hall, order, request).unknown == ()
    kinds = (ItemKind.REQUISITION, ItemKind.WORK_ORDER_CONTRACT, ItemKind.LINE_ITEM)
    assert said(hall.journal.all_links("books")) == said(link for link in old.all_links("books") if link.kind in kinds)
    (credit,) = (link for link in hall.journal.all_links("books") if link.procore_id == 2)
    assert credit.parent == hall.order().txn_id
