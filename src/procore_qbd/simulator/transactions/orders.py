"""What a bill, an item receipt or an invoice takes from orders, and the links to their lines."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.arithmetic import quantity_or_one
from procore_qbd.simulator.knowledge.rules import Reason, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL_OF_ORDER, FIR, ORDER, line_of_order
from procore_qbd.simulator.records.entries import flat, line_class
from procore_qbd.simulator.records.links import Role, TxnLink
from procore_qbd.simulator.store.linking import copied, is_open

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.simulator.kinds.kind import Draft, Kind, Target
    from procore_qbd.simulator.knowledge.asked import RequestType
    from procore_qbd.simulator.knowledge.nouns import Line, ListRecord, TransactionRecord
    from procore_qbd.simulator.store.file import Store
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["linked_to_orders", "taken_from_orders"]


def _takes_from_orders(asked: RequestType) -> bool:
    return asked.adds and asked.kind is not None and asked.kind.orders is not None


NO_SUCH_ORDER = Reason(
    3000,
    "A link names an order, or a line of one, that is not there; or a line of text.",
    Source.REFERENCE,
    tried(f"<BillAdd>{FIR}<LinkToTxnID>7FFFFFFF-1</LinkToTxnID></BillAdd>"),
    refuses=_takes_from_orders,
)
LINKED_IN_BOTH_WAYS = Reason(
    3000,
    "An order is linked as a whole, and one of its lines beside it.",
    Source.REFERENCE,
    tried(f"<BillAdd>{FIR}<LinkToTxnID>{{order.txn_id}}</LinkToTxnID>{line_of_order()}</BillAdd>", order=ORDER),
    refuses=_takes_from_orders,
)
ORDER_OF_ANOTHER_NAME = Reason(
    3210,
    "A link names an order of another vendor or customer.",
    Source.LIVE_REPORT,
    tried(BILL_OF_ORDER.replace("~Fir", "~Birch"), order=ORDER),
    refuses=_takes_from_orders,
)
LINKED_TWICE = Reason(
    3177,
    "An order, or a line of one, is linked twice.",
    Source.REFERENCE,
    tried(f"<BillAdd>{FIR}{'<LinkToTxnID>{order.txn_id}</LinkToTxnID>' * 2}</BillAdd>", order=ORDER),
    refuses=_takes_from_orders,
)


def taken_from_orders(draft: Draft, company: WritableCompany) -> Draft:
    """Its lines take from the orders that they are for what they do not say themselves.

    Of an order that is closed nothing is taken, and the answer says so (570).
    """
    record, kind = draft.record, draft.kind
    if kind.orders is None or draft.seeded:
        return draft
    own: tuple[Line, ...] = getattr(record, kind.orders)
    _refuse_doubles(record, own)
    whom = company.find(ENTITIES, getattr(record, kind.entity or ""))
    asked = (*record.link_to_txn_ids, *(link.txn_id for link in map(_link_of, own) if link))
    orders = {txn_id: _order(txn_id, kind, whom, company.store) for txn_id in dict.fromkeys(asked)}
    order_lines = {(txn, line.txn_line_id): line for txn, order in orders.items() for line in flat(order.lines)}
    cls = line_class(record, kind.orders)
    closed: str | None = None
    lines: list[Line] = []
    targets: list[Target | None] = []
    for txn_id in record.link_to_txn_ids:
        waiting = [line for line in flat(orders[txn_id].lines) if is_open(orders[txn_id], line)]
        lines += (copied(cls(), line, kind.rate) for line in waiting)
        targets += ((txn_id, line.txn_line_id or "") for line in waiting)
        closed = closed if waiting else txn_id
    for line in own:
        if (link := _link_of(line)) is None:
            lines.append(line)
            targets.append(None)
            continue
        target = (link.txn_id, link.txn_line_id)
        order_line = order_lines.get(target)
        if order_line is None or order_line.item_ref is None:
            raise NO_SUCH_ORDER(link.txn_line_id, "TxnLineID")
        waits = is_open(orders[link.txn_id], order_line)
        lines.append(copied(line, order_line, kind.rate))
        targets.append(target if waits else None)
        closed = closed if waits else link.txn_id
    return draft.saying(**{kind.orders: tuple(lines)}).but(targets=tuple(targets), closed=closed)


def linked_to_orders(draft: Draft, _company: WritableCompany) -> Draft:
    """Each line that is for one of an order has a link to it."""
    record, kind = draft.record, draft.kind
    if kind.orders is None:
        return draft
    links = (
        TxnLink(record.txn_id, line.txn_line_id, *target, Role.ORDER, quantity_or_one(line.quantity), line.amount)
        for line, target in zip(getattr(record, kind.orders), draft.targets, strict=False)
        if target
    )
    return draft.but(links=(*draft.links, *links))


def _order(txn_id: str, kind: Kind, whom: ListRecord | None, store: Store) -> TransactionRecord:
    """An order of the very vendor or customer."""
    tag = kind.order or ""
    order: TransactionRecord | None = store.book.get(txn_id, tag)
    if order is None:
        raise store.absent([tag], txn_id, NO_SUCH_ORDER(txn_id, "TxnID"))
    ref = getattr(order, KINDS[tag].entity or "")
    if whom and (ref is None or ref.list_id != whom.list_id):
        raise ORDER_OF_ANOTHER_NAME(txn_id, "LinkToTxn", note=f"the {tag} belongs to another vendor or customer")
    return order


def _link_of(line: Line) -> Any:
    """The line of an order that a line asks for."""
    return getattr(line, "link_to_txn", None)


def _refuse_doubles(record: TransactionRecord, lines: Iterable[Line]) -> None:
    """What is asked for twice, or in two ways at once."""
    links = [link for link in map(_link_of, lines) if link]
    for asked in (record.link_to_txn_ids, [(link.txn_id, link.txn_line_id) for link in links]):
        if double := next((one for one, times in Counter(asked).items() if times > 1), None):
            raise LINKED_TWICE(double if isinstance(double, str) else double[1])
    for link in links:
        if link.txn_id in record.link_to_txn_ids:
            raise LINKED_IN_BOTH_WAYS(link.txn_id, "TxnID", note="it is linked as a whole already")
