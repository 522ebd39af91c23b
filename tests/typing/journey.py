"""The journey as a type checker sees it: what users write must be understood, and what it gives must be known."""

from typing import assert_type

import attrs

from procore_qbd import (
    Books,
    CloseOut,
    Conversation,
    Dialect,
    Edition,
    Ended,
    Flow,
    Links,
    Memory,
    Ref,
    Request,
    ask,
    changes,
    check,
    erase,
    gather,
    perform,
    run,
)
from procore_qbd.domain import ErpRequest
from procore_qbd.procore import read_request, to_json
from procore_qbd.qbxml import ADD, Outcome, Violation
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile


def export(payload: bytes) -> str:
    """The four lines that an app writes."""
    request = read_request(payload)
    assert_type(request, ErpRequest)
    with CompanyFile.create(edition=Edition.US) as company_file:
        close_out = run(perform(request, Links(), Books()), Memory(company_file.process))
    assert_type(close_out, CloseOut)
    return to_json(close_out)


def vendor_names() -> Flow[list[str]]:
    """A flow of one's own."""
    outcome = yield from ask(Request.query(VendorQuery(full_names=("A", "B"))))
    assert_type(outcome, Outcome)
    vendors = outcome.records(Vendor)
    assert_type(vendors, tuple[Vendor, ...])
    return [vendor.name or "" for vendor in vendors]


def many(transport: Memory) -> None:
    """Flows together."""
    both = run(gather(vendor_names(), vendor_names()), transport, dialect=Dialect("13.0", Edition.CA))
    assert_type(both, tuple[Ended[list[str]], ...])
    assert_type(both[0].value, list[str] | None)
    assert_type(both[0].error, Exception | None)
    assert_type(both[0].result(), list[str])
    conversation = Conversation(vendor_names())
    assert_type(conversation.document, bytes | None)
    assert_type(conversation.result, list[str])


def records() -> None:
    """Records are plain values with typed fields."""
    vendor = Vendor(name="A", vendor_type_ref=Ref(full_name="Subcontractors"))
    assert_type(vendor.name, str | None)
    changed = attrs.evolve(vendor, phone="1")
    assert_type(changed, Vendor)
    assert_type(changes(vendor, changed), Vendor | None)
    assert_type(erase(vendor, "phone"), Vendor)
    assert_type(check(vendor, ADD), list[Violation])
