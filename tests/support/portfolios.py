"""Random portfolios: what stands in a company file, what people did to it, the bookkeeper's choices, and requests.

Everything is drawn as plain values, so that the same portfolio can be set up twice, to the same ids.
"""

import contextlib
import datetime as dt
from decimal import Decimal

import attrs
from hypothesis import strategies as st

from procore_qbd import Books, Memory, Ref, Request, ask, run
from procore_qbd.domain import (
    CostCode,
    CreateBudget,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    Project,
    StandardCostCode,
    UpdateBudget,
    VendorRef,
)
from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.bills import Bill, BillExpenseLine
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.vendors import Vendor
from support.office import D, Office, budget

__all__ = ["BOOKS", "DEEDS", "REQUESTS", "TODAY", "Portfolio", "done", "portfolios"]

CLOSED = dt.date(2026, 3, 31)
TODAY = "2026-11-18"
"""What the clock of an office says."""

# --- the bookkeeper's choices ----------------------------------------------------------------------------------------

BOOKS = st.builds(
    Books,
    income_account=st.sampled_from(["Income", "Income", "Income", "Payable", "Nowhere"]),
    expense_account=st.sampled_from(["Cost", "Cost", "Cost", "Receivable", "Nowhere"]),
    accounts_payable=st.sampled_from([None, None, None, "Payable", "Income", "Nowhere"]),
    retainage_item=st.sampled_from(["Retainage", "Retainage", "Nowhere"]),
    terms=st.sampled_from([None, None, None, "Net 30"]),
    negative_invoices=st.sampled_from(["refuse", "vendor_credit"]),
    similar_bills=st.sampled_from(["tell", "refuse"]),
    item_naming=st.sampled_from(["nested", "flat"]),
)


# --- what people did -------------------------------------------------------------------------------------------------


def _deactivated(kind, at):
    def deed(office):
        records = office.all(kind)
        office.user.deactivate(records[at % len(records)])

    return deed


def _edited(kind, change):
    def deed(office):
        record = office.all(kind)[0]
        office.user.edit(change(record))

    return deed


def _lowered(order):
    first, *others = order.lines
    return attrs.evolve(order, lines=(attrs.evolve(first, quantity=D(7), rate=D("1.00"), amount=D("7.00")), *others))


def _entered(office, record):
    run(ask(Request.add(record)), Memory(office.file.process))  # which QuickBooks may refuse


def _named(cls, name):
    return lambda office: _entered(office, cls(name=name))


def _typed(office):
    line = BillExpenseLine(account_ref=Ref(full_name="Cost"), amount=D("90.00"))
    clerk = Bill(vendor_ref=Ref(list_id=office.vendor), txn_date=dt.date(2026, 3, 30), ref_number="A2")
    _entered(office, attrs.evolve(clerk, expense_lines=(line,)))


def _closed_books(office):
    office.file.closing_date = CLOSED


def _merged(office):
    _entered(office, Vendor(name="Survivor"))
    twin = next(one for one in office.all("Vendor") if one.name == "Survivor")
    office.user.merge(next(one for one in office.all("Vendor") if one.list_id == office.vendor), twin)


DEEDS = {
    "nothing": lambda _office: None,
    "a vendor is inactive": _deactivated("Vendor", 0),
    "a job is inactive": _deactivated("Customer", 0),
    "an item is inactive": _deactivated("ItemService", 1),
    "retainage is inactive": _deactivated("ItemService", 3),
    "the order is closed": lambda office: office.user.close(office.order()),
    "the order is lowered": _edited("PurchaseOrder", _lowered),
    "the order is renumbered": _edited("PurchaseOrder", lambda order: attrs.evolve(order, ref_number="R-1")),
    "the bill is renumbered": _edited("Bill", lambda bill: attrs.evolve(bill, ref_number="A-2")),
    "the bill is voided": lambda office: office.user.void(office.all("Bill")[0]),
    "the bill is deleted": lambda office: office.user.delete(office.all("Bill")[0]),
    "an estimate is deleted": lambda office: office.user.delete(office.all("Estimate")[0]),
    "a clerk typed a bill": _typed,
    "a customer has the name": _named(Customer, "birch"),
    "a vendor has the name": _named(Vendor, "Mill Street"),
    "another vendor has it": _named(Vendor, "Birch"),
    "the books are closed": _closed_books,
    "vendors are merged": _merged,
}


def done(office, deed):
    """Somebody does it, if QuickBooks lets them."""
    # There may be nothing to do it to, or QuickBooks does not let them.
    with contextlib.suppress(CompanyFileError, IndexError, ValueError, StopIteration):
        DEEDS[deed](office)


# --- requests --------------------------------------------------------------------------------------------------------


def _vendor(office, size, way):
    name = ("Birch", "Cedar", "Alder", "Mill Street", "x" * 42, "Birch ")[way % 6]
    more = {"vendor_type_origin_id": "80000777-1"} if size > 60 else {}
    return office.vendor_request(50 + way % 3, name, **more)


def _codes(_office, size, way):
    codes = tuple(
        StandardCostCode(
            id=number,
            code=f"{number:02}",
            full_code=f"{number:02}",
            name="Metals",
            parent_id=(None, None, 70 if number > 70 else None, 72)[(way + number) % 4],
        )
        for number in range(70, 71 + size % 3)
    )
    return CreateStandardCostCodes(
        company_id=7, standard_cost_codes=codes, request_detail_ids=tuple(code.id for code in codes)
    )


def _job(_office, size, way):
    codes = tuple(
        CostCode(id=800 + number, code=f"{number}", full_code=f"{number}", name="c", standard_cost_code_id=number)
        for number in range(70, 72)
    )
    name = ("Mill Street", "Harbour View", "Gym", "Birch", "Mill, Street")[way % 5]
    project = Project(id=(86, 87)[size % 2], name=name, city="Bend", active=size < 90)
    return CreateOrUpdateJob(company_id=7, request_detail_id=1, job=project, all_cost_codes=codes)


def _commitment(office, size, way):
    lines = (
        office.line(200 + way, size - 10, way % 3),
        office.line(210 + way, "33.33", 1, "3", "11.11"),
        office.line(220 + way, "100.00", 2, "3", "33.33"),
    )
    number = ("SC-9", "SC-001", "sc-9 ", "R-1")[way % 4]
    vendor = (VendorRef(id=47, name="Alder", origin_id=office.vendor), VendorRef(id=50, name="Birch"))[size % 2]
    day = (None, CLOSED, dt.date(2026, 4, 1))[way % 3]
    request = office.commitment(*lines[: 1 + size % 3], commitment_id=42 + way % 2, number=number, contract_date=day)
    return attrs.evolve(request, commitment=attrs.evolve(request.commitment, vendor=vendor))


def _change_order(office, size, way):
    return office.change_order(
        office.line(300 + way, size, way % 3), order_id=4 + way % 3, commitment_id=(41, 41, 42, 99)[size % 4]
    )


def _invoices(office, size, way):
    held = (0, 0, size / Decimal(10))[way % 3]
    first = office.invoice(2 + way % 3, (177, size, held, 0))
    second = office.invoice(5 + way % 3, (178, -size if way % 4 == 3 else size, 0, held))
    twin = attrs.evolve(second, invoice_number="A-2", billing_date=(CLOSED, dt.date(2026, 4, 2))[size % 2])
    return CreateRequisitions(company_id=7, requisitions=(first, twin)[: 1 + size % 2], request_detail_id=5)


def _budget(office, size, way):
    cls = (CreateBudget, UpdateBudget)[way % 2]
    request = budget(office, (10 + way, way % 3, D(size) - 20, way % 2 == 0), cls=cls)
    return attrs.evolve(request, budget=attrs.evolve(request.budget, id=(1, 2)[size % 2]))


REQUESTS = {
    "vendor": _vendor,
    "codes": _codes,
    "job": _job,
    "commitment": _commitment,
    "change order": _change_order,
    "invoices": _invoices,
    "budget": _budget,
}


# --- all of it -------------------------------------------------------------------------------------------------------


@attrs.frozen
class Portfolio:
    """What is drawn.

    Attributes:
        deeds: What people did.
        asked: The requests, each by its kind, a size and a way.
        books: The bookkeeper's choices.
    """

    deeds: tuple
    asked: tuple
    books: Books

    def office(self):
        """A company file as the portfolio finds it: a billed order and a budget, and then people."""
        office = Office()
        office.link_vendor()
        office.ask(
            Request.add(Account(name="Payable", account_type=AccountType.ACCOUNTS_PAYABLE)),
            Request.add(Account(name="Receivable", account_type=AccountType.ACCOUNTS_RECEIVABLE)),
        )
        for request in (
            office.commitment(office.line(177, "500.00"), office.line(178, "300.00", 1)),
            budget(office, (1, 0, "1000.00", True)),
        ):
            assert office.perform(request).ok
        assert office.bill(office.invoice(1, (177, "40.00", "4.00", "0"))).ok
        for deed in self.deeds:
            done(office, deed)
        return office

    def requests(self, office):
        """The requests, as Procore sends them to that office."""
        return [REQUESTS[kind](office, size, way) for kind, size, way in self.asked]


def portfolios(most=8):
    """Any portfolio."""
    asked = st.tuples(st.sampled_from([*REQUESTS]), st.integers(0, 99), st.integers(0, 11))
    return st.builds(
        Portfolio,
        st.lists(st.sampled_from([*DEEDS]), max_size=3, unique=True).map(tuple),
        st.lists(asked, min_size=1, max_size=most).map(tuple),
        BOOKS,
    )
