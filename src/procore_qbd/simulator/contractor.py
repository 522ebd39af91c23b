"""A sample company: a general contractor with seven jobs, made up, as data.

Everybody and everything in it is invented. Dates are counted in weeks back from the day on which it is made, so that
there is always something that is due, and something that is late.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill, ItemLine, LinkToTxn
from procore_qbd.qbxml.entities.classes import Class
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.employees import Employee
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine
from procore_qbd.qbxml.entities.invoices import Invoice, InvoiceLine
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.shared.common import Address
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.terms import StandardTerms
from procore_qbd.qbxml.entities.vendors import Vendor, VendorType
from procore_qbd.simulator.knowledge.days import later

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from procore_qbd.qbxml import Record

__all__ = ["SAMPLES", "fill"]

_ACCOUNTS = (
    # Number, name, type, what it stands below, what was there at the beginning.
    ("1000", "Operating Account", "Bank", None, "486250.00"),
    ("1010", "Payroll Account", "Bank", None, "62400.00"),
    ("1090", "Petty Cash", "Bank", None, "500.00"),
    ("1200", "Accounts Receivable", "AccountsReceivable", None, None),
    ("1250", "Retainage Receivable", "OtherCurrentAsset", None, None),
    ("1300", "Prepaid Insurance", "OtherCurrentAsset", None, "18600.00"),
    ("1500", "Vehicles", "FixedAsset", None, "142000.00"),
    ("1520", "Tools and Equipment", "FixedAsset", None, "88500.00"),
    ("1590", "Accumulated Depreciation", "FixedAsset", None, "-61200.00"),
    ("2000", "Accounts Payable", "AccountsPayable", None, None),
    ("2050", "Company Card", "CreditCard", None, "3180.45"),
    ("2100", "Retainage Payable", "OtherCurrentLiability", None, None),
    ("2200", "Payroll Taxes Payable", "OtherCurrentLiability", None, "9415.20"),
    ("2700", "Truck Loan", "LongTermLiability", None, "54300.00"),
    ("3000", "Owner's Equity", "Equity", None, None),
    ("4000", "Contract Income", "Income", None, None),
    ("4100", "Change Order Income", "Income", None, None),
    ("5000", "Job Costs", "CostOfGoodsSold", None, None),
    ("5100", "Labor", "CostOfGoodsSold", "Job Costs", None),
    ("5200", "Materials", "CostOfGoodsSold", "Job Costs", None),
    ("5300", "Subcontractors", "CostOfGoodsSold", "Job Costs", None),
    ("5400", "Equipment Rental", "CostOfGoodsSold", "Job Costs", None),
    ("5500", "Permits and Fees", "CostOfGoodsSold", "Job Costs", None),
    ("6000", "Advertising", "Expense", None, None),
    ("6100", "Fuel", "Expense", None, None),
    ("6200", "Insurance", "Expense", None, None),
    ("6300", "Office Rent", "Expense", None, None),
    ("6400", "Office Supplies", "Expense", None, None),
    ("6500", "Professional Fees", "Expense", None, None),
    ("6600", "Software", "Expense", None, None),
    ("6700", "Utilities", "Expense", None, None),
    ("7000", "Interest Income", "OtherIncome", None, None),
)

_TERMS = (("Due on receipt", 0, None, None), ("Net 15", 15, None, None), ("Net 30", 30, None, None))
_DISCOUNT_TERMS = ("2% 10 Net 30", 30, 10, "2")

_CLASSES = ("Commercial", "Public", "Residential", "Overhead")
_VENDOR_TYPES = ("Subcontractor", "Supplier", "Service")

_VENDORS = (
    # Name, kind, terms, street, city.
    ("Blue Heron Plumbing", "Subcontractor", "Net 30", "410 Canal Street", "Redmond"),
    ("Cinder Butte Excavating", "Subcontractor", "Net 30", "27 Quarry Loop", "Prineville"),
    ("Desert Sky Roofing", "Subcontractor", "Net 30", "1880 Airport Way", "Redmond"),
    ("Foxtail Drywall and Paint", "Subcontractor", "Net 15", "63 Mill Street", "Bend"),
    ("Ironwood Steel Fabricators", "Subcontractor", "Net 30", "900 Foundry Road", "Madras"),
    ("Juniper Electric Co.", "Subcontractor", "Net 30", "215 Second Street", "Bend"),
    ("Metolius Mechanical", "Subcontractor", "Net 30", "72 Industrial Way", "Sisters"),
    ("Painted Hills Concrete", "Subcontractor", "Net 30", "3300 Batch Plant Road", "Bend"),
    ("High Desert Lumber", "Supplier", "2% 10 Net 30", "1200 Railway Avenue", "Bend"),
    ("Three Rivers Building Supply", "Supplier", "Net 30", "48 Depot Street", "La Pine"),
    ("Cascade Rents", "Service", "Net 15", "505 Third Street", "Bend"),
    ("Tumalo Survey and Layout", "Service", "Due on receipt", "18 Bridge Lane", "Tumalo"),
)

_EMPLOYEES = (("Rosa", "Delgado"), ("Peter", "Lindqvist"), ("Amina", "Farah"))

_DIVISIONS = (
    # Division, its codes, and the account that their costs go to.
    ("01 General Conditions", "Labor", ("01-310 Supervision", "01-410 Permits", "01-540 Equipment", "01-740 Cleaning")),
    ("03 Concrete", "Subcontractors", ("03-110 Formwork", "03-200 Reinforcing", "03-300 Cast-in-Place")),
    ("05 Metals", "Subcontractors", ("05-120 Structural Steel", "05-500 Fabrications")),
    ("06 Wood", "Materials", ("06-100 Rough Carpentry", "06-200 Finish Carpentry")),
    ("07 Thermal and Moisture", "Subcontractors", ("07-210 Insulation", "07-500 Membrane Roofing")),
    ("08 Openings", "Materials", ("08-100 Doors", "08-500 Windows")),
    ("09 Finishes", "Subcontractors", ("09-290 Gypsum Board", "09-900 Painting")),
    ("22 Plumbing", "Subcontractors", ("22-400 Fixtures and Piping",)),
    ("23 HVAC", "Subcontractors", ("23-300 Air Distribution",)),
    ("26 Electrical", "Subcontractors", ("26-050 Wiring", "26-500 Lighting")),
    ("31 Earthwork", "Subcontractors", ("31-200 Grading", "31-230 Excavation")),
)
_BILLING = "Contract Billing"

_JOBS = (
    # Customer, job, class, weeks since it began and weeks that it takes, what it is, and its budget by code.
    (
        *("Ochoco School District", "Elementary Gymnasium", "Public", 22, 40, "New gymnasium, 14,000 square feet"),
        {
            "01-310": "96000.00",
            "31-230": "58400.00",
            "03-300": "184500.00",
            "05-120": "226000.00",
            "07-500": "118750.00",
            "26-050": "142300.00",
        },
    ),
    (
        *("Ochoco School District", "Bus Barn Roof", "Public", 9, 12, "New roof over six bays"),
        {"01-310": "12000.00", "07-500": "74600.00", "07-210": "18250.00"},
    ),
    (
        *("Riverbend Properties", "Riverbend Lofts", "Residential", 30, 60, "Twenty-four apartments on three floors"),
        {
            "01-310": "168000.00",
            "03-300": "312000.00",
            "06-100": "428750.50",
            "09-290": "196400.00",
            "22-400": "238000.00",
            "23-300": "205500.00",
            "26-050": "264900.00",
        },
    ),
    (
        *("Riverbend Properties", "Parking Court", "Residential", 6, 10, "Grading and paving for 38 cars"),
        {"31-200": "41200.00", "03-110": "9800.00", "03-300": "52300.00"},
    ),
    (
        *("Tamarack Dental Group", "Clinic Remodel", "Commercial", 14, 20, "Six rooms, while the clinic stays open"),
        {
            "01-310": "28500.00",
            "06-200": "61250.00",
            "09-290": "48300.00",
            "09-900": "22600.00",
            "22-400": "54000.00",
            "26-500": "37850.00",
        },
    ),
    (
        *("Whitlow, Dana and Lee", "Kitchen Addition", "Residential", 11, 16, "Addition of 420 square feet"),
        {"06-100": "38400.00", "08-500": "14250.00", "09-900": "7300.00", "26-050": "11850.00"},
    ),
    (
        *("Whitlow, Dana and Lee", "Garage", "Residential", 2, 12, "Garage for two cars, with a loft"),
        {"03-300": "16500.00", "06-100": "29800.00", "08-100": "5400.00"},
    ),
)

_ORDERS = (
    # Number, vendor, job, weeks ago, and its lines: code and amount.
    ("1001", "Cinder Butte Excavating", "Elementary Gymnasium", 21, (("31-230", "55900.00"),)),
    ("1002", "Painted Hills Concrete", "Elementary Gymnasium", 20, (("03-300", "171250.00"),)),
    ("1003", "Ironwood Steel Fabricators", "Elementary Gymnasium", 16, (("05-120", "219400.00"),)),
    ("1004", "Desert Sky Roofing", "Bus Barn Roof", 8, (("07-500", "71900.00"), ("07-210", "17400.00"))),
    ("1005", "Painted Hills Concrete", "Riverbend Lofts", 28, (("03-300", "298600.00"),)),
    ("1006", "High Desert Lumber", "Riverbend Lofts", 22, (("06-100", "187325.40"),)),
    ("1007", "Blue Heron Plumbing", "Riverbend Lofts", 18, (("22-400", "229750.00"),)),
    ("1008", "Juniper Electric Co.", "Riverbend Lofts", 18, (("26-050", "251300.00"),)),
    ("1009", "Foxtail Drywall and Paint", "Clinic Remodel", 10, (("09-290", "46150.00"), ("09-900", "21800.00"))),
    ("1010", "Cinder Butte Excavating", "Parking Court", 5, (("31-200", "39600.00"),)),
    ("1011", "Three Rivers Building Supply", "Kitchen Addition", 9, (("08-500", "13180.75"),)),
)

_BILLS = (
    # The vendor's number, the order, weeks ago, what is billed of each of its lines, and what of all that is paid.
    ("CB-2210", "1001", 17, ("55900.00",), "55900.00"),
    ("8841", "1002", 15, ("68500.00",), "68500.00"),
    ("8907", "1002", 9, ("61250.00",), "61250.00"),
    ("IW-517", "1003", 8, ("109700.00",), "60000.00"),
    ("DS-3060", "1004", 3, ("28760.00", "8700.00"), None),
    ("8760", "1005", 23, ("149300.00",), "149300.00"),
    ("8822", "1005", 16, ("149300.00",), "149300.00"),
    ("HDL-99120", "1006", 14, ("93662.70",), "93662.70"),
    ("HDL-99841", "1006", 4, ("56197.62",), None),
    ("BH-1452", "1007", 7, ("91900.00",), "91900.00"),
    ("J-20931", "1008", 6, ("75390.00",), None),
    ("FD-0871", "1009", 4, ("27690.00", "4360.00"), None),
    ("CB-2288", "1010", 1, ("19800.00",), None),
    ("TR-66310", "1011", 6, ("13180.75",), "13180.75"),
)

_INVOICES = (
    # Number, job, weeks ago, amount, and what of it has come in.
    ("2001", "Elementary Gymnasium", 16, "148600.00", "148600.00"),
    ("2002", "Elementary Gymnasium", 8, "176350.00", "176350.00"),
    ("2003", "Elementary Gymnasium", 3, "92800.00", None),
    ("2004", "Riverbend Lofts", 22, "214000.00", "214000.00"),
    ("2005", "Riverbend Lofts", 13, "261750.00", "261750.00"),
    ("2006", "Riverbend Lofts", 4, "188200.00", "90000.00"),
    ("2007", "Clinic Remodel", 7, "84500.00", "84500.00"),
    ("2008", "Kitchen Addition", 5, "36200.00", "36200.00"),
    ("2009", "Bus Barn Roof", 2, "41900.00", None),
)


def fill(add: Callable[[Record], Any], today: dt.date) -> None:
    """Put the sample company into a company file.

    Args:
        add: Writes a record, and returns it as it stands in the file.
        today: The day on which it is made.
    """
    for record in _lists(today):
        add(record)
    made = _Papers(add, today)
    for number, job in enumerate(_JOBS, 1):
        made.estimate(f"E-{number}", job)
    for order in _ORDERS:
        made.order(*order)
    for bill in _BILLS:
        made.bill(*bill)
    for invoice in _INVOICES:
        made.invoice(*invoice)


# --- lists -----------------------------------------------------------------------------------------------------------


def _lists(today: dt.date) -> Iterator[Record]:
    for number, name, kind, above, opening in _ACCOUNTS:
        amount = None if opening is None else Decimal(opening)
        parent = Ref(full_name=above) if above else None
        yield Account(name=name, account_number=number, account_type=kind, parent_ref=parent, open_balance=amount)
    for name, days, early, percent in (*_TERMS, _DISCOUNT_TERMS):
        discount = Decimal(percent) if percent else None
        yield StandardTerms(name=name, std_due_days=days, std_discount_days=early, discount_pct=discount)
    yield from (Class(name=name) for name in _CLASSES)
    yield from (VendorType(name=name) for name in _VENDOR_TYPES)
    for name, kind, terms, street, city in _VENDORS:
        yield Vendor(
            name=name,
            company_name=name,
            vendor_address=Address(addr1=name, addr2=street, city=city, state="OR"),
            vendor_type_ref=Ref(full_name=kind),
            terms_ref=Ref(full_name=terms),
            is_vendor_eligible_for_1099=kind == "Subcontractor",
        )
    yield from (Employee(first_name=first, last_name=last) for first, last in _EMPLOYEES)
    yield from _cost_codes()
    yield from _customers(today)


def _cost_codes() -> Iterator[Record]:
    """Items that are bought and sold: a division, and its codes below it."""
    yield _item(_BILLING, "Subcontractors")
    for division, account, codes in _DIVISIONS:
        yield _item(division, account)
        for code in codes:
            yield _item(code, account, parent_ref=Ref(full_name=division))


def _item(name: str, account: str, **more: Any) -> ItemService:
    said = name.split(" ", 1)[1]
    both = SalesAndPurchase(
        sales_desc=said,
        sales_price=Decimal(0),
        income_account_ref=Ref(full_name="Contract Income"),
        purchase_desc=said,
        purchase_cost=Decimal(0),
        expense_account_ref=Ref(full_name=f"Job Costs:{account}"),
    )
    return ItemService(name=name, sales_and_purchase=both, **more)


def _customers(today: dt.date) -> Iterator[Record]:
    for name in dict.fromkeys(customer for customer, *_ in _JOBS):
        yield Customer(name=name, terms_ref=Ref(full_name="Net 30"))
    for customer, job, class_, weeks, takes, desc, _ in _JOBS:
        began = _ago(today, weeks)
        yield Customer(
            name=job,
            parent_ref=Ref(full_name=customer),
            class_ref=Ref(full_name=class_),
            job_status="InProgress",
            job_start_date=began,
            job_projected_end_date=later(began, 7 * takes),
            job_desc=desc,
        )


def _ago(today: dt.date, weeks: int) -> dt.date:
    return later(today, -7 * weeks)


# --- transactions ----------------------------------------------------------------------------------------------------

_CODES = {code.split(" ")[0]: f"{division}:{code}" for division, _, codes in _DIVISIONS for code in codes}
_HOMES = {job: f"{customer}:{job}" for customer, job, *_ in _JOBS}
_JOB_CLASSES = {job: class_ for _, job, class_, *_ in _JOBS}


def _code(code: str) -> Ref:
    return Ref(full_name=_CODES[code])


@attrs.define
class _Papers:
    """Makes the transactions, each from a row of its table.

    Attributes:
        add: Writes a record, and returns it.
        today: The day on which they are made.
        orders: The purchase orders that were made, by number.
        checks: How many bills were paid.
    """

    add: Callable[[Record], Any]
    today: dt.date
    orders: dict[str, Any] = attrs.field(factory=dict)
    checks: int = 5000

    def estimate(self, number: str, job: tuple[Any, ...]) -> None:
        """A job's budget."""
        _, name, class_, weeks, _, _, budget = job
        lines = tuple(EstimateLine(item_ref=_code(code), amount=Decimal(amount)) for code, amount in budget.items())
        self.add(
            Estimate(
                customer_ref=Ref(full_name=_HOMES[name]),
                class_ref=Ref(full_name=class_),
                txn_date=_ago(self.today, weeks),
                ref_number=number,
                lines=lines,
            )
        )

    def order(self, number: str, vendor: str, job: str, weeks: int, lines: tuple[tuple[str, str], ...]) -> None:
        """A subcontract or purchase order: so many dollars at one dollar each, so that it can be billed in parts."""
        self.orders[number] = self.add(
            PurchaseOrder(
                vendor_ref=Ref(full_name=vendor),
                txn_date=_ago(self.today, weeks),
                ref_number=number,
                lines=tuple(
                    PurchaseOrderLine(
                        item_ref=_code(code),
                        quantity=Decimal(amount),
                        rate=Decimal(1),
                        customer_ref=Ref(full_name=_HOMES[job]),
                        class_ref=Ref(full_name=_JOB_CLASSES[job]),
                    )
                    for code, amount in lines
                ),
            )
        )

    def bill(self, number: str, order: str, weeks: int, amounts: tuple[str, ...], paid: str | None) -> None:
        """What a vendor bills of an order, and the check that pays it four weeks later."""
        ordered = self.orders[order]
        bill = self.add(
            Bill(
                vendor_ref=ordered.vendor_ref,
                txn_date=_ago(self.today, weeks),
                ref_number=number,
                item_lines=tuple(
                    ItemLine(
                        quantity=Decimal(amount),
                        link_to_txn=LinkToTxn(txn_id=ordered.txn_id, txn_line_id=line.txn_line_id),
                    )
                    for line, amount in zip(ordered.lines, amounts, strict=True)
                ),
            )
        )
        if paid is not None:
            self.checks += 1
            self.add(
                BillPaymentCheck(
                    payee_entity_ref=ordered.vendor_ref,
                    txn_date=_ago(self.today, weeks - 4),
                    bank_account_ref=Ref(full_name="Operating Account"),
                    ref_number=str(self.checks),
                    applied_to_txns=(AppliedToTxn(txn_id=bill.txn_id, payment_amount=Decimal(paid)),),
                )
            )

    def invoice(self, number: str, job: str, weeks: int, amount: str, received: str | None) -> None:
        """What a customer is billed for a job, and what came in two weeks later."""
        home = Ref(full_name=_HOMES[job])
        invoice = self.add(
            Invoice(
                customer_ref=home,
                class_ref=Ref(full_name=_JOB_CLASSES[job]),
                txn_date=_ago(self.today, weeks),
                ref_number=number,
                lines=(InvoiceLine(item_ref=Ref(full_name=_BILLING), amount=Decimal(amount)),),
            )
        )
        if received is not None:
            self.add(
                ReceivePayment(
                    customer_ref=home,
                    txn_date=_ago(self.today, weeks - 2),
                    ref_number=f"W{number}",
                    total_amount=Decimal(received),
                    applied_to_txns=(AppliedToTxn(txn_id=invoice.txn_id, payment_amount=Decimal(received)),),
                )
            )


SAMPLES: dict[str, Callable[[Callable[[Record], Any], dt.date], None]] = {"contractor": fill}
"""What fills a new company file, by name."""
