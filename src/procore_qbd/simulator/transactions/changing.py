"""What a Mod and a void make of a transaction that is there."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from procore_qbd.qbxml.rows.records import Block, Record, Reference, table
from procore_qbd.qbxml.rows.values import Amount, Price, Quantity
from procore_qbd.simulator.knowledge.arithmetic import ZERO
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL_OF_ORDER, INVOICE, ORDER, framing, mod, receiving, ref
from procore_qbd.simulator.records.entries import flat
from procore_qbd.simulator.records.links import Role
from procore_qbd.simulator.records.shaping import fields_of, merged, with_fields
from procore_qbd.simulator.transactions.lines import LineWriter

if TYPE_CHECKING:
    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.knowledge.asked import RequestType
    from procore_qbd.simulator.knowledge.nouns import Line, Values
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["laid_over_what_was", "restamped", "void", "with_its_deposit_kept", "with_its_links_kept"]


def _can_be_linked(asked: RequestType) -> bool:
    """Whether it changes the name on something that orders, payments or credits can be linked to."""
    kind = asked.kind
    if not asked.mods or kind is None or not kind.entity:
        return False
    return bool(asked.takes(kind.entity) and (kind.orders or kind.received or kind.opens))


LINKED_TO_ANOTHER_NAME = Reason(
    3170,
    "A transaction that is linked to another one changes whom it is with.",
    Source.DECIDED,
    tried(mod("Bill", "bill", ref("VendorRef", "~Birch")), order=ORDER, bill=BILL_OF_ORDER),
    refuses=_can_be_linked,
)
LINE_IS_BILLED = Reason(
    3170,
    "A change leaves out a line of an order that was billed.",
    Source.DECIDED,
    tried(
        "<PurchaseOrderModRq><PurchaseOrderMod><TxnID>{order.txn_id}</TxnID><EditSequence>{now.edit_sequence}"
        "</EditSequence><PurchaseOrderLineMod><TxnLineID>-1</TxnLineID></PurchaseOrderLineMod></PurchaseOrderMod>"
        "</PurchaseOrderModRq>",
        order=ORDER,
        bill=BILL_OF_ORDER,
        now="<PurchaseOrderQueryRq><TxnID>{order.txn_id}</TxnID></PurchaseOrderQueryRq>",
    ),
    refuses=lambda asked: asked.mods and asked.kind and asked.kind.received,
)
PAID_AND_PENDING = Reason(
    3170,
    "A transaction that is paid or used up becomes pending.",
    Source.DECIDED,
    tried(mod("Invoice", "invoice", "<IsPending>true</IsPending>"), invoice=INVOICE, payment=receiving()),
    refuses=lambda asked: asked.mods and asked.kind and asked.kind.opens and asked.says("IsPending"),
)
DEPOSITED = Reason(
    3170,
    "A receipt or payment that was taken to the bank changes its amount, its customer or its account.",
    Source.LIVE_REPORT,
    tried(
        mod(
            "SalesReceipt",
            "receipt",
            "<SalesReceiptLineMod><TxnLineID>{receipt.lines[0].txn_line_id}</TxnLineID><Amount>12.00</Amount>"
            "</SalesReceiptLineMod>",
        ),
        receipt=f"<SalesReceiptAdd>{framing('SalesReceiptLineAdd')}</SalesReceiptAdd>",
        deposit=f"<DepositAdd>{ref('DepositToAccountRef', '~Checking')}<DepositLineAdd>"
        "<PaymentTxnID>{receipt.txn_id}</PaymentTxnID></DepositLineAdd></DepositAdd>",
    ),
    quickbooks="You need to delete this transaction from the deposit before you can edit its name or amount.",
    refuses=lambda asked: asked.mods and asked.stem in ("ReceivePayment", "SalesReceipt"),
)

R = TypeVar("R", bound=Record)


def laid_over_what_was(draft: Draft, company: WritableCompany) -> Draft:
    """What the Mod says replaces what was; what it does not name stays, and of lines only those that it names."""
    mod, before, kind = draft.record, draft.before, draft.kind
    assert before is not None  # noqa: S101  for type checkers: only a Mod comes here
    make = LineWriter.of(draft.but(record=before), company)
    lines = {name: _lines(draft, name, make) for name in kind.lines}
    after: Any = with_fields(merged(before, with_fields(mod, **dict.fromkeys(kind.lines, ()))), **lines)
    draft = draft.but(mod=mod, record=with_fields(after, txn_date=after.txn_date or company.calendar.today()))
    return draft if kind.changed is None else kind.changed(draft, company)


def _lines(draft: Draft, name: str, make: LineWriter) -> tuple[Line, ...]:
    """The lines after a Mod: as they were where it says none, else those that it names."""
    mod, named = draft.record, draft.kind.mod_lines
    lines: tuple[Line, ...] = () if getattr(mod, f"clear_{name}", False) else getattr(draft.before, name)
    said = getattr(mod, name) if named is None else named(mod, lines)
    return make.after(lines, said) if said else lines


def with_its_links_kept(draft: Draft, _company: WritableCompany) -> Draft:
    """A Mod makes no links to orders, and none that others made come to nothing by it."""
    kind, links = draft.kind, draft.links_before
    if links and kind.entity and getattr(draft.record, kind.entity) != getattr(draft.before, kind.entity):
        if draft.is_deposited:
            raise DEPOSITED(field=kind.tag)
        raise LINKED_TO_ANOTHER_NAME(field=kind.tag, note=f"{kind.entity}: cannot change while it is linked")
    _keep_what_is_billed(draft)
    _keep_what_is_settled(draft)
    if kind.orders is None:
        return draft
    by_line = {link.line: (link.target, link.target_line) for link in links if link.role is Role.ORDER}
    return draft.but(targets=tuple(by_line.get(line.txn_line_id) for line in getattr(draft.record, kind.orders)))


def _keep_what_is_billed(draft: Draft) -> None:
    """A line of an order that was billed cannot go."""
    after = draft.record
    there = {line.txn_line_id for line in flat(getattr(after, "lines", ()))}
    for link in draft.links_before:
        if link.role is Role.ORDER and link.target == after.txn_id and link.target_line not in there:
            raise LINE_IS_BILLED(field=draft.kind.tag, note=f"line {link.target_line} is billed by {link.txn}")


def _keep_what_is_settled(draft: Draft) -> None:
    """What is paid does not become pending."""
    after, links = draft.record, draft.links_before
    if getattr(after, "is_pending", None) and any(link.role in (Role.PAYMENT, Role.CREDIT) for link in links):
        raise PAID_AND_PENDING(
            field=draft.kind.tag, note="is_pending: cannot become pending, because it is paid or used up"
        )


def with_its_deposit_kept(draft: Draft, _company: WritableCompany) -> Draft:
    """What was taken to the bank keeps its amount and its account."""
    if draft.is_deposited:
        for name in ("total_amount", "deposit_to_account_ref"):
            if getattr(draft.before, name) != getattr(draft.record, name):
                raise DEPOSITED(field=draft.kind.tag, note=f"{name}: cannot change, because it is deposited")
    return draft


def restamped(draft: Draft, company: WritableCompany) -> Draft:
    """It is written later than it was before."""
    return draft.but(now=company.store.stamp(draft.record.edit_sequence, company.calendar.now()))


def void(draft: Draft, company: WritableCompany) -> Draft:
    """It comes to nothing, and is applied to nothing; its memo says that it is void."""
    record, kind = draft.record, draft.kind
    values: Values = {kind.applied: ()} if kind.applied else {}
    if hasattr(record, "memo"):
        values["memo"] = f"VOID: {record.memo or ''}".strip()
    draft = draft.saying(**values)
    if kind.voided is not None:
        draft = kind.voided(draft, company)
    return draft.but(record=_nullified(draft.record))


def _nullified(record: R) -> R:
    """A record that comes to nothing, at any depth: no amounts, no quantities, no rates."""
    values: Values = {}
    fields = table(type(record)).by_name
    for name, value in fields_of(record).items():
        row = fields[name].row
        if isinstance(row, (Amount, Price, Quantity)):
            values[name] = ZERO if isinstance(row, Amount) else Decimal(0)
        elif isinstance(row, Block) and not isinstance(row, Reference):
            values[name] = tuple(map(_nullified, value)) if fields[name].plural else _nullified(value)
    return with_fields(record, **values)
