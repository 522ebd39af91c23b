"""What people do to a company file in QuickBooks' window while a program works with it.

Everything goes the way that requests go, so that it leaves behind what QuickBooks would: another EditSequence, links,
postings, names that clash. What only a person can do is said by requests that no program can send: a Mod of terms.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from procore_qbd.errors import CompanyFileError
from procore_qbd.qbxml import ADD, MOD, RET, Dialect, Record, Ref, Request, check
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck, BillPaymentCreditCard
from procore_qbd.qbxml.entities.deletions import ListDel, ListMerge, MergeSide, TxnDel, TxnVoid
from procore_qbd.qbxml.entities.journal_entries import JournalDebitLine, JournalLine, JournalLineType
from procore_qbd.qbxml.entities.receive_payments import ReceivePayment
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.rows.records import Block, Lines, Reference, table
from procore_qbd.qbxml.rows.values import NEW_LINE, Guid, Text
from procore_qbd.simulator import about
from procore_qbd.simulator.faults import held_up
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.nouns import KeptRecord, Line, TransactionRecord, Values, is_group, is_order
from procore_qbd.simulator.knowledge.reasons import NOT_FOUND, OUT_OF_DATE, RECORD_OPEN
from procore_qbd.simulator.knowledge.requests import deleted_kind
from procore_qbd.simulator.knowledge.rules import Refusal
from procore_qbd.simulator.knowledge.wording import NAME_WITH_COLON
from procore_qbd.simulator.lists.references import find_in_any
from procore_qbd.simulator.records.entries import flat, line_class
from procore_qbd.simulator.records.shaping import fields_of, record_id, with_fields
from procore_qbd.simulator.store.linking import copied, is_open

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

    from procore_qbd.qbxml import Edition, Violation
    from procore_qbd.qbxml.entities.bills import Bill
    from procore_qbd.qbxml.entities.invoices import Invoice
    from procore_qbd.simulator.engine.processor import Processor
    from procore_qbd.simulator.faults import Faults
    from procore_qbd.simulator.store.file import Store

__all__ = ["Bookkeeper"]

R = TypeVar("R", bound=Record)


@attrs.frozen(eq=False, repr=False)
class Bookkeeper:
    """Somebody at QuickBooks' window: see `CompanyFile.as_user`.

    Each method does one thing, wholly or not at all, and returns the record as it stands then. Records are given as
    they were read, from `CompanyFile.records` or out of a reply; only those that are edited must be up to date.

    What QuickBooks would not let a person do raises `CompanyFileError` with QuickBooks' words: a name that is in use, a
    date in closed books, a record that somebody else keeps open.
    """

    _store: Store
    _processor: Processor
    _edition: Edition
    _faults: Callable[[], Faults]
    _opened: set[str] = attrs.field(factory=set, init=False)

    # --- any record --------------------------------------------------------------------------------------------------

    def add(self, record: R) -> R:
        """Enter a new record; or a custom field, or what stands in one.

        Args:
            record: What an Add says.
        """
        added: R = self._done(lambda: Request.add(record))
        return added

    def edit(self, record: R) -> R:
        """Change a record: what the copy says otherwise is changed, what it does not say stays as it is.

        Lines that it does not name are deleted, lines without an id are new ones; a copy without any lines leaves them
        alone. What shall be empty is said by `procore_qbd.qbxml.erase`. What QuickBooks reckons itself, a balance or a
        total, cannot be typed, and is not looked at.

        Args:
            record: A changed copy of the record as it was read.
        """

        def make() -> Request:
            now, copy = self._now(record), cast("Any", record)
            if copy.edit_sequence != now.edit_sequence:
                raise OUT_OF_DATE(copy.edit_sequence or "")
            self._check(with_fields(now, **fields_of(copy)))
            return Request.mod(_edited(now, copy))

        edited: R = self._done(make)
        return edited

    def delete(self, record: Record) -> None:
        """Delete a record that nothing needs."""
        tag, known = record.__record__.tag, record_id(record)
        if tag in KINDS:
            self._done(lambda: Request.command(TxnDel(txn_del_type=tag, txn_id=known)))
        else:
            self._done(lambda: Request.command(ListDel(list_del_type=tag, list_id=known)))

    def void(self, record: R) -> R:
        """Let a transaction come to nothing."""
        command = TxnVoid(txn_void_type=record.__record__.tag, txn_id=record_id(record))
        self._done(lambda: Request.command(command))
        return self._read(record)

    # --- lists -------------------------------------------------------------------------------------------------------

    def merge(self, loser: Record, winner: R) -> R:
        """Make one record of two of a list: what pointed to the loser points to the winner.

        Of two addresses to ship to of one name the loser's stays, as if the window had asked and been told so.
        """

        def side(record: Record) -> MergeSide:
            return MergeSide(list_id=record_id(record), edit_sequence=self._now(record).edit_sequence)

        def make() -> Request:
            kind = winner.__record__.tag
            from_, to = side(loser), side(winner)
            return Request.command(
                ListMerge(list_merge_type=kind, merge_from=from_, merge_to=to, same_ship_addr_ok=True)
            )

        self._done(make)
        return self._read(winner)

    def rename(self, record: R, name: str) -> R:
        """Give a record of a list another name: its own, without those of its parents.

        Raises:
            CompanyFileError: It is an employee with a first, middle or last name: edit those.
        """
        if any(getattr(record, part, None) for part in _NAMES) and record.__record__.tag == "Employee":
            raise CompanyFileError("the name of an employee is its first, middle and last name: edit those")
        return self._mod(record, lambda now: {LISTS[now.__record__.tag].called: name})

    def deactivate(self, record: R) -> R:
        """Put a record to rest: it is still where it was used, and is offered no more."""
        return self._mod(record, lambda _: {"is_active": False})

    def activate(self, record: R) -> R:
        """Take a record into use again."""
        return self._mod(record, lambda _: {"is_active": True})

    # --- transactions ------------------------------------------------------------------------------------------------

    def close(self, order: R) -> R:
        """Close a purchase order, or a sales order, with all its lines: nothing more is waited for."""
        return self._mod(order, lambda now: _closed(now, closed=True))

    def reopen(self, order: R) -> R:
        """Take that back; what was received in full stays received."""
        return self._mod(order, lambda now: _closed(now, closed=False))

    def pay(self, bill: Bill, account: str, amount: Decimal | None = None) -> BillPaymentCheck | BillPaymentCreditCard:
        """Pay a bill, by check or by credit card.

        Args:
            bill: The bill.
            account: From which account, by full name: a bank, or a credit card.
            amount: How much; all that is open, where nothing is said.
        """

        def make() -> Request:
            now, from_ = self._now(bill), Ref(full_name=account)
            common: Values = {
                "payee_entity_ref": now.vendor_ref,
                "ap_account_ref": now.ap_account_ref,
                "applied_to_txns": (_part(now, now.open_amount if amount is None else amount),),
            }
            there = find_in_any(self._store, ("Account",), from_)
            if there is not None and there.account_type == "CreditCard":
                return Request.add(BillPaymentCreditCard(credit_card_account_ref=from_, **common))
            return Request.add(BillPaymentCheck(bank_account_ref=from_, is_to_be_printed=True, **common))

        payment: BillPaymentCheck | BillPaymentCreditCard = self._done(make)
        return payment

    def receive(self, invoice: Invoice, amount: Decimal | None = None) -> ReceivePayment:
        """Receive a customer's payment of an invoice; it waits in Undeposited Funds.

        Args:
            invoice: The invoice.
            amount: How much; all that is open, where nothing is said.
        """

        def make() -> Request:
            now = self._now(invoice)
            paid = now.balance_remaining if amount is None else amount
            payment = ReceivePayment(
                customer_ref=now.customer_ref,
                ar_account_ref=now.ar_account_ref,
                total_amount=paid,
                applied_to_txns=(_part(now, paid),),
            )
            return Request.add(payment)

        payment: ReceivePayment = self._done(make)
        return payment

    def enter_similar(self, record: R) -> R:
        """Enter a transaction by hand that looks like another one: whose it is, its date, number, lines and amounts.

        What tells a program's transactions from others is not there: no ExternalGUID, no memo, no words on lines, no
        links to orders.

        Args:
            record: The transaction, as a program is about to add it, or as it was read.
        """
        added: R = self._done(lambda: Request.add(self._by_hand(record)))
        return added

    def create_copy(self, record: R) -> R:
        """Make a copy of a transaction, which gets a number of its own and has no links.

        It carries the ExternalGUID of the first, its memo and the words on its lines. Whether QuickBooks copies the
        GUID is not known: who goes by it must be prepared for two.

        Args:
            record: The transaction.
        """

        def make() -> Request:
            return Request.add(with_fields(self._by_hand(self._now(record), all_of_it=True), ref_number=None))

        added: R = self._done(make)
        return added

    # --- locks -------------------------------------------------------------------------------------------------------

    @contextmanager
    def editing(self, record: R) -> Iterator[R]:
        """Keep a record open: meanwhile nobody else can change it (3175), nor what is linked to it (3176).

        Yields:
            The record as it stands.
        """
        now, known = self._read(record), record_id(record) or ""
        if known in self._faults().held:
            raise CompanyFileError(RECORD_OPEN(known, record=_IN_USE).message)
        self._faults().hold(known)
        self._opened.add(known)
        try:
            yield now
        finally:
            self._opened.discard(known)
            self._faults().release(known)

    # --- how it is done ----------------------------------------------------------------------------------------------

    def _done(self, make: Callable[[], Request]) -> Any:
        """Carry out one request, made while nobody else is at work; a record as it stands then."""
        try:
            with self._store.transaction():
                request = make()
                self._judge(request)
                (found,) = self._processor.answer(request, self._dialect).found
                return self._now(found) if request.writes and _is_kept(found) else found
        except Refusal as refusal:
            raise CompanyFileError("; ".join(filter(None, (refusal.message, refusal.note)))) from None

    def _judge(self, request: Request) -> None:
        """What QuickBooks looks at before it carries anything out."""
        if request.shape is not MOD:  # a Mod was looked at as a whole record
            _refuse(request.faults(self._dialect))
        about.needs_its_feature(self._store, request.name, deleted_kind(request))
        held_up(self._store, request, self._faults().held - self._opened)

    def _mod(self, record: R, values: Callable[[Any], Values]) -> R:
        """Change some fields of a record as it stands, whatever was done to it since it was read."""

        def make() -> Request:
            now = self._now(record)
            wanted = values(now)
            if absent := [name for name in wanted if not hasattr(now, name)]:
                raise CompanyFileError(f"{now.__record__.tag}: it has no {', '.join(absent)}")
            self._check(with_fields(now, **wanted))
            return Request.mod(type(now)(**_identity(now), **wanted))

        done: R = self._done(make)
        return done

    def _read(self, record: R) -> R:
        with self._store.lock:
            now: R = self._now(record)
            return now

    def _now(self, record: Record) -> Any:
        """A record as it stands, for who is at work."""
        known = record_id(record) or "" if _is_kept(record) else record.__record__.tag
        there = self._store.get(record.__record__.tag, known) if _is_kept(record) else None
        if there is None:
            raise CompanyFileError(NOT_FOUND(known).message)
        return there

    def _check(self, record: Record) -> None:
        """What nobody can type: words that are too long, words that are not in a list."""
        _refuse(check(record, RET, self._dialect))

    @property
    def _dialect(self) -> Dialect:
        return Dialect(about.VERSIONS[-1], self._edition)

    # --- by hand -----------------------------------------------------------------------------------------------------

    def _by_hand(self, record: Any, *, all_of_it: bool = False) -> Any:
        """What somebody types who has the paper of a transaction before him; all of it: also what no paper shows."""
        kind = KINDS.get(record.__record__.tag)
        if kind is None:
            raise CompanyFileError(
                f"{record.__record__.tag}: only transactions can be entered again by hand; add another record"
            )
        lines: Values = {name: getattr(record, name) for name in kind.lines}
        if kind.orders:
            whole = (self._store.book.get(txn_id, kind.order) for txn_id in record.link_to_txn_ids)
            lines[kind.orders] = (
                *(line for order in whole if order for line in _all_of(order, record, kind.orders, kind.rate)),
                *(self._without_link(line, kind.rate) for line in lines[kind.orders]),
            )
        number = getattr(record, "ref_number", None)
        typed = _typed(with_fields(record, **lines), all_of_it)
        if not number:
            return typed
        printed = {"is_to_be_printed": None} if hasattr(typed, "is_to_be_printed") else {}
        return with_fields(typed, ref_number=number, **printed)

    def _without_link(self, line: Line, rate: str) -> Line:
        """A line with what it takes from that of an order, written out."""
        link = getattr(line, "link_to_txn", None)
        order = self._store.book.get(link.txn_id) if link else None
        lines = flat(order.lines) if order is not None else ()
        there = next((one for one in lines if link and one.txn_line_id == link.txn_line_id), None)
        return line if there is None else copied(line, there, rate)


_NAMES = ("first_name", "middle_name", "last_name")
_IN_USE = "  QuickBooks error message: It is in use by another user."


def _is_kept(record: Record) -> bool:
    """Whether it is a record of a list, or a transaction; custom fields, and what was deleted, are neither."""
    return record.__record__.tag in LISTS or record.__record__.tag in KINDS


def _refuse(violations: Iterable[Violation]) -> None:
    if wrong := [str(one) for one in violations if not one.warning and one.status != NAME_WITH_COLON]:
        raise CompanyFileError("; ".join(wrong))


def _part(owed: TransactionRecord, amount: Decimal) -> AppliedToTxn:
    """What of a payment goes to a bill or an invoice."""
    return AppliedToTxn(txn_id=owed.txn_id, payment_amount=amount)


def _all_of(order: TransactionRecord, record: KeptRecord, name: str, rate: str) -> Iterator[Line]:
    """Lines for all that an order waits for."""
    cls = line_class(record, name)
    return (copied(cls(), line, rate) for line in flat(order.lines) if is_open(order, line))


def _typed(record: KeptRecord, all_of_it: bool) -> Any:
    """A record with what stands on paper: names, dates, quantities and amounts, at any depth; or with all of it."""
    fields = table(type(record)).by_name
    values: Values = {}
    for name, value in fields_of(record).items():
        row = fields[name].row
        unseen = isinstance(row, (Text, Guid)) and not all_of_it
        if ADD not in row.shapes or unseen or name in ("link_to_txn", "custom_fields"):
            continue
        if isinstance(row, Block) and not isinstance(row, Reference):
            values[name] = (
                tuple(_typed(one, all_of_it) for one in value) if fields[name].plural else _typed(value, all_of_it)
            )
        else:
            values[name] = value
    return type(record)(**values)


def _closed(order: TransactionRecord, *, closed: bool) -> Values:
    """What says of an order, and of each of its lines, that it is closed by hand."""
    if not is_order(order):
        raise CompanyFileError(f"a {order.__record__.tag} cannot be closed")

    def line(one: Any) -> Any:
        if is_group(one):
            return type(one)(txn_line_id=one.txn_line_id, lines=tuple(map(line, one.lines)))
        return type(one)(txn_line_id=one.txn_line_id, is_manually_closed=closed)

    return {"is_manually_closed": closed, "lines": tuple(map(line, order.lines))}


# --- what an edited record says --------------------------------------------------------------------------------------


def _identity(record: KeptRecord) -> Values:
    fields = ("list_id", "txn_id", "edit_sequence")
    return {name: getattr(record, name) for name in fields if hasattr(record, name)}


def _edited(before: KeptRecord, after: KeptRecord) -> Any:
    """The Mod that a person's changes come to.

    Raises:
        CompanyFileError: Nothing is changed.
    """
    values = _differences(before, after)
    if not values and not after.erased:
        raise CompanyFileError(
            f"{before.__record__.tag} {record_id(before)}: nothing that a person can type is changed"
        )
    if "lines" in values and hasattr(before, "changed_lines"):
        values["changed_lines"] = tuple(map(_journal_line, values.pop("lines")))
    return type(before)(erased=after.erased, **_identity(before) | values)


def _differences(before: KeptRecord, after: KeptRecord) -> Values:
    """What a person typed, by field."""
    fields = table(type(before)).by_name
    values: Values = {}
    for name, value in fields_of(after).items():
        row, old = fields[name].row, getattr(before, name)
        if value != old and row.shapes & (ADD | MOD):
            values[name] = _lines(old, value) if isinstance(row, Lines) else value
    return values


def _lines(before: Iterable[Any], after: Iterable[Any]) -> tuple[Any, ...]:
    """Lines as a Mod has them: those that were there by their id and with what differs, new ones as they are."""
    there = {line.txn_line_id: line for line in before}

    def line(one: Any) -> Any:
        old = there.get(one.txn_line_id)
        if old is None:
            return with_fields(one, txn_line_id=one.txn_line_id or NEW_LINE)
        return type(one)(erased=one.erased, **{"txn_line_id": one.txn_line_id} | _differences(old, one))

    return tuple(map(line, after))


def _journal_line(line: Line) -> JournalLine:
    side = JournalLineType.DEBIT if isinstance(line, JournalDebitLine) else JournalLineType.CREDIT
    values: Values = fields_of(line) | {"journal_line_type": side}
    return JournalLine(**values)
