"""Recorded traffic, replayed: the simulator answers as QuickBooks did, and where it does not, that is listed.

The samples are no part of the project; where they are not at hand, these tests skip. Numbers are compared by value,
text by its letters, and what QuickBooks makes up (ids, times, edit sequences) by form, or by value where it was seeded.
"""

import csv
import html
import re
from copy import deepcopy
from decimal import Decimal

import attrs
import pytest

from procore_qbd import Ref, Request
from procore_qbd.qbxml import Dialect, changes, write_requests
from procore_qbd.qbxml.entities import entity
from procore_qbd.qbxml.entities.accounts import Account
from procore_qbd.qbxml.entities.customers import Customer
from procore_qbd.qbxml.entities.inventory_items import ItemInventory
from procore_qbd.qbxml.entities.invoices import Invoice
from procore_qbd.qbxml.entities.items import ItemService, SalesOrPurchase
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.rows.dialect import lasts
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator import CompanyFile
from support.replaying import (
    FORMS,
    answers,
    document,
    found_in,
    invoiced,
    key,
    lived_in,
    rebuilt,
    sent,
    terse,
    told_again,
    unlike,
    validated,
    whole,
)
from support.shared import SHARED, needs_shared

pytestmark = needs_shared

LATER = 1_900_000_000
"""When the simulator answers: after all that was recorded."""

APOTEMA, BILL_ASH, CGUNTHER = "apotema+qbwc_integrator/", "bill-ash+qbwc/", "cgunther+quickbooks_web_connector/"
CONSOLIBYTE, CPARELLO = "consolibyte+quickbooks-php/", "cparello+CMS/"
FLOWLINK, HOTGLUE = "flowlink+quickbooks_desktop_integration/", "hotgluexyz+qbwc-common/"
JSGOUPIL, KYLE, MOZU = "jsgoupil+quickbooks-sync/", "56kyle+qbwc/", "Mozu+Mozu.Integrations.Quickbooks/"
MMURPHY, MREIDEN = "mmurphy1077+cakephp-quickbooks/1_initial_add__", "mreiden+quickbooks-php/"
SELFJARED, SFLAGP, SKRYL = "selfjared1+quickbooks_desktop/", "sflagp+QBXML-Object-Models/", "skryl+qbxml/"


@pytest.fixture
def books():
    with CompanyFile.create(clock=lambda: LATER) as company:
        yield company


WORDS = ("statusCode", "statusSeverity", "statusMessage")


def asked(company, *requests, version="13.0"):
    """Requests of our own in one document; the answers' elements."""
    content = write_requests(requests, dialect=Dialect(version, company.edition))
    return answers(validated(company.process(content), version))


def told(company, *requests):
    """Requests in one document, as text; the answers' elements."""
    head = '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
    if not requests:
        return []
    content = f"{head}{''.join(requests)}</QBXMLMsgsRq></QBXML>"
    return answers(validated(company.process(content.encode())))


def judge(found, listed):
    """All differences are listed, and all that are listed are there."""
    strangers = [f"{name}: {pair}" for name, pair in found.items() if name not in listed]
    assert not strangers, "differences that nobody listed:\n" + "\n".join(strangers)
    assert set(listed) <= set(found), "differences that are listed and are not there"


# --- pairs -----------------------------------------------------------------------------------------------------------

TAX_DEFAULTS = "the file had sales tax on, and gave new records its usual tax code and tax"
NO_REQUEST_ID = "the publisher dropped the requestID"
OTHER_NAME = "the publisher's reply is to another name than his request"
ANONYMISED = "edited by its publisher"


@attrs.frozen
class Pair:
    """A request and its reply, from one source.

    Attributes:
        request: The sample with the request.
        reply: The sample with the reply.
        listed: What differs, each with its reason.
        version: The version of qbXML, where the request does not say it.
        before: Requests that make the file what it was.
    """

    request: str
    reply: str
    listed: dict = attrs.field(factory=dict)
    version: str = "5.0"
    before: tuple = ()


OWNER = "<OwnerID>{{90A44FB7-27F3-4815-AC85-166DA7E7D1EB}}</OwnerID>"
DEFINITION = (
    f"<DataExtDefAddRq><DataExtDefAdd>{OWNER}<DataExtName>{{}}</DataExtName><DataExtType>STR255TYPE</DataExtType>"
    "<AssignToObject>Company</AssignToObject></DataExtDefAdd></DataExtDefAddRq>"
)
LOCK = (
    f"<DataExtAddRq><DataExtAdd>{OWNER.format()}<DataExtName>AppLock</DataExtName>"
    "<OtherDataExtType>Company</OtherDataExtType><DataExtValue>LOCKED</DataExtValue></DataExtAdd></DataExtAddRq>"
)
CUSTOMER_TAXED = {"-CustomerRet/SalesTaxCodeRef": TAX_DEFAULTS, "-CustomerRet/ItemSalesTaxRef": TAX_DEFAULTS}
ITEMS = f"{FLOWLINK}item_inventory_query_rq__ItemInventoryQueryRq.xml"

PAIRS = [
    Pair(
        f"{CONSOLIBYTE}log__CustomerAddRq.xml",
        f"{CONSOLIBYTE}log__CustomerAddRs.xml",
        CUSTOMER_TAXED,
    ),
    Pair(
        f"{CONSOLIBYTE}log__CustomerAddRq_2.xml",
        f"{CONSOLIBYTE}log__CustomerAddRs.xml",
        CUSTOMER_TAXED,
    ),
    Pair(
        f"{CONSOLIBYTE}quickbooks_log__CustomerAddRq.xml",
        f"{CONSOLIBYTE}quickbooks_log__CustomerAddRs.xml",
        CUSTOMER_TAXED,
    ),
    Pair(
        f"{CPARELLO}log__sendRequestXMLResponse_3.soap.xml",
        f"{CPARELLO}log__receiveResponseXML_2.soap.xml",
        CUSTOMER_TAXED,
    ),
    Pair(
        f"{SKRYL}item_inventory_add_rq__ItemInventoryAddRq.xml",
        f"{SKRYL}item_inventory_add_rs__ItemInventoryAddRs.xml",
        {"-ItemInventoryRet/SalesTaxCodeRef": TAX_DEFAULTS},
    ),
    Pair(
        f"{SKRYL}purchase_order_query_rq__PurchaseOrderQueryRq.xml",
        f"{SKRYL}purchase_order_query_rs__PurchaseOrderQueryRs.xml",
    ),
    Pair(
        f"{SKRYL}customer_query_iterator_rq__CustomerQueryRq.xml",
        f"{SKRYL}customer_query_terator_rs__CustomerQueryRs.xml",
        {"~@iteratorRemainingCount": "the publisher left four of five customers out, and the other eighteen"},
    ),
    Pair(ITEMS, f"{FLOWLINK}item_inventory_query_rs_multiple__ItemInventoryQueryRs.xml"),
    Pair(
        f"{FLOWLINK}qbwc_endpoint__ItemInventoryQueryRq.xml",
        f"{FLOWLINK}item_inventory_query_rs_multiple__ItemInventoryQueryRs.xml",
    ),
    Pair(
        ITEMS,
        f"{FLOWLINK}item_inventory_query_rs_raw__ItemInventoryQueryRs.xml",
        {"~@requestID": NO_REQUEST_ID},
    ),
    Pair(
        ITEMS,
        f"{FLOWLINK}item_inventory_query_rs_raw__receiveResponseXML.soap.xml",
        {"~@requestID": NO_REQUEST_ID},
    ),
    Pair(ITEMS, f"{FLOWLINK}item_inventory_query_rs_empty__ItemInventoryQueryRs.xml"),
    Pair(
        ITEMS,
        f"{FLOWLINK}CustomerQueryRs__ItemInventoryQueryRs.xml",
        {"~@requestID": NO_REQUEST_ID},
    ),
    Pair(
        f"{FLOWLINK}orders__SalesOrderAddRq.frag.xml",
        f"{FLOWLINK}sales_order_add_rs_invalid_record_ref__SalesOrderAddRs.xml",
        {"~@statusMessage": OTHER_NAME},
    ),
    Pair(
        f"{CGUNTHER}README__CustomerAddRq.xml",
        f"{CGUNTHER}soap_controller_spec__CustomerAddRs.xml",
        {"~CustomerRet/Name": OTHER_NAME, "~CustomerRet/FullName": OTHER_NAME},
    ),
    Pair(
        f"{MREIDEN}WebConnectorTest__CustomerAddRq.xml",
        f"{MREIDEN}WebConnectorServerTest__CustomerAddRs.xml",
        {
            "~CustomerRet/FullName": ANONYMISED + ": a job whose ParentRef is gone",
            "~CustomerRet/Sublevel": ANONYMISED + ": a job whose ParentRef is gone",
            "-CustomerRet/PreferredDeliveryMethod": "this release says None where nothing is said; others do not",
            "~CustomerRet/BillAddressBlock/Addr3": "of seven lines QuickBooks leaves out the third, we the last two",
            "~CustomerRet/BillAddressBlock/Addr4": "the same",
            "~CustomerRet/BillAddressBlock/Addr5": "the same",
        },
        version="13.0",
    ),
    Pair(
        f"{MMURPHY}DataExtDefQueryRq.xml",
        f"{MMURPHY}DataExtDefQueryRs.xml",
        {
            f"+DataExtDefRet/{name}": f"{ANONYMISED}: since 11.0 the schema requires it"
            for name in ("DataExtID", "DataExtListRequire", "DataExtTxnRequire", "DataExtFormatString")
        },
        before=tuple(DEFINITION.format(name) for name in ("AppLock", "FileID")),
    ),
    Pair(
        f"{MMURPHY}DataExtAddRq_2.xml",
        f"{MMURPHY}DataExtAddRs_2.xml",
        before=(DEFINITION.format("AppLock"), LOCK),
    ),
]


def test_there_are_pairs_enough():
    with (SHARED / "qbxml" / "samples" / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        rows = {row["file"]: row for row in csv.DictReader(manifest)}
    assert len(PAIRS) >= 17
    assert sum("recorded" in rows[pair.reply]["authenticity"] for pair in PAIRS) >= 9


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{pair.request}-{pair.reply.rpartition('/')[2]}" for pair in PAIRS])
def test_a_recorded_request_is_answered_as_it_was(books, pair):
    reply = document(pair.reply)
    records, request = found_in(reply), sent(pair.request, pair.version)
    added = set() if b"QueryRq" in request else {key(record) for record in records}
    seeds = [record for record in records if hasattr(record, "list_id") or hasattr(record, "txn_id")]
    books.seed([record for record in rebuilt(seeds, books) if key(record) not in added])
    for one in told(books, *pair.before):
        assert one.get("statusCode") == "0", one.get("statusMessage")
    (version,) = re.findall(rb'<\?qbxml version="([\d.]+)"', request)
    (answer,) = answers(validated(books.process(request), version.decode()))
    judge(unlike(answers(reply)[0], answer), pair.listed)


# --- replies alone ---------------------------------------------------------------------------------------------------


def recorded():
    """The recorded replies that hold records."""
    if SHARED is None:
        return []
    with (SHARED / "qbxml" / "samples" / "manifest.csv").open(encoding="utf-8", newline="") as manifest:
        return [
            row["file"]
            for row in csv.DictReader(manifest)
            if row["direction"] == "response" and row["authenticity"].startswith("recorded")
        ]


LEFT_OUT = {
    f"{APOTEMA}job_estimates_vs_actuals_detail_2__JobReportQueryRs.xml": "a report: simulator/test_reports.py plays it again",
    f"{CONSOLIBYTE}Callbacks__GeneralSummaryReportQueryRs.xml": "a kind of report that is not made",
    f"{SFLAGP}ResultTests__AccountQueryRs_2.xml": "no reply: its publisher broke the envelope to test his parser",
    f"{JSGOUPIL}CustomerQueryResponseTests__CustomerRet_2.ret.xml": "a PreferredDeliveryMethod that no version knows",
}
"""Recorded replies that are not rebuilt, each with its reason."""

FORMER = {
    f"{APOTEMA}purchase_order_add__PurchaseOrderAddRs.xml": "7.0",
    f"{CONSOLIBYTE}api_callback_test__CustomerAddRs.xml": "5.0",
    f"{CONSOLIBYTE}api_callback_test__CustomerQueryRs.xml": "5.0",
    f"{CONSOLIBYTE}dev_qbwc_tester__AccountQueryRs.xml": "2.0",
    f"{CONSOLIBYTE}log__CustomerAddRs.xml": "5.0",
    f"{CONSOLIBYTE}quickbooks_log__CustomerAddRs.xml": "5.0",
    f"{CPARELLO}Callbacks__InvoiceQueryRs.xml": "5.0",
    f"{CPARELLO}CheckQuery__CheckQueryRs.xml": "5.0",
    f"{SKRYL}customer_query_terator_rs__CustomerQueryRs.xml": "5.0",
    f"{SKRYL}item_inventory_add_rs__ItemInventoryAddRs.xml": "7.0",
    f"{SKRYL}purchase_order_query_rs__PurchaseOrderQueryRs.xml": "8.0",
}
"""In which version of qbXML the replies were asked for, by their requests or by what they lack; all others in 13.0."""

TYPED = "a person had written the address block by hand; requests cannot, and ours is printed from the address"
SENT = "QuickBooks keeps in the block the words that were sent, and in the address their usual short form"
PUBLISHED = "left out by its publisher"
PERCENT = "QuickBooks prints a percent sign that its own schema refuses"

MULTIPLE = "the simulator's files have one currency"
NO_CARD = "its publisher cut the NameOnCard out, without which there is no card"
BY_REQUEST = "paid by a request of the test, under another TxnID"


def typed(*paths):
    """Lines of printed addresses that differ because they were typed, or sent in other words."""
    return dict.fromkeys(paths, SENT)


ADDRESSES = {
    f"{CPARELLO}Callbacks__InvoiceQueryRs_2.xml": typed("~InvoiceRet/BillAddressBlock/Addr5"),
    f"{CPARELLO}tester__EstimateQueryRs.xml": typed("~EstimateRet/BillAddressBlock/Addr5"),
    f"{FLOWLINK}invoice_add_rs__InvoiceAddRs.xml": typed(
        "~InvoiceRet/BillAddressBlock/Addr2",
        "~InvoiceRet/BillAddressBlock/Addr3",
        "~InvoiceRet/ShipAddressBlock/Addr2",
        "~InvoiceRet/ShipAddressBlock/Addr3",
    ),
    f"{MOZU}QBHandlerTest__SalesOrderModRs.xml": typed("~SalesOrderRet/BillAddressBlock/Addr3"),
    f"{SFLAGP}ResultTests__InvoiceAddRs.xml": {"~InvoiceRet/BillAddressBlock/Addr4": TYPED},
    f"{SFLAGP}ResultTests__InvoiceModRs.xml": {"~InvoiceRet/BillAddressBlock/Addr4": TYPED},
    f"{SKRYL}sales_receipt_add_rs__SalesReceiptAddRs.xml": typed(
        "+SalesReceiptRet/BillAddressBlock/Addr2",
        "~SalesReceiptRet/BillAddressBlock/Addr3",
        "~SalesReceiptRet/BillAddressBlock/Addr4",
        "-SalesReceiptRet/BillAddressBlock/Addr5",
    ),
}

LISTED = {
    **ADDRESSES,
    f"{CPARELLO}Callbacks__InvoiceQueryRs.xml": {"~InvoiceRet/LinkedTxn/TxnID": BY_REQUEST},
    f"{CPARELLO}Callbacks__InvoiceQueryRs_2.xml": {
        **ADDRESSES[f"{CPARELLO}Callbacks__InvoiceQueryRs_2.xml"],
        "~InvoiceRet/LinkedTxn/TxnID": BY_REQUEST,
    },
    f"{SKRYL}receive_payment_query_rs__ReceivePaymentQueryRs.xml": {"-ReceivePaymentRet/CreditCardTxnInfo": NO_CARD},
    f"{SKRYL}receive_payment_query_rs__ReceivePaymentQueryRs_2.xml": {"-ReceivePaymentRet/CreditCardTxnInfo": NO_CARD},
    f"{APOTEMA}job_add__CustomerAddRs.xml": {"~CustomerRet/FullName": ANONYMISED},
    f"{BILL_ASH}customers__CustomerQueryRs.xml": {
        "~CustomerRet/BillAddressBlock/Addr3": TYPED,
        "~CustomerRet/BillAddressBlock/Addr4": TYPED,
        "~CustomerRet/ShipAddressBlock/Addr3": TYPED,
        "+CustomerRet/ShipAddressBlock": TYPED,
        "-CustomerRet/ShipAddressBlock/Addr4": TYPED,
    },
    f"{CPARELLO}BillQuery__BillQueryRs.xml": {"+BillRet/OpenAmount": "the release of 2008 did not have it yet"},
    f"{HOTGLUE}customer-batch-mixed.response__CustomerAddRs.xml": {
        "-CustomerRet/Sublevel": ANONYMISED + ": not in the order of the schema",
        "+CustomerRet/Sublevel": ANONYMISED + ": not in the order of the schema",
        "+CustomerRet/JobStatus": PUBLISHED,
        "+CustomerRet": "the second of a batch of five",
    },
    f"{JSGOUPIL}CustomerQueryResponseTests__CustomerRet.ret.xml": {
        "+CustomerRet/Sublevel": PUBLISHED,
        "+CustomerRet/Balance": PUBLISHED,
        "+CustomerRet/TotalBalance": PUBLISHED,
        "+CustomerRet/JobStatus": PUBLISHED,
    },
    f"{MREIDEN}WebConnectorServerTest__CustomerAddRs.xml": {
        "~CustomerRet/FullName": ANONYMISED,
        "+CustomerRet/ParentRef": ANONYMISED + ": a job whose ParentRef is gone",
        "~CustomerRet/BillAddressBlock/Addr3": "of seven lines QuickBooks leaves out the third, we the last two",
        "~CustomerRet/BillAddressBlock/Addr4": "the same",
        "~CustomerRet/BillAddressBlock/Addr5": "the same",
    },
    f"{SKRYL}xml_to_hash_test__ItemQueryRs.xml": {"~ItemServiceRet/SalesOrPurchase/PricePercent": PERCENT},
    f"{SKRYL}xml_to_hash_test__ItemQueryRs_2.xml": {"~ItemServiceRet/SalesOrPurchase/PricePercent": PERCENT},
}
"""Where the file, rebuilt from a recorded reply, answers otherwise: ``-`` only QuickBooks, ``+`` only we, ``~`` both."""

TXN = re.compile(
    r"__(ARRefundCreditCard|Bill|Charge|Check|CreditMemo|Deposit|Estimate|Invoice|JournalEntry|PurchaseOrder"
    r"|ReceivePayment|SalesOrder|SalesReceipt|VendorCredit)(Query|Add|Mod)Rs"
)

SEEDED = {name: form for name, form in FORMS.items() if name in {"EditSequence", "TimeModified"}}
"""What the file makes up all the same."""


def query_for(answer, records, version):
    """What asks for these records by their ids, with everything that they show."""
    cls = entity(re.sub(r"(Query|Add|Mod)Rs$", "", answer.tag) + "Query")
    fields = table(cls).by_name
    values = {"txn_ids" if "txn_ids" in fields else "list_ids": tuple(key(record) for record in records)}
    if "include_line_items" in fields and any(LINE.search(str(element.tag)) for element in answer.iter()):
        values["include_line_items"] = True
    if "include_linked_txns" in fields and lasts(version, fields["include_linked_txns"].row.since, None):
        values["include_linked_txns"] = True
    if owners := {field.owner_id for record in records for field in getattr(record, "custom_fields", ())}:
        values["owner_ids"] = tuple(owners)
    return Request.query(cls(**values))


LINE = re.compile(r"LineRet$|LineGroupRet$|(Credit|Debit)Line$|AppliedToTxnRet$")


def payments(records):
    """The payments that invoices are linked to, as requests."""
    for record in records:
        for link in getattr(record, "linked_txns", ()):
            yield Request.add(
                ReceivePayment(
                    customer_ref=record.customer_ref,
                    txn_date=link.txn_date,
                    ref_number=link.ref_number,
                    total_amount=-link.amount,
                    applied_to_txns=(AppliedToTxn(txn_id=record.txn_id, payment_amount=-link.amount),),
                )
            )


@pytest.mark.parametrize("file", [file for file in recorded() if file not in LEFT_OUT])
def test_a_file_rebuilt_from_a_recorded_reply_answers_with_it(books, file):
    reply = document(file)
    (recorded_answer, *_), records = answers(reply), found_in(reply)
    assert records
    rest = [target for record in records for target in invoiced(record)]
    books.seed(rebuilt([*rest, *(whole(record) for record in records)], books))
    for request in payments(records):
        assert asked(books, request)[0].get("statusCode") == "0"
    version = FORMER.get(file, "13.0")
    (answer,) = asked(books, query_for(recorded_answer, records, version), version=version)
    judge(unlike(recorded_answer, answer, SEEDED, ()), LISTED.get(file, {}))


ORDERED = {
    f"{APOTEMA}items_services_2__ItemServiceQueryRs.xml": "",
    f"{BILL_ASH}accounts__AccountQueryRs.xml": "by account number, as in a file that uses them; ours by name",
    f"{BILL_ASH}customers__CustomerQueryRs.xml": "one customer stands last, where its user had put it",
    f"{CONSOLIBYTE}dev_qbwc_tester__AccountQueryRs.xml": "in an order of the user's own making, which no request tells",
    f"{CPARELLO}EmployeeQuery__EmployeeQueryRs.xml": "",
    f"{FLOWLINK}item_inventory_query_rs_raw__ItemInventoryQueryRs.xml": "",
    f"{FLOWLINK}item_query_rs__ItemQueryRs.xml": "",
    f"{SFLAGP}ResultTests__AccountQueryRs.xml": "",
    f"{SFLAGP}ResultTests__ItemQueryRs.xml": "",
}
"""Replies with whole lists; why the order is not ours, where it is not."""


@pytest.mark.parametrize("file", ORDERED)
def test_a_whole_list_comes_in_the_order_in_which_it_was_recorded(books, file):
    reply = document(file)
    books.seed(rebuilt(found_in(reply), books))
    (recorded_answer,) = answers(reply)
    name = recorded_answer.tag.removesuffix("Rs")
    (answer,) = told(books, f"<{name}Rq><ActiveStatus>All</ActiveStatus></{name}Rq>")
    order = [element[0].text for element in recorded_answer]
    assert ([element[0].text for element in answer if element[0].text in order] != order) is bool(ORDERED[file])


@pytest.mark.parametrize(
    "file", [f"{SFLAGP}ResultTests__InvoiceModRs.xml", f"{BILL_ASH}customers__CustomerQueryRs.xml"]
)
def test_no_change_of_a_recorded_answer_goes_unseen(file):
    (recorded_answer,) = answers(document(file))
    del recorded_answer[1:]
    assert unlike(recorded_answer, deepcopy(recorded_answer), {}) == {}
    for place in range(1, len(list(recorded_answer.iter()))):
        changed, dropped, swapped = (deepcopy(recorded_answer) for _ in range(3))
        element = list(changed.iter())[place]
        leaf = list(element.iter())[-1]
        leaf.text = f"{leaf.text}1"
        assert unlike(recorded_answer, changed, {})
        element = list(dropped.iter())[place]
        element.getparent().remove(element)
        assert unlike(recorded_answer, dropped, {})
        element = list(swapped.iter())[place]
        if (before := element.getprevious()) is not None and before.tag != element.tag:
            before.addprevious(element)
            assert unlike(recorded_answer, swapped, {})


def test_what_is_left_out_is_there():
    assert LEFT_OUT.keys() | LISTED.keys() | FORMER.keys() <= set(recorded())


# --- transactions, told again ----------------------------------------------------------------------------------------

BORN = "every file has from its birth its own template of that name"
UNPAID = "told again without the payment"
SEPARATE = "a request says custom fields apart from their transaction"
BORN_WITH = {
    f"{APOTEMA}invoices__InvoiceQueryRs.xml": "Invoice",
    f"{APOTEMA}purchase_order_add__PurchaseOrderAddRs.xml": "PurchaseOrder",
    f"{CPARELLO}Callbacks__InvoiceQueryRs_2.xml": "Invoice",
    f"{CPARELLO}tester__EstimateQueryRs.xml": "Estimate",
    f"{FLOWLINK}invoice_add_rs__InvoiceAddRs.xml": "Invoice",
    f"{MOZU}QBHandlerTest__SalesOrderModRs.xml": "SalesOrder",
    f"{SKRYL}purchase_order_query_rs__PurchaseOrderQueryRs.xml": "PurchaseOrder",
    f"{SKRYL}sales_receipt_add_rs__SalesReceiptAddRs.xml": "SalesReceipt",
}
TOLD_AGAIN = {
    f"{CPARELLO}BillQuery__BillQueryRs.xml": LISTED[f"{CPARELLO}BillQuery__BillQueryRs.xml"],
    f"{CPARELLO}Callbacks__InvoiceQueryRs_2.xml": {
        "~InvoiceRet/AppliedAmount": UNPAID,
        "~InvoiceRet/BalanceRemaining": UNPAID,
        "-InvoiceRet/LinkedTxn": UNPAID,
    },
    f"{SKRYL}purchase_order_query_rs__PurchaseOrderQueryRs.xml": {"-PurchaseOrderRet/DataExtRet": SEPARATE},
    f"{SKRYL}receive_payment_query_rs__ReceivePaymentQueryRs.xml": {"-ReceivePaymentRet/CreditCardTxnInfo": NO_CARD},
    f"{SKRYL}receive_payment_query_rs__ReceivePaymentQueryRs_2.xml": {
        "-ReceivePaymentRet/CreditCardTxnInfo": NO_CARD,
        "-ReceivePaymentRet/CurrencyRef": MULTIPLE,
        "-ReceivePaymentRet/TotalAmountInHomeCurrency": MULTIPLE,
    },
}
"""The same for the answers to requests that say of a transaction what can be said, and leave the rest to QuickBooks."""

OPENING = {f"{CPARELLO}Callbacks__InvoiceQueryRs.xml": "an opening balance: only QuickBooks has lines without an item"}
"""Transactions that no request can make."""


def told_anew(books, file, words, lists):
    """How the answer to a query differs from the recorded one, after the file was told of it by requests.

    Args:
        books: The file.
        file: The reply.
        words: Makes a record what a request says.
        lists: Makes the lists of the file what they were.
    """
    reply = document(file)
    (recorded_answer, *_), records = answers(reply), [whole(record) for record in found_in(reply)]
    known = {key(record) for record in records}
    rest = [target for record in records for target in invoiced(record)]
    seeds = lists(rebuilt([*rest, *records], books), records)
    books.seed([seed for seed in seeds if key(seed) not in known])
    added = [asked(books, Request.add(words(record, books)))[0] for record in records]
    assert [answer.get("statusMessage") for answer in added] == ["Status OK"] * len(records)
    again = [attrs.evolve(record, txn_id=one[0][0].text) for record, one in zip(found_in(reply), added, strict=True)]
    version = FORMER.get(file, "13.0")
    (answer,) = asked(books, query_for(recorded_answer, again, version), version=version)
    return unlike(recorded_answer, answer, FORMS, ())


def told_listed(file):
    """What differs, however it is told."""
    template = {f"~{BORN_WITH[file]}Ret/TemplateRef/ListID": BORN} if file in BORN_WITH else {}
    return TOLD_AGAIN.get(file, {}) | ADDRESSES.get(file, {}) | template


told_by_requests = pytest.mark.parametrize(
    "file", [file for file in recorded() if TXN.search(file) and file not in OPENING]
)


@told_by_requests
def test_a_recorded_transaction_that_is_told_again_comes_back_as_it_was(books, file):
    judge(told_anew(books, file, told_again, lambda seeds, _: seeds), told_listed(file))


COMPANY = "QuickBooks has it sent to the company's own address; that of the simulator has a name only"
WORDS_OF_ITEMS = "three lines of one item, each in other words: only one can have the item's own"
ORDERS = "whether an order takes over its vendor's terms is not known; ours does not"
SINCE = "the vendor has had his terms only since the first of the two bills"
TERSE = {
    f"{APOTEMA}purchase_order_add__PurchaseOrderAddRs.xml": {
        "~PurchaseOrderRet/ShipAddress/Addr1": COMPANY,
        "-PurchaseOrderRet/ShipAddress/Addr2": COMPANY,
        "-PurchaseOrderRet/ShipAddress/Addr3": COMPANY,
        "-PurchaseOrderRet/ShipAddress/City": COMPANY,
        "-PurchaseOrderRet/ShipAddress/PostalCode": COMPANY,
        "~PurchaseOrderRet/ShipAddressBlock/Addr1": COMPANY,
        "-PurchaseOrderRet/ShipAddressBlock/Addr2": COMPANY,
        "-PurchaseOrderRet/ShipAddressBlock/Addr3": COMPANY,
        "-PurchaseOrderRet/ShipAddressBlock/Addr4": COMPANY,
    },
    f"{CPARELLO}BillQuery__BillQueryRs.xml": {"+BillRet/TermsRef": SINCE, "~BillRet/DueDate": SINCE},
    f"{SFLAGP}ResultTests__InvoiceAddRs.xml": {"~InvoiceRet/InvoiceLineRet/Desc": WORDS_OF_ITEMS},
    f"{SFLAGP}ResultTests__InvoiceModRs.xml": {"~InvoiceRet/InvoiceLineRet/Desc": WORDS_OF_ITEMS},
    f"{SKRYL}purchase_order_query_rs__PurchaseOrderQueryRs.xml": {
        "~PurchaseOrderRet/ShipAddress/Addr1": COMPANY,
        "~PurchaseOrderRet/ShipAddressBlock/Addr1": COMPANY,
        "-PurchaseOrderRet/TermsRef": ORDERS,
        "~PurchaseOrderRet/DueDate": ORDERS,
    },
}
"""What differs besides, where a request says little and leaves the rest to QuickBooks."""


@told_by_requests
def test_a_recorded_transaction_that_is_told_in_few_words_comes_back_as_it_was(books, file):
    judge(told_anew(books, file, terse, lived_in), told_listed(file) | TERSE.get(file, {}))


def test_a_recorded_change_of_a_recorded_transaction_comes_back_as_it_was(books):
    (before,), (after,) = (found_in(document(f"{SFLAGP}ResultTests__Invoice{name}Rs.xml")) for name in ("Add", "Mod"))
    books.seed(rebuilt([before], books))
    (seeded,) = books.records("Invoice")
    now = attrs.evolve(after, edit_sequence=before.edit_sequence, time_modified=before.time_modified)
    mod = attrs.evolve(changes(before, now), edit_sequence=seeded.edit_sequence)
    (answer,) = asked(books, Request.mod(mod))
    (recorded_answer,) = answers(document(f"{SFLAGP}ResultTests__InvoiceModRs.xml"))
    judge(unlike(recorded_answer, answer, SEEDED, WORDS), ADDRESSES[f"{SFLAGP}ResultTests__InvoiceModRs.xml"])


# --- refusals --------------------------------------------------------------------------------------------------------

ACCOUNT = Account(list_id="1-1", name="A", account_type="OtherCurrentAsset")
SHIRT = ItemInventory(
    list_id="1-1",
    name="SPREE-T-SHIRT697877",
    income_account_ref=Ref(list_id="1-1"),
    cogs_account_ref=Ref(list_id="1-1"),
    asset_account_ref=Ref(list_id="1-1"),
)
SHIPPING = ItemService(
    list_id="1-1",
    name="Shipping Item - QuickBooks Inte",
    sales_or_purchase=SalesOrPurchase(price=Decimal(1), account_ref=Ref(list_id="1-1")),
)
PAYER = Customer(list_id="1-1", name="Payer")


@attrs.frozen
class Refused:
    """A recorded reply without a record, and what leads to it."""

    reply: str
    request: str
    seeds: tuple = ()
    listed: dict = attrs.field(factory=dict)


INFO = "recorded with the severity Info, which 3210 has not"

REFUSED = [
    Refused(
        f"{KYLE}test_helper__CustomerQueryRs.xml",
        "<CustomerQueryRq><FullName>bleech</FullName></CustomerQueryRq>",
    ),
    Refused(  # recorded as the answer to a query; such a query is answered with 500 in all other recordings
        f"{KYLE}test_helper__CustomerQueryRs_2.xml",
        """<CustomerModRq><CustomerMod><ListID>8000001B-1405768916</ListID><EditSequence>1</EditSequence>
        <Name>bleech</Name></CustomerMod></CustomerModRq>""",
    ),
    Refused(
        f"{BILL_ASH}test_query_parser__AccountAddRs.xml",
        """<AccountAddRq><AccountAdd><Name>Till</Name><AccountType>Bank</AccountType>
        <AccountNumber>a5ad6d73</AccountNumber></AccountAdd></AccountAddRq>""",
    ),
    Refused(
        f"{FLOWLINK}CustomerAddRs__ItemInventoryAddRs.xml",
        """<ItemInventoryAddRq><ItemInventoryAdd><Name>SPREE-T-SHIRT697877</Name>
        <IncomeAccountRef><FullName>A</FullName></IncomeAccountRef><COGSAccountRef><FullName>A</FullName></COGSAccountRef>
        <AssetAccountRef><FullName>A</FullName></AssetAccountRef></ItemInventoryAdd></ItemInventoryAddRq>""",
        (ACCOUNT, SHIRT),
    ),
    Refused(
        f"{CPARELLO}soap_xml_test__receiveResponseXML.soap.xml",
        """<ItemServiceAddRq requestID="SXRlbVNlcnZpY2VBZGR8c2hpcHBpbmc="><ItemServiceAdd>
        <Name>Shipping Item - QuickBooks Inte</Name><SalesOrPurchase><Price>1.00</Price>
        <AccountRef><FullName>A</FullName></AccountRef></SalesOrPurchase></ItemServiceAdd></ItemServiceAddRq>""",
        (ACCOUNT, SHIPPING),
    ),
    Refused(
        f"{FLOWLINK}sales_order_add_rs_invalid_record_ref__SalesOrderAddRs.xml",
        """<SalesOrderAddRq><SalesOrderAdd><CustomerRef><FullName>Joe Smith</FullName></CustomerRef>
        <SalesOrderLineAdd><Desc>Nothing</Desc></SalesOrderLineAdd></SalesOrderAdd></SalesOrderAddRq>""",
    ),
    Refused(f"{SFLAGP}ResultTests__ChargeQueryRs.xml", "<ChargeQueryRq />"),
    Refused(f"{APOTEMA}purchase_orders_empty__PurchaseOrderQueryRs.xml", "<PurchaseOrderQueryRq />"),
    Refused(
        f"{CONSOLIBYTE}Errors__ReceivePaymentAddRs.xml",
        """<ReceivePaymentAddRq><ReceivePaymentAdd><CustomerRef><FullName>Payer</FullName></CustomerRef>
        <TotalAmount>129.43</TotalAmount><AppliedToTxnAdd><TxnID>2-1</TxnID><PaymentAmount>129.43</PaymentAmount>
        </AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>""",
        (
            PAYER,
            whole(Invoice(txn_id="2-1", customer_ref=Ref(list_id="1-1"), subtotal=Decimal("129.42"))),
        ),
        {"~@statusSeverity": INFO},
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=[case.reply for case in REFUSED])
def test_a_recorded_refusal_is_worded_as_it_was(books, case):
    books.seed(case.seeds)
    (answer,) = told(books, case.request)
    (recorded_answer,) = answers(document(case.reply))
    judge(unlike(recorded_answer, answer, FORMS, WORDS), case.listed)


def test_a_recorded_batch_is_answered_one_by_one(books):
    file = f"{HOTGLUE}customer-batch-mixed.response__CustomerAddRs.xml"
    recorded_answers = answers(document(file))
    names = ["HG-BATCH-MIX-1785964184-1"] * 2 + ["HG-BATCH-MIX-1785964184-5"]
    requests = [f"<CustomerAddRq><CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq>" for name in names]
    orphan = "<ParentRef><FullName>NONEXISTENT-PARENT-CUSTOMER</FullName></ParentRef>"
    requests.insert(2, f"<CustomerAddRq><CustomerAdd><Name>x</Name>{orphan}</CustomerAdd></CustomerAddRq>")
    del recorded_answers[2]  # 3250, to a request that we do not know
    for recorded_answer, answer in zip(recorded_answers, told(books, *requests), strict=True):
        assert [answer.get(name) for name in WORDS] == [recorded_answer.get(name) for name in WORDS]


def test_a_line_that_points_nowhere_is_worded_as_a_publisher_noted(books):
    file = f"{FLOWLINK}sales_order_add_rs_invalid_record_ref__receiveResponseXML.soap.xml"
    text = html.unescape((SHARED / "qbxml" / "samples" / file).read_text(encoding="utf-8"))
    (noted,) = re.findall(r"There is .* SalesOrder line\..*list\.", text)
    books.seed([PAYER])
    (answer,) = told(
        books,
        """<SalesOrderAddRq><SalesOrderAdd><CustomerRef><FullName>Payer</FullName></CustomerRef>
        <SalesOrderLineAdd><ItemRef><FullName>sooo wrong</FullName></ItemRef></SalesOrderLineAdd>
        </SalesOrderAdd></SalesOrderAddRq>""",
    )
    assert (answer.get("statusCode"), answer.get("statusMessage")) == ("3140", noted)
