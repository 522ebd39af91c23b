"""What a data set can hold, and how QuickBooks is asked for it: each table by its own query, some records at a time."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.errors import FrameError
from procore_qbd.flows import Pages, ask, run
from procore_qbd.frames.tables import snake
from procore_qbd.qbxml import RET, MetaData, Moment, Record, Request
from procore_qbd.qbxml.codec.elements import write
from procore_qbd.qbxml.codec.reading import Doubt
from procore_qbd.qbxml.codec.writing import writer
from procore_qbd.qbxml.entities import entity, names
from procore_qbd.qbxml.entities.shared.transactions import ModifiedDateRangeFilter, TxnDateRangeFilter
from procore_qbd.qbxml.rows.records import Reference, table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from procore_qbd.qbxml import Dialect, Outcome
    from procore_qbd.transports.base import Transport

__all__ = ["HAS_NONE", "Questions", "Topic", "mark_of", "topic", "topics"]

HAS_NONE = frozenset({1030, 3250})
"""What QuickBooks answers where it has no such records: it does not know the request, or the feature is off."""
_SIZE = 500
"""How many records QuickBooks sends at a time."""


@attrs.frozen
class Topic:
    """A list or a kind of transaction that can be a table of a data set.

    Attributes:
        name: The table's name.
        cls: Its records' class.
        query: The class of the query for them.
        id_field: What they are known by.
    """

    name: str
    cls: type[Record]
    query: type[Record]
    id_field: str

    @property
    def is_list(self) -> bool:
        """Whether it is a list; balances in lists move and leave no stamp, so a list is always read whole."""
        return self.id_field == "list_id"

    def asked(self, **wanted: Any) -> Record:
        """The query for all that such a record has, inactive ones too.

        Args:
            wanted: What else it says.
        """
        known = table(self.query).by_name
        usual: dict[str, Any] = {
            "active_status": "All",
            "include_line_items": True,
            "include_linked_txns": True,
            "owner_ids": ("0",),
        }
        return self.query(**{name: value for name, value in usual.items() if name in known} | wanted)

    def changed_since(self, wall: dt.datetime) -> Record:
        """The query for what was made or changed since a moment on QuickBooks' clock."""
        since = ModifiedDateRangeFilter(from_modified_date=Moment.local(wall))
        return self.asked(modified_date_range_filter=since)

    def dated_since(self, day: dt.date | None) -> Record:
        """The query for all that is dated on a day or later."""
        if self.is_list or day is None:
            return self.asked()
        return self.asked(txn_date_range_filter=TxnDateRangeFilter(from_txn_date=day))

    def lists(self) -> frozenset[str]:
        """The lists that it refers to."""
        return frozenset(_lists(self.cls))


@cache
def topics() -> dict[str, Topic]:
    """Every list and kind of transaction that can be a table, by the table's name."""
    found = {}
    for name in names():
        cls, query = entity(name), entity(f"{name}Query")
        if cls is None or query is None or RET not in cls.__record__.shapes:
            continue
        known = table(cls).by_name
        id_field = next((one for one in ("txn_id", "list_id") if one in known), None)
        if id_field and "time_modified" in known and "edit_sequence" in known:
            found[snake(name)] = Topic(snake(name), cls, query, id_field)
    return dict(sorted(found.items()))


def topic(name: str) -> Topic:
    """The list or kind of transaction of a table.

    Raises:
        FrameError: There is none of that name.
    """
    found = topics().get(name)
    if found is None:
        raise FrameError(f"table {name!r}", [f"there is none; there are {', '.join(topics())}"])
    return found


def _lists(cls: type[Record]) -> Iterator[str]:
    for field in table(cls).order(RET):
        if isinstance(field.row, Reference):
            yield from field.row.to
        else:
            for member in field.members.values():
                yield from _lists(member)


def mark_of(record: Record) -> int:
    """A number that is another one as soon as anything of a record is, or of its lines."""
    out: list[str] = []
    tag = record.__record__.element(RET)
    try:
        writer(type(record), RET, None)(record, tag, out, "", "")
    except Doubt:  # out of the ordinary
        out = []
        write(record, RET, tag, out)
    digest = hashlib.blake2b("".join(out).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


@attrs.frozen
class Questions:
    """A line to QuickBooks, to read over.

    Attributes:
        transport: Where QuickBooks answers.
        dialect: Who reads the queries.
    """

    transport: Transport
    dialect: Dialect | None

    def ask(self, query: Record, meta_data: MetaData | None = None) -> Outcome:
        """The answer to one query.

        Raises:
            TransportError: QuickBooks did not answer.
        """
        asking = ask(Request.query(query, meta_data=meta_data))
        return run(asking, self.transport, dialect=self.dialect, read_only=True)

    def pages(self, query: Record, cls: type[Record]) -> Iterator[tuple[Any, ...]]:
        """The records that a query finds, some at a time where QuickBooks can do that.

        Raises:
            TransportError: QuickBooks did not answer, or not to the end.
            RefusedError: It refused the query.
            ReplyError: A record cannot be read.
        """
        if not query.__record__.iterator:
            yield self.ask(query).records(cls)
            return
        pages = Pages(query, cls, size=_SIZE)
        while page := run(pages.next(), self.transport, dialect=self.dialect, read_only=True):
            yield page

    def pages_of(self, what: Topic, ids: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """The records of some ids, as far as they are there."""
        yield self.ask(what.asked(txn_ids=tuple(ids))).records(what.cls)

    def count(self, query: Record) -> int | None:
        """How many records a query would find; None where QuickBooks does not say."""
        outcome = self.ask(query, MetaData.ONLY)
        outcome.records(Record)  # raises where it was refused
        return outcome.ret_count
