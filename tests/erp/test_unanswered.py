"""QuickBooks refuses a single question of an export: the item is refused with its reason, or the close-out tells it.

What was not answered was not looked at, and nothing may be taken to be well because nobody could look.
"""

import itertools

import attrs
import pytest

from procore_qbd.domain import CreateRequisitions, UpdateBudget
from procore_qbd.simulator.faults import FaultRule, Refused
from support.jobs import ACCOUNTS, codes, job
from support.office import FIRST, LATER, Office, budget, doctored

NO_RIGHT = 3260


def with_order(office):
    office.link_vendor()
    office.perform(office.commitment(office.line(1, "100.00"), office.line(2, "50.00", 1)))


def with_bill(office):
    with_order(office)
    office.bill(office.invoice(1, (1, "60.00", "6.00", "0")))


def with_lost_bill(office):
    with_order(office)
    office.break_line(bills(office.invoice(1, (1, "60.00", "6.00", "0"))))
    (bill,) = office.all("Bill")
    office.user.edit(attrs.evolve(bill, ref_number="ANOTHER"))


def bills(*invoices):
    return CreateRequisitions(company_id=7, requisitions=invoices, request_detail_id=5)


def with_budget(office):
    office.link_vendor()
    office.perform(budget(office, *FIRST))


def with_vendor(office):
    office.perform(office.vendor_request(60, "Birch"))


def nothing(office):
    office.link_vendor()


def with_codes(office):
    office.perform(codes(office), books=ACCOUNTS)


def with_job(office):
    with_codes(office)
    office.perform(job(office), books=ACCOUNTS)


CASES = {
    "a vendor": (nothing, lambda office: office.vendor_request(60, "Birch")),
    "a vendor again": (with_vendor, lambda office: office.vendor_request(60, "Birch")),
    "cost codes": (nothing, codes),
    "a project": (with_codes, job),
    "a project again": (with_job, job),
    "a commitment": (nothing, lambda office: office.commitment(office.line(1, "100.00"))),
    "a commitment again": (with_order, lambda office: office.commitment(office.line(1, "100.00"))),
    "a change order": (with_order, lambda office: office.change_order(office.line(31, "10.00"))),
    "a budget": (nothing, lambda office: budget(office, *FIRST)),
    "a budget that grows": (with_budget, lambda office: budget(office, *FIRST, *LATER, cls=UpdateBudget)),
    "an invoice": (with_order, lambda office: bills(office.invoice(1, (1, "60.00", "6.00", "0")))),
    "an invoice again": (with_bill, lambda office: bills(office.invoice(1, (1, "60.00", "6.00", "0")))),
    "a release": (with_bill, lambda office: bills(office.invoice(2, (1, "10.00", "0", "6.00")))),
    "a release of too much": (with_bill, lambda office: bills(office.invoice(2, (1, "10.00", "0", "60.00")))),
    "an invoice that a person renumbered": (
        with_lost_bill,
        lambda office: bills(office.invoice(1, (1, "60.00", "6.00", "0"))),
    ),
}


KINDS = ("Vendor", "Customer", "ItemService", "PurchaseOrder", "Bill", "Estimate")


def carried_out(what, *faults):
    """What a request tells and how many records there are after it and once it was sent again; and what struck."""
    prepare, make = CASES[what]
    with Office() as office:
        prepare(office)
        for fault in faults:
            office.file.faults.order(fault)
        told = [(detail.status, detail.messages) for detail in office.perform(make(office), books=ACCOUNTS).details]
        struck = list(office.file.faults.happened)
        office.perform(make(office), books=ACCOUNTS)
        return told, [len(office.all(kind)) for kind in KINDS], struck


SLOW = {
    "a vendor again",
    "a project again",
    "a commitment again",
    "an invoice again",
    "a release of too much",
    "an invoice that a person renumbered",
}


@pytest.mark.parametrize("what", [pytest.param(one, marks=[pytest.mark.slow] * (one in SLOW)) for one in CASES])
def test_what_quickbooks_does_not_answer_is_asked_again_or_refused_or_told(what):
    undisturbed, there, _ = carried_out(what)
    for skip in itertools.count():
        told, after, struck = carried_out(what, FaultRule(Refused(NO_RIGHT), skip=skip))
        if not struck:
            break
        assert after == there, (skip, struck)
        assert told == undisturbed or str(NO_RIGHT) in str(told), (skip, struck)
    assert skip > 0


def test_a_warning_is_told_whichever_request_wrote():
    with Office() as office:
        with_job(office)
        project = attrs.evolve(job(office).job, city="Sisters")
        warned = doctored(
            office,
            (
                b'CustomerModRs requestID="1" statusCode="0" statusSeverity="Info"',
                b'CustomerModRs requestID="1" statusCode="530" statusSeverity="Warn"',
            ),
        )
        detail = office.one(attrs.evolve(job(office), job=project), line=warned, books=ACCOUNTS)
        assert detail.status == "success"
        assert "warning 530" in " ".join(detail.notes), detail.notes
