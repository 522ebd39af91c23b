"""What our integration makes in QuickBooks, also where something goes wrong."""

import json
from decimal import Decimal

import acme_books
import pytest
from hypothesis import given

from procore_qbd import Journal, MemoryTables
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator.faults import Lost, NotTaken, Trouble
from procore_qbd.testing.comparing import assert_same
from procore_qbd.testing.strategies import events

pytestmark = pytest.mark.company_file(sample="contractor")


def test_a_vendor(quickbooks, exported, worker, new_journal, vendor_event):
    assert worker(quickbooks, new_journal(vendor_event))
    (vendor,) = exported(Vendor, name="Pine Hollow Roofing")
    assert (vendor.vendor_address.city, vendor.is_active) == ("Bend", True)


def test_a_commitment_to_the_cent(quickbooks, exported, worker, new_journal, commitment_event):
    assert worker(quickbooks, new_journal(commitment_event))
    (order,) = exported(PurchaseOrder, ref_number="SC-051")
    assert [line.amount for line in order.lines] == [Decimal("1000.00"), Decimal("234.56")]
    assert order.total_amount == Decimal("1234.56")


def test_the_second_time_nothing_is_changed(quickbooks, exported, worker, new_journal, commitment_event):
    journal = new_journal(commitment_event)
    assert worker(quickbooks, journal)
    before = exported(PurchaseOrder)
    acme_books.take(journal, commitment_event)
    assert worker(quickbooks, journal)
    assert_same(exported(PurchaseOrder), before)


def test_a_lost_reply_makes_no_second_vendor(quickbooks, exported, faults, worker, new_journal, vendor_event):
    faults.order(Lost(), requests=("VendorAdd",))
    assert worker(quickbooks, new_journal(vendor_event))
    assert len(exported(Vendor, name="Pine Hollow Roofing")) == 1


def test_a_quickbooks_that_is_away_is_waited_for(quickbooks, exported, faults, worker, new_journal, vendor_event):
    faults.order(NotTaken(Trouble.DID_NOT_START), times=2)
    journal = new_journal(vendor_event)
    assert any(worker(quickbooks, journal) for _ in range(5))
    assert len(exported(Vendor, name="Pine Hollow Roofing")) == 1


@given(events())
def test_whatever_procore_sends_is_written_down(event):
    journal = Journal(MemoryTables())
    journal.register(acme_books.COMPANY)
    assert acme_books.take(journal, json.dumps(event).encode()) == 1
