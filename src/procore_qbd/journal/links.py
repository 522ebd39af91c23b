"""The links of a company file in the journal: looked up one by one, so that ten thousand cost no more than ten."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from procore_qbd.domain.ids import QuickBooksId
from procore_qbd.domain.links import (
    Link,
    Links,
    RecordId,
    external_guid,
    external_guids,
    is_procore_id,
    must_be_procores,
    record_kind,
)
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.errors import JournalError, LinkError
from procore_qbd.journal.tables import MOST

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from procore_qbd.journal.tables import Row, Rows, Tables

__all__ = ["JournalLinks", "forget_links", "keep_link", "keep_links", "link_of", "links_of", "those_with_parts"]


_MANY = 1024
"""How many ids are looked up at once at the most: of a budget of ten thousand lines the rest goes one by one."""


class JournalLinks:
    """The links of one company file, looked up as they are asked for: a `procore_qbd.domain.LinkView`.

    Args:
        tables: Where they are.
        company: Of which company file.
        environment: Procore's.
    """

    def __init__(self, tables: Tables, company: str, environment: str) -> None:
        self._tables, self._company, self._environment = tables, company, environment
        self._looks: ExitStack | None = None
        self._rows: Rows | None = None
        self._failed: JournalError | None = None
        self._ids: tuple[int, ...] = ()
        self._wanted: frozenset[int] = frozenset()
        self._there: dict[tuple[str, str], dict[int, Row]] = {}

    @contextmanager
    def one_look(self, ids: Iterable[int] = ()) -> Iterator[None]:
        """What is asked within is answered from one moment, in one transaction; write nothing to the journal within.

        Args:
            ids: Procore's ids that will be asked for, most likely: those of a kind are looked up all at once.

        Raises:
            JournalError: Something could not be answered, whatever was made of that by who had asked.
        """
        self._failed, self._ids = None, tuple(sorted({one for one in ids if one < MOST})[:_MANY])
        self._wanted = frozenset(self._ids)
        with ExitStack() as looks:
            self._looks = looks
            try:
                yield
            finally:
                self._looks = self._rows = None
                self._ids, self._wanted, self._there = (), frozenset(), {}
                if self._failed is not None:
                    raise self._failed

    def _read(self, table: str, **where: Any) -> list[Row]:
        condition = {"company": self._company, **where}
        try:
            if self._rows is None and self._looks is not None:
                self._rows = self._looks.enter_context(self._tables.reading())
            if self._rows is not None:
                return self._rows.select(table, condition)
            with self._tables.reading() as rows:
                return rows.select(table, condition)
        except JournalError as error:
            self._failed = error
            raise

    def _item(self, table: str, kind: str, procore_id: int) -> Row | None:
        """The row of an item, which may have been looked up with others."""
        if procore_id not in self._wanted:
            return next(iter(self._read(table, kind=kind, procore_id=procore_id)), None)
        if (table, kind) not in self._there:
            found = self._read(table, kind=kind, procore_id=self._ids)
            self._there[table, kind] = {row["procore_id"]: row for row in found}
        return self._there[table, kind].get(procore_id)

    def _select(self, **where: Any) -> list[Link]:
        return [link_of(row) for row in self._read("link", **where)]

    def find(self, kind: ItemKind, procore_id: int, /) -> Link | None:
        """See `procore_qbd.domain.LinkView`."""
        if not is_procore_id(procore_id):
            return None
        row = self._item("link", kind.value, procore_id)
        return link_of(row) if row is not None else None

    def holder(self, kind: ItemKind, quickbooks_id: RecordId, /) -> Link | None:
        """See `procore_qbd.domain.LinkView`."""
        record = record_kind(kind).value
        return next(iter(self._select(record=record, quickbooks_id=str(quickbooks_id))), None)

    def parts(self, txn_id: str, /) -> tuple[Link, ...]:
        """See `procore_qbd.domain.LinkView`."""
        return tuple(self._select(parent=txn_id)) if txn_id else ()

    def of_party(self, list_id: str, /) -> tuple[Link, ...]:
        """See `procore_qbd.domain.LinkView`."""
        return tuple(self._select(party=list_id)) if list_id else ()

    def name_of(self, list_id: str, /) -> str | None:
        """See `procore_qbd.domain.LinkView`."""
        return next((link.name for link in self._select(list_id=list_id) if link.name), None) if list_id else None

    def guid(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> str:
        """See `procore_qbd.domain.LinkView`."""
        must_be_procores(kind, procore_id)
        found = self._item("generation", kind.value, procore_id)
        return external_guid(
            kind,
            procore_id,
            company_id=company_id,
            environment=self._environment,
            generation=1 + (found["times"] if found else 0),
        )

    def earlier_guids(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> tuple[str, ...]:
        """See `procore_qbd.domain.LinkView`."""
        found = self._item("generation", kind.value, procore_id)
        times = found["times"] if found else 0
        return external_guids(kind, procore_id, company_id=company_id, environment=self._environment, times=times)


def links_of(rows: Iterable[Row]) -> list[Link]:
    """Links of their rows, in an order in which `Links` takes them: who shares a record comes behind who has it."""
    return [link_of(row) for row in sorted(rows, key=lambda row: (row["shared"], row["kind"], row["procore_id"]))]


def link_of(row: Row) -> Link:
    """A link of its row."""
    names = ("procore_id", "quickbooks_id", "name", "edit_sequence", "parent", "party")
    return Link(kind=row["kind"], shared=bool(row["shared"]), **{name: row[name] for name in names})


def link_row(company: str, link: Link) -> Row:
    return {
        "company": company,
        "kind": link.kind.value,
        "procore_id": link.procore_id,
        "record": record_kind(link.kind).value,
        "quickbooks_id": str(link.quickbooks_id),
        "sole": int(not link.shared and link.kind is not ItemKind.COST_CODE),
        "list_id": link.list_id,
        "name": link.name,
        "edit_sequence": link.edit_sequence,
        "parent": link.parent,
        "party": link.party,
        "shared": int(link.shared),
    }


def keep_links(rows: Rows, company: str, links: Sequence[Link]) -> list[tuple[Link, LinkError]]:
    """Remember links by the rules of `Links`, looking only at what may contradict them.

    Returns:
        Those that are not kept, and why: the item is linked to another record, or the record to another item.
    """
    if not links:
        return []
    mine = {"kind": _all(one.kind.value for one in links), "procore_id": _all(one.procore_id for one in links)}
    theirs = {
        "record": _all(record_kind(one.kind).value for one in links),
        "quickbooks_id": _all(str(one.quickbooks_id) for one in links),
    }
    found = [row for where in (mine, theirs) for row in rows.select("link", {"company": company, **where})]
    near = {(row["kind"], row["procore_id"]): row for row in found}
    known = Links(links_of(near.values()))
    new, unkept = {}, []
    for link in links:
        try:
            known.add(link)
        except LinkError as error:
            unkept.append((link, error))
            continue
        key = (link.kind.value, link.procore_id)
        row = link_row(company, link)
        if key not in near:
            new[key] = row
        else:
            if near[key]["shared"]:
                row |= {"shared": 1, "sole": 0}  # what a person has said stays said
            if row != near[key]:
                where = {"company": company, "kind": link.kind.value, "procore_id": link.procore_id}
                rows.update("link", where, {name: value for name, value in row.items() if name not in where})
    rows.insert("link", list(new.values()))
    return unkept


def those_with_parts(rows: Rows, company: str, items: Iterable[tuple[ItemKind, int]]) -> list[Link]:
    """The links of items, each followed by those of what is part of it, by the rules of `Links.remove`."""
    found: dict[tuple[ItemKind, int], Link] = {}
    for kind, procore_id in items:
        near = rows.select("link", {"company": company, "kind": kind.value, "procore_id": procore_id})
        for link in links_of(near):
            near += rows.select("link", {"company": company, **_below(link)})
        known = Links(links_of({(row["kind"], row["procore_id"]): row for row in near}.values()))
        before = list(known)
        whole = known.remove(kind, procore_id)
        gone = (
            [] if whole is None else [whole, *(one for one in before if known.find(one.kind, one.procore_id) is None)]
        )
        found |= {(one.kind, one.procore_id): one for one in gone}
    return list(found.values())


def _below(link: Link) -> dict[str, Any]:
    """Where links stand that may be part of what one is of."""
    if isinstance(link.quickbooks_id, QuickBooksId):
        return {"parent": link.quickbooks_id.transaction}
    if link.kind.is_list_record:
        return {"kind": ItemKind.COST_CODE.value}
    return {"parent": str(link.quickbooks_id)}


def forget_links(rows: Rows, company: str, items: Iterable[tuple[ItemKind, int]]) -> None:
    """Forget the links of items; the next export of each is of a new generation."""
    ids: dict[ItemKind, dict[int, None]] = {}
    for kind, procore_id in items:
        ids.setdefault(kind, {})[procore_id] = None
    for kind, numbers in ids.items():
        of = {"company": company, "kind": kind.value}
        rows.delete("link", of | {"procore_id": tuple(numbers)})
        known = rows.select("generation", of | {"procore_id": tuple(numbers)})
        times = {row["procore_id"]: row["times"] for row in known}
        rows.update_each(
            "generation", [(of | {"procore_id": one}, {"times": count + 1}) for one, count in times.items()]
        )
        rows.insert("generation", [of | {"procore_id": one, "times": 1} for one in numbers if one not in times])


def _all(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(values))


def keep_link(rows: Rows, company: str, link: Link) -> None:
    """Remember one link.

    Raises:
        LinkError: It contradicts another.
    """
    for _, error in keep_links(rows, company, [link]):
        raise error
