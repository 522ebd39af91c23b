"""What every test has: what Procore sends about the sample company, the journal and the worker of our integration."""

import json

import acme_books
import pytest

from procore_qbd import Journal, MemoryTables
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService
from procore_qbd.qbxml.entities.vendors import Vendor


@pytest.fixture
def new_journal(clock):
    """Makes a journal in which events wait; its clock is the clock of the test."""

    def make(*events):
        journal = Journal(MemoryTables(), clock=clock)
        journal.register(acme_books.COMPANY)
        for event in events:
            acme_books.take(journal, event)
        return journal

    return make


@pytest.fixture
def worker(clock):
    """Our worker, by the clock of the test, so that it waits for nothing."""

    def work(quickbooks, journal):
        return acme_books.work(journal, quickbooks, clock=clock, sleep=clock.forward)

    return work


@pytest.fixture
def vendor_event():
    """Procore's request to export a company of its directory."""
    name = "Pine Hollow Roofing"
    vendor = {"id": 4401, "name": name, "company": name, "city": "Bend", "state_code": "OR"}
    data = {"vendor": vendor, "request_detail_id": 9001, "company_id": 7}
    return json.dumps({"request_name": "create_vendor", "request_data": data}).encode()


@pytest.fixture
def commitment_event(exported):
    """Procore's request to export a subcontract of 1,000.00 and 234.56, with records of the sample company."""
    vendor = exported(Vendor, name="Blue Heron Plumbing")[0]
    job = next(one for one in exported(Customer) if one.parent_ref is not None)
    item = next(one for one in exported(ItemService) if one.name.startswith("22-400"))
    code = {"id": 6, "full_code": "22-400", "name": "Fixtures", "origin_id": f"{job.list_id}|{item.list_id}"}
    commitment = {
        "id": 51,
        "type": "WorkOrderContract",
        "number": "SC-051",
        "status": "Approved",
        "vendor": {"id": 12, "company": vendor.name, "origin_id": vendor.list_id},
        "project": {"id": 70, "name": job.name, "origin_id": job.list_id},
        "grand_total": "1234.56",
    }
    lines = [
        {"id": 511, "amount": "1000", "cost_code": code, "description": "Rough-in"},
        {"id": 512, "amount": "234.56", "cost_code": code, "description": "Fixtures"},
    ]
    data = {"job_id": job.list_id, "commitment": commitment, "commitment_items": lines, "request_detail_id": 9002}
    return json.dumps({"request_name": "create_commitment", "request_data": data, "company_id": 7}).encode()
