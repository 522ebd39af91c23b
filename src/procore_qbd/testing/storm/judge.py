"""The judge: an independent reader who looks into the company file itself and sees that every promise is kept."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from procore_qbd.translate.lines import LineMark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.domain import CloseOut
    from procore_qbd.testing.storm.world import World

__all__ = ["KINDS", "Judge", "known_id", "newest_first"]

KINDS = ("Vendor", "Customer", "ItemService", "Estimate", "PurchaseOrder", "Bill")
"""The kinds of records that exports make."""
_MARKED = ("Estimate", "PurchaseOrder")


def known_id(record: Any) -> str:
    """The TxnID or ListID of a record."""
    found: str = record.txn_id if hasattr(record, "txn_id") else record.list_id
    return found


def newest_first(records: Iterable[Any]) -> list[Any]:
    """Records, those that were made last before the others: ids begin with a number that grows."""
    return sorted(records, key=lambda record: -int(known_id(record).partition("-")[0], 16))


class Judge:
    """Sees that nothing is there twice, that nothing was ever made twice, and what Procore was told is true.

    Attributes:
        births: By GUID, the ids of the records that were made with it and not taken back by a restored backup.
        known: Every id of a record or a line that ever was in the file.
        copies: The ids of the records that a person made as copies: their GUIDs are those of others, and are no births.
        given_up: The GUIDs of what a person, asked about it, said should not be exported.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.births: dict[str, set[str]] = {}
        self.known: set[str] = {world.scene.job, *world.scene.items}
        self.copies: set[str] = set()
        self.given_up: set[str] = set()
        self.look(KINDS)

    def look(self, kinds: Iterable[str]) -> None:
        """Look for what is twice among the records of some kinds."""
        for kind in dict.fromkeys(kinds):
            if kind in KINDS:
                self._look_at(kind)

    def _look_at(self, kind: str) -> None:
        for record in self.world.company.records(kind):
            one: Any = record
            self.known.add(known_id(one))
            if one.external_guid and known_id(one) not in self.copies:
                guid = one.external_guid.upper()
                ids = self.births.setdefault(guid, set())
                if guid in self.given_up and known_id(one) not in ids:
                    ids.clear()  # a person gave up the one that was deleted; another request asked for it once more
                ids.add(known_id(one))
                if len(ids) > 1:
                    raise self.world.broken(f"{kind} {guid} was made twice: {', '.join(sorted(ids))}")
            if kind in _MARKED:
                self._look_at_lines(one)

    def _look_at_lines(self, record: Any) -> None:
        self.known.update(line.txn_line_id for line in record.lines)
        marks = Counter(str(mark) for line in record.lines if (mark := LineMark.of(line)) is not None)
        if twice := [mark for mark, count in marks.items() if count > 1]:
            raise self.world.broken(f"{known_id(record)} {record.ref_number} has {', '.join(twice)} twice")

    def there(self) -> dict[str, set[str]]:
        """By GUID, the ids of the records that are there now, without copies."""
        found: dict[str, set[str]] = {}
        for record in self.world.ours(*KINDS):
            if known_id(record) not in self.copies:
                found.setdefault(record.external_guid.upper(), set()).add(known_id(record))
        return found

    def taken_back(self) -> None:
        """A backup was restored: what came since never was."""
        self.births = self.there()

    # --- the end -----------------------------------------------------------------------------------------------------

    def at_the_end(self, told: Iterable[CloseOut], told_of: int, deletions: int = 0) -> None:
        """See that every request has an end, that Procore knows it, and that it is true."""
        world = self.world
        self.look(KINDS)
        count = world.journal.count("books")
        if count.get("failed"):
            raise world.broken(f"requests ended with an error of the library: {world.journal.events('books')[-3:]}")
        ended = sum(count.values()) - world.ended_before
        if told_of < ended:
            raise world.broken(f"{ended} requests ended, and Procore was told of {told_of}")
        undisturbed = not (deletions or world.weather.people or world.report.survived["an error that leaves it open"])
        for close_out in told:
            for detail in close_out.details:
                if detail.refusals and undisturbed:
                    raise world.broken(f"nobody interfered, and {detail.name} was refused: {detail.messages}")
            for data in close_out.external_data:
                if unknown := [one for one in (data.origin_id or "").split("|") if one and one not in self.known]:
                    raise world.broken(f"Procore was told of {unknown[0]}, which never was in QuickBooks")
        if world.weather.tidy:
            self._is_tidy()

    def _is_tidy(self) -> None:
        left = [state for state in ("answered", "settled", "in doubt") if self._exchanges(state)]
        if left and self.world.weather.recovery:
            raise self.world.broken(f"exchanges stay {', '.join(left)}: QuickBooks keeps their replies for ever")

    def _exchanges(self, state: str) -> bool:
        with self.world.tables.reading() as rows:
            return bool(rows.select("exchange", {"company": "books", "writes": 1, "state": state}))
