"""What QuickBooks would answer to an Add or a Mod: the record as it would stand, reckoned from the rows alone.

Nothing here knows a kind of record by name. A record becomes what its rows say of a reply: what only a request has
goes, references get both their halves, whatever has an id gets one. Of its lines quantity, price and amount are filled
in from each other, and they are added up. What a line bills of an order, it takes from there, and the order has
received so much more. What the rows do not tell (a price that only the item has, a group of items, a sales tax) is not
guessed: it is named in `Echo.unsure`.

Ids are made up so that nobody takes them for real ones: QuickBooks ends an id in the second in which the record was
made, and these end in 0.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml.entities.shared.transactions import LinkedTxn, LinkType
from procore_qbd.qbxml.rows.records import Block, Record, Ref, Reference, table
from procore_qbd.qbxml.rows.values import MOD, NEW_LINE, RET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.qbxml.rows.records import Field

__all__ = ["MADE_UP", "Echo", "MadeUp", "added", "changed", "full_name_of", "id_of", "lines_of", "name_of", "total_of"]

MADE_UP = re.compile(r"\bD4AF7[0-9A-F]{10}(-0)?\b")
"""A made-up id (``-0``) or EditSequence."""
_MOST = 16**5
_NOTHING, _ONE = Decimal("0.00"), Decimal(1)
_CENT, _FIVE_PLACES = Decimal("0.01"), Decimal("0.00001")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_TOTALS = ("total_amount", "amount_due", "credit_amount", "subtotal", "open_amount")
"""What kinds of transactions call what their lines come to."""
_USUAL = {"is_active": True, "is_manually_closed": False, "is_fully_received": False}
"""What a new record says where nobody said it."""
_FROM_THE_ORDER = ("item_ref", "desc", "unit_of_measure", "customer_ref", "class_ref", "sales_tax_code_ref")
_NOT_LINKED = 570


@attrs.define
class MadeUp:
    """A source of made-up ids, none of them twice.

    Args:
        number: Of the flow in a plan, from 0: the same flow is given the same ids again.
    """

    number: int = 0
    _count: int = 0

    def edit_sequence(self) -> str:
        """The next one."""
        self._count += 1
        if self.number >= _MOST or self._count >= _MOST:
            raise OverflowError(f"a plan has at most {_MOST} flows, and a flow as many ids")
        return f"D4AF7{self.number:05X}{self._count:05X}"

    def id(self) -> str:
        """The next ListID, TxnID or TxnLineID."""
        return f"{self.edit_sequence()}-0"


@attrs.frozen(kw_only=True)
class Echo:
    """A record as QuickBooks would answer with it.

    Attributes:
        record: The record.
        later: The record as a later query would show it: with its links, which the answer to an Add does not have.
        warning: The statusCode of the answer; 0 for none.
        orders: The orders of which it bills something, as they would be then.
        unsure: What of it only QuickBooks knows, in words.
    """

    record: Any
    later: Any
    warning: int = 0
    orders: tuple[Any, ...] = ()
    unsure: tuple[str, ...] = ()


# --- what a record is called and comes to ----------------------------------------------------------------------------


def id_of(record: Any) -> str | None:
    """The ListID or TxnID of a record; None for one that has neither."""
    found: str | None = getattr(record, "txn_id", None) or getattr(record, "list_id", None)
    return found


def name_of(record: Any) -> str | None:
    """The full name of a record of a list."""
    name: str | None = getattr(record, "full_name", None) or getattr(record, "name", None)
    return name


def total_of(record: Any) -> Decimal | None:
    """What a transaction comes to; None where it does not say."""
    return next((found for name in _TOTALS if (found := getattr(record, name, None)) is not None), None)


def lines_of(record: Any) -> Iterator[Any]:
    """The lines of a transaction, those of groups among them."""
    for field in _keyed(record):
        for line in getattr(record, field.name):
            inside = getattr(line, "lines", ())
            yield from inside or (line,)


def _keyed(record: Record) -> Iterator[Field]:
    """The fields that hold lines."""
    return (field for field in table(type(record)).fields if field.plural and getattr(field.row, "key", None))


# --- an Add, a Mod ---------------------------------------------------------------------------------------------------


def added(
    record: Any, ids: MadeUp, refer: Callable[[Reference, Ref], Any], order_of: Callable[[str], Any] = lambda _: None
) -> Echo:
    """What QuickBooks would answer to an Add.

    Args:
        record: What is added.
        ids: For it and its lines.
        refer: What a reference points to, as it was read; None where that is not known.
        order_of: The order of a TxnID, as it stands.
    """
    linked, warning, bills = _linked(record, order_of)
    shown, unsure = _shown(linked, refer), list[str]()
    is_txn = hasattr(shown, "txn_id")
    values: dict[str, Any] = {"txn_id" if is_txn else "list_id": ids.id(), "edit_sequence": ids.edit_sequence()}
    if (full_name := full_name_of(shown, refer)) is not None:
        values["full_name"] = full_name
    values |= {name: usual for name, usual in _USUAL.items() if getattr(shown, name, usual) is None}
    for field in _keyed(shown):
        lines = (_sized(line, unsure) for line in getattr(shown, field.name))
        values[field.name] = tuple(_numbered(line, field, ids) for line in lines)
    shown = attrs.evolve(shown, **values)
    shown = attrs.evolve(shown, **_sums(shown, _NOTHING))
    unsure += _taxed(shown, refer)
    orders = _received(shown, bills)
    later = attrs.evolve(shown, linked_txns=tuple(_link(order) for order in orders)) if orders else shown
    return Echo(record=shown, later=later, warning=warning, orders=orders, unsure=tuple(unsure))


def changed(before: Any, mod: Any, ids: MadeUp, refer: Callable[[Reference, Ref], Any]) -> Echo:
    """What QuickBooks would answer to a Mod.

    Args:
        before: The record as it stands.
        mod: What is sent.
        ids: For new lines.
        refer: As for `added`.
    """
    said, unsure = _shown(mod, refer), list[str]()
    values = _said(said, mod)
    for field in _keyed(before):
        if lines := getattr(mod, field.name):
            values[field.name] = tuple(_lines_after(field, getattr(before, field.name), lines, ids, refer, unsure))
    tax = (total_of(before) or _NOTHING) - _added_up(before)
    values["edit_sequence"] = ids.edit_sequence()
    if hasattr(before, "time_modified"):
        values["time_modified"] = None  # it is QuickBooks' clock
    after = attrs.evolve(before, **values)
    if "name" in values:
        above = (getattr(before, "full_name", None) or "").rpartition(":")[0]
        after = attrs.evolve(after, full_name=f"{above}:{after.name}" if above else after.name)
    if any(True for _ in _keyed(before)):
        after = attrs.evolve(after, **_sums(after, tax))
    after = _as_received(after, {})
    return Echo(record=after, later=after, unsure=tuple(unsure))


def _said(shown: Any, mod: Any) -> dict[str, Any]:
    """What a Mod says of fields without lines; an empty text clears, and so does what is erased."""
    values = {
        field.name: value
        for field in table(type(mod)).fields
        if MOD in field.row.shapes and not getattr(field.row, "key", None)
        if (value := getattr(shown, field.name)) not in (None, ())
    }
    fields = table(type(mod)).by_name
    cleared = [name for name in fields if getattr(mod, name) == "" and RET in fields[name].row.shapes]
    erased = [name for name in mod.erased if name in fields and RET in fields[name].row.shapes]
    return values | {name: () if fields[name].plural else None for name in (*cleared, *erased)}


def _lines_after(
    field: Field,
    before: tuple[Any, ...],
    mods: tuple[Any, ...],
    ids: MadeUp,
    refer: Callable[[Reference, Ref], Any],
    unsure: list[str],
) -> Iterator[Any]:
    key: str = field.row.key  # type: ignore[attr-defined]  # it holds lines
    there = {getattr(line, key): line for line in before}
    for mod in mods:
        said, number = _shown(mod, refer), getattr(mod, key)
        old = there.get(number)
        if number == NEW_LINE or old is None:
            yield _numbered(_sized(attrs.evolve(said, **{key: None}), unsure), field, ids)
            continue
        values = _said(said, mod) | {key: number}
        if values.keys() & {"quantity", "rate", "cost"} and "amount" not in values and hasattr(old, "amount"):
            values["amount"] = None
        yield _sized(attrs.evolve(old, **values), unsure) if len(values) > 1 else old


# --- as a reply shows it ---------------------------------------------------------------------------------------------


def _shown(record: Any, refer: Callable[[Reference, Ref], Any]) -> Any:
    """A record without what only a request has, and with both halves of every reference."""
    values: dict[str, Any] = {}
    for field in table(type(record)).fields:
        value, row = getattr(record, field.name), field.row
        if value is None or value == () or RET not in row.shapes:
            continue
        if isinstance(row, Block):
            members = value if field.plural else (value,)
            shown = tuple(
                _whole(row, one, refer) if isinstance(row, Reference) else _shown(one, refer) for one in members
            )
            value = shown if field.plural else shown[0]
        elif value == "":
            value = None
        values[field.name] = value
    return type(record)(**values)


def _whole(row: Reference, ref: Ref, refer: Callable[[Reference, Ref], Any]) -> Ref:
    found = refer(row, ref) if ref.list_id or ref.full_name else None
    return ref if found is None else Ref(list_id=found.list_id, full_name=name_of(found))


def full_name_of(record: Any, refer: Callable[[Reference, Ref], Any]) -> str | None:
    """The full name that a new record of a list would have; None for what has none."""
    name: str | None = getattr(record, "name", None)
    parent = getattr(record, "parent_ref", None)
    if not hasattr(record, "full_name") or name is None or parent is None:
        return name if hasattr(record, "full_name") else None
    row: Any = table(type(record)).by_name["parent_ref"].row
    above = refer(row, parent)
    return f"{name_of(above) if above is not None else parent.full_name}:{name}"


def _numbered(line: Any, field: Field, ids: MadeUp) -> Any:
    key: str = field.row.key  # type: ignore[attr-defined]  # it holds lines
    return attrs.evolve(line, **{key: ids.id()})


# --- amounts ---------------------------------------------------------------------------------------------------------


def _sized(line: Any, unsure: list[str]) -> Any:
    """A line whose quantity, price and amount fit together, as far as the line says them."""
    if hasattr(line, "item_group_ref"):
        unsure.append("the lines that QuickBooks makes of a group of items")
        return line
    if not hasattr(line, "quantity"):
        return attrs.evolve(line, amount=_NOTHING) if getattr(line, "amount", _NOTHING) is None else line
    price = "rate" if hasattr(line, "rate") else "cost"
    if not hasattr(line, price) or not hasattr(line, "amount") or getattr(line, "item_ref", None) is None:
        return line
    quantity, rate, amount = line.quantity, getattr(line, price), line.amount
    factor = _ONE if quantity is None else quantity
    if amount is None and rate is None:
        unsure.append("a price that only the item has")
    elif amount is None:
        amount = _times(factor, rate)
    elif factor and (quantity, rate) != (None, None) and (rate is None or _times(factor, rate) != amount):
        rate = _EXACT.divide(amount, factor).quantize(_FIVE_PLACES, context=_EXACT)
    return attrs.evolve(line, **{price: rate, "amount": amount})


def _times(quantity: Decimal, rate: Decimal) -> Decimal:
    """Quantity by price, to the cent; no cents are not less than nothing."""
    return _EXACT.multiply(quantity, rate).quantize(_CENT, context=_EXACT) + _NOTHING


def _added_up(record: Any) -> Decimal:
    amounts = (getattr(line, "amount", None) or _NOTHING for line in lines_of(record))
    return sum(amounts, _NOTHING)


def _sums(record: Any, tax: Decimal) -> dict[str, Decimal]:
    """What a transaction calls what it comes to; the part that is open of it is known while nothing was paid."""
    if not any(True for _ in _keyed(record)) or not hasattr(record, "txn_id"):
        return {}
    names = [name for name in _TOTALS if hasattr(record, name)]
    paid = getattr(record, "open_amount", None) not in (None, total_of(record))
    total = _added_up(record)
    return {
        name: total + (_NOTHING if name == "subtotal" else tax)
        for name in names
        if not (paid and name == "open_amount")
    }


def _taxed(record: Any, refer: Callable[[Reference, Ref], Any]) -> Iterator[str]:
    """That QuickBooks may add tax: whom it is sold to has one, and an item on it is taxable."""
    fields = table(type(record)).by_name
    if hasattr(record, "vendor_ref") and any(_taxed_purchase(line, refer) for line in lines_of(record)):
        yield "the tax that QuickBooks adds to what is bought"
    if not {"item_sales_tax_ref", "customer_ref", "txn_id"} <= fields.keys() or record.customer_ref is None:
        return
    customer_row: Any = fields["customer_ref"].row
    customer = refer(customer_row, record.customer_ref)
    if record.item_sales_tax_ref is None and getattr(customer, "item_sales_tax_ref", None) is None:
        return
    if any(getattr(_item(line, refer), "sales_tax_code_ref", None) is not None for line in lines_of(record)):
        yield "the sales tax that QuickBooks adds"


def _taxed_purchase(line: Any, refer: Callable[[Reference, Ref], Any]) -> bool:
    """Whether what is bought on a line has a tax code, its own or its item's, as it has outside the United States."""
    if getattr(line, "sales_tax_code_ref", None) is not None:
        return True
    both = getattr(_item(line, refer), "sales_and_purchase", None)
    return getattr(both, "purchase_tax_code_ref", None) is not None


def _item(line: Any, refer: Callable[[Reference, Ref], Any]) -> Any:
    """The item of a line, as it was read."""
    ref = getattr(line, "item_ref", None)
    row: Any = table(type(line)).by_name["item_ref"].row if ref is not None else None
    return refer(row, ref) if ref is not None else None


# --- what bills an order ---------------------------------------------------------------------------------------------


def _linked(record: Any, order_of: Callable[[str], Any]) -> tuple[Any, int, list[tuple[int, Any, str]]]:
    """A record whose lines have what they take from orders; a warning; and which line bills which.

    Of an order that is closed, or a line that is, nothing is received, and the answer says so (570).
    """
    warning, bills = 0, list[tuple[int, Any, str]]()
    if not any(getattr(line, "link_to_txn", None) is not None for line in lines_of(record)):
        return record, warning, bills
    values: dict[str, Any] = {}
    for field in _keyed(record):
        lines = []
        for at, line in enumerate(getattr(record, field.name)):
            link = getattr(line, "link_to_txn", None)
            order: Any = order_of(link.txn_id) if link is not None else None
            there = {one.txn_line_id: one for one in lines_of(order)} if link is not None and order is not None else {}
            if link is None or (source := there.get(link.txn_line_id)) is None:
                lines.append(line)
                continue
            names = (name for name in _FROM_THE_ORDER if hasattr(line, name) and getattr(line, name) is None)
            lines.append(attrs.evolve(line, **{name: getattr(source, name, None) for name in names}))
            if _is_open(order, source):
                bills.append((at, order, source.txn_line_id))
            else:
                warning = _NOT_LINKED
        values[field.name] = tuple(lines)
    return attrs.evolve(record, **values), warning, bills


def _is_open(order: Any, line: Any) -> bool:
    if order.is_manually_closed or order.is_fully_received or line.is_manually_closed:
        return False
    return line.item_ref is not None and not _is_filled(line)


def _is_filled(line: Any) -> bool:
    quantity = _ONE if line.quantity is None else line.quantity
    rest = quantity - (line.received_quantity or 0)
    return bool(rest >= 0 if quantity < 0 else rest <= 0)


def _received(record: Any, bills: list[tuple[int, Any, str]]) -> tuple[Any, ...]:
    """The orders of which a record bills something, as they would be then."""
    lines = list(getattr(record, "item_lines", ()))
    orders: dict[str, Any] = {}
    for at, order, line_id in bills:
        so_far = orders.get(order.txn_id, order)
        line = lines[at]
        orders[order.txn_id] = _as_received(so_far, {line_id: _ONE if line.quantity is None else line.quantity})
    return tuple(attrs.evolve(order, linked_txns=(*order.linked_txns, _link(record))) for order in orders.values())


def _as_received(order: Any, more: dict[str, Decimal]) -> Any:
    """An order of which so much more has come; any other record stays as it is."""
    if not hasattr(order, "is_fully_received"):
        return order
    lines = tuple(
        attrs.evolve(
            line, received_quantity=(line.received_quantity or Decimal(0)) + more.get(line.txn_line_id, Decimal(0))
        )
        if hasattr(line, "received_quantity") and line.item_ref is not None
        else line
        for line in order.lines
    )
    items = [line for line in lines if getattr(line, "item_ref", None) is not None]
    filled = any(line.received_quantity for line in items) and all(map(_is_filled, items))
    return attrs.evolve(order, lines=lines, is_fully_received=filled)


def _link(other: Any) -> LinkedTxn:
    """What a transaction shows of another that bills it, or that it bills."""
    return LinkedTxn(
        txn_id=other.txn_id,
        txn_type=other.__record__.tag,
        txn_date=other.txn_date,
        ref_number=other.ref_number,
        link_type=LinkType.QUANTITY,
    )
