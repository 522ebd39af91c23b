"""The way of a transaction into the books: what QuickBooks does with an Add, a Mod and a void, step by step.

A step gets a `Draft` and returns the next one, or raises a `Refusal`. Each can be read alone, but their order matters,
for most need what an earlier one filled in. Of a bill that is added:

1. Its lines take from the orders that they are for what they do not say themselves (`orders.py`). Of an order that is
   closed nothing is taken, and the answer says so (570).
2. References become ListIDs and full names; what points nowhere ends it here (3140). It gets its TxnID, number and
   time, what it inherits from whom it is with (address, terms, tax), and the day on which it is due (`beginning.py`).
3. Each line gets the words and the price of its item, and an amount (`lines.py`).
4. In books that are open, lines get their ids, the accounts that nobody named are the usual ones, and accounts and
   items of the wrong kind are refused (`accounts.py`).
5. What it is applied to, or bills, becomes links (`paying.py`, `orders.py`), and its kind asks what is peculiar to it
   (`Kind.completed`). Then come subtotals, taxes and totals (`totals.py`), for they depend on all of that.
6. It is written: its links, the record, the rows of the ledger (`ledger.py`), and what is open of it (`keeping.py`).
   Whatever it is linked to is touched, because QuickBooks gives that a new time.

A Mod is the record as it was with what the Mod says laid over it (`changing.py`), and goes through 4 to 6. So does a
void, which is a record that comes to nothing; but it makes no links, and need not have what a transaction must have.
Nothing is undone by hand: a `Refusal` rolls the database back.

What only one kind of transaction does is not here but in its file in `kinds/`; the steps call it at the moment that the
field of `Kind` says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from procore_qbd.simulator.transactions.accounts import with_accounts_and_items_of_its_kind, with_usual_accounts
from procore_qbd.simulator.transactions.beginning import begun, dated, inherited, with_resolved_references
from procore_qbd.simulator.transactions.changing import (
    laid_over_what_was,
    restamped,
    void,
    with_its_deposit_kept,
    with_its_links_kept,
)
from procore_qbd.simulator.transactions.guarding import (
    in_open_books,
    needed_by_none,
    unchanged_since_read,
    was_in_open_books,
)
from procore_qbd.simulator.transactions.keeping import (
    as_it_is_stored,
    kept,
    linked,
    nothing_missing,
    opened,
)
from procore_qbd.simulator.transactions.ledger import posted
from procore_qbd.simulator.transactions.lines import numbered, with_new_lines
from procore_qbd.simulator.transactions.orders import linked_to_orders, taken_from_orders
from procore_qbd.simulator.transactions.paying import applied, with_credits
from procore_qbd.simulator.transactions.taxes import with_sales_tax_item
from procore_qbd.simulator.transactions.totals import as_asked, completed, summed, within_credit_limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["ADD", "MOD", "VOID", "carried_out"]

Steps: TypeAlias = "tuple[Callable[[Draft, WritableCompany], Draft], ...]"

_JUDGED: Steps = (in_open_books, numbered, with_usual_accounts, with_accounts_and_items_of_its_kind)
_LINKED: Steps = (applied, linked_to_orders, with_credits)
_WRITTEN: Steps = (linked, kept, posted, opened)

ADD: Steps = (
    taken_from_orders,
    with_resolved_references,
    begun,
    inherited,
    dated,
    with_new_lines,
    *_JUDGED,
    *_LINKED,
    completed,
    with_sales_tax_item,
    summed,
    within_credit_limit,
    as_it_is_stored,
    nothing_missing,
    *_WRITTEN,
)
"""A new transaction."""

MOD: Steps = (
    unchanged_since_read,
    was_in_open_books,
    with_resolved_references,
    laid_over_what_was,
    with_its_links_kept,
    restamped,
    *_JUDGED,
    *_LINKED,
    completed,
    with_sales_tax_item,
    summed,
    within_credit_limit,
    with_its_deposit_kept,
    as_it_is_stored,
    nothing_missing,
    *_WRITTEN,
    as_asked,
)
"""A change of one; its links to orders stay as they are, but for those of lines that go."""

VOID: Steps = (
    was_in_open_books,
    needed_by_none,
    restamped,
    void,
    *_JUDGED,
    summed,
    as_it_is_stored,
    *_WRITTEN,
)
"""One that comes to nothing; what it was applied to is open again."""


def carried_out(steps: Steps, draft: Draft, company: WritableCompany) -> Draft:
    """A draft after some steps.

    Raises:
        Refusal: QuickBooks does not take it; what was written is to be undone.
    """
    for step in steps:
        draft = step(draft, company)
    return draft
