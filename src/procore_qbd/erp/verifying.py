"""Compare what QuickBooks has with Procore: just written, found again, or linked before.

Each expected line is looked for among the lines that are there. Lines of purchase orders and estimates are known by
their marks, so it does not matter who moved them; lines of bills carry none and are known by item and amount.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain.ids import same_text
from procore_qbd.domain.money import CENT, product
from procore_qbd.domain.refusals import ROUNDED, Difference

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["Expected", "compare_lines", "compare_totals", "extra", "heading", "line_amount", "paired"]

_NOTHING = Decimal(0)


@attrs.frozen(kw_only=True)
class Expected:
    """A line as it should stand in QuickBooks.

    Attributes:
        name: The line in words: ``'line 2'``.
        amount: In Procore, with every decimal that it has there.
        line: The line as it was sent, or would be.
        known_id: The TxnLineID by which a link or Procore knows it, where one does: by it a line is found whose mark a
            person erased.
    """

    name: str
    amount: Decimal
    line: Any
    known_id: str | None = None


def line_amount(line: Any) -> Decimal:
    """The amount of a line, as QuickBooks computes it: its amount, or quantity by rate."""
    if line.amount is not None:
        return Decimal(line.amount)
    rate = getattr(line, "rate", None)
    return product(line.quantity or _NOTHING, rate) if rate is not None else _NOTHING


def paired(expected: Sequence[Expected], there: Iterable[Any]) -> tuple[list[tuple[Expected, Any]], list[Any]]:
    """Expected lines with those that are there, by item and amount, else by item; and the lines that are left over.

    An expected line that is not there is paired with None.
    """
    left = list(there)
    found: dict[int, Any] = {}
    for alike in (_same_item_and_amount, _same_item):
        for at, one in enumerate(expected):
            match = next((line for line in left if at not in found and alike(one, line)), None)
            if match is not None:
                found[at] = match
                left = [line for line in left if line is not match]
    return [(one, found.get(at)) for at, one in enumerate(expected)], left


def _same_item(expected: Expected, line: Any) -> bool:
    wish, got = expected.line.item_ref, getattr(line, "item_ref", None)
    if wish is None or got is None:
        return wish is got
    return bool(wish.list_id and wish.list_id == got.list_id) or same_text(wish.full_name, got.full_name)


def _same_item_and_amount(expected: Expected, line: Any) -> bool:
    return _same_item(expected, line) and line_amount(expected.line) == line_amount(line)


def compare_lines(pairs: Iterable[tuple[Expected, Any]]) -> Iterator[Difference]:
    """Where lines are otherwise than expected: gone, or with another amount, item, job or text.

    Args:
        pairs: Each expected line with the one that is there, or None.
    """
    for expected, have in pairs:
        want = expected.line
        if have is None:
            yield Difference(expected.name, expected.amount, None, "the line is not there, or cannot be recognised")
            continue
        amount = line_amount(have)
        if amount != expected.amount:
            rounded = amount == line_amount(want) and abs(amount - expected.amount) < CENT
            yield Difference(f"{expected.name}: amount", expected.amount, amount, ROUNDED if rounded else "")
        for name, what in (("item_ref", "item"), ("customer_ref", "job")):
            wish, got = getattr(want, name, None), getattr(have, name, None)
            if wish is not None and wish.list_id and (got is None or got.list_id != wish.list_id):
                yield Difference(f"{expected.name}: {what}", _called(wish), _called(got))
        text = getattr(have, "desc", None)
        if want.desc is not None and not _same_words(want.desc, text):
            yield Difference(f"{expected.name}: description", want.desc, text)


def extra(lines: Iterable[Any]) -> Iterator[Difference]:
    """The lines that are there and that Procore does not have, if there are any."""
    amounts = [line_amount(line) if hasattr(line, "amount") else line.total_amount or _NOTHING for line in lines]
    if amounts:
        words = f"{len(amounts)} line{'s' if len(amounts) > 1 else ''} that Procore does not have"
        yield Difference(words, None, sum(amounts, _NOTHING))


def compare_totals(procore: Decimal, quickbooks: Decimal | None, record: Any) -> Iterator[Difference]:
    """Compare the total of a transaction with the expected one.

    Args:
        procore: What its lines come to in Procore; parts of a cent are told with the lines.
        quickbooks: Its total.
        record: The transaction, for what is known besides.
    """
    if quickbooks is None or abs(procore - quickbooks) < CENT:
        return
    why = ""
    if not quickbooks:
        why = "it was voided in QuickBooks, or all its lines were set to zero"
    elif getattr(record, "sales_tax_code_ref", None) is not None:
        why = "QuickBooks adds tax to it"
    yield Difference("total", procore, quickbooks, why)


def heading(wanted: Any, saved: Any) -> Iterator[Difference]:
    """Where the head of a transaction is otherwise: its number, its date, its vendor or customer."""
    for name, what, same in _HEADS:
        ours, theirs = getattr(wanted, name, None), getattr(saved, name, None)
        if ours is not None and not same(ours, theirs):
            yield Difference(what, _called(ours), _called(theirs))


def _same_ref(one: Any, other: Any) -> bool:
    return other is not None and (not one.list_id or one.list_id == other.list_id)


_HEADS: tuple[tuple[str, str, Callable[[Any, Any], bool]], ...] = (
    ("ref_number", "number", same_text),
    ("txn_date", "date", lambda one, other: one == other),
    ("vendor_ref", "vendor", _same_ref),
    ("customer_ref", "job", _same_ref),
)


def _called(value: Any) -> str | None:
    """A value, or the record that is referred to, in words."""
    if value is None or isinstance(value, str):
        return value
    if hasattr(value, "list_id"):
        name: str | None = value.full_name or value.list_id
        return name
    return str(value)


def _same_words(one: str, other: str | None) -> bool:
    return one.split() == (other or "").split()
