"""For each request, and each rule that can refuse it, qbXML that is refused by that rule; most of it is made from rows."""

import contextlib
import itertools
import re

from procore_qbd.errors import EngineError
from procore_qbd.qbxml import ADD, Edition
from procore_qbd.qbxml.rows.records import Reference, table
from procore_qbd.qbxml.rows.values import Amount, Attribute, Choice, Id, Price, Quantity, Text, Value
from procore_qbd.simulator import CompanyFile
from procore_qbd.simulator.about import FEATURES
from procore_qbd.simulator.knowledge.asked import PARENTS
from procore_qbd.simulator.knowledge.rules import Experiment, Setting, Step, named
from procore_qbd.simulator.knowledge.scene import (
    BILL,
    COSTS,
    FIR,
    INVOICE,
    ORDER,
    SCHOOL,
    framing,
    paying,
    receiving,
    ref,
)
from procore_qbd.simulator.refusals import ASKED, last_request
from procore_qbd.simulator.rules import REASONS
from procore_qbd.testing.probe import _Bench, _NotTriedError, with_setting_of
from procore_qbd.transports import Memory
from support.asking import DIALECT, asking, fields, paths

# --- what there is ---------------------------------------------------------------------------------------------------

CREDIT_MEMO = f"<CreditMemoAdd>{SCHOOL}{framing('CreditMemoLineAdd')}</CreditMemoAdd>"
RECEIPT = f"<SalesReceiptAdd>{framing('SalesReceiptLineAdd')}</SalesReceiptAdd>"
UNUSED = (
    f"<ReceivePaymentAdd>{SCHOOL}<TotalAmount>10.00</TotalAmount><IsAutoApply>false</IsAutoApply></ReceivePaymentAdd>"
)
CREDIT = f"<VendorCreditAdd>{FIR}{COSTS}</VendorCreditAdd>"
CHARGE = f"<ChargeAdd>{SCHOOL}{ref('ItemRef', '~Framing')}<Amount>10.00</Amount></ChargeAdd>"
REFUND = (
    f"<ARRefundCreditCardAdd>{SCHOOL}{ref('RefundFromAccountRef', '~Checking')}<RefundAppliedToTxnAdd>"
    "<TxnID>{credit.txn_id}</TxnID><RefundAmount>5.00</RefundAmount></RefundAppliedToTxnAdd></ARRefundCreditCardAdd>"
)
ASSEMBLY = (
    f"<ItemInventoryAssemblyAdd><Name>~Station</Name>{ref('IncomeAccountRef', '~Sales')}"
    f"{ref('COGSAccountRef', '~Job Costs')}{ref('AssetAccountRef', '~Stock')}<ItemInventoryAssemblyLine>"
    f"{ref('ItemInventoryRef', '~Pump')}<Quantity>1</Quantity></ItemInventoryAssemblyLine></ItemInventoryAssemblyAdd>"
)
TAX = f"<ItemSalesTaxAdd><Name>~Tax</Name><TaxRate>5</TaxRate>{ref('TaxVendorRef', '~Fir')}</ItemSalesTaxAdd>"
BY_CARD = (
    paying()
    .replace("BillPaymentCheck", "BillPaymentCreditCard")
    .replace(ref("BankAccountRef", "~Checking"), ref("CreditCardAccountRef", "~Card"))
    .replace("<IsToBePrinted>true</IsToBePrinted>", "")
)


def _journal(debit="~Job Costs", credit="~Checking"):
    sides = {"JournalDebitLine": debit, "JournalCreditLine": credit}
    lines = (f"<{side}>{ref('AccountRef', name)}<Amount>5.00</Amount></{side}>" for side, name in sides.items())
    return f"<JournalEntryAdd>{''.join(lines)}</JournalEntryAdd>"


ADDS = {
    "ARRefundCreditCard": (REFUND, {"credit": CREDIT_MEMO}),
    "Bill": (BILL, {}),
    "BillPaymentCheck": (paying(), {"bill": BILL}),
    "BillPaymentCreditCard": (BY_CARD, {"bill": BILL}),
    "BuildAssembly": (
        (
            f"<BuildAssemblyAdd>{ref('ItemInventoryAssemblyRef', '~Station')}<QuantityToBuild>1</QuantityToBuild>"
            "<MarkPendingIfRequired>true</MarkPendingIfRequired></BuildAssemblyAdd>"
        ),
        {"assembly": ASSEMBLY},
    ),
    "Charge": (CHARGE, {}),
    "Check": (f"<CheckAdd>{ref('AccountRef', '~Checking')}{COSTS}</CheckAdd>", {}),
    "CreditCardCharge": (f"<CreditCardChargeAdd>{ref('AccountRef', '~Card')}{COSTS}</CreditCardChargeAdd>", {}),
    "CreditCardCredit": (f"<CreditCardCreditAdd>{ref('AccountRef', '~Card')}{COSTS}</CreditCardCreditAdd>", {}),
    "CreditMemo": (CREDIT_MEMO, {}),
    "Deposit": (
        (
            f"<DepositAdd>{ref('DepositToAccountRef', '~Checking')}<DepositLineAdd>{ref('AccountRef', '~Sales')}"
            "<Amount>5.00</Amount></DepositLineAdd></DepositAdd>"
        ),
        {},
    ),
    "Estimate": (f"<EstimateAdd>{SCHOOL}{framing('EstimateLineAdd')}</EstimateAdd>", {}),
    "InventoryAdjustment": (
        (
            f"<InventoryAdjustmentAdd>{ref('AccountRef', '~Job Costs')}<InventoryAdjustmentLineAdd>"
            f"{ref('ItemRef', '~Pump')}<QuantityAdjustment><NewQuantity>3</NewQuantity></QuantityAdjustment>"
            "</InventoryAdjustmentLineAdd></InventoryAdjustmentAdd>"
        ),
        {},
    ),
    "Invoice": (INVOICE, {}),
    "ItemReceipt": (f"<ItemReceiptAdd>{FIR}{framing('ItemLineAdd')}</ItemReceiptAdd>", {}),
    "JournalEntry": (_journal(), {}),
    "PurchaseOrder": (ORDER, {}),
    "ReceivePayment": (receiving(), {"invoice": INVOICE}),
    "SalesOrder": (f"<SalesOrderAdd>{SCHOOL}{framing('SalesOrderLineAdd')}</SalesOrderAdd>", {}),
    "SalesReceipt": (RECEIPT, {}),
    "SalesTaxPaymentCheck": (
        (
            f"<SalesTaxPaymentCheckAdd>{ref('PayeeEntityRef', '~Fir')}<TxnDate>2026-01-31</TxnDate>"
            f"{ref('BankAccountRef', '~Checking')}<IsToBePrinted>true</IsToBePrinted><SalesTaxPaymentCheckLineAdd>{ref('ItemSalesTaxRef', '~Tax')}"
            "<Amount>5.00</Amount></SalesTaxPaymentCheckLineAdd></SalesTaxPaymentCheckAdd>"
        ),
        {"tax": TAX},
    ),
    "TimeTracking": (
        f"<TimeTrackingAdd>{ref('EntityRef', '~Fir')}<Duration>PT2H0M0S</Duration></TimeTrackingAdd>",
        {},
    ),
    "Transfer": (
        (
            f"<TransferAdd>{ref('TransferFromAccountRef', '~Checking')}{ref('TransferToAccountRef', '~Prepaid')}"
            "<Amount>5.00</Amount></TransferAdd>"
        ),
        {},
    ),
    "VendorCredit": (CREDIT, {}),
}
"""Of each kind a transaction that QuickBooks takes, and what must stand before it."""

NAMED = {
    **dict.fromkeys(("ListDelType", "ListMergeType", "ListDataExtType"), "Vendor"),
    **dict.fromkeys(("TxnDelType", "TxnVoidType", "TxnDataExtType"), "Bill"),
    "EditSequence": "1",
    "OwnerID": "0",
    "Name": "~O",
    "FirstName": "~Oak",
    "Initial": "~O",
    "CurrencyCode": "XXA",
    "AccountType": "Expense",
    "GeneralSummaryReportType": "ProfitAndLossStandard",
    "GeneralDetailReportType": "ProfitAndLossDetail",
    "JobReportType": "JobProfitabilitySummary",
}
"""What stands in elements by their tags, so that a document comes as far as QuickBooks looks at what it names."""
THERE = NAMED | {
    tag: f"<FullName>~{name}</FullName>"
    for name, tags in {
        "Fir": "VendorRef TaxVendorRef PayeeEntityRef SalesRepEntityRef EntityRef",
        "School": "CustomerRef",
        "Framing": "ItemRef",
        "Pump": "ItemInventoryRef",
        "Job Costs": "AccountRef COGSAccountRef ExpenseAccountRef",
        "Sales": "IncomeAccountRef",
        "Stock": "AssetAccountRef",
        "Checking": "BankAccountRef DepositToAccountRef RefundFromAccountRef TransferFromAccountRef",
        "Prepaid": "TransferToAccountRef",
        "Card": "CreditCardAccountRef",
        "Tax": "ItemSalesTaxRef",
        "Station": "ItemInventoryAssemblyRef",
    }.items()
    for tag in tags.split()
}
"""The same with references to what there is."""
NOBODY, ELSEWHERE = "<FullName>~Nobody</FullName>", "<ListID>{0}-1000000000</ListID>"
EMPTY = "<ListID></ListID>"


def there(asked):
    """What an element of a request holds that QuickBooks takes, and what must stand before it."""
    if asked.kind is None:
        more = {"tax": TAX} if asked.stem == "ItemSalesTaxGroup" else {}
        if not asked.mods or not (asked.kind or asked.of_list):
            return THERE, more
        return THERE | {"ListID": "{it.list_id}", "EditSequence": "{it.edit_sequence}"}, {**more, "it": _of_list(asked)}
    add, before = ADDS[asked.stem]
    own = dict(THERE)
    if asked.stem == "Check":
        own["AccountRef"] = "<FullName>~Checking</FullName>"
    if asked.stem.startswith("CreditCard"):
        own["AccountRef"] = "<FullName>~Card</FullName>"
    if asked.stem == "InventoryAdjustment":
        own["ItemRef"] = "<FullName>~Pump</FullName>"
    if not asked.mods:
        return own, dict(before)
    ids = {"TxnID": "{it.txn_id}", "EditSequence": "{it.edit_sequence}", "TxnLineID": "-1"}
    return own | ids, {**before, "it": add}


def _of_list(asked):
    add = ASKED[f"{asked.stem}Add"]
    return re.sub(r"^<\w+Rq>|</\w+Rq>$", "", asking(add, next(iter(_name(add)), ()), values=THERE))


def _name(add):
    return [path for path in paths(add, lambda row: row.tag == "FirstName") if add.stem == "Employee"]


def experiment(asks, before, setting=None, expects=None):
    steps = (Step(named(text, name)) for name, text in before.items())
    return Experiment((*steps, Step(asks, expects)), setting=setting)


# --- values: refused before anything is looked up --------------------------------------------------------------------

NO_VALUES = {
    "MALFORMED_ID": "pending",
    "NOT_YES_OR_NO": "maybe",
    "NOT_A_DATE": "soon",
    "NOT_A_TIME_INTERVAL": "soon",
    "NOT_AN_AMOUNT": "much",
    "NOT_A_PRICE": "much",
    "NOT_A_PERCENTAGE": "much",
    "NOT_A_QUANTITY": "much",
    "NOT_A_GUID": "none",
    "NOT_A_NUMBER": "many",
    "NOT_A_CHOICE": "Neither",
}
"""Texts that are no values of their kind."""
STRANGE = "&#20013;"


def no_value(asked, name):
    """A value that is none, in every place that has one of its kind."""
    for path in paths(asked, lambda row: isinstance(row, Value) and row.status == REASONS[name].code):
        yield asking(asked, path, NO_VALUES[name], values=NAMED)
        record = path[-2][0].tags(asked.shape)[path[-2][1]] if len(path) > 1 else asked.record
        for field in fields(record, asked.shape):  # the other branch of a choice, which must have one that can be read
            yield asking(asked, path, NO_VALUES[name], beside={field.row.tag}, values=NAMED)


def too_long(asked, _name):
    for path in paths(asked, lambda row: isinstance(row, Text) and row.status == Text.status):
        if (most := path[-1][0].row.longest(Edition.US)) is not None:
            yield asking(asked, path, "m" * (most + 1), values=NAMED)
    for path in paths(asked, lambda row: isinstance(row, Reference) and row.max is not None):
        yield asking(asked, path, f"<FullName>{'m' * (path[-1][0].row.max + 1)}</FullName>", values=NAMED)
    yield _including(asked, "m" * 51)


def strange(asked, _name):
    for path in paths(asked, lambda row: isinstance(row, Text)):
        yield asking(asked, path, STRANGE, values=NAMED)
    yield _including(asked, STRANGE)


def _including(asked, what):
    return re.sub(r"(</\w+Rq>)$", rf"<IncludeRetElement>{what}</IncludeRetElement>\1", asking(asked, values=NAMED))


def missing(asked, _name):
    for path in paths(asked, lambda row: asked.shape in row.required):
        yield asking(asked, path, without=True, values=NAMED)
    for path in paths(asked, lambda row: not isinstance(row, Value)):
        yield re.sub(
            rf"<{path[-1][1]}>.*</{path[-1][1]}>", f"<{path[-1][1]}></{path[-1][1]}>", asking(asked, path, values=NAMED)
        )
    yield re.sub(r"^<(\w+)>.*</\1>$", r"<\1></\1>", asking(asked))
    yield f'<{asked.name}Rq iterator="Start"></{asked.name}Rq>'


def cleared(asked, _name):
    for path in paths(asked, lambda row: isinstance(row, Value) and asked.shape in row.required):
        yield asking(asked, path, "", values=NAMED)


def conflicting(asked, _name):
    for path in paths(asked, lambda row: not isinstance(row, Attribute)):
        record = path[-2][0].tags(asked.shape)[path[-2][1]] if len(path) > 1 else asked.record
        name = path[-1][0].name
        for choice in table(record, DIALECT.version).spec.choices:
            mine = [branch for branch in choice.branches if name in branch]
            if not mine or asked.shape not in choice.shapes or choice.warning:
                continue
            for field in fields(record, asked.shape):
                if any(field.name in branch for branch in choice.branches if branch not in mine):
                    yield asking(asked, path, beside={field.row.tag}, values=NAMED)


def iterating(asked, _name):
    yield (
        f'<{asked.name}Rq iterator="Continue" iteratorID="{{00000000-0000-0000-0000-000000000001}}">'
        f"<MaxReturned>1</MaxReturned></{asked.name}Rq>"
    )


def _defining(asked, macro):
    for path in paths(asked, lambda row: row.tag == "defMacro"):
        yield asking(asked, path, macro, values=NAMED)


def macro_twice(asked, _name):
    yield from (document * 2 for document in _defining(asked, "TxnID:one"))


def macro_undefined(asked, _name):
    for path in paths(asked, lambda row: isinstance(row, Id) and bool(asked.shape & row.macro)):
        yield re.sub(r"<(\w+)>@</", r'<\1 useMacro="TxnID:one"></', asking(asked, path, "@", values=NAMED))


VALUES = dict.fromkeys(NO_VALUES, no_value) | {
    "TOO_LONG": too_long,
    "CHARACTER_NOT_STORED": strange,
    "MISSING_ELEMENT": missing,
    "CONFLICTING_ELEMENTS": conflicting,
    "CANNOT_BE_CLEARED": cleared,
    "NO_SUCH_ITERATOR": iterating,
    "MACRO_DEFINED_TWICE": macro_twice,
    "UNDEFINED_MACRO": macro_undefined,
}
"""What is answered without a look into the company file."""


# --- what is looked up -----------------------------------------------------------------------------------------------


def of(asked, wanted, text=None, *, beside=(), setting=None, values=(), first=()):
    """Experiments that say something in every place where it can be said."""
    known, before = there(asked)
    for path in paths(asked, wanted):
        asks = asking(asked, path, text, beside=set(beside), values=known | dict(values))
        kept = {name: add for name, add in before.items() if name not in dict(first)}
        yield experiment(asks, {**kept, **dict(first)}, setting)


def tagged(*tags):
    return lambda row: row.tag in tags


def not_found(asked):
    for path in ((), *paths(asked, tagged("TxnID", "ListID"))):
        yield experiment(asking(asked, path, values=NAMED), {})


MADE = {
    "ann": {"ann": "<EmployeeAdd><FirstName>~Ann</FirstName></EmployeeAdd>"},
    "tax": {"tax": TAX},
    "assembly": {"assembly": ASSEMBLY},
}


def elsewhere(asked):
    vendor = {"ListID": "{vendor.number}-1000000000", "TxnID": "{bill.number}-1000000000"}
    for path in ((), *paths(asked, tagged("TxnID", "ListID"))):
        yield experiment(asking(asked, path, values=NAMED | vendor), {"bill": BILL})
    if asked.mods and (asked.kind or asked.of_list):
        known, before = there(asked)
        ids = {"ListID": "{it.number}-1000000000", "TxnID": "{it.number}-1000000000"}
        yield experiment(asking(asked, values=known | ids), before)
    homes = {
        "vendor": "Vendor",
        "customer": "Customer",
        "bank": "Account",
        "service": "ItemService",
        "stocked": "ItemInventory",
        "tax": "ItemSalesTax",
        "assembly": "ItemInventoryAssembly",
        "ann": "Employee",
    }
    for name, home in homes.items():
        text = f"<ListID>{{{name}.number}}-1000000000</ListID>"
        yield from of(
            asked, lambda row, home=home: isinstance(row, Reference) and home in row.to, text, first=MADE.get(name, {})
        )
        yield from of(asked, tagged("ListID"), f"{{{name}.number}}-1000000000")
    for name, add in {
        "order": ORDER,
        "bill": BILL,
        "invoice": INVOICE,
        "memo": CREDIT_MEMO,
        "credit": CREDIT,
        "receipt": RECEIPT,
    }.items():
        ids = f"{{{name}.number}}-1000000000"
        yield from of(asked, lambda row: row.tag.endswith("TxnID"), ids, first={name: add})


def out_of_date(asked):
    if asked.name == "ListMerge":
        sides = {
            side: f"<ListID>{{{name}.list_id}}</ListID><EditSequence>1</EditSequence>"
            for side, name in (("MergeFrom", "vendor"), ("MergeTo", "other_vendor"))
        }
        inner = "".join(f"<{side}>{said}</{side}>" for side, said in sides.items())
        yield experiment(f"<ListMergeRq><ListMergeType>Vendor</ListMergeType>{inner}</ListMergeRq>", {})
    known, before = there(asked)
    yield experiment(asking(asked, values=known | {"EditSequence": "1"}), before)


def nobody(asked):
    yield from of(asked, lambda row: isinstance(row, Reference) and row.tag not in PARENTS, NOBODY)
    yield from of(asked, tagged("FullName"), "~Nobody")


def backwards(asked):
    for first, last in (("FromTxnDate", "ToTxnDate"), ("FromReportDate", "ToReportDate")):
        values = {first: "2026-02-01", last: "2026-01-31"}
        yield from of(asked, tagged(first), "2026-02-01", beside=(last,), values=values)


def busy(asked):
    ids = {"ListID": "{vendor.list_id}", "TxnID": "{bill.txn_id}"}
    for path in ((), *paths(asked, tagged("TxnID"))):
        yield experiment(asking(asked, path, values=NAMED | ids), {"bill": BILL}, Setting.SOMEBODY_EDITS)
        yield experiment(asking(asked, path, values=NAMED | ids), {"bill": BILL}, Setting.SOMEBODY_EDITS_A_BILL)


LINKED = {
    "PurchaseOrder": {"it": ORDER, "bill": f"<BillAdd>{FIR}<LinkToTxnID>{{it.txn_id}}</LinkToTxnID></BillAdd>"},
    "SalesOrder": {
        "it": ADDS["SalesOrder"][0],
        "bill": f"<InvoiceAdd>{SCHOOL}<LinkToTxnID>{{it.txn_id}}</LinkToTxnID></InvoiceAdd>",
    },
    "Bill": {"it": BILL, "bill": paying("{it.txn_id}")},
    "ItemReceipt": {
        "bill": ORDER,
        "it": f"<ItemReceiptAdd>{FIR}<LinkToTxnID>{{bill.txn_id}}</LinkToTxnID></ItemReceiptAdd>",
    },
    "VendorCredit": {
        "it": CREDIT,
        "bill": BILL,
        "paid": paying(
            "{bill.txn_id}",
            "3.00",
            "<SetCredit><CreditTxnID>{it.txn_id}</CreditTxnID><AppliedAmount>2.00</AppliedAmount></SetCredit>",
        ),
    },
    "Invoice": {"it": INVOICE, "bill": receiving("{it.txn_id}")},
    "Charge": {"it": CHARGE, "bill": receiving("{it.txn_id}")},
    "CreditMemo": {"it": CREDIT_MEMO, "bill": REFUND.replace("credit.", "it.")},
    "ReceivePayment": {
        "invoice": INVOICE,
        "it": receiving(),
        "bill": f"<DepositAdd>{ref('DepositToAccountRef', '~Checking')}<DepositLineAdd><PaymentTxnID>{{it.txn_id}}</PaymentTxnID></DepositLineAdd></DepositAdd>",
    },
    "SalesReceipt": {
        "it": RECEIPT,
        "bill": f"<DepositAdd>{ref('DepositToAccountRef', '~Checking')}<DepositLineAdd><PaymentTxnID>{{it.txn_id}}</PaymentTxnID></DepositLineAdd></DepositAdd>",
    },
}
"""Of each kind that something can be linked to: a transaction, ``it``, and one that is linked to it, ``bill``."""


def now(asked):
    """A Mod of what was linked: it may have another EditSequence than it had."""
    return f'<{asked.stem}QueryRq requestID="now"><TxnID>{{it.txn_id}}</TxnID></{asked.stem}QueryRq>'


def busy_to_delete(asked):
    yield experiment(asking(asked, values=NAMED | {"ListID": "{vendor.list_id}"}), {}, Setting.SOMEBODY_EDITS)


def related(asked):
    yield from of(
        asked,
        lambda row: row.tag.endswith("TxnID"),
        "{bill.txn_id}",
        setting=Setting.SOMEBODY_EDITS_A_BILL,
        first={"bill": BILL},
    )
    for path in paths(asked, lambda row: row.tag.endswith("TxnID") and len(row.tag) > 5):
        yield experiment(
            asking(asked, path, "{bill.txn_id}", values=NAMED), {"bill": BILL}, Setting.SOMEBODY_EDITS_A_BILL
        )
    for path in paths(asked, tagged("TxnID")):
        if len(path) > 1:
            yield experiment(
                asking(asked, path, "{bill.txn_id}", values=NAMED), {"bill": BILL}, Setting.SOMEBODY_EDITS_A_BILL
            )
    if asked.name in ("TxnDel", "TxnVoid"):
        ids = {"TxnID": "{it.txn_id}", f"{asked.name}Type": "Bill"}
        yield experiment(asking(asked, values=ids), LINKED["Bill"], Setting.SOMEBODY_EDITS_A_BILL)
    if asked.stem in LINKED and asked.mods:
        yield experiment(asking(asked, values=there(asked)[0]), LINKED[asked.stem], Setting.SOMEBODY_EDITS_A_BILL)


def saying(asked, tag, inner):
    """What must stand first, and an Add that QuickBooks takes, with one more element of the first level in it."""
    add, before = ADDS[asked.stem]
    order = [one for field in fields(asked.record, ADD) for one in field.tags(ADD)]
    begins, rest = re.match(r"(<\w+>)(.*)", add).groups()
    place = 0
    for found in _children(rest):
        if order.index(found[0]) >= order.index(tag):
            break
        place = found[2]
    if f"<{tag}>" in rest:
        return re.sub(f"<{tag}>.*?</{tag}>", f"<{tag}>{inner}</{tag}>", add, count=1), before
    return f"{begins}{rest[:place]}<{tag}>{inner}</{tag}>{rest[place:]}", before


def _children(text):
    """The elements of a text: tag, where each begins, and where it ends."""
    at = 0
    while found := re.compile(r"<(\w+)>").match(text, at):
        end = text.index(f"</{found[1]}>", at) + len(found[1]) + 3
        yield found[1], at, end
        at = end


OLD = "2019-06-30"


def closed(asked, setting=Setting.BOOKS_CLOSED):
    if asked.adds:
        asks, before = saying(asked, "TxnDate", OLD)
        yield experiment(asks, before, setting)
    elif asked.mods:
        yield from of(asked, tagged("TxnDate"), OLD, setting=setting)
    else:
        old = BILL.replace("<ExpenseLineAdd>", f"<TxnDate>{OLD}</TxnDate><ExpenseLineAdd>")
        yield experiment(asking(asked, values=NAMED | {"TxnID": "{bill.txn_id}"}), {"bill": old}, setting)


def condensed(asked):
    yield from closed(asked, Setting.CONDENSED)


MUCH = {
    **dict.fromkeys(("Quantity", "Rate", "Cost"), "1000000000"),
    **dict.fromkeys(("Amount", "PaymentAmount", "RefundAmount"), "9999999999999.99"),
}


def much(asked):
    number = lambda row: isinstance(row, (Amount, Price, Quantity))  # noqa: E731
    yield from of(asked, number, beside=("Rate", "Cost", "ItemRef"), values=MUCH)
    yield from _twice(of(asked, tagged("Amount"), MUCH["Amount"], beside=("AccountRef",)), r"\w+Line\w+")
    yield from of(asked, tagged("TotalValue"), MUCH["Amount"], beside=("QuantityOnHand",))
    owed = re.sub(
        "<Quantity>1</Quantity>|<Amount>5.00</Amount>", f"<Amount>{MUCH['Amount']}</Amount>", OWED.get(asked.stem, BILL)
    )
    for one in of(
        asked,
        tagged("TxnID"),
        "{one.txn_id}",
        beside=("PaymentAmount", "RefundAmount"),
        values=MUCH,
        first={"one": owed, "other": owed},
    ):
        *before, last = one.steps
        asks = re.sub(
            r"(<(\w*AppliedToTxn\w+)>.*</\2>)", lambda found: found[0] + found[0].replace("one.", "other."), last.asks
        )
        yield Experiment((*before, Step(asks)))


def lines(asked, *those, beside=(), values=()):
    for tag, text in those:
        yield from of(asked, tagged(tag), text, beside=beside, values=values)


def no_item(asked):
    yield from lines(asked, ("Amount", "5.00"), ("Quantity", "5"), ("Cost", "5.00"), ("Rate", "5.00"))


def no_account(asked):
    yield from lines(asked, ("Amount", "5.00"))
    yield from of(asked, tagged("Amount"), "5.00", beside=("JournalLineType",))


def no_lines(asked):
    known, before = there(asked)
    yield experiment(asking(asked, values=known), before)
    yield from of(asked, lambda row: row.tag.startswith("Clear"), "true")


def negative(asked):
    yield from lines(asked, ("Amount", "-5.00"), beside=("ItemRef",))
    yield from lines(asked, ("Amount", "-5.00"), beside=("AccountRef",))
    yield from lines(asked, ("Amount", "-5.00"))


def wrong_item(asked):
    first = {
        "sum": "<ItemSubtotalAdd><Name>~Sum</Name></ItemSubtotalAdd>",
        "group": "<ItemGroupAdd><Name>~Group</Name></ItemGroupAdd>",
    }
    for name in ("~Sum", "~Group", "~Framing"):
        yield from of(asked, tagged("ItemRef", "ItemInventoryAssemblyRef"), f"<FullName>{name}</FullName>", first=first)


def left_without(asked):
    first = {"it": UNUSED} if asked.stem == "ReceivePayment" else {}
    yield from of(asked, lambda row: isinstance(row, Reference), EMPTY, first=first)
    yield from of(asked, lambda row: isinstance(row, Value), "")
    if asked.adds:
        known, before = there(asked)
        yield experiment(asking(asked, values=known), before)


def not_reimbursable(asked):
    beside = ("AccountRef", "CustomerRef", "Amount", "JournalLineType")
    for status in ("NotBillable", "Billable"):
        for one in of(asked, tagged("BillableStatus"), status, beside=beside):
            *before, last = one.steps
            asks = re.sub(r"(Line\w*>.*?<AccountRef>)<FullName>[^<]*", r"\1<FullName>~Receivables", last.asks)
            yield Experiment((*before, Step(asks)))
        yield from of(asked, tagged("BillableStatus"), status)


def wrong_account(asked):
    row = table(asked.record).by_name[asked.kind.account].row
    yield from of(asked, tagged(row.tag), "<FullName>~Prepaid</FullName>")
    if asked.adds:
        yield experiment(*saying(asked, row.tag, "<FullName>~Prepaid</FullName>"))


def payables(asked):
    yield from of(asked, tagged("AccountRef"), "<FullName>~Payables</FullName>", beside=("Amount",))


def site(asked):
    first = {"site": "<InventorySiteAdd><Name>~Yard</Name></InventorySiteAdd>"}
    yield from of(asked, tagged("InventorySiteRef"), "<FullName>~Yard</FullName>", beside=("ItemRef",), first=first)


def empty_group(asked):
    first = {"group": "<ItemGroupAdd><Name>~Group</Name></ItemGroupAdd>"}
    yield from of(asked, tagged("ItemGroupRef"), "<FullName>~Group</FullName>", first=first)


# --- payments and credits --------------------------------------------------------------------------------------------

OWED = {"ARRefundCreditCard": CREDIT_MEMO, "ReceivePayment": INVOICE, "Invoice": INVOICE}
"""What kinds of payments are for; all others are for bills."""
SMALL_MEMO = CREDIT_MEMO.replace("<Quantity>1</Quantity>", "<Amount>2.00</Amount>")
SMALL_CREDIT = CREDIT.replace("5.00", "2.00")
PAID = {CREDIT_MEMO: REFUND.replace("credit.", "owed.").replace("5.00", "10.00"), INVOICE: receiving("{owed.txn_id}")}


def _applying(asked, target="{owed.txn_id}", amount="1.00", more=(), first=()):
    owed = OWED.get(asked.stem, BILL)
    values = dict.fromkeys(("PaymentAmount", "RefundAmount", "DiscountAmount"), amount)
    amounts = ("PaymentAmount", "RefundAmount", *more)
    return of(
        asked,
        tagged("TxnID"),
        target,
        beside=amounts,
        values=values,
        first={
            "owed": owed,
            **{name: text or PAID.get(owed, paying("{owed.txn_id}")) for name, text in dict(first).items()},
        },
    )


def _twice(found, tag=r"\w*AppliedToTxn\w+|SetCredit|DepositLine\w+"):
    for one in found:
        *before, last = one.steps
        doubled = re.sub(rf"(<({tag})>.*</\2>)", r"\1\1", last.asks, count=1)
        yield Experiment((*before, Step(doubled)), setting=one.setting)


def nothing_to_pay(asked):
    yield from _applying(asked, "7FFFFFFF-1")


def paid_already(asked):
    yield from _applying(asked, first={"paid": ""})


def overpaid(asked):
    yield from _applying(asked, amount="50.00")


def negative_payment(asked):
    yield from _applying(asked, amount="-1.00")


def paid_twice(asked):
    yield from _twice(_applying(asked))
    yield from _twice(_crediting(asked, "{small.txn_id}", "1.00"))


def no_discount_account(asked):
    yield from _applying(asked, more=("DiscountAmount",))


def _crediting(asked, credit, amount):
    """A credit that is set; the own TxnID of a Mod stands before that of what is paid."""
    small = SMALL_CREDIT if asked.stem.startswith("Bill") else SMALL_MEMO
    owed = OWED.get(asked.stem, BILL)
    values = {"TxnID": "@", "AppliedAmount": amount, "PaymentAmount": "1.00"}
    for one in of(
        asked,
        tagged("CreditTxnID"),
        credit,
        beside=("PaymentAmount",),
        values=values,
        first={"small": small, "owed": owed},
    ):
        *before, last = one.steps
        asks = last.asks.replace("<TxnID>@", "<TxnID>{it.txn_id}", 1) if asked.mods else last.asks
        yield Experiment((*before, Step(asks.replace("<TxnID>@", "<TxnID>{owed.txn_id}"))))


def no_such_credit(asked):
    yield from _crediting(asked, "7FFFFFFF-1", "1.00")


def credit_used_up(asked):
    yield from _crediting(asked, "{small.txn_id}", "3.00")


def total_of(*totals):
    return lambda asked: lines(asked, *(("TotalAmount", one) for one in totals))


def less_than_applied(asked):
    first = LINKED.get(asked.stem, {})
    if asked.stem == "ReceivePayment":
        first = {"it": UNUSED, "refund": REFUND.replace("credit.", "it.")}
        yield from of(asked, tagged("TotalAmount"), "1.00", first=first)
    for name in ("expense_lines", "lines"):
        line = {"TxnLineID": f"{{it.{name}[0].txn_line_id}}"}
        yield from of(asked, tagged("Amount"), "1.00", values=line, first=first)


# --- what is linked --------------------------------------------------------------------------------------------------

NOW = {"EditSequence": "{now.edit_sequence}"}


def _linked(asked):
    return {
        **LINKED.get(asked.stem, {}),
        "now": f"<{asked.stem}QueryRq><TxnID>{{it.txn_id}}</TxnID></{asked.stem}QueryRq>",
    }


def another_name(asked):
    for name in ("~Birch", "~Library"):
        wanted = tagged("VendorRef", "CustomerRef")
        yield from of(asked, wanted, f"<FullName>{name}</FullName>", values=NOW, first=_linked(asked))
        yield from of(asked, wanted, f"<FullName>{name}</FullName>")


def line_is_billed(asked):
    yield from of(asked, tagged("TxnLineID"), "-1", values=NOW, first=_linked(asked))


def paid_and_pending(asked):
    yield from of(asked, tagged("IsPending"), "true", values=NOW, first=_linked(asked))


def deposited(asked):
    yield from of(asked, tagged("TotalAmount"), "1.00", values=NOW, first=_linked(asked))
    yield from of(asked, tagged("CustomerRef"), "<FullName>~Library</FullName>", values=NOW, first=_linked(asked))


def another_order(asked):
    for name in ("expense_lines", "lines", "item_lines"):
        line = f"{{it.{name}[0].txn_line_id}}"
        for path in paths(asked, tagged("TxnLineID")):
            if len(path) == 2:
                known, before = there(asked)
                yield from _twice([experiment(asking(asked, path, line, values=known), before)], path[0][1])


def another_total(asked):
    yield from lines(asked, ("Amount", "6.00"))


def from_orders(asked):
    """What is tried with bills and purchase orders, with other kinds."""
    for name in ("NO_SUCH_ORDER", "LINKED_IN_BOTH_WAYS", "ORDER_OF_ANOTHER_NAME", "LINKED_TWICE"):
        steps = tuple(Step(_translated(step.asks, asked)) for step in REASONS[name].experiment.steps)
        yield Experiment(steps)


def _translated(asks, asked):
    asks = asks.replace("BillAdd", asked.name)
    if asked.stem == "Invoice":
        for old, new in {
            "PurchaseOrder": "SalesOrder",
            "VendorRef": "CustomerRef",
            "~Fir": "~School",
            "~Birch": "~Library",
            "<ItemLine": "<InvoiceLine",
            "</ItemLine": "</InvoiceLine",
        }.items():
            asks = asks.replace(old, new)
    return asks


def no_sales_tax(asked):
    if asked.adds:
        yield experiment(*ADDS[asked.stem], Setting.SALES_TAX_REQUIRED)
    else:
        known, before = there(asked)
        yield experiment(asking(asked, values=known), before, Setting.SALES_TAX_REQUIRED)


POOL = {"pool": "<CustomerAdd><Name>~Pool</Name><CreditLimit>9.99</CreditLimit></CustomerAdd>"}


def over_the_limit(asked):
    add, before = ADDS[asked.stem]
    if asked.adds:
        yield experiment(add.replace("~School", "~Pool"), {**before, **POOL})
    small = re.sub(
        "<Quantity>1</Quantity>|<Amount>10.00</Amount>", "<Amount>5.00</Amount>", add.replace("~School", "~Pool")
    )
    for line in ("-1", "{it.lines[0].txn_line_id}"):
        values = {"TxnLineID": line}
        yield from of(asked, tagged("Amount"), "20.00", beside=("ItemRef",), values=values, first={**POOL, "it": small})


def macro(text):
    def defining(asked):
        add, before = ADDS[asked.stem]
        yield experiment(
            f"<{asked.name}Rq>{add.replace('>', f' defMacro={chr(34)}{text}{chr(34)}>', 1)}</{asked.name}Rq>", before
        )

    return defining


# --- of one kind -----------------------------------------------------------------------------------------------------

TO_BANK = {"receipt": RECEIPT, "deposit": LINKED["SalesReceipt"]["bill"].replace("{it.", "{receipt.")}


def not_undeposited(asked):
    yield from of(asked, tagged("PaymentTxnID"), "{bill.txn_id}", first={"bill": BILL})


def deposited_already(asked):
    yield from of(asked, tagged("PaymentTxnID"), "{receipt.txn_id}", first=TO_BANK)


def deposited_twice(asked):
    yield from _twice(of(asked, tagged("PaymentTxnID"), "{receipt.txn_id}", first={"receipt": RECEIPT}))


def no_amount(asked):
    yield from of(asked, tagged("AccountRef"))


def built(**said):
    def building(asked):
        for tag, text in said.items():
            yield from lines(asked, (tag, text))
        gone = (
            "<ItemInventoryAssemblyMod><ListID>{assembly.list_id}</ListID><EditSequence>{assembly.edit_sequence}"
            "</EditSequence><ClearItemsInGroup>true</ClearItemsInGroup></ItemInventoryAssemblyMod>"
        )
        known, before = there(asked)
        yield experiment(asking(asked, values=known), {**before, "gone": gone})

    return building


def journal_line(tag, text, *beside, **values):
    def changing(asked):
        for at in (0, 1):
            line = {"TxnLineID": f"{{it.lines[{at}].txn_line_id}}"}
            yield from of(asked, tagged(tag), text, beside=beside, values=values | line)
        yield from of(asked, tagged(tag), text, beside=(*beside, "JournalLineType"), values=values)

    return changing


ANN = {
    "ann": "<EmployeeAdd><FirstName>~Ann</FirstName><LastName>Doe</LastName><EmployeePayrollInfo>"
    "<UseTimeDataToCreatePaychecks>NotSet</UseTimeDataToCreatePaychecks></EmployeePayrollInfo></EmployeeAdd>"
}


def of_ann(asked):
    yield from of(asked, tagged("EntityRef"), "<FullName>~Ann Doe</FullName>", first=ANN)


def said(*those):
    return lambda asked: lines(asked, *those)


def named_ref(tag, name):
    return (tag, f"<FullName>{name}</FullName>")


# --- what the simulator does not have --------------------------------------------------------------------------------


def not_simulated(asked):
    known, before = there(asked)
    for path in paths(asked, lambda row: isinstance(row, Choice)):
        for word in path[-1][0].row.words:
            yield experiment(asking(asked, path, word.value, values=known), before)
    yield from of(asked, tagged("ItemRef"), "<FullName>~Tax</FullName>", first={"tax": TAX})
    yield from of(asked, lambda row: not isinstance(row, Value))
    yield from of(asked, tagged("MarkupRate", "AdjustPercentage", "RatePercent"), "5")


# --- lists -----------------------------------------------------------------------------------------------------------


def name_in_use(asked):
    known, before = there(asked)
    add = asking(asked, next(iter(_name(asked)), ()), values=known)
    yield experiment(add * 2, before, expects=(0, 3100))


def merged_by_name(asked):
    if asked.name == "ListMerge":
        names = {"MergeFrom": "other_customer", "MergeTo": "customer"}
        sides = (
            f"<{side}><ListID>{{{name}.list_id}}</ListID><EditSequence>{{{name}.edit_sequence}}</EditSequence></{side}>"
            for side, name in names.items()
        )
        gym = f"<CustomerAdd><Name>Gym</Name>{ref('ParentRef', '~Library')}</CustomerAdd>"
        merge = f"<ListMergeRq><ListMergeType>Customer</ListMergeType>{''.join(sides)}</ListMergeRq>"
        yield experiment(merge, {"another_job": gym})
        return
    add = _of_list(asked)
    other = re.sub("~O(ak)?", "~P", add).replace("XXA", "XXB")
    values = {"Name": "~P", "FirstName": "~P", "Initial": "~P"}
    yield from of(asked, tagged("Name", "FirstName", "Initial"), "~P", values=values, first={"other": other})


def colon(asked):
    yield from of(asked, tagged("Name", "FirstName"), "~a:b")


def below_itself(asked):
    yield from of(asked, tagged(*PARENTS), "<ListID>{it.list_id}</ListID>")


def no_parent(asked):
    yield from of(asked, tagged(*PARENTS), NOBODY)


def long_full_name(asked):
    whole = ASKED[f"{asked.stem}Add"]
    path = next(iter(paths(whole, tagged("ParentRef"))))
    first = {}
    for number in range(7):
        above = f"<ListID>{{above{number - 1}.list_id}}</ListID>"
        values = THERE | {"Name": f"~{number}{'m' * 28}"}
        one = asking(whole, path, above, values=values) if number else asking(whole, values=values)
        first[f"above{number}"] = re.sub(r"^<\w+Rq>|</\w+Rq>$", "", one)
    for number in range(7):
        kept = {name: one for at, (name, one) in enumerate(first.items()) if at <= number}
        values = {"Name": "~" + "m" * 28}
        yield from of(
            asked,
            tagged("ParentRef"),
            f"<ListID>{{above{number}.list_id}}</ListID>",
            beside=("Name",),
            first=kept,
            values=values,
        )


def account_number(asked):
    other = "<AccountAdd><Name>~Other</Name><AccountType>Expense</AccountType><AccountNumber>4711</AccountNumber></AccountAdd>"
    yield from of(asked, tagged("AccountNumber"), "4711", first={"other": other})


def two_types(asked):
    yield from of(asked, tagged("ParentRef"), "<FullName>~Checking</FullName>")


def long_name(asked):
    yield from of(
        asked, tagged("LastName"), "m" * 25, beside=("FirstName", "MiddleName"), values={"FirstName": "m" * 25}
    )


def no_prices(asked):
    yield from of(
        asked,
        tagged("CurrencyRef"),
        "<FullName>~Crown</FullName>",
        first={"crown": "<CurrencyAdd><Name>~Crown</Name><CurrencyCode>XXC</CurrencyCode></CurrencyAdd>"},
    )


def no_price(asked):
    for path in paths(asked, tagged("PriceLevelPerItem")):
        known, before = there(asked)
        one = asking(asked, path, values=known)
        yield experiment(re.sub("<CustomPrice.*?</CustomPrice\\w*>", "", one), before)
        yield experiment(one, before)
    for word in ("AdjustRelativeTo",):
        yield from of(asked, tagged(word))


def empty(asked):
    yield from of(asked, lambda row: isinstance(row, Value), "")
    yield from of(asked, lambda row: isinstance(row, Value), " ")
    yield from of(asked, lambda row: isinstance(row, Reference), EMPTY)


def account_of(tag, *names):
    def of_item(asked):
        for name in names:
            yield from of(asked, tagged(tag), f"<FullName>{name}</FullName>")
            for path in paths(asked, tagged(tag)):
                known, before = there(asked)
                yield experiment(asking(asked, path, values=known | {tag: f"<FullName>{name}</FullName>"}), before)
                both = "ExpenseAccountRef" if tag == "IncomeAccountRef" else "IncomeAccountRef"
                yield experiment(
                    asking(asked, path, beside={both}, values=known | {tag: f"<FullName>{name}</FullName>"}), before
                )

    return of_item


PRIVATE = "{{6B063959-81B0-4622-85D6-F548C8CCB517}}"


def _defined(kind="STR255TYPE", owner=PRIVATE, on=("Vendor",), name="~Size"):
    objects = "".join(f"<AssignToObject>{one}</AssignToObject>" for one in on)
    return (
        f"<DataExtDefAdd><OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName><DataExtType>{kind}</DataExtType>"
        f"{objects}</DataExtDefAdd>"
    )


def custom(text, kind="STR255TYPE", *, defined=True, on=None, twice=False):
    """A value of a custom field: of a program on a vendor, or one that people see with the line of a transaction."""

    def saying_it(asked):
        owner, places = ("0", ("Item",)) if asked.kind else (PRIVATE, ("Vendor",))
        holder = {
            "OwnerID": owner,
            "DataExtName": "~Size",
            "ListObjRef": "<FullName>~Fir</FullName>",
            "DataExtValue": text,
        }
        first = {"field": _defined(kind, owner, on or places)} if defined else {}
        if twice and not asked.kind:
            first["value"] = asking(asked, values=NAMED | holder)[len("<DataExtAddRq>") : -len("</DataExtAddRq>")]
        ways = list(of(asked, tagged("DataExtValue"), text, values=holder, first=first))
        ways += [] if asked.kind else [experiment(asking(asked, values=NAMED | holder), first)]
        yield from _twice(ways, "DataExt") if twice and asked.kind else ways

    return saying_it


def defining(owner="0", on=(), name="~Size", first=(), more=()):
    def of_field(asked):
        values = {"OwnerID": owner, "DataExtName": name, "DataExtType": "STR255TYPE"}
        for tag in ("AssignToObject", *more):
            for one in on or (None,):
                yield from of(asked, tagged(tag), one, values=values, first=dict(first))

    return of_field


def redefining(asked):
    other = {"field": _defined(), "other": _defined(name="~Other")}
    values = {"OwnerID": PRIVATE, "DataExtName": "~Size"}
    yield from of(asked, tagged("DataExtNewName"), "~Other", values=values, first=other)


def no_room(asked):
    fields = {f"field{number}": _defined(owner="0", on=("Item",), name=f"~{number}") for number in range(5)}
    more = {"mine": _defined(owner="0", on=("Vendor",), name="~Size")}
    for number in range(7):
        more[f"more{number}"] = _defined(owner="0", on=("Customer",), name=f"~c{number}")
    yield from of(
        asked, tagged("AssignToObject"), "Customer", values={"OwnerID": "0", "DataExtName": "~Size"}, first=more
    )
    yield from of(
        asked, tagged("AssignToObject"), "Item", values={"OwnerID": "0", "DataExtName": "~Size"}, first=fields
    )


def of_enterprise(asked):
    yield from of(
        asked,
        tagged("DataExtListRequire"),
        "true",
        values={"OwnerID": "0", "DataExtName": "~Size"},
        first={"field": _defined(owner="0")},
    )


def too_many_bytes(asked):
    first = {f"f{n}": _defined("STR1024TYPE", name=f"~{n}") for n in range(5)}
    for n in range(4):
        known = f"<OwnerID>{PRIVATE}</OwnerID><DataExtName>~{n}</DataExtName><ListDataExtType>Vendor</ListDataExtType>"
        first[f"v{n}"] = (
            f"<DataExtAdd>{known}<ListObjRef><FullName>~Fir</FullName></ListObjRef><DataExtValue>{'x' * 1024}</DataExtValue></DataExtAdd>"
        )
    values = NAMED | {
        "OwnerID": PRIVATE,
        "DataExtName": "~4",
        "ListObjRef": "<FullName>~Fir</FullName>",
        "DataExtValue": "x",
    }
    yield experiment(asking(asked, values=values), first)


def account_is(tag, name):
    def of_kind(asked):
        text = f"<FullName>{name}</FullName>"
        yield from of(asked, tagged(tag), text)
        if asked.adds:
            yield experiment(*saying(asked, tag, text))

    return of_kind


LOOKED_UP = {
    "NAME_IN_USE": name_in_use,
    "RENAMED_TO_NAME_IN_USE": merged_by_name,
    "COLON_IN_NAME": colon,
    "PARENT_OF_ITSELF": below_itself,
    "PARENT_NOT_THERE": no_parent,
    "LONG_FULL_NAME": long_full_name,
    "ACCOUNT_NUMBER_IN_USE": account_number,
    "FAMILY_OF_TWO_TYPES": two_types,
    "LONG_EMPLOYEE_NAME": long_name,
    "CURRENCY_WITHOUT_PRICES": no_prices,
    "ITEM_WITHOUT_PRICE": no_price,
    "EMPTY_ELEMENT": empty,
    "WRONG_ITEM_ACCOUNT": account_of("AccountRef", "~Payables"),
    "WRONG_INCOME_ACCOUNT": account_of("IncomeAccountRef", "~Payables"),
    "WRONG_EXPENSE_ACCOUNT": account_of("ExpenseAccountRef", "~Payables"),
    "WRONG_COGS_ACCOUNT": account_of("COGSAccountRef", "~Payables"),
    "WRONG_ASSET_ACCOUNT": account_of("AssetAccountRef", "~Sales"),
    "FIELD_NOT_DEFINED": custom("x", defined=False),
    "FIELD_NOT_FOR_THIS": custom("x", on=("Customer",)),
    "VALUE_EXISTS": custom("x", twice=True),
    "EMPTY_VALUE": custom(" "),
    "TOO_MANY_BYTES": too_many_bytes,
    "FIELD_VALUE_NOT_A_DATE": custom("soon", "DATETIMETYPE"),
    "FIELD_VALUE_NOT_AN_AMOUNT": custom("12.5", "AMTTYPE"),
    "FIELD_VALUE_NOT_A_PRICE": custom("dear", "PRICETYPE"),
    "FIELD_VALUE_NOT_A_PERCENTAGE": custom("seven", "PERCENTTYPE"),
    "FIELD_VALUE_NOT_A_QUANTITY": custom("some", "QUANTYPE"),
    "FIELD_VALUE_NOT_A_NUMBER": custom("one", "INTTYPE"),
    "FIELD_OF_LONG_TEXT": custom("x" * 256),
    "FIELD_EXISTS": redefining,
    "FIELD_OF_ENTERPRISE": of_enterprise,
    "NO_ROOM_FOR_FIELD": no_room,
    "PUBLIC_FIELD_ELSEWHERE": defining(on=("Company",), first={"field": _defined(owner="0")}),
    "PUBLIC_FIELD_OF_NAMES_AND_ITEMS": defining(on=("Item",), first={"field": _defined(owner="0")}),
    "NOT_AN_AR_ACCOUNT": account_is("ARAccountRef", "~Prepaid"),
    "NOT_AN_AP_ACCOUNT": account_is("APAccountRef", "~Prepaid"),
    "NOT_A_BANK_ACCOUNT": wrong_account,
    "NOT_A_CREDIT_CARD": wrong_account,
    "NOT_A_DEPOSIT_ACCOUNT": account_is("DepositToAccountRef", "~Sales"),
    "NOT_SIMULATED": not_simulated,
    "DELETED_WHILE_OPEN": busy_to_delete,
    "NOTHING_TO_PAY": nothing_to_pay,
    "PAID_ALREADY": paid_already,
    "OVERPAID": overpaid,
    "NEGATIVE_PAYMENT": negative_payment,
    "PAID_TWICE": paid_twice,
    "NO_DISCOUNT_ACCOUNT": no_discount_account,
    "NO_SUCH_CREDIT": no_such_credit,
    "CREDIT_USED_UP": credit_used_up,
    "MORE_APPLIED_THAN_PAID": total_of("1.00"),
    "NEGATIVE_RECEIPT": total_of("-1.00"),
    "LESS_THAN_IS_APPLIED": less_than_applied,
    "LINKED_TO_ANOTHER_NAME": another_name,
    "LINE_IS_BILLED": line_is_billed,
    "PAID_AND_PENDING": paid_and_pending,
    "DEPOSITED": deposited,
    "LINES_IN_ANOTHER_ORDER": another_order,
    "COMES_TO_ANOTHER_TOTAL": another_total,
    **dict.fromkeys(("NO_SUCH_ORDER", "LINKED_IN_BOTH_WAYS", "ORDER_OF_ANOTHER_NAME", "LINKED_TWICE"), from_orders),
    "NO_SALES_TAX_ITEM": no_sales_tax,
    "OVER_THE_CREDIT_LIMIT": over_the_limit,
    "MACRO_MALFORMED": macro("TxnID:a b"),
    "MACRO_TOO_LONG": macro(f"TxnID:{'x' * 51}"),
    "NOT_UNDEPOSITED": not_undeposited,
    "DEPOSITED_ALREADY": deposited_already,
    "DEPOSITED_TWICE": deposited_twice,
    "DEPOSIT_OF_NO_AMOUNT": no_amount,
    "NOTHING_IS_BUILT": built(QuantityToBuild="0"),
    "NO_PARTS": built(),
    "TOO_FEW_PARTS": built(RemovePending="true"),
    "NEGATIVE_DEBIT": journal_line("Amount", "-5.00"),
    "OUT_OF_BALANCE": journal_line("Amount", "6.00"),
    "NO_CUSTOMER_OR_VENDOR": journal_line("AccountRef", "<FullName>~Receivables</FullName>"),
    "CHECK_NUMBER_TOO_LONG": said(("RefNumber", "123456789012")),
    "USE_OF_TIME_NOT_SET": of_ann,
    "NOT_A_TRANSFER_ACCOUNT": said(named_ref("TransferToAccountRef", "~Job Costs")),
    "SAME_ACCOUNT": said(named_ref("TransferToAccountRef", "~Checking")),
    "NOTHING_IS_TRANSFERRED": said(("Amount", "0.00")),
    "NOT_FOUND": not_found,
    "ID_OF_ANOTHER_FILE": elsewhere,
    "OUT_OF_DATE": out_of_date,
    "NO_SUCH_REFERENCE": nobody,
    "ENDS_BEFORE_IT_BEGINS": backwards,
    "RECORD_OPEN": busy,
    "LINKED_RECORD_OPEN": related,
    "BOOKS_CLOSED": closed,
    "BOOKS_CONDENSED": condensed,
    "TOO_MUCH_MONEY": much,
    "NO_ITEM": no_item,
    "NO_ACCOUNT": no_account,
    "NO_LINES": no_lines,
    "LESS_THAN_NOTHING": negative,
    "WRONG_ITEM_TYPE": wrong_item,
    "REQUIRED_TAKEN_AWAY": left_without,
    "NOT_REIMBURSABLE": not_reimbursable,
    "PAYABLES_ON_A_LINE": payables,
    "SITE_OF_NO_STOCK": site,
    "EMPTY_GROUP": empty_group,
}


# --- trying ----------------------------------------------------------------------------------------------------------

HEAD = '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">{}</QBXMLMsgsRq></QBXML>'


class Bench:
    """Two company files to try things in: one with nothing in it, and one in which the scene is set.

    Nothing that is tried in the second stays: each experiment gets a twin of it.
    """

    def __init__(self):
        self._empty, self._company = CompanyFile.create(), CompanyFile.create()
        self._bench = self._of(self._company)
        self._bench.set_scene()

    def close(self):
        self._empty.close()
        self._company.close()

    @staticmethod
    def _of(company, scene=()):
        return _Bench(Memory(company.process), DIALECT, "x-", with_setting_of(company), scene=dict(scene))

    def shows(self, asked, name):
        """Whether a request is refused by a rule, in one of the trials that there are."""
        reason = REASONS[name]
        if name == "FEATURE_OFF":
            return any(self._without(feature, asked) for feature in FEATURES)
        if name in VALUES:
            return any(reason in self._answered(self._empty, document) for document in VALUES[name](asked, name))
        own = [reason.experiment] if last_request(reason.experiment) == asked.name else []
        trials = LOOKED_UP[name](asked) if name in LOOKED_UP else ()
        return any(reason in self._tried(one) for one in itertools.chain(own, trials))

    @staticmethod
    def _answered(company, document):
        with contextlib.suppress(EngineError):
            company.process(HEAD.format(document).encode())
        return company.last_reasons

    def _without(self, feature, asked):
        words = [
            *NAMED.items(),
            *((tag, of) for tag in ("ListDelType", "TxnDelType", "TxnVoidType") for of in FEATURES[feature]),
        ]
        with self._empty.twin() as twin:
            twin.prefer(**{feature: False})
            documents = (asking(asked, values=dict([*NAMED.items(), one])) for one in words)
            return any(REASONS["FEATURE_OFF"] in self._answered(twin, document) for document in documents)

    def _tried(self, one):
        """The rules by which the last document of an experiment is refused; none where it does not get so far."""
        with self._company.twin() as twin, watched() as seen:
            with contextlib.suppress(_NotTriedError, KeyError):
                self._of(twin, self._bench.scene)._tried(one, dict(self._bench.scene))
            return list(seen)


@contextlib.contextmanager
def watched():
    """The rules by which any company file refused its last document."""
    seen = []
    process = CompanyFile.process

    def watching(company, document):
        try:
            return process(company, document)
        finally:
            seen[:] = company.last_reasons

    CompanyFile.process = watching
    try:
        yield seen
    finally:
        CompanyFile.process = process
