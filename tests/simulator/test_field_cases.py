"""What the field found wrong, each as a kind: the case that was met, and others of its kind that were not.

Each is an experiment as `probe` does them, with the code and the words that QuickBooks is known to answer.
"""

import pytest

from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.knowledge.rules import Experiment, Reason, Source, Step, tried
from procore_qbd.simulator.knowledge.scene import (
    BILL,
    COSTS,
    FIR,
    GYM,
    INVOICE,
    SCHOOL,
    framing,
    mod,
    paying,
    receiving,
    ref,
)
from procore_qbd.testing.probe import probe, with_setting_of
from procore_qbd.transports import Memory

PARSER = 0x80040400
LOST = "The specified record does not exist in the list."


def add(body, **ids):
    """A request to add something, with a name that later ones can use."""
    tag = body[1 : body.index(">")]
    name = f' requestID="{ids["name"]}"' if ids else ""
    return f"<{tag}Rq{name}>{body}</{tag}Rq>"


def vendor(name):
    return add(f"<VendorAdd><Name>~{name}</Name></VendorAdd>")


def line(account="~Job Costs", more=""):
    return f"<ExpenseLineAdd>{ref('AccountRef', account)}<Amount>5.00</Amount>{more}</ExpenseLineAdd>"


def check(lines):
    head = ref("AccountRef", "~Checking") + ref("PayeeEntityRef", "~Fir")
    return f"<CheckAdd>{head}<IsToBePrinted>true</IsToBePrinted>{lines}</CheckAdd>"


def status(word):
    return f"<BillableStatus>{word}</BillableStatus>"


def item(kind, accounts):
    return f"<{kind}Add><Name>~Nails</Name>{accounts}</{kind}Add>"


def two_sided(income="~Sales", expense="~Job Costs"):
    sides = ref("IncomeAccountRef", income) + ref("ExpenseAccountRef", expense)
    return f"<SalesAndPurchase>{sides}</SalesAndPurchase>"


def payment(more, whom=SCHOOL):
    return f"<ReceivePaymentAdd>{whom}{more}</ReceivePaymentAdd>"


NOT_APPLIED = "<TotalAmount>5.00</TotalAmount><IsAutoApply>false</IsAutoApply>"
RECEIPT = f"<SalesReceiptAdd>{framing('SalesReceiptLineAdd')}</SalesReceiptAdd>"
DEPOSIT = (
    f"<DepositAdd>{ref('DepositToAccountRef', '~Checking')}<DepositLineAdd><PaymentTxnID>{{receipt.txn_id}}"
    "</PaymentTxnID></DepositLineAdd></DepositAdd>"
)
IN_A_DEPOSIT = "You need to delete this transaction from the deposit before you can edit its name or amount."
REIMBURSED = "Target is not reimbursable."
RECEIVABLE, PAYABLE = (
    f"The account for this transaction must be of type Accounts {one}." for one in ("Receivable", "Payable")
)
ORDER = f"<PurchaseOrderAdd>{FIR}{framing('PurchaseOrderLineAdd') * 2}</PurchaseOrderAdd>"

CASES = {
    "F1 a name left out, between two others": (
        tried(vendor("A") + add("<CustomerAdd></CustomerAdd>") + vendor("B")),
        PARSER,
        "",
    ),
    "F1 a bill of nobody": (tried(f"<BillAdd>{COSTS}</BillAdd>"), PARSER, ""),
    "F1 a change without an EditSequence": (
        tried("<VendorMod><ListID>{vendor.list_id}</ListID></VendorMod>"),
        PARSER,
        "",
    ),
    "F1 a deletion without a ListID": (tried("<ListDelRq><ListDelType>Vendor</ListDelType></ListDelRq>"), PARSER, ""),
    "F1 neither to be printed nor numbered": (
        tried(paying().replace("<IsToBePrinted>true</IsToBePrinted>", ""), bill=BILL),
        PARSER,
        "",
    ),
    "F1 printed and numbered": (
        tried(paying().replace("<AppliedToTxnAdd>", "<RefNumber>1</RefNumber><AppliedToTxnAdd>"), bill=BILL),
        PARSER,
        "",
    ),
    "F1 a query by id and by number": (
        tried("<VendorQueryRq><ListID>80000001-1</ListID><MaxReturned>1</MaxReturned></VendorQueryRq>"),
        PARSER,
        "",
    ),
    **{
        f"F2 {word} for nobody": (tried(f"<BillAdd>{FIR}{line(more=status(word))}</BillAdd>"), 3210, REIMBURSED)
        for word in ("Billable", "NotBillable", "HasBeenBilled")
    },
    "F2 an item for nobody": (
        tried(f"<BillAdd>{FIR}<ItemLineAdd>{ref('ItemRef', '~Framing')}{status('Billable')}</ItemLineAdd></BillAdd>"),
        3210,
        REIMBURSED,
    ),
    "F2 a check to receivables": (tried(check(line("~Receivables", GYM + status("Billable")))), 3210, REIMBURSED),
    "F2 a check to payables": (tried(check(line("~Payables", GYM + status("NotBillable")))), 3210, REIMBURSED),
    "F3 an invoice": (
        tried(INVOICE.replace("<InvoiceLineAdd>", f"{ref('ARAccountRef', '~Prepaid')}<InvoiceLineAdd>")),
        3140,
        f'There is an invalid reference to QuickBooks AR Account "~Prepaid" in the Invoice.  QuickBooks error message: {RECEIVABLE}',
    ),
    "F3 a credit memo": (
        tried(
            f"<CreditMemoAdd>{SCHOOL}{ref('ARAccountRef', '~Checking')}{framing('CreditMemoLineAdd')}</CreditMemoAdd>"
        ),
        3140,
        RECEIVABLE,
    ),
    "F3 a bill": (
        tried(f"<BillAdd>{FIR}{ref('APAccountRef', '~Receivables')}{COSTS}</BillAdd>"),
        3140,
        f'QuickBooks AP Account "~Receivables" in the Bill.  QuickBooks error message: {PAYABLE}',
    ),
    "F3 a payment": (tried(payment(ref("ARAccountRef", "~Prepaid") + NOT_APPLIED)), 3140, RECEIVABLE),
    "F3 a payment of bills": (
        tried(paying().replace("<BankAccountRef>", f"{ref('APAccountRef', '~Prepaid')}<BankAccountRef>"), bill=BILL),
        3140,
        PAYABLE,
    ),
    "F3 a deposit to income": (
        tried(
            f"<DepositAdd>{ref('DepositToAccountRef', '~Sales')}<DepositLineAdd>{ref('AccountRef', '~Prepaid')}<Amount>1.00</Amount></DepositLineAdd></DepositAdd>"
        ),
        3140,
        "",
    ),
    "F3 a payment deposited to costs": (
        tried(
            payment(
                "<TotalAmount>5.00</TotalAmount>"
                + ref("DepositToAccountRef", "~Job Costs")
                + "<IsAutoApply>false</IsAutoApply>"
            )
        ),
        3140,
        "",
    ),
    "F3 an item that is bought from payables": (
        tried(item("ItemNonInventory", two_sided(expense="~Payables"))),
        3140,
        'Account "~Payables" in the item Non-Inventory.  QuickBooks error message: The expense account is invalid.',
    ),
    "F3 a service that is sold to receivables": (
        tried(item("ItemService", two_sided("~Receivables"))),
        3140,
        "in the item Service",
    ),
    "F4 a bill": (tried(BILL.replace("~Job Costs", "~Payables")), 3180, "There was an error when saving a Bill."),
    "F4 a vendor credit": (
        tried(f"<VendorCreditAdd>{FIR}{line('~Payables')}</VendorCreditAdd>"),
        3180,
        "There was an error when saving a VendorCredit.",
    ),
    "F5 a reference": (
        tried(f"<BillAdd><VendorRef><ListID>pending_8f2a</ListID></VendorRef>{COSTS}</BillAdd>"),
        3000,
        'The given object ID "pending_8f2a" in the field "list id" is invalid.',
    ),
    "F5 nothing": (tried("<VendorMod><ListID></ListID><EditSequence>1</EditSequence></VendorMod>"), 3000, '""'),
    "F6 a vendor of another file": (
        tried(f"<BillAdd><VendorRef><ListID>{{vendor.number}}-1000000000</ListID></VendorRef>{COSTS}</BillAdd>"),
        3240,
        "specified in the request cannot be found.",
    ),
    "F7 a name in use": (
        tried(
            "<CustomerMod><ListID>{customer.list_id}</ListID><EditSequence>{customer.edit_sequence}</EditSequence>"
            "<Name>~Library</Name></CustomerMod>"
        ),
        3170,
        "QuickBooks error message: Cannot merge list elements.",
    ),
    "F8 customers": (
        tried('<CustomerQueryRq iterator="Start"></CustomerQueryRq>'),
        3150,
        'There is a missing element: "MaxReturned"',
    ),
    "F8 bills": (
        tried('<BillQueryRq iterator="Start"><PaidStatus>All</PaidStatus></BillQueryRq>'),
        3150,
        'There is a missing element: "MaxReturned"',
    ),
    "F9 an invoice": (tried(receiving(), invoice=INVOICE, before=receiving()), 3120, LOST),
    "F9 a bill": (tried(paying(), bill=BILL, before=paying()), 3120, LOST),
    "F9 more than is open": (tried(paying(amount="5.01"), bill=BILL), 3210, "You cannot pay more than the amount due."),
    "F10 the amount": (
        tried(
            mod(
                "SalesReceipt",
                "receipt",
                "<SalesReceiptLineMod><TxnLineID>{receipt.lines[0].txn_line_id}</TxnLineID><Amount>9.00</Amount></SalesReceiptLineMod>",
            ),
            receipt=RECEIPT,
            deposit=DEPOSIT,
        ),
        3170,
        IN_A_DEPOSIT,
    ),
    "F10 the name": (
        tried(mod("SalesReceipt", "receipt", ref("CustomerRef", "~Library")), receipt=RECEIPT, deposit=DEPOSIT),
        3170,
        IN_A_DEPOSIT,
    ),
    "F10 the name of a payment": (
        tried(
            mod("ReceivePayment", "receipt", ref("CustomerRef", "~Library")),
            receipt=payment(NOT_APPLIED),
            deposit=DEPOSIT,
        ),
        3170,
        IN_A_DEPOSIT,
    ),
    "F13 a tax code of a line": (
        tried(f"<SalesReceiptAdd>{framing('SalesReceiptLineAdd', ref('SalesTaxCodeRef', 'SSK'))}</SalesReceiptAdd>"),
        3140,
        'There is an invalid reference to QuickBooks SalesReceiptLine SalesTaxCode "SSK" in the SalesReceipt line.',
    ),
    "F13 lines in another order": (
        tried(
            mod(
                "PurchaseOrder",
                "order",
                "".join(
                    f"<PurchaseOrderLineMod><TxnLineID>{{order.lines[{at}].txn_line_id}}</TxnLineID></PurchaseOrderLineMod>"
                    for at in (1, 0)
                ),
            ),
            order=ORDER,
        ),
        3290,
        'The item "~Framing" is placed in the request in incorrect order.',
    ),
    **{
        f"F14 {what} {word}": (
            tried(f"<{what}Rq><{what}Type>{word}</{what}Type><{tag}>1-1</{tag}></{what}Rq>"),
            3110,
            word,
        )
        for what, tag, word in (
            ("ListDel", "ListID", "Item"),
            ("ListDel", "ListID", "Bogus"),
            ("TxnDel", "TxnID", "Bogus"),
            ("TxnVoid", "TxnID", "Bogus"),
            ("TxnVoid", "TxnID", "Estimate"),
        )
    },
    "F15 a bill": (
        tried(
            f"<BillAdd>{FIR}{framing('ItemLineAdd', ref('InventorySiteRef', '~Yard'))}</BillAdd>",
            site="<InventorySiteAdd><Name>~Yard</Name></InventorySiteAdd>",
        ),
        3140,
        'QuickBooks Inventory Site "~Yard" in the Bill line.',
    ),
    "F15 an invoice for lumber": (
        tried(
            INVOICE.replace("~Framing", "~Lumber").replace(
                "<Quantity>1</Quantity>", f"<Quantity>1</Quantity>{ref('InventorySiteRef', '~Yard')}"
            ),
            site="<InventorySiteAdd><Name>~Yard</Name></InventorySiteAdd>",
        ),
        3140,
        'QuickBooks Inventory Site "~Yard" in the Invoice line.',
    ),
    "F18 beyond the credit limit, in two": (
        tried(
            INVOICE.replace("~School", "~Pool"),
            pool="<CustomerAdd><Name>~Pool</Name><CreditLimit>19.99</CreditLimit></CustomerAdd>",
            before=INVOICE.replace("~School", "~Pool"),
        ),
        3180,
        "There was an error when saving a Invoice.",
    ),
}


@pytest.fixture(scope="module")
def probed():
    cases = {name: Reason(code, ".", Source.LIVE_REPORT, experiment) for name, (experiment, code, _) in CASES.items()}
    with CompanyFile.create() as company:
        report = probe(Memory(company.process), with_setting=with_setting_of(company), rules=cases, prefix="q")
        vendors = {record.name for record in company.records("Vendor")}
    return {one.name: one for one in report.probed}, vendors


@pytest.mark.parametrize("name", CASES)
def test_it_is_answered_as_in_the_field(probed, name):
    _, code, words = CASES[name]
    found = probed[0][name]
    assert found.got is not None, found.why
    assert (found.got.codes, found.got.told) == ((code,), "")
    assert words.replace("~", "q") in found.got.messages[0]


def test_of_a_document_of_the_wrong_structure_nothing_is_made(probed):
    assert probed[1] == set()


TAKEN = {
    "F2 costs of a job": tried(f"<BillAdd>{FIR}{line(more=GYM + status('NotBillable'))}</BillAdd>"),
    "F3 a receipt to the bank": tried(
        f"<SalesReceiptAdd>{ref('DepositToAccountRef', '~Checking')}{framing('SalesReceiptLineAdd')}</SalesReceiptAdd>"
    ),
    "F3 a bill kept in other payables": tried(f"<BillAdd>{FIR}{ref('APAccountRef', '~Payables')}{COSTS}</BillAdd>"),
    "F4 a check to payables": tried(check(line("~Payables"))),
    "F9 the rest of a bill": tried(paying(amount="2.00"), bill=BILL, before=paying(amount="3.00")),
    "F10 the memo": tried(mod("SalesReceipt", "receipt", "<Memo>seen</Memo>"), receipt=RECEIPT, deposit=DEPOSIT),
    "F15 pumps in a yard": tried(
        f"<BillAdd>{FIR}<ItemLineAdd>{ref('ItemRef', '~Pump')}{ref('InventorySiteRef', '~Yard')}<Amount>5.00</Amount></ItemLineAdd></BillAdd>",
        site="<InventorySiteAdd><Name>~Yard</Name></InventorySiteAdd>",
    ),
    "F18 within the credit limit": tried(
        INVOICE.replace("~School", "~Pool"),
        pool="<CustomerAdd><Name>~Pool</Name><CreditLimit>10.00</CreditLimit></CustomerAdd>",
    ),
    "F17 qbXML 17.0": Experiment((Step(vendor("Oak"), version="17.0"),)),
}


def test_what_is_right_beside_it_is_taken():
    cases = {name: Reason(0, ".", Source.LIVE_REPORT, experiment) for name, experiment in TAKEN.items()}
    with CompanyFile.create(version="17.0") as company:
        report = probe(Memory(company.process), rules=cases)
    assert {one.name: str(one.got or one.why) for one in report.probed} == dict.fromkeys(TAKEN, "0; Status OK")
