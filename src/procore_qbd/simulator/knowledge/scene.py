"""What every experiment may lean on: a few accounts, names and items, there from the first experiment to the last.

Each is a request that a real QuickBooks takes too. The key is the name under which experiments refer to the answer.
"""

from __future__ import annotations

from procore_qbd.simulator.knowledge.rules import named

__all__ = [
    "BILL",
    "BILL_OF_ORDER",
    "COSTS",
    "FIR",
    "GYM",
    "INVOICE",
    "ORDER",
    "SCENE",
    "SCHOOL",
    "framing",
    "line_of_order",
    "mod",
    "paying",
    "receiving",
    "ref",
]


def ref(tag: str, name: str) -> str:
    """A reference by full name: ``ref("VendorRef", "~Fir")``."""
    return f"<{tag}><FullName>{name}</FullName></{tag}>"


FIR = ref("VendorRef", "~Fir")
SCHOOL, GYM = ref("CustomerRef", "~School"), ref("CustomerRef", "~School:Gym")
COSTS = f"<ExpenseLineAdd>{ref('AccountRef', '~Job Costs')}<Amount>5.00</Amount></ExpenseLineAdd>"
"""Five dollars of costs on a line of a bill or check."""
BILL = f"<BillAdd>{FIR}{COSTS}</BillAdd>"
"""A bill of five dollars."""


def framing(tag: str, more: str = "<Quantity>1</Quantity>") -> str:
    """A line of an item that is bought for 8.00 and sold for 10.00: ``framing("PurchaseOrderLineAdd")``."""
    return f"<{tag}>{ref('ItemRef', '~Framing')}{more}</{tag}>"


def paying(target: str = "{bill.txn_id}", amount: str = "5.00", more: str = "", whom: str = "~Fir") -> str:
    """A check of ``~Checking`` for a bill."""
    return (
        f"<BillPaymentCheckAdd>{ref('PayeeEntityRef', whom)}{ref('BankAccountRef', '~Checking')}"
        f"<IsToBePrinted>true</IsToBePrinted><AppliedToTxnAdd><TxnID>{target}</TxnID>"
        f"<PaymentAmount>{amount}</PaymentAmount>{more}</AppliedToTxnAdd></BillPaymentCheckAdd>"
    )


def receiving(target: str = "{invoice.txn_id}", amount: str = "10.00", whom: str = SCHOOL) -> str:
    """A payment of a customer for an invoice."""
    return (
        f"<ReceivePaymentAdd>{whom}<TotalAmount>{amount}</TotalAmount><AppliedToTxnAdd><TxnID>{target}</TxnID>"
        f"<PaymentAmount>{amount}</PaymentAmount></AppliedToTxnAdd></ReceivePaymentAdd>"
    )


def mod(tag: str, name: str, more: str) -> str:
    """A change of what was answered under a name: ``mod("Bill", "bill", "<Memo>x</Memo>")``."""
    sequence = f"<EditSequence>{{{name}.edit_sequence}}</EditSequence>"
    return f"<{tag}Mod><TxnID>{{{name}.txn_id}}</TxnID>{sequence}{more}</{tag}Mod>"


def line_of_order(more: str = "", order: str = "order") -> str:
    """A line of a bill for the first line of an order."""
    return (
        f"<ItemLineAdd>{more}<LinkToTxn><TxnID>{{{order}.txn_id}}</TxnID>"
        f"<TxnLineID>{{{order}.lines[0].txn_line_id}}</TxnLineID></LinkToTxn></ItemLineAdd>"
    )


ORDER = f"<PurchaseOrderAdd>{FIR}{framing('PurchaseOrderLineAdd')}</PurchaseOrderAdd>"
"""A purchase order of eight dollars."""
INVOICE = f"<InvoiceAdd>{SCHOOL}{framing('InvoiceLineAdd')}</InvoiceAdd>"
"""An invoice of ten dollars."""
BILL_OF_ORDER = f"<BillAdd>{FIR}{line_of_order()}</BillAdd>"
"""A bill for an order of eight dollars."""


def _account(name: str, account_type: str) -> str:
    return f"<AccountAdd><Name>~{name}</Name><AccountType>{account_type}</AccountType></AccountAdd>"


def _item(kind: str, name: str, both: str, stock: str = "") -> str:
    return f"<{kind}Add><Name>~{name}</Name>{both}{stock}</{kind}Add>"


_BOTH = (
    "<SalesAndPurchase><SalesPrice>10.00</SalesPrice><IncomeAccountRef><FullName>~Sales</FullName></IncomeAccountRef>"
    "<PurchaseCost>8.00</PurchaseCost><ExpenseAccountRef><FullName>~Job Costs</FullName></ExpenseAccountRef>"
    "</SalesAndPurchase>"
)
_STOCKED = (
    "<SalesPrice>10.00</SalesPrice><IncomeAccountRef><FullName>~Sales</FullName></IncomeAccountRef>"
    "<PurchaseCost>8.00</PurchaseCost><COGSAccountRef><FullName>~Job Costs</FullName></COGSAccountRef>"
    "<AssetAccountRef><FullName>~Stock</FullName></AssetAccountRef>"
)

SCENE: dict[str, str] = {
    name: named(request, name)
    for name, request in {
        "bank": _account("Checking", "Bank"),
        "card": _account("Card", "CreditCard"),
        "costs": _account("Job Costs", "CostOfGoodsSold"),
        "sales": _account("Sales", "Income"),
        "prepaid": _account("Prepaid", "OtherCurrentAsset"),
        "stock": _account("Stock", "OtherCurrentAsset"),
        "payables": _account("Payables", "AccountsPayable"),
        "receivables": _account("Receivables", "AccountsReceivable"),
        "vendor": "<VendorAdd><Name>~Fir</Name></VendorAdd>",
        "other_vendor": "<VendorAdd><Name>~Birch</Name></VendorAdd>",
        "customer": "<CustomerAdd><Name>~School</Name></CustomerAdd>",
        "job": "<CustomerAdd><Name>Gym</Name><ParentRef><FullName>~School</FullName></ParentRef></CustomerAdd>",
        "other_customer": "<CustomerAdd><Name>~Library</Name></CustomerAdd>",
        "service": _item("ItemService", "Framing", _BOTH),
        "goods": _item("ItemNonInventory", "Lumber", _BOTH),
        "stocked": _item("ItemInventory", "Pump", _STOCKED),
    }.items()
}
"""By name, in the order in which they are made."""
