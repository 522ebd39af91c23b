"""A data set that is kept equal to a company file: what changed is read, what is gone goes, and no row is there twice.

A table of a list is read whole each time, for balances move and leave no stamp. Of a kind of transaction that is read
which was changed since the newest stamp that was seen, less a day for QuickBooks' offsets in summer; and beside, what
refers to something that got another name, was merged, or was changed. Two checks find what no stamp tells, a file that
was put back for instance: all that has a stamp of that last day must come again, and the numbers must agree. Where one
fails, or QuickBooks says that the file was restored or condensed, the transactions are read whole.
"""

# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from procore_qbd.errors import DatasetError, ProcoreQbdError, RefusedError
from procore_qbd.frames.asking import HAS_NONE, Questions, Topic, topic, topics
from procore_qbd.frames.columns import wall
from procore_qbd.frames.deletions import DELETED, deletions, listed
from procore_qbd.frames.layout import Merged, Partition, in_words, merged
from procore_qbd.frames.naming import NAMES, moved_transactions, names_now, renamed, rows_that_name
from procore_qbd.frames.spooling import Spool
from procore_qbd.frames.tables import several, tables_of
from procore_qbd.qbxml import Moment
from procore_qbd.qbxml.entities.company import Company, CompanyActivity, CompanyActivityQuery, CompanyQuery

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Sequence

    from procore_qbd.frames.tables import Sheet
    from procore_qbd.qbxml import Dialect
    from procore_qbd.transports.base import Transport

__all__ = ["DatasetWritten", "TableWritten", "write_dataset"]

_MARGIN = dt.timedelta(days=1)
_CHUNK = 100
"""How many transactions are asked for by id in one query."""


@attrs.frozen(kw_only=True)
class TableWritten:
    """What became of one table.

    Attributes:
        read: How many records came from QuickBooks.
        changed: How many of them were new or had changed, and were written.
        gone: How many went, because QuickBooks has them no more, or they are dated before the data set begins.
        whole: Why all of it was read; ``''`` where only what had changed was.
    """

    read: int = 0
    changed: int = 0
    gone: int = 0
    whole: str = ""


@attrs.frozen(kw_only=True)
class DatasetWritten:
    """What became of a data set.

    Attributes:
        tables: What became of each table.
        off: The tables that QuickBooks does not have, because the feature is off or of another edition.
        wrote: Whether anything on the disk changed.
    """

    tables: dict[str, TableWritten]
    off: tuple[str, ...]
    wrote: bool


def write_dataset(
    source: Transport | Callable[[], Transport],
    path: str | os.PathLike[str],
    *,
    company: str,
    tables: Sequence[str] | None = None,
    since: dt.date | None = None,
    full: bool = False,
    zone: dt.tzinfo | None = None,
    dialect: Dialect | None = None,
    progress: Callable[[str, int], None] | None = None,
) -> DatasetWritten:
    """Make a folder of Parquet files equal to a company file; run it again for what changed.

    It may be killed at any moment: what counts is always whole, and the next run goes on. Where QuickBooks breaks off
    in a table, what came whole is kept. Run twice it is as if run once, and the second run writes nothing.

    Args:
        source: The transport to QuickBooks, or what makes one, which is closed at the end. It is only read over.
        path: The data set: a folder that is not there yet, is empty, or is one.
        company: What the company is called in it.
        tables: Which lists and kinds of transaction, ``("bill", "purchase_order")``, beside those that it has already;
            by default those that it has, or all where it has none.
        since: Transactions dated on this day or later; by default as the data set has it, else all.
        full: Whether all is read, whatever the stamps say.
        zone: Where the machine that runs QuickBooks stands, for moments in UTC; see `procore_qbd.frames.frames`.
        dialect: Who reads the queries; by default what the transport says, where it can.
        progress: Told the table, and how many of its records were read so far.

    Raises:
        DatasetError: The folder is no data set, is of another company or a newer layout, or another process writes.
        FrameError: There is no such table, or a column cannot hold a value.
        TransportError: QuickBooks did not answer, or not to the end.
        RefusedError: It refused a query.
        ReplyError: A record cannot be read.
    """
    named = [topic(name) for name in several("tables", tables or ())]
    with _line(source, dialect) as line, in_words(path), Partition(path, company) as partition:
        known = [topic(name) for name in partition.facts["tables"] if name in topics()]
        wanted = {one.name: one for one in (*known, *named)} or topics()
        keeper = _Keeper(
            partition=partition,
            line=line,
            topics=sorted(wanted.values(), key=lambda one: (not one.is_list, one.name)),
            required=frozenset(one.name for one in named),
            since=since.isoformat() if since else partition.facts.get("since"),
            full=full,
            zone=zone,
            progress=progress or (lambda *_: None),
        )
        return keeper.run()


@contextmanager
def _line(source: Any, dialect: Dialect | None) -> Iterator[Questions]:
    transport = source if callable(getattr(source, "send", None)) else source()
    try:
        yield Questions(transport, dialect or getattr(transport, "dialect", None))
    finally:
        if transport is not source and hasattr(transport, "close"):
            transport.close()


@attrs.define(kw_only=True)
class _Keeper:
    """One run."""

    partition: Partition
    line: Questions
    topics: Sequence[Topic]
    required: frozenset[str]
    since: str | None
    full: bool
    zone: dt.tzinfo | None
    progress: Callable[[str, int], None]
    done: dict[str, TableWritten] = attrs.field(factory=dict)
    off: list[str] = attrs.field(factory=list)
    moved: set[str] = attrs.field(factory=set)
    vanished: dict[str, pa.Array] = attrs.field(factory=dict)

    def run(self) -> DatasetWritten:
        """Bring every table up to date, then put down how far that was."""
        facts = self.partition.facts
        activity = self._company()
        whole = self._why_whole(activity)
        names = names_now(self.line, self.topics)
        self.moved = renamed(self.partition.columns(NAMES, ("list", "id", "name")), names)
        begin = facts.get("newest")
        changed = moved_transactions(self.line, dt.datetime.fromisoformat(begin) - _MARGIN) if begin else set()
        gone = listed(self.line, self.topics)
        self.moved |= changed | {one.id for one in gone}
        for one in self.topics:
            try:
                self._bring(one, whole, [row.id for row in gone if row.kind == one.name])
            except RefusedError as refused:
                if refused.code not in HAS_NONE or one.name in self.required:
                    raise
                self.off.append(one.name)
        if (old := self.partition.columns(NAMES, ("list", "id", "name"))) is None or not old.equals(names):
            new = Merged(names.schema, (), self.partition.parts(NAMES), names.to_batches())
        else:
            new = Merged(names.schema, self.partition.parts(NAMES), (), ())
        self.partition.commit(
            {NAMES: new, DELETED: deletions(self.partition, gone, self.vanished)},
            activity=activity,
            newest=max(filter(None, self.partition.facts["tables"].values()), default=None),
            since=self.since,
        )
        return DatasetWritten(tables=self.done, off=tuple(self.off), wrote=self.partition.wrote)

    def _company(self) -> list[str | None]:
        """What was done to the company file; and that it is the right one.

        Raises:
            DatasetError: It is another company's.
        """
        name = self.line.ask(CompanyQuery()).record(Company).company_name
        known = self.partition.facts.setdefault("company_name", name)
        if name != known:
            raise DatasetError(
                f"{self.partition.folder}: is the data set of {known!r}, and QuickBooks has {name!r} open; open the "
                "right company file, or write with another company=; where it was renamed, say so in _manifest.json"
            )
        done = self.line.ask(CompanyActivityQuery()).record(CompanyActivity)
        moments = (done.last_restore_time, done.last_condense_time)
        return [None if one is None else one.raw for one in moments]

    def _why_whole(self, activity: list[str | None]) -> str:
        facts = self.partition.facts
        if self.full:
            return "it was asked for"
        if facts.get("activity", activity) != activity:
            return "the company file was restored or condensed"
        if facts["tables"] and facts.get("since") != self.since:
            return "the data set begins on another day"
        return ""

    # --- one table ---------------------------------------------------------------------------------------------------

    def _bring(self, one: Topic, whole: str, listed_: Sequence[str]) -> None:
        """Bring a table up to date."""
        sheet = tables_of(one.cls, self.zone)
        stamp = self.partition.facts["tables"].get(one.name)
        held = self.partition.columns(one.name, (one.id_field, "row_mark", "time_modified"))
        why = whole
        if one.is_list:
            why = why or "a list is read whole"
        elif not stamp:
            why = "it is new" if held is None else "it was not read to its end"
        elif held is not None and not self._same_columns(sheet):
            why = "its columns are others"
        if not why:
            since = dt.datetime.fromisoformat(stamp) - _MARGIN
            if not (why := self._update(one, sheet, held, since, listed_)):
                return
        self._reread(one, sheet, why)

    def _same_columns(self, sheet: Sheet) -> bool:
        return all(
            pq.read_schema(part).equals(_kept_schema(table))
            for table in sheet.walk()
            for part in self.partition.parts(table.name)
        )

    def _update(
        self, one: Topic, sheet: Sheet, held: pa.Table | None, since: dt.datetime, listed_: Sequence[str]
    ) -> str:
        """Read what changed; returns why that is not enough, ``''`` where it is."""
        spool = self._spool(one, sheet)
        with self._kept(one, sheet, spool):
            spool.take(self.line.pages(one.changed_since(since), one.cls))
            stale = sorted(rows_that_name(self.partition, sheet, self.moved) - spool.ids)
            lost: set[str] = set()
            for at in range(0, len(stale), _CHUNK):
                some = stale[at : at + _CHUNK]
                before = set(spool.ids)
                spool.take(self.line.pages_of(one, some))
                lost.update({*some} - (spool.ids - before))
        gone = {*listed_} | spool.outside | lost
        if held is not None and (missing := _stamped_since(held, one.id_field, since) - spool.ids - gone):
            return f"{len(missing)} that had changed lately did not come again: the company file was put back"
        here = held.column(one.id_field).to_pylist() if held is not None else []
        expected = len((set(here) | (spool.ids - spool.outside)) - gone)
        day = dt.date.fromisoformat(self.since) if self.since else None
        count = self.line.count(one.dated_since(day))
        if count is not None and count != expected:
            return f"QuickBooks has {count}, and the data set would have {expected}"
        stamp = self.partition.facts["tables"][one.name]
        self._merge(one, sheet, spool, pa.array(sorted(gone), pa.string()), max(filter(None, (stamp, spool.newest))))
        return ""

    def _reread(self, one: Topic, sheet: Sheet, why: str) -> None:
        """Read all of it."""
        day = dt.date.fromisoformat(self.since) if self.since else None
        spool = self._spool(one, sheet)
        with self._kept(one, sheet, spool):
            spool.take(self.line.pages(one.dated_since(day), one.cls))
        if not self._same_columns(sheet):
            self._merge(one, sheet, spool, pa.array([], pa.string()), spool.newest, why, anew=True)
            return
        held = self.partition.columns(one.name, (one.id_field,))
        ids = held.column(0).combine_chunks() if held is not None else pa.array([], pa.string())
        gone = ids.filter(pc.invert(pc.is_in(ids, value_set=pa.array(sorted(spool.ids), pa.string()))))
        self._merge(one, sheet, spool, gone, spool.newest, why)

    def _spool(self, one: Topic, sheet: Sheet) -> Spool:
        return Spool(
            sheet=sheet,
            path=self.partition.spool,
            since=dt.date.fromisoformat(self.since) if self.since and not one.is_list else None,
            told=lambda count: self.progress(one.name, count),
        )

    @contextmanager
    def _kept(self, one: Topic, sheet: Sheet, spool: Spool) -> Iterator[None]:
        """Where reading breaks off, what came whole is kept, and nothing is said of how far that was."""
        try:
            yield
        except ProcoreQbdError:
            spool.close()
            if spool.ids and self._same_columns(sheet):
                self._merge(one, sheet, spool, pa.array([], pa.string()), None)
            raise
        finally:
            spool.close()

    def _merge(
        self,
        one: Topic,
        sheet: Sheet,
        spool: Spool,
        gone: pa.Array,
        newest: str | None,
        why: str = "",
        *,
        anew: bool = False,
    ) -> None:
        """Put what was read in the place of what there was; ``newest`` is how far it was read, None for unknown."""
        names = (one.id_field, "row_mark")
        old = None if anew else self.partition.columns(one.name, names)
        came = spool.columns(names)
        changed = came.column(0).combine_chunks()
        if old is not None:
            ids, marks = (old.column(at).combine_chunks() for at in (0, 1))
            before = marks.take(pc.index_in(changed, value_set=ids))
            same = pc.fill_null(pc.equal(before, came.column(1).combine_chunks()), fill_value=False)
            changed = changed.filter(pc.invert(same))
            gone = gone.filter(pc.is_in(gone, value_set=ids))
        touched = pa.concat_arrays([changed, gone])
        files = {}
        for table in sheet.walk():
            schema, parts = _kept_schema(table), self.partition.parts(table.name)
            new = spool.rows(table.name, changed) if len(changed) else None
            if anew:
                files[table.name] = Merged(schema, (), parts, new or ())
            else:
                files[table.name] = merged(schema, parts, schema.names[0], touched, new)
        stamps = dict(self.partition.facts["tables"])
        stamps[one.name] = newest or stamps.get(one.name)
        self.partition.commit(files, tables=stamps, company_name=self.partition.facts["company_name"])
        outside = pa.array(sorted(spool.outside), pa.string())
        self.vanished[one.name] = gone.filter(pc.invert(pc.is_in(gone, value_set=outside)))
        self.done[one.name] = TableWritten(read=spool.read, changed=len(changed), gone=len(gone), whole=why)


def _kept_schema(table: Sheet) -> pa.Schema:
    """The columns of a table in a data set: a record's own has a mark of its content beside."""
    return table.schema if table.id_field is None else table.schema.append(pa.field("row_mark", pa.int64()))


def _stamped_since(held: pa.Table, id_field: str, since: dt.datetime) -> set[str]:
    """The records that a data set has with a stamp of a moment or later."""
    said = held.column("time_modified").combine_chunks()
    try:
        late = pc.greater_equal(wall(said), pa.scalar(since, pa.timestamp("us")))
    except pa.ArrowInvalid:  # one is written in another way
        late = pa.array([one is not None and Moment(one).wall >= since for one in said.to_pylist()])
    return set(held.column(id_field).combine_chunks().filter(late).to_pylist())
