"""The reasons for refusing that several parts of the simulator have; each other one stands in the file that has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.qbxml import ADD, MOD, RET
from procore_qbd.qbxml.rows.records import Block, Reference, table
from procore_qbd.simulator.knowledge.rules import Reason, Setting, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL, COSTS, FIR, GYM, SCHOOL, framing, mod, ref

if TYPE_CHECKING:
    from procore_qbd.qbxml.rows.values import Row
    from procore_qbd.simulator.knowledge.asked import RequestType

__all__ = [
    "ENDS_BEFORE_IT_BEGINS",
    "LESS_THAN_NOTHING",
    "NOT_FOUND",
    "NOT_REIMBURSABLE",
    "NOT_SIMULATED",
    "NO_ACCOUNT",
    "NO_LINES",
    "NO_SUCH_REFERENCE",
    "OUT_OF_DATE",
    "RECORD_OPEN",
    "REQUIRED_TAKEN_AWAY",
    "WRONG_ITEM_TYPE",
]


def _lacks_something(asked: RequestType) -> bool:
    """Whether QuickBooks knows more of it than the simulator does."""
    kind = asked.kind
    if not asked.simulated or asked.name in {"ListDel", "TxnDel"} or asked.name.endswith("ReportQuery"):
        return True
    return (kind is not None and bool(kind.not_simulated or (kind.sold and kind.lines))) or asked.says(
        "AccountTypeFilter", "AdjustPercentage", "MarkupRate", "SerialNumberAdjustment"
    )


def _can_lack_lines(asked: RequestType) -> bool:
    """Whether the schema lets a transaction pass without a line, or takes them all away."""
    kind = asked.kind
    if kind is None or not kind.lines or not (kind.rate or kind.totals):
        return False
    return asked.says("ClearExpenseLines") if asked.mods else not asked.demands(*kind.lines)


def _must_stay(row: Row) -> bool:
    return ADD in row.required and RET in row.shapes and (isinstance(row, Reference) or not isinstance(row, Block))


def _can_lose_something(asked: RequestType) -> bool:
    """Whether a change can take away what a new one must have; a transfer can come without it."""
    if asked.kind is None or asked.record is None:
        return False
    if asked.takes("transfer_to_account_ref"):
        return True
    return asked.mods and any(_must_stay(field.row) for field in table(asked.record).order(MOD))


NOT_SIMULATED = Reason(
    1030,
    "QuickBooks has it, and the simulator does not: a request, a report, a column, a field.",
    Source.OURS,
    tried("<LeadQueryRq><ActiveStatus>All</ActiveStatus></LeadQueryRq>"),
    refuses=_lacks_something,
)
NOT_FOUND = Reason(
    3120,
    "What is to be changed, deleted, voided, merged, paid or set is not there.",
    Source.RECORDED,
    tried("<TxnDelRq><TxnDelType>Bill</TxnDelType><TxnID>7FFFFFFF-1</TxnID></TxnDelRq>"),
    refuses=lambda asked: asked.names_a_record,
)
OUT_OF_DATE = Reason(
    3200,
    "The EditSequence is not that of the record: it was changed since it was read.",
    Source.RECORDED,
    tried("<VendorMod><ListID>{vendor.list_id}</ListID><EditSequence>1</EditSequence><Phone>1</Phone></VendorMod>"),
    refuses=lambda asked: not asked.adds and asked.says("EditSequence"),
)
NO_SUCH_REFERENCE = Reason(
    3140,
    "A reference points to nothing.",
    Source.RECORDED,
    tried(f"<BillAdd>{ref('VendorRef', '~Nobody')}{COSTS}</BillAdd>"),
    refuses=lambda asked: asked.refers,
)
ENDS_BEFORE_IT_BEGINS = Reason(
    3030,
    "A span of days ends before it begins.",
    Source.TABLE,
    tried(
        "<BillQueryRq><TxnDateRangeFilter><FromTxnDate>2026-02-01</FromTxnDate><ToTxnDate>2026-01-31</ToTxnDate>"
        "</TxnDateRangeFilter></BillQueryRq>"
    ),
    refuses=lambda asked: asked.says("FromTxnDate", "FromReportDate"),
)
RECORD_OPEN = Reason(
    3175,
    "Somebody has the record open in a window; a deletion is then 3160 and a void 3185.",
    Source.LIVE_REPORT,
    tried(
        "<VendorMod><ListID>{vendor.list_id}</ListID><EditSequence>{vendor.edit_sequence}</EditSequence>"
        "<Phone>1</Phone></VendorMod>",
        setting=Setting.SOMEBODY_EDITS,
    ),
    refuses=lambda asked: (
        asked.names_a_record and not asked.adds and asked.name not in ("ListDel", "TxnDel", "TxnVoid", "DataExtDel")
    ),
)
NO_ACCOUNT = Reason(
    3270,
    "A line has an amount, and no account to post it to.",
    Source.TABLE,
    tried(f"<BillAdd>{FIR}<ExpenseLineAdd><Amount>5.00</Amount></ExpenseLineAdd></BillAdd>"),
    refuses=lambda asked: asked.kind and (asked.kind.rate == "cost" or asked.stem == "JournalEntry"),
)
NO_LINES = Reason(
    3180,
    "A transaction that has lines comes without one, or loses the last.",
    Source.LIVE_REPORT,
    tried(f"<BillAdd>{FIR}</BillAdd>"),
    refuses=_can_lack_lines,
)
LESS_THAN_NOTHING = Reason(
    3180,
    "The lines of a transaction come to less than zero.",
    Source.TABLE,
    tried(BILL.replace("5.00", "-5.00")),
    quickbooks="Transaction amount must be positive.",
    refuses=lambda asked: asked.adds_up,
)
WRONG_ITEM_TYPE = Reason(
    3280,
    "An item stands on a line where its kind cannot: a discount or subtotal on what is bought, a group in an ItemRef.",
    Source.TABLE,
    tried(
        f"<BillAdd>{FIR}<ItemLineAdd>{ref('ItemRef', '~Sum')}</ItemLineAdd></BillAdd>",
        item="<ItemSubtotalAdd><Name>~Sum</Name></ItemSubtotalAdd>",
    ),
    refuses=lambda asked: asked.kind and asked.says("ItemRef"),
)
REQUIRED_TAKEN_AWAY = Reason(
    3150,
    "A change takes away what a transaction must have.",
    Source.DECIDED,
    tried(
        mod("Estimate", "estimate", "<CustomerRef><ListID></ListID></CustomerRef>"),
        estimate=f"<EstimateAdd>{SCHOOL}{framing('EstimateLineAdd')}</EstimateAdd>",
    ),
    refuses=_can_lose_something,
)
NOT_REIMBURSABLE = Reason(
    3210,
    "A line says whether its customer is charged for it, and names none, or an account of receivables or payables.",
    Source.LIVE_REPORT,
    tried(
        f"<CheckAdd>{ref('AccountRef', '~Checking')}{ref('PayeeEntityRef', '~School')}"
        "<IsToBePrinted>true</IsToBePrinted>"
        + COSTS.replace("~Job Costs", "~Receivables").replace(
            "</ExpenseLineAdd>", f"{GYM}<BillableStatus>NotBillable</BillableStatus></ExpenseLineAdd>"
        )
        + "</CheckAdd>"
    ),
    quickbooks="Target is not reimbursable.",
    refuses=lambda asked: asked.kind and asked.says("BillableStatus"),
)
