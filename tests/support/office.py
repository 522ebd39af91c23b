"""The office that exports of money are tried in: a company file, its links, and a line to it."""

import datetime as dt
import itertools
from decimal import Decimal

import attrs
import pytest

from procore_qbd import Books, EngineError, Links, Memory, Ref, Request, ask_all, changes, perform, run
from procore_qbd.domain import (
    Budget,
    BudgetTransaction,
    ChangeOrder,
    ChangeOrderItem,
    Commitment,
    CommitmentItem,
    CommitmentKind,
    CostCodeRef,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateRequisitions,
    CreateVendor,
    ItemKind,
    JobCost,
    Link,
    ProjectRef,
    Requisition,
    RequisitionItem,
    UnlinkCommitment,
    UnlinkCommitmentChangeOrder,
    VendorCompany,
    VendorRef,
)
from procore_qbd.procore import calls
from procore_qbd.procore.closeouts import check_call
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile

BOOKS = Books()
DAY = dt.date(2026, 3, 31)
D = Decimal


class Office:
    """A company file with a vendor, two jobs, three items and a Retainage item, and a line to it."""

    def __init__(self):
        ticks = itertools.count(1_795_000_000)
        self.file = CompanyFile.create(clock=lambda: next(ticks))
        self.links = Links()
        both = SalesAndPurchase(income_account_ref=Ref(full_name="Income"), expense_account_ref=Ref(full_name="Cost"))
        made = self.ask(
            Request.add(Account(name="Income", account_type=AccountType.INCOME)),
            Request.add(Account(name="Cost", account_type=AccountType.COST_OF_GOODS_SOLD)),
            Request.add(Vendor(name="Alder")),
            Request.add(Customer(name="Harbour View")),
            Request.add(Customer(name="Gym")),
            *(Request.add(ItemService(name=name, sales_and_purchase=both)) for name in ("01", "02", "03", "Retainage")),
        )
        self.vendor, self.job, self.gym, *self.items = (outcome.found[0].list_id for outcome in made[2:])

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.file.close()

    def ask(self, *requests):
        outcomes = run(ask_all(requests), Memory(self.file.process))
        assert all(outcome.ok for outcome in outcomes), outcomes
        return outcomes

    def perform(self, request, *, line=None, remember=True, books=BOOKS):
        close_out = run(perform(request, self.links, books), Memory(line or self.file.process))
        assert [fault for call in calls(close_out) for fault in check_call(call)] == []
        if remember:
            self.links.take(close_out)
        return close_out

    def link_vendor(self):
        """Company 47 is the vendor Alder, job 86 Harbour View, and cost codes 500 to 502 are items 01 to 03 on it."""
        known = ((ItemKind.VENDOR, 47, self.vendor, "Alder"), (ItemKind.PROJECT, 86, self.job, "Harbour View"))
        for kind, procore_id, list_id, name in known:
            self.links.add(Link(kind=kind, procore_id=procore_id, quickbooks_id=list_id, name=name))
        for number in range(3):
            pair = self.pair(number)
            self.links.add(
                Link(kind=ItemKind.COST_CODE, procore_id=500 + number, quickbooks_id=pair, name=f"0{number + 1}")
            )

    def vendor_request(self, procore_id=47, name="Alder", **more):
        """The request that makes a vendor."""
        company = VendorCompany(id=procore_id, name=name, **more)
        return CreateVendor(company_id=7, request_detail_id=3, vendor=company)

    @property
    def user(self):
        """Somebody at QuickBooks' window."""
        return self.file.as_user()

    def order(self):
        """The only purchase order."""
        (order,) = self.all("PurchaseOrder")
        return order

    def lost(self, limit=1):
        """A line that breaks after QuickBooks answered that many documents, once."""
        answered = itertools.count()

        def line(document):
            reply = self.file.process(document)
            if next(answered) >= limit:
                raise EngineError(0x80040402)
            return reply

        return line

    def break_line(self, request, **how):
        """Carry out a request whose reply to the first document that writes is lost."""

        def line(document):
            reply = self.file.process(document)
            if b"AddRq" in document or b"ModRq" in document:
                raise EngineError(0x80040402)
            return reply

        with pytest.raises(EngineError):
            self.perform(request, line=line, **how)

    def one(self, request, **how):
        (detail,) = self.perform(request, **how).details
        return detail

    def all(self, kind):
        return list(self.file.records(kind))

    def pair(self, number, job=None):
        return f"{job or self.job}|{self.items[number]}"

    def code(self, number, job=None):
        return CostCodeRef(id=500 + number, full_code=f"0{number + 1}", name="c", origin_id=self.pair(number, job))

    def line(self, line_id, amount, number=0, quantity="0", unit_cost="0", **more):
        return CommitmentItem(
            id=line_id,
            amount=D(amount),
            quantity=D(quantity),
            unit_cost=D(unit_cost),
            cost_code=self.code(number),
            description=f"line {line_id}",
            **more,
        )

    def commitment(self, *lines, commitment_id=41, number="SC-001", **more):
        return CreateCommitment(
            company_id=7,
            job_origin_id=self.job,
            request_detail_id=137,
            commitment=Commitment(
                id=commitment_id,
                kind=CommitmentKind.WORK_ORDER_CONTRACT,
                number=number,
                title="Concrete",
                vendor=VendorRef(id=47, name="Alder", origin_id=self.vendor),
                project=ProjectRef(id=86, name="Harbour View", origin_id=self.job),
                **more,
            ),
            commitment_items=lines,
        )

    def change_order(self, *lines, order_id=3, commitment_id=41, **more):
        return CreateCommitmentChangeOrder(
            company_id=7,
            job_origin_id=self.job,
            request_detail_id=1,
            commitment=self.commitment(commitment_id=commitment_id).commitment,
            change_order=ChangeOrder(id=order_id, number="1", title="More", **more),
            change_order_items=tuple(
                ChangeOrderItem(**attrs.asdict(line, recurse=False), commitment_line_item_id=line.id + 1000)
                for line in lines
            ),
        )

    def invoice(self, invoice_id, *items, contract_id=41, **more):
        return Requisition(
            id=invoice_id,
            invoice_number=f"A-{invoice_id}",
            billing_date=DAY,
            contract_id=contract_id,
            job_origin_id=self.job,
            items=tuple(
                RequisitionItem(
                    id=invoice_id * 100 + at,
                    amount=D(amount),
                    commitment_item_origin_id=self.line_id(line_id),
                    retainage_this_period=D(held),
                    released_work_completed_this_period=D(released),
                )
                for at, (line_id, amount, held, released) in enumerate(items)
            ),
            **more,
        )

    def line_id(self, line_id):
        kinds = ItemKind.LINE_ITEM, ItemKind.CHANGE_ORDER_LINE_ITEM
        found = [link for kind in kinds if (link := self.links.find(kind, line_id))]
        return found[0].quickbooks_id if found else None

    def unlink(self, commitment_id=41, **more):
        """The request that unlinks a commitment."""
        said = {"commitment_type": "WorkOrderContract"} | more
        return UnlinkCommitment(company_id=7, procore_commitment_id=commitment_id, request_detail_id=8, **said)

    def unlink_change_order(self, order_id=3, **more):
        return UnlinkCommitmentChangeOrder(
            company_id=7, procore_commitment_change_order_id=order_id, request_detail_id=9, **more
        )

    def bill(self, *invoices):
        return self.perform(CreateRequisitions(company_id=7, requisitions=invoices, request_detail_id=5))


def meddle(office, **changed):
    (order,) = office.all("PurchaseOrder")
    wanted = changes(order, attrs.evolve(order, **changed))
    office.ask(Request.mod(wanted))


def budget(office, *transactions, cls=CreateBudget, amounts=()):
    costs = tuple(
        JobCost(id=number, cost_code_origin_id=office.pair(number), job_origin_id=office.job, new_amount=amount)
        for number, amount in itertools.zip_longest(range(3), amounts)
    )
    return cls(
        company_id=7,
        job_origin_id=office.job,
        budget=Budget(id=1, project_id=86),
        job_costs=costs,
        transactions=tuple(
            BudgetTransaction(
                id=number,
                job_cost_id=cost,
                value=D(value),
                type="Erp::OriginalEstimateTransaction" if original else "Erp::BudgetModificationTransaction",
            )
            for number, cost, value, original in transactions
        ),
        request_detail_id=9,
    )


FIRST = ((1, 0, "1000.00", True), (2, 1, "500.50", True))
LATER = ((3, 0, "-250.25", False), (4, 1, "250.25", False))


def doctored(office, *pairs):
    """A line on which QuickBooks answers otherwise than it was asked."""

    def line(document):
        reply = office.file.process(document)
        for said, instead in pairs:
            reply = reply.replace(said, instead)
        return reply

    return line
