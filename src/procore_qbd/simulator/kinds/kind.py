"""What a kind of transaction is: facts about it, as data, and what it does that no other kind does, as functions.

One file of this folder holds one kind, or one family of them, with everything that is particular to it. Where the
store, a step or a report has to know something about a kind, it looks at a field of its `Kind`, and does not ask for a
kind by name. Most kinds are data alone. What no field can say is a function, and the field that it stands in says at
which moment of the pipeline (`transactions/pipeline.py`) it is called.

The functions know no database: they get a `Draft`, and may ask the company file what `CompanyRecords` offers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import attrs

from procore_qbd.simulator.records.links import Role
from procore_qbd.simulator.records.shaping import with_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from decimal import Decimal

    from procore_qbd.qbxml import Ref
    from procore_qbd.simulator.knowledge.nouns import Line, ListRecord, TransactionRecord, Values
    from procore_qbd.simulator.knowledge.rules import Refusal
    from procore_qbd.simulator.records.entries import Entry
    from procore_qbd.simulator.records.items import Side
    from procore_qbd.simulator.records.links import Partner, TxnLink

__all__ = ["CompanyRecords", "Draft", "JobShare", "Kind", "Step", "Target"]


class JobShare(StrEnum):
    """What the amounts of a transaction are to its jobs: see `costing.JobCosts`."""

    BUDGET = "budget"
    COMMITTED = "committed"
    BILLED = "billed"
    RECEIVED = "received"
    NOT_APPLIED = "not applied"


@attrs.frozen(kw_only=True, eq=False)
class Kind:
    """One kind of transaction of a company file.

    Attributes:
        tag: Its element, as in ``BillAdd`` without ``Add``.
        entries: What it posts: debits and credits that come to nothing together.
        title: What reports call it, where that is not its tag.
        listed: Whether a query of all transactions finds it.
        job_share: What its amounts are to its jobs; None where they do not count.
        not_simulated: Fields that QuickBooks reckons with and the simulator refuses, and their elements.

        entity: The field that says who it is with.
        account: The field that says which account its total goes to.
        usual: The account where none is said, by name.
        kept_in: The account in which QuickBooks keeps it where nothing is posted, by name.
        side: 1 where the total is a debit of the account, -1 where it is a credit, 0 where nothing is posted.

        lines: The fields that hold lines.
        rate: What a line calls the price of one.
        sold: Whether items stand on it at the price at which they are sold, not bought.
        totals: The fields that say its total.

        orders: Which of its lines can be for those of orders.
        order: Of what kind the orders are.
        bills: Whether it charges for what it takes from an order.
        received: What an order calls what came of a line.
        fulfilled: What an order calls whether all of it came.

        opens: The field that says what of it is open: to be paid, or to be used up.
        credits: The kinds of transactions that can be set against it.
        pays: The kinds of transactions that it can be applied to.
        applied: The field that says what it is applied to.
        part: What of `applied` says the amount that each gets.
        owed_in: The field for the account in which what it pays is kept.
        usually_owed_in: That account where none is said, by name.

        inherits: What it takes from the record that it is with, where it does not say it itself, by field.
        days_due: How many days after its date it is due where it has no terms.
        defaults: What it holds where nobody said anything.
        line_defaults: The same for a line with an item.

        begun: Fills in what only this kind takes from the company file when it is new.
        mod_lines: The lines that a Mod names, given those of before, where they are not in the field of the lines.
        changed: Adjusts a Mod after it was laid over what was before.
        completed: Refuses what this kind cannot be, and reckons what only this kind has; without it, there must be
            lines, if there can be any. A void does without it.
        summed: Reckons the amounts, where they are no sums of lines.
        voided: Takes out more than amounts and what it is applied to.
        shown: The fields that its links fill in, beside those that every kind has.
        waits: Whether something is still to come of it, so that condensing leaves it.
    """

    tag: str
    entries: Callable[[TransactionRecord, Kind, CompanyRecords], Iterator[Entry]]
    title: str = attrs.field(default=attrs.Factory(lambda self: self.tag, takes_self=True))
    listed: bool = True
    job_share: JobShare | None = None
    not_simulated: dict[str, str] = attrs.field(factory=dict)

    entity: str | None = None
    account: str | None = None
    usual: str | None = None
    kept_in: str = ""
    side: int = 0

    lines: tuple[str, ...] = ()
    rate: str = "rate"
    sold: bool = False
    totals: tuple[str, ...] = ()

    orders: str | None = None
    order: str | None = None
    bills: bool = True
    received: str = ""
    fulfilled: str = ""

    opens: str | None = None
    credits: tuple[str, ...] = ()
    pays: tuple[str, ...] = ()
    applied: str | None = None
    part: str = "amount"
    owed_in: str | None = None
    usually_owed_in: str | None = None

    inherits: dict[str, str] = attrs.field(factory=dict)
    days_due: int = 0
    defaults: Values = attrs.field(factory=dict)
    line_defaults: Values = attrs.field(factory=dict)

    begun: Step | None = None
    mod_lines: Callable[[TransactionRecord, tuple[Line, ...]], tuple[Line, ...]] | None = None
    changed: Step | None = None
    completed: Step | None = None
    summed: Step | None = None
    voided: Step | None = None
    shown: Callable[[TransactionRecord, tuple[TxnLink, ...], Callable[[str], Partner]], Values] | None = None
    waits: Callable[[TransactionRecord], bool] | None = None

    @property
    def line_side(self) -> int:
        """Which side of its account a line stands on: what is bought is a debit, what is sold a credit."""
        return -self.side or (-1 if self.sold else 1)


Target = tuple[str, str]
"""The TxnID of an order and the TxnLineID of its line."""


@attrs.frozen(slots=False, eq=False)
class Draft:
    """A transaction on its way into the books: each step of the pipeline gets one, and returns the next.

    Attributes:
        record: The transaction, or the Mod until it is laid over what was before.
        kind: What is known of its kind.
        now: When it is written, in seconds since 1970.
        seeded: Whether it may have what no request can say: references that point nowhere, lines without items.
        before: The transaction as it was; None for a new one.
        mod: The Mod, with its references filled in.
        links_before: All links that it had.
        targets: The lines of orders that its own lines are for, one each.
        closed: The TxnID of an order that it should have been linked to, which is closed.
        links: The links that it makes; once they are written, all that it has.
        text: Its element as it was written; None where the record says more than that.
    """

    record: TransactionRecord
    kind: Kind
    now: int
    seeded: bool = False
    before: TransactionRecord | None = None
    mod: TransactionRecord | None = None
    links_before: tuple[TxnLink, ...] = ()
    targets: tuple[Target | None, ...] = ()
    closed: str | None = None
    links: tuple[TxnLink, ...] = ()
    text: str | None = None

    def but(self, **changes: Any) -> Draft:
        """A copy with other attributes; not `attrs.evolve`, because every transaction goes through a dozen of them."""
        copy = object.__new__(Draft)
        copy.__dict__.update(self.__dict__, **changes)
        return copy

    @property
    def is_deposited(self) -> bool:
        """Whether it was taken to the bank by a deposit."""
        return any(link.role is Role.DEPOSIT and link.target == self.record.txn_id for link in self.links_before)

    def saying(self, **values: Any) -> Draft:
        """A copy whose record says other values; the draft itself where there are none."""
        return self.but(record=with_fields(self.record, **values)) if values else self


Step: TypeAlias = "Callable[[Draft, CompanyRecords], Draft]"
"""A step of a draft towards the books."""


class CompanyRecords(Protocol):
    """What a kind may ask its company file.

    Accounts are told by their ListID, other records by their list and ListID (``Customer/8000-1``); '' is nothing.
    """

    def fact(self, name: str) -> str:
        """What the company file knows of itself: its name, its edition."""
        ...

    # records of lists

    def find(self, lists: Iterable[str], ref: Ref | None) -> ListRecord | None:
        """What a reference points to in one of several lists; None if it is empty, or points nowhere."""
        ...

    def item(self, ref: Ref | None) -> ListRecord | None:
        """The same in the lists of items."""
        ...

    def key(self, lists: Iterable[str], ref: Ref | None) -> str:
        """What a reference points to, as list and ListID."""
        ...

    # accounts

    def special(self, name: str) -> str:
        """An account that QuickBooks makes itself, by name."""
        ...

    def of(self, item: ListRecord | None, side: Side) -> str:
        """The account of an item; where it names none, or is not there, one that QuickBooks makes."""
        ...

    def is_of(self, account: str, *account_types: str) -> bool:
        """Whether an account is of one of these types."""
        ...

    def balance_with(self, account: str, debit: Decimal, without: str) -> Decimal:
        """What an account holds with one more debit, leaving a transaction out of account."""
        ...

    # stock

    def stock(self, item: ListRecord, without: str) -> tuple[Decimal, Decimal]:
        """What there is of an item, and what it is worth, leaving a transaction out of account."""
        ...

    def cost(self, item: ListRecord, quantity: Decimal, without: str) -> Decimal:
        """What so much of an item in stock is worth on the average, leaving a transaction out of account."""
        ...

    def under_way(self, tag: str, item: str) -> Decimal:
        """How much of an item stands on open orders of a kind."""
        ...

    # transactions

    def transaction(self, txn_id: str) -> Any:
        """A transaction, None if it is not there."""
        ...

    def links(self, txn_id: str) -> tuple[TxnLink, ...]:
        """All links that a transaction has."""
        ...

    def absent(self, kinds: Iterable[str], record_id: str, otherwise: Refusal) -> Refusal:
        """The refusal of an id that none of some kinds has: see `Store.absent`."""
        ...
