"""What was read of a company file before: it is asked for a hundred times a document, and seldom changes.

All of it hangs together (the name of a parent stands in the full names of those below it), so it is forgotten as a
whole: whenever a record of a list is written or deleted, when a transaction is undone, and when a backup is restored.
That is `Store`'s to do; nobody else needs to know. Transactions are not in here: they are many, and each is asked for
once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from procore_qbd.qbxml import Ref
    from procore_qbd.simulator.knowledge.nouns import ListRecord

__all__ = ["Cache"]


@attrs.frozen(eq=False)
class Cache:
    """What was read before.

    Attributes:
        facts: What the file knows of itself, by name.
        records: Records of lists without their balances, by list and ListID.
        homes: Which of several lists has a ListID; None where none of them has it.
        found: ListIDs by list and full name; None where there is no such record.
        refs: References with full names, by the lists that they may point to and the ListID.
        special: The accounts that QuickBooks has for its own use, by what they are for. It goes on using the account
            that it once took, so they outlive what is written; who takes one looks whether it still serves.
    """

    facts: dict[str, str] = attrs.field(factory=dict)
    records: dict[tuple[str, str], ListRecord] = attrs.field(factory=dict)
    homes: dict[tuple[tuple[str, ...], str], str | None] = attrs.field(factory=dict)
    found: dict[tuple[str, str], str | None] = attrs.field(factory=dict)
    refs: dict[tuple[tuple[str, ...], str], Ref] = attrs.field(factory=dict)
    special: dict[str, str] = attrs.field(factory=dict)

    def forget(self) -> None:
        """Read facts and lists from the file again: something in them changed."""
        self.facts.clear()
        self.records.clear()
        self.homes.clear()
        self.found.clear()
        self.refs.clear()
