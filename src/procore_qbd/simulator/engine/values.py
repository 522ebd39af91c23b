"""What costs a request its answer before QuickBooks looks into the company file: values that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml import MOD, Edition
from procore_qbd.qbxml.rows.values import Row, Text, Value
from procore_qbd.simulator.engine.macros import MACRO_DEFINED_TWICE, MACRO_MALFORMED, MACRO_TOO_LONG, UNDEFINED_MACRO
from procore_qbd.simulator.knowledge.asked import RequestType, anything
from procore_qbd.simulator.knowledge.reasons import NOT_REIMBURSABLE
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import COSTS, FIR, SCHOOL, framing, ref
from procore_qbd.simulator.knowledge.wording import in_lower_case

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.qbxml import Violation
    from procore_qbd.simulator.knowledge.rules import Refusal

__all__ = ["REASON_BY_STATUS", "refused"]


def _named(more: str, name: str = "~Elm") -> str:
    return f"<VendorAdd><Name>{name}</Name>{more}</VendorAdd>"


def _says(code: int) -> Callable[[RequestType], bool]:
    """Said of the rule about values that are refused with a code: which requests can say such values."""
    return lambda asked: asked.has(lambda row: isinstance(row, Value) and row.status == code)


def _is_limited(row: Row) -> bool:
    return isinstance(row, Text) and row.status == Text.status and row.longest(Edition.US) is not None


def _can_clear(asked: RequestType) -> bool:
    return asked.mods and asked.has(
        lambda row: isinstance(row, Value) and not isinstance(row, Text) and row.erasable and MOD in row.required
    )


def _ordered(more: str) -> str:
    return f"<PurchaseOrderAdd>{FIR}{framing('PurchaseOrderLineAdd', more)}</PurchaseOrderAdd>"


REQUEST_ID_TOO_LONG = Reason(
    1060,
    "A requestID has more than 50 characters.",
    Source.TABLE,
    tried(f'<VendorQueryRq requestID="{"7" * 51}"><MaxReturned>1</MaxReturned></VendorQueryRq>'),
    refuses=anything,
)
MALFORMED_ID = Reason(
    3000,
    "An id is empty, or does not have the form of those that QuickBooks gives out.",
    Source.LIVE_REPORT,
    tried(f"<BillAdd><VendorRef><ListID>pending_8f2a</ListID></VendorRef>{COSTS}</BillAdd>"),
    refuses=_says(3000),
)
NOT_YES_OR_NO = Reason(
    3010, "A yes or no is neither.", Source.TABLE, tried(_named("<IsActive>yes</IsActive>")), refuses=_says(3010)
)
NOT_A_DATE = Reason(
    3020,
    "A date cannot be read, or is not written like 2026-01-31.",
    Source.LIVE_REPORT,
    tried(f"<BillAdd>{FIR}<TxnDate>01/31/2026</TxnDate>{COSTS}</BillAdd>"),
    refuses=_says(3020),
)
NOT_A_TIME_INTERVAL = Reason(
    3035,
    "A length of time cannot be read; it is written like PT2H30M0S.",
    Source.TABLE,
    tried(f"<TimeTrackingAdd>{ref('EntityRef', '~Fir')}<Duration>2 hours</Duration></TimeTrackingAdd>"),
    refuses=_says(3035),
)
NOT_AN_AMOUNT = Reason(
    3040,
    "An amount cannot be read, or has another number of decimals than two.",
    Source.LIVE_REPORT,
    tried(f"<BillAdd>{FIR}{COSTS.replace('5.00', '97.5')}</BillAdd>"),
    refuses=_says(3040),
)
NOT_A_PRICE = Reason(
    3045,
    "A price cannot be read, or has more than five decimals.",
    Source.LIVE_REPORT,
    tried(_ordered("<Quantity>1</Quantity><Rate>13.344911793183279</Rate>")),
    refuses=_says(3045),
)
NOT_A_PERCENTAGE = Reason(
    3050,
    "A percentage cannot be read.",
    Source.TABLE,
    tried(
        f"<EstimateAdd>{SCHOOL}{framing('EstimateLineAdd', '<MarkupRatePercent>ten</MarkupRatePercent>')}</EstimateAdd>"
    ),
    refuses=_says(3050),
)
NOT_A_QUANTITY = Reason(
    3060,
    "A quantity cannot be read.",
    Source.TABLE,
    tried(_ordered("<Quantity>a dozen</Quantity>")),
    refuses=_says(3060),
)
NOT_A_GUID = Reason(
    3065,
    "A GUID cannot be read.",
    Source.TABLE,
    tried(f"<BillAdd>{FIR}<ExternalGUID>4711</ExternalGUID>{COSTS}</BillAdd>"),
    refuses=_says(3065),
)
TOO_LONG = Reason(
    3070,
    "A text has more characters than its field holds.",
    Source.RECORDED,
    tried(_named("", f"~{'m' * 45}")),
    refuses=lambda asked: asked.has(_is_limited),
)
CHARACTER_NOT_STORED = Reason(
    3080,
    "A text has a character that QuickBooks cannot store, because its code page has none for it.",
    Source.TABLE,
    tried(_named("", "~&#20013;")),
    refuses=lambda asked: asked.has(lambda row: isinstance(row, Text)),
)
NOT_A_NUMBER = Reason(
    3085,
    "A number cannot be read.",
    Source.TABLE,
    tried("<VendorQueryRq><MaxReturned>all</MaxReturned></VendorQueryRq>"),
    refuses=_says(3085),
)
NOT_A_CHOICE = Reason(
    3110,
    "A word is not one of those that its field takes; the kind of a record to be deleted or voided is such a word.",
    Source.LIVE_REPORT,
    tried("<ListDelRq><ListDelType>Item</ListDelType><ListID>80000001-1</ListID></ListDelRq>"),
    refuses=_says(3110),
)
MISSING_ELEMENT = Reason(
    3150,
    "An element is missing, or empty, that the schema lets pass and QuickBooks needs.",
    Source.LIVE_REPORT,
    tried('<VendorQueryRq iterator="Start"></VendorQueryRq>'),
    refuses=lambda asked: asked.spec and asked.spec.iterator,
)
CONFLICTING_ELEMENTS = Reason(
    3153,
    "Two elements contradict each other, although each is right by itself.",
    Source.LIVE_REPORT,
    tried(
        "<BillAdd>" + FIR + "<ItemLineAdd>" + ref("ItemRef", "~Framing") + "<LinkToTxn><TxnID>{order.txn_id}</TxnID>"
        "<TxnLineID>{order.lines[0].txn_line_id}</TxnLineID></LinkToTxn></ItemLineAdd></BillAdd>",
        order=f"<PurchaseOrderAdd>{FIR}{framing('PurchaseOrderLineAdd')}</PurchaseOrderAdd>",
    ),
    refuses=lambda asked: asked.has_choices,
)

CANNOT_BE_CLEARED = Reason(
    3190,
    "An element is empty, which would clear it, and it must say something.",
    Source.TABLE,
    tried(
        "<InvoiceMod><TxnID>7FFFFFFF-1</TxnID><EditSequence>1</EditSequence><SetCredit><CreditTxnID>7FFFFFFF-2"
        "</CreditTxnID><AppliedAmount></AppliedAmount></SetCredit></InvoiceMod>"
    ),
    refuses=_can_clear,
)

REASON_BY_STATUS = {
    reason.code: reason
    for reason in (
        REQUEST_ID_TOO_LONG,
        MALFORMED_ID,
        NOT_YES_OR_NO,
        NOT_A_DATE,
        NOT_A_TIME_INTERVAL,
        NOT_AN_AMOUNT,
        NOT_A_PRICE,
        NOT_A_PERCENTAGE,
        NOT_A_QUANTITY,
        NOT_A_GUID,
        TOO_LONG,
        CHARACTER_NOT_STORED,
        NOT_A_NUMBER,
        NOT_A_CHOICE,
        MISSING_ELEMENT,
        CONFLICTING_ELEMENTS,
        CANNOT_BE_CLEARED,
        NOT_REIMBURSABLE,
        MACRO_DEFINED_TWICE,
        MACRO_TOO_LONG,
        MACRO_MALFORMED,
        UNDEFINED_MACRO,
    )
}
"""Why a request is refused, by the status that the wire layer finds in it."""


def refused(violation: Violation) -> Refusal:
    """The refusal of a request for what the wire layer found in it."""
    reason = REASON_BY_STATUS[violation.status or 0]
    value = violation.message if violation.value is None else violation.value
    field = in_lower_case(violation.field) if reason is NOT_REIMBURSABLE else violation.field
    return reason(value, field, note=str(violation))
