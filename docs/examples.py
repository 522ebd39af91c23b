"""A small builder's books, and what becomes of requests there: nothing on the pages of the workflows is typed.

A scene is a request in a world of its own. Each one says how it has to end; one that ends otherwise stops the build.
"""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Self

import attrs
from fieldmaps import but

from procore_qbd import Books, ItemKind, Link, Links, Memory, Ref, Request, ask_all, changes, erase, perform, run
from procore_qbd.domain import (
    Budget,
    BudgetTransaction,
    ChangeOrder,
    ChangeOrderItem,
    CloseOut,
    Commitment,
    CommitmentItem,
    CommitmentKind,
    CostCode,
    CostCodeRef,
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    DetailStatus,
    ErpRequest,
    JobCost,
    LineItemType,
    Project,
    ProjectRef,
    Requisition,
    RequisitionItem,
    StandardCostCode,
    UpdateBudget,
    VendorCompany,
    VendorRef,
)
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.simulator import CompanyFile

if TYPE_CHECKING:
    from collections.abc import Callable

COMPANY_ID = 562949
LIBRARY, GYM = 2250301, 2250302
STONE, PAINT = 4401, 4402
LONG = "Cascade Foothills Structural Steel and Welding"
GONE = "80000099-1795424102"
SOON = dt.date(2026, 4, 30)

# --- the office ------------------------------------------------------------------------------------------------------


class Office:
    """Pine Hollow Builders: a company file, its links, and the requests that the accounting approver may accept.

    A vendor, two jobs and two cost codes are synced; nothing else is.
    """

    def __init__(self) -> None:
        ticks = itertools.count(1_795_424_102)
        self.books = Books(income_account="Construction Income", expense_account="Job Costs")
        self.file = CompanyFile.create(name="Pine Hollow Builders", clock=lambda: next(ticks))
        self.links = Links()
        self._edits = itertools.count(1)
        costs = SalesAndPurchase(
            income_account_ref=Ref(full_name="Construction Income"), expense_account_ref=Ref(full_name="Job Costs")
        )
        held = attrs.evolve(costs, expense_account_ref=Ref(full_name="Retainage Payable"))
        self.vendor_id, self.library, self.gym, self.slab, self.paint, _ = self.ask(
            Request.add(Account(name="Construction Income", account_type=AccountType.INCOME)),
            Request.add(Account(name="Job Costs", account_type=AccountType.COST_OF_GOODS_SOLD)),
            Request.add(Account(name="Retainage Payable", account_type=AccountType.OTHER_CURRENT_LIABILITY)),
            Request.add(Vendor(name="Hollow Creek Masonry")),
            Request.add(Customer(name="Mill Street Library")),
            Request.add(Customer(name="Mill Street Gym")),
            Request.add(ItemService(name="04-200", sales_and_purchase=costs)),
            Request.add(ItemService(name="09-900", sales_and_purchase=costs)),
            Request.add(ItemService(name="Retainage", sales_and_purchase=held)),
        )[3:]
        for kind, procore_id, quickbooks_id in (
            (ItemKind.VENDOR, STONE, self.vendor_id),
            (ItemKind.PROJECT, LIBRARY, self.library),
            (ItemKind.PROJECT, GYM, self.gym),
        ):
            self.links.add(Link(kind=kind, procore_id=procore_id, quickbooks_id=quickbooks_id))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.file.close()

    def ask(self, *requests: Request) -> list[str]:
        """Do something by hand in QuickBooks; returns the ids of the records."""
        found: list[Any] = [outcome.found[0] for outcome in run(ask_all(requests), Memory(self.file.process))]
        return [record.txn_id if hasattr(record, "txn_id") else record.list_id for record in found]

    def edit(self, kind: str, **changed: Any) -> None:
        """Change the only record of a kind by hand."""
        (record,) = self.file.records(kind)
        wanted = changes(record, attrs.evolve(record, **changed))
        if wanted is not None:
            self.ask(Request.mod(wanted))

    def send(
        self,
        request: ErpRequest,
        *,
        meanwhile: Callable[[bytes], None] | None = None,
        garbled: tuple[str, str] = ("", ""),
    ) -> CloseOut:
        """Carry a request out and remember its links.

        Args:
            request: The request.
            meanwhile: What happens before each document reaches QuickBooks.
            garbled: What a reply shall say instead.
        """

        def line(document: bytes) -> bytes:
            if meanwhile:
                meanwhile(document)
            reply = self.file.process(document)
            return reply.replace(*(text.encode() for text in garbled)) if garbled[0] else reply

        close_out = run(perform(request, self.links, self.books), Memory(line))
        self.links.take(close_out)
        return close_out

    def meddle(self, document: bytes) -> None:
        """Somebody is faster: whenever a Mod arrives, the record was just changed by hand."""
        if b"<PurchaseOrderModRq" in document:
            self.edit("PurchaseOrder", memo=f"call {next(self._edits)}")
        if b"<EstimateModRq" in document:
            self.edit("Estimate", memo=f"call {next(self._edits)}")

    # --- what Procore sends ------------------------------------------------------------------------------------------

    @property
    def vendor(self) -> CreateVendor:
        """A company of the directory that is not synced yet."""
        company = VendorCompany(
            id=PAINT,
            name="Bend Paint & Plaster",
            address="88 Quarry Road",
            city="Bend",
            state_code="OR",
            zip="97701",
            country_code="US",
            business_phone="(541) 555-0117",
        )
        return CreateVendor(company_id=COMPANY_ID, request_detail_id=9001, vendor=company)

    @property
    def codes(self) -> CreateStandardCostCodes:
        """A division, and a code below it."""
        division = StandardCostCode(id=5101, code="05", full_code="05", name="Metals")
        steel = StandardCostCode(
            id=5102, code="120", full_code="05-120", name="Structural Steel Framing", parent_id=5101
        )
        return CreateStandardCostCodes(
            company_id=COMPANY_ID, standard_cost_codes=(division, steel), request_detail_ids=(9002, 9003)
        )

    @property
    def job(self) -> CreateOrUpdateJob:
        """A project that is not synced yet, with a cost code whose item is known."""
        code = CostCode(
            id=6101,
            code="200",
            full_code="04-200",
            name="Unit Masonry",
            standard_cost_code_origin_id=self.slab,
            line_item_types=(LineItemType(id=31, name="Other"),),
        )
        project = Project(id=2250303, name="Quarry Road Depot", address="88 Quarry Road", city="Bend", state_code="OR")
        return CreateOrUpdateJob(company_id=COMPANY_ID, request_detail_id=9004, job=project, all_cost_codes=(code,))

    @property
    def budget(self) -> CreateBudget:
        """The budget of the library: two lines, each with its original amount."""
        pairs = enumerate((self.slab, self.paint), 1)
        costs = tuple(
            JobCost(id=660300 + number, cost_code_origin_id=f"{self.library}|{item}") for number, item in pairs
        )
        amounts = zip(costs, (Decimal("48000.00"), Decimal("9500.50")), strict=True)
        originals = tuple(
            BudgetTransaction(
                id=680300 + number, job_cost_id=cost.id, value=amount, type="Erp::OriginalEstimateTransaction"
            )
            for number, (cost, amount) in enumerate(amounts, 1)
        )
        return CreateBudget(
            company_id=COMPANY_ID,
            job_origin_id=self.library,
            request_detail_id=9005,
            budget=Budget(id=650301, project_id=LIBRARY),
            job_costs=costs,
            transactions=originals,
        )

    @property
    def budget_update(self) -> UpdateBudget:
        """A modification: money moves from one line to the other."""
        before = self.budget
        moved = zip(before.job_costs, (Decimal("-750.00"), Decimal("750.00")), strict=True)
        return UpdateBudget(
            company_id=COMPANY_ID,
            job_origin_id=self.library,
            request_detail_id=9006,
            budget=before.budget,
            job_costs=before.job_costs,
            transactions=tuple(
                BudgetTransaction(
                    id=680310 + number,
                    job_cost_id=cost.id,
                    value=value,
                    type="Erp::BudgetModificationTransaction",
                    notes="Less stone, more plaster",
                )
                for number, (cost, value) in enumerate(moved, 1)
            ),
        )

    def code(self, item: str, full_code: str, job: str | None = None) -> CostCodeRef:
        """A cost code of the library, or of another job."""
        return CostCodeRef(id=6101, full_code=full_code, name=full_code, origin_id=f"{job or self.library}|{item}")

    @property
    def commitment(self) -> CreateCommitment:
        """A subcontract of the library: a lump sum, and brick by the unit."""
        return CreateCommitment(
            company_id=COMPANY_ID,
            job_origin_id=self.library,
            request_detail_id=9007,
            commitment=Commitment(
                id=880301,
                kind=CommitmentKind.WORK_ORDER_CONTRACT,
                number="SC-014",
                title="Masonry",
                description="As drawn on A-201",
                vendor=VendorRef(id=STONE, name="Hollow Creek Masonry", origin_id=self.vendor_id),
                project=ProjectRef(id=LIBRARY, name="Mill Street Library", origin_id=self.library),
            ),
            commitment_items=(
                CommitmentItem(
                    id=880311,
                    amount=Decimal("24000.00"),
                    quantity=Decimal(0),
                    unit_cost=Decimal(0),
                    cost_code=self.code(self.slab, "04-200"),
                    description="Stone base",
                ),
                CommitmentItem(
                    id=880312,
                    amount=Decimal("11250.00"),
                    quantity=Decimal(900),
                    unit_cost=Decimal("12.50"),
                    uom="sf",
                    cost_code=self.code(self.slab, "04-200"),
                    description="Face brick",
                ),
            ),
        )

    @property
    def change_order(self) -> CreateCommitmentChangeOrder:
        """One more line for the subcontract."""
        line = attrs.asdict(self.commitment.commitment_items[0], recurse=False)
        line |= {"id": 890311, "amount": Decimal("1850.00"), "description": "Repointing"}
        return CreateCommitmentChangeOrder(
            company_id=COMPANY_ID,
            job_origin_id=self.library,
            request_detail_id=9008,
            commitment=self.commitment.commitment,
            change_order=ChangeOrder(id=890301, number="1", title="Chimney", description="CO 1: repoint the chimney"),
            change_order_items=(ChangeOrderItem(**line, commitment_line_item_id=880313),),
        )

    @property
    def invoices(self) -> CreateRequisitions:
        """One invoice: half of the stone, a third of the brick, ten percent held back."""
        lines = tuple(link.quickbooks_id if link else None for link in map(self._line, (880311, 880312)))
        return CreateRequisitions(
            company_id=COMPANY_ID,
            requisitions=(
                Requisition(
                    id=991301,
                    invoice_number="HC-2291",
                    billing_date=SOON,
                    contract_id=880301,
                    job_origin_id=self.library,
                    request_detail_id=9009,
                    items=tuple(
                        RequisitionItem(
                            id=992301 + at,
                            amount=amount,
                            qty=quantity,
                            commitment_item_origin_id=line,
                            retainage_this_period=amount / 10,
                        )
                        for at, (line, amount, quantity) in enumerate(
                            zip(
                                lines,
                                (Decimal("12000.00"), Decimal("3750.00")),
                                (Decimal(0), Decimal(300)),
                                strict=True,
                            )
                        )
                    ),
                ),
            ),
        )

    def _line(self, line_id: int) -> Link | None:
        return self.links.find(ItemKind.LINE_ITEM, line_id)


# --- scenes ----------------------------------------------------------------------------------------------------------


@attrs.frozen
class Scene:
    """Something that happens, in words, and how it is brought about."""

    what: str
    play: Callable[[Office], CloseOut]


REFUSED, NOTED = "refused", "noted"
"""A scene under `REFUSED` ends with a refusal and its reasons, one under `NOTED` with success and a message."""


def _edited(office: Office, kind: str, **changed: Any) -> Office:
    office.edit(kind, **changed)
    return office


def _by(office: Office, books: Books) -> Office:
    """The same office with other books."""
    office.books = books
    return office


def _after(office: Office, *requests: ErpRequest) -> Office:
    """The same office with requests carried out before."""
    for request in requests:
        if not (close_out := office.send(request)).ok:
            raise ValueError(f"what comes before does not go through: {close_out.details}")
    return office


def _forgetful(office: Office, kind: ItemKind) -> Office:
    """The same office without the links of a kind."""
    for link in [link for link in office.links if link.kind is kind]:
        office.links.remove(kind, link.procore_id)
    return office


def _by_hand(office: Office, *requests: Request) -> Office:
    office.ask(*requests)
    return office


def _named(office: Office, name: str) -> CloseOut:
    return office.send(but(office.vendor, vendor__name=name))


def _vendor_scenes() -> dict[str, tuple[Scene, ...]]:
    return {
        REFUSED: (
            Scene("The name is too long.", lambda o: _named(o, LONG)),
            Scene("The name has a colon.", lambda o: _named(o, "Bend Paint: East")),
            Scene("The company is inactive.", lambda o: o.send(but(o.vendor, vendor__is_active=False))),
            Scene("The street has six lines.", lambda o: o.send(but(o.vendor, vendor__address="\n".join("123456")))),
            Scene("A customer has the name.", lambda o: _named(o, "Mill Street Gym")),
            Scene(
                "Somebody made a vendor of that name by hand.",
                lambda o: _by_hand(o, Request.add(Vendor(name="Bend Paint & Plaster"))).send(o.vendor),
            ),
            Scene(
                "Another company is that vendor already.",
                lambda o: _named(o, "Hollow Creek Masonry"),
            ),
            Scene(
                "The vendor type that was picked is gone.",
                lambda o: o.send(but(o.vendor, vendor__vendor_type_origin_id=GONE)),
            ),
            Scene("The vendor was deleted in QuickBooks.", lambda o: o.send(but(o.vendor, vendor__origin_id=GONE))),
            Scene(
                "Procore and the links say different things.",
                lambda o: o.send(but(o.vendor, vendor__id=STONE, vendor__origin_id=GONE)),
            ),
        ),
        NOTED: (),
    }


def _code_scenes() -> dict[str, tuple[Scene, ...]]:
    def send(office: Office, **changed: Any) -> CloseOut:
        return office.send(
            but(office.codes, **{f"standard_cost_codes__{name}": value for name, value in changed.items()})
        )

    return {
        REFUSED: (
            Scene("The code is too long.", lambda o: send(o, code=LONG)),
            Scene("The code with its divisions is too long.", lambda o: send(o, full_code="05-" * 33 + "1")),
            Scene("The code has a colon.", lambda o: send(o, code="05:1")),
            Scene("Its division is not in QuickBooks.", lambda o: send(o, parent_id=5100)),
            Scene("Its division was deleted there.", lambda o: send(o, parent_id=5100, parent_origin_id=GONE)),
            Scene("Two codes are each other's division.", lambda o: send(o, parent_id=5102)),
            Scene("An account that was picked is gone.", lambda o: send(o, expense_account_origin_id=GONE)),
            Scene(
                "No account was picked, and the books file names none.",
                lambda o: _by(o, Books()).send(o.codes),
            ),
            Scene(
                "Somebody made an item of that name by hand.",
                lambda o: send(o, code="04-200"),
            ),
        ),
        NOTED: (),
    }


def _job_scenes() -> dict[str, tuple[Scene, ...]]:
    def send(office: Office, **changed: Any) -> CloseOut:
        return office.send(but(office.job, **{f"job__{name}": value for name, value in changed.items()}))

    def under(office: Office, customer: str | None) -> CloseOut:
        books = Books.from_mapping({"customer_rule": "job_under_customer"})
        return _by(office, books.under(customer) if customer else books).send(office.job)

    return {
        REFUSED: (
            Scene("The name is too long.", lambda o: send(o, name=LONG)),
            Scene("The name has a colon.", lambda o: send(o, name="Depot: North")),
            Scene("The street has a comma.", lambda o: send(o, address="88 Quarry Road, Suite 4")),
            Scene(
                "Jobs stand under a customer, and none was chosen.",
                lambda o: under(o, None),
            ),
            Scene("The customer is not there.", lambda o: under(o, "Town of Bend")),
            Scene("A vendor has the name.", lambda o: send(o, name="Hollow Creek Masonry")),
            Scene("Another project is that job already.", lambda o: send(o, name="Mill Street Gym")),
            Scene("The job was deleted in QuickBooks.", lambda o: send(o, origin_id=GONE)),
        ),
        NOTED: (
            Scene(
                "A linked job is brought up to date.",
                lambda o: _after(o, o.job).send(but(o.job, job__name="Quarry Road Depot North", job__city="Redmond")),
            ),
            Scene(
                "A cost code has no item yet.",
                lambda o: o.send(but(o.job, all_cost_codes__standard_cost_code_origin_id=None)),
            ),
            Scene(
                "A cost code was another job's.",
                lambda o: _after(o, o.job).send(but(o.job, all_cost_codes__standard_cost_code_origin_id=o.paint)),
            ),
        ),
    }


def _budget_scenes() -> dict[str, tuple[Scene, ...]]:
    def stranded(office: Office) -> CloseOut:
        _forgetful(office, ItemKind.PROJECT)
        return office.send(but(office.budget, job_origin_id=None))

    return {
        REFUSED: (
            Scene("The project is not in QuickBooks.", stranded),
            Scene(
                "A cost code is not linked to its job and item.",
                lambda o: o.send(but(o.budget, job_costs__cost_code_origin_id=None)),
            ),
            Scene("A line is on a sub job.", lambda o: o.send(but(o.budget, job_costs__sub_job_origin_id="S-1"))),
            Scene("There are no amounts.", lambda o: o.send(attrs.evolve(o.budget, transactions=()))),
            Scene(
                "An item was deleted in QuickBooks.",
                lambda o: o.send(but(o.budget, job_costs__cost_code_origin_id=f"{o.library}|{GONE}")),
            ),
            Scene("An update comes before the budget.", lambda o: o.send(o.budget_update)),
            Scene(
                "The estimate was deleted in QuickBooks.",
                lambda o: o.send(but(o.budget_update, budget__origin_id=GONE)),
            ),
            Scene(
                "Somebody keeps changing the estimate meanwhile.",
                lambda o: _after(o, o.budget).send(o.budget_update, meanwhile=o.meddle),
            ),
        ),
        NOTED: (
            Scene(
                "A line's cost code is another job's.",
                lambda o: o.send(but(o.budget, job_costs__cost_code_origin_id=f"{o.gym}|{o.slab}")),
            ),
            Scene(
                "Procore's sum of a line is another.",
                lambda o: o.send(but(o.budget, job_costs__new_amount=Decimal("48500.00"))),
            ),
            Scene(
                "QuickBooks saved another amount.",
                lambda o: o.send(o.budget, garbled=("<Amount>48000.00<", "<Amount>47000.00<")),
            ),
        ),
    }


def _commitment_scenes() -> dict[str, tuple[Scene, ...]]:
    def send(office: Office, **changed: Any) -> CloseOut:
        return office.send(but(office.commitment, **changed))

    def unmarked(office: Office) -> CloseOut:
        order: Any = next(_after(office, office.commitment).file.records("PurchaseOrder"))
        office.edit("PurchaseOrder", lines=(erase(order.lines[0], "other2"), *order.lines[1:]))
        office.links = Links()
        return office.send(office.commitment)

    return {
        REFUSED: (
            Scene("The number is too long.", lambda o: send(o, commitment__number="SC-2026-0014")),
            Scene("There is no number.", lambda o: send(o, commitment__number=None)),
            Scene("No contract company is chosen.", lambda o: send(o, commitment__vendor=None)),
            Scene(
                "The contract company is not in QuickBooks.",
                lambda o: send(o, commitment__vendor=VendorRef(id=PAINT, name="Bend Paint & Plaster")),
            ),
            Scene("A line has no cost code.", lambda o: send(o, commitment_items__cost_code=None)),
            Scene(
                "A cost code is not linked to its job and item.",
                lambda o: send(o, commitment_items__cost_code__origin_id=None),
            ),
            Scene("There are no lines.", lambda o: o.send(attrs.evolve(o.commitment, commitment_items=()))),
            Scene("The description is too long.", lambda o: send(o, commitment__description="As drawn. " * 11)),
            Scene(
                "Another commitment has that number with this vendor.",
                lambda o: _after(o, o.commitment).send(but(o.commitment, commitment__id=880302)),
            ),
            Scene(
                "A purchase order of that number was made by hand.",
                lambda o: _forgetful(_after(o, o.commitment), ItemKind.WORK_ORDER_CONTRACT).send(o.commitment),
            ),
            Scene("The vendor was deleted in QuickBooks.", lambda o: send(o, commitment__vendor__origin_id=GONE)),
            Scene("The purchase order was deleted there.", lambda o: send(o, commitment__origin_id=GONE)),
        ),
        NOTED: (
            Scene(
                "A line's cost code is another job's.",
                lambda o: send(o, commitment_items__cost_code=o.code(o.slab, "04-200", o.gym)),
            ),
            Scene("A line has tax.", lambda o: send(o, commitment_items__tax_amount=Decimal("1980.00"))),
            Scene("Procore's total is another.", lambda o: send(o, commitment__grand_total=Decimal("35300.00"))),
            Scene(
                "QuickBooks saved another amount.",
                lambda o: o.send(o.commitment, garbled=("<TotalAmount>35250.00<", "<TotalAmount>35200.00<")),
            ),
            Scene("The reply was lost, and somebody erased a line's mark meanwhile.", unmarked),
        ),
    }


def _change_order_scenes() -> dict[str, tuple[Scene, ...]]:
    def extra(office: Office) -> Office:
        order: Any = next(_after(office, office.commitment).file.records("PurchaseOrder"))
        one = attrs.evolve(order.lines[0], txn_line_id=None, other2=None, received_quantity=None)
        return _edited(office, "PurchaseOrder", lines=(*order.lines, one))

    return {
        REFUSED: (
            Scene("The commitment is not in QuickBooks.", lambda o: o.send(o.change_order)),
            Scene(
                "A line has no cost code.",
                lambda o: _after(o, o.commitment).send(but(o.change_order, change_order_items__cost_code=None)),
            ),
            Scene("Somebody added a line by hand.", lambda o: extra(o).send(o.change_order)),
            Scene(
                "Somebody closed the purchase order.",
                lambda o: _edited(_after(o, o.commitment), "PurchaseOrder", is_manually_closed=True).send(
                    o.change_order
                ),
            ),
            Scene(
                "Somebody keeps changing it meanwhile.",
                lambda o: _after(o, o.commitment).send(o.change_order, meanwhile=o.meddle),
            ),
            Scene(
                "The purchase order was deleted in QuickBooks.",
                lambda o: o.send(but(o.change_order, commitment__origin_id=GONE)),
            ),
        ),
        NOTED: (
            Scene(
                "A line has tax.",
                lambda o: _after(o, o.commitment).send(
                    but(o.change_order, change_order_items__tax_amount=Decimal("152.63"))
                ),
            ),
            Scene(
                "A line's cost code is another job's.",
                lambda o: _after(o, o.commitment).send(
                    but(o.change_order, change_order_items__cost_code=o.code(o.slab, "04-200", o.gym))
                ),
            ),
        ),
    }


def _invoice_scenes() -> dict[str, tuple[Scene, ...]]:
    def send(office: Office, **changed: Any) -> CloseOut:
        request = _after(office, office.commitment).invoices
        return office.send(but(request, **{f"requisitions__{name}": value for name, value in changed.items()}))

    def nothing(office: Office) -> CloseOut:
        (invoice,) = _after(office, office.commitment).invoices.requisitions
        return office.send(but(office.invoices, requisitions__items=invoice.items[:0]))

    def renamed(office: Office) -> CloseOut:
        _after(_by(office, Books(retainage_item="Retention")), office.commitment)
        return office.send(office.invoices)

    return {
        REFUSED: (
            Scene(
                "The commitment is not in QuickBooks.",
                lambda o: o.send(but(o.invoices, requisitions__contract_origin_id=None)),
            ),
            Scene("A line is not on the purchase order.", lambda o: send(o, items__commitment_item_origin_id=GONE)),
            Scene("The total is negative.", lambda o: send(o, items__amount=Decimal("-12000.00"))),
            Scene("There is nothing to bill.", nothing),
            Scene("The number is too long.", lambda o: send(o, invoice_number="HOLLOW-CREEK-2026-0002291")),
            Scene("QuickBooks has no such Retainage item.", renamed),
            Scene(
                "Another invoice has that number with this vendor.",
                lambda o: _after(_after(o, o.commitment), o.invoices).send(but(o.invoices, requisitions__id=991302)),
            ),
            Scene(
                "The purchase order was deleted in QuickBooks.",
                lambda o: o.send(but(o.invoices, requisitions__contract_origin_id=GONE)),
            ),
        ),
        NOTED: (
            Scene(
                "Somebody closed the purchase order.",
                lambda o: _edited(_after(o, o.commitment), "PurchaseOrder", is_manually_closed=True).send(o.invoices),
            ),
            Scene(
                "The retainage is not the sum of its parts.",
                lambda o: send(o, items__retainage_work_completed_this_period=Decimal("1000.00")),
            ),
        ),
    }


SCENES: dict[str, Callable[[], dict[str, tuple[Scene, ...]]]] = {
    "vendors": _vendor_scenes,
    "standard-cost-codes": _code_scenes,
    "jobs": _job_scenes,
    "budgets": _budget_scenes,
    "commitments": _commitment_scenes,
    "change-orders": _change_order_scenes,
    "invoices": _invoice_scenes,
}
"""What is refused and what is noted, by page."""


@cache
def played(page: str, ending: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The scenes of a page with what the accounting approver reads.

    Raises:
        ValueError: A scene does not end as it should.
    """
    found = []
    for scene in SCENES[page]()[ending]:
        with Office() as office:
            details = scene.play(office).details
        wanted = DetailStatus.FAILED if ending == REFUSED else DetailStatus.SUCCESS
        said = next((detail for detail in details if detail.messages), details[0])
        if said.status is not wanted or not said.messages:
            raise ValueError(f"{page}: {scene.what} does not end as {ending}: {details}")
        found.append((scene.what, said.messages))
    return tuple(found)


EXAMPLES: dict[str, Callable[[Office], CloseOut]] = {
    "create_vendor": lambda o: o.send(o.vendor),
    "create_standard_cost_codes": lambda o: o.send(o.codes),
    "create_or_update_job": lambda o: o.send(o.job),
    "create_budget": lambda o: o.send(o.budget),
    "update_budget": lambda o: _after(o, o.budget).send(o.budget_update),
    "create_commitment": lambda o: o.send(o.commitment),
    "create_commitment_change_order": lambda o: _after(o, o.commitment).send(o.change_order),
    "create_requisitions": lambda o: _after(o, o.commitment).send(o.invoices),
}
"""Each request as it goes well."""


def example(request_name: str) -> CloseOut:
    """How a request that goes well ends.

    Raises:
        ValueError: It does not go well, or something is to be said about it.
    """
    with Office() as office:
        close_out = EXAMPLES[request_name](office)
    if not close_out.ok or any(detail.messages for detail in close_out.details):
        raise ValueError(f"{request_name} does not go well: {close_out.details}")
    return close_out
