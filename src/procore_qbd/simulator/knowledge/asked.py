"""What a request can say, read from its rows: by that a rule knows which requests it can refuse."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.qbxml import ADD, MOD, QUERY, Dialect, Edition
from procore_qbd.qbxml.judging.checking import not_in_dialect
from procore_qbd.qbxml.messages.requests import INCLUDE
from procore_qbd.qbxml.rows.records import Block, Record, Ref, Reference, table
from procore_qbd.qbxml.rows.values import NEVER, Row, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from procore_qbd.qbxml import Shape
    from procore_qbd.qbxml.rows.records import Field, OneOf, Spec, Table

__all__ = ["PARENTS", "RequestType", "anything", "writes"]

_DIALECT = Dialect("13.0", Edition.US)
"""Whose rows: the newest that are known, of the United States."""

PARENTS = ("ParentRef", "ParentSiteRef")
"""The elements that say what a record stands below."""


@attrs.frozen(eq=False, slots=False)
class RequestType:
    """A request as a rule looks at it.

    Attributes:
        name: What it is called: ``BillAdd``.
        record: The record that it adds or changes, or that it is itself; None where it is not simulated.
        shape: The shape of that.
        kind: The `Kind` of the transactions that it adds or changes; None where it does neither.
        of_list: Whether it adds or changes a record of a list.
    """

    name: str
    record: type[Record] | None = None
    shape: Shape = NEVER
    kind: Any = None
    of_list: bool = False

    @property
    def simulated(self) -> bool:
        """Whether the simulator answers it."""
        return self.record is not None

    @property
    def adds(self) -> bool:
        """Whether it makes a new record."""
        return self.shape is ADD

    @property
    def mods(self) -> bool:
        """Whether it changes a record."""
        return self.shape is MOD

    @property
    def queries(self) -> bool:
        """Whether it only asks."""
        return self.shape is QUERY

    @property
    def stem(self) -> str:
        """What it is about: ``Bill`` for ``BillAdd``, ``BillMod`` and ``BillQuery``."""
        for verb in ("Add", "Mod", "Query"):
            if self.name.endswith(verb):
                return self.name.removesuffix(verb)
        return self.name

    @property
    def spec(self) -> Spec | None:
        """What is known of its record."""
        return None if self.record is None else table(self.record, _DIALECT.version).spec

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All that it can say, at any depth."""
        found: list[Row] = [INCLUDE] if self.shape in (ADD, MOD) and self.spec and self.spec.selective else []
        for compiled in self._tables:
            found += [field.row for field in compiled.attributes if self.shape in field.row.shapes]
            for field in self._fields(compiled):
                found.append(field.row)
                if isinstance(field.row, Reference) and field.row.max is not None:
                    found.append(Text("FullName", field.row.max, lengths=field.row.lengths))
        return tuple(found)

    @cached_property
    def _tables(self) -> tuple[Table, ...]:
        """Its record's rows, and those of all records in it."""
        found: dict[Table, None] = {}
        waiting = [] if self.record is None else [self.record]
        while waiting:
            compiled = table(waiting.pop(), _DIALECT.version)
            if compiled in found:
                continue
            found[compiled] = None
            for field in self._fields(compiled):
                if isinstance(field.row, Block):
                    waiting += [Ref] if isinstance(field.row, Reference) else field.members.values()
        return tuple(found)

    def _fields(self, compiled: Table) -> tuple[Field, ...]:
        """The rows that it has of some."""
        shape = self.shape
        return tuple(one for one in compiled.order(shape) if not_in_dialect(one.row, _DIALECT, "", shape) is None)

    def has(self, wanted: Callable[[Row], bool]) -> bool:
        """Whether it can say something, at any depth."""
        return any(map(wanted, self.rows))

    def says(self, *tags: str) -> bool:
        """Whether it has one of some elements, at any depth."""
        return self.has(lambda row: row.tag in tags)

    def takes(self, *fields: str) -> bool:
        """Whether its record has one of some fields, not deeper."""
        return bool(self._tables) and any(field.name in fields for field in self._fields(self._tables[0]))

    @property
    def names_a_record(self) -> bool:
        """Whether it names what it changes, deletes, voids, merges or sets by its id."""
        return not self.queries and (not self.adds or self.stem == "DataExt") and self.says("ListID", "TxnID")

    @property
    def names_transactions(self) -> bool:
        """Whether it names transactions by their ids: what it is about, or what it pays, links or takes."""
        return not self.queries and self.has(lambda row: row.tag.endswith("TxnID"))

    @property
    def refers(self) -> bool:
        """Whether it refers to records of lists, other than to a parent, so that they must be there."""
        if self.queries:
            return self.takes("payee_entity_ref", "report_entity_filter", "report_account_filter", "report_item_filter")
        return not self.name.startswith("DataExt") and self.has(
            lambda row: isinstance(row, Reference) and row.tag not in PARENTS
        )

    @property
    def adds_up(self) -> bool:
        """Whether lines are added up in it, or a quantity and a price make an amount."""
        kind = self.kind
        return kind is not None and bool(kind.sold or ((kind.rate or kind.totals) and self.takes(*kind.lines)))

    @property
    def links(self) -> bool:
        """Whether it names transactions, or changes one that others can be linked to."""
        kind = self.kind
        if self.queries or not self.names_transactions or self.name in {"ClearedStatusMod", "DataExtMod"}:
            return False
        if kind is None or self.adds:
            return True
        return bool(kind.orders or kind.received or kind.opens or kind.applied or self.says("PaymentTxnID"))

    def demands(self, *fields: str) -> bool:
        """Whether its record must have one of some fields."""
        own = self._fields(self._tables[0]) if self._tables else ()
        return any(self.shape in field.row.required for field in own if field.name in fields)

    @property
    def has_choices(self) -> bool:
        """Whether it has elements that exclude each other though its schema lets them pass."""
        return any(choice.beyond and not choice.warning for choice in self._choices)

    @property
    def _choices(self) -> Iterator[OneOf]:
        """The choices that it leaves: of at least two branches."""
        for compiled in self._tables:
            said = {field.name for field in self._fields(compiled)}
            for choice in compiled.spec.choices:
                if self.shape in choice.shapes and sum(not said.isdisjoint(one) for one in choice.branches) > 1:
                    yield choice


def anything(_asked: RequestType) -> bool:
    """Said of a rule that can refuse every request: pages tell of it once, and not for each."""
    return True


def writes(*kinds: str) -> Callable[[RequestType], bool]:
    """Said of a rule that looks at some kinds of transactions, when they are added and when they are changed."""
    return lambda asked: asked.kind is not None and asked.stem in kinds
