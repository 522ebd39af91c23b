"""Lines below lines: accounts, jobs, classes and items with what stands below them, and the sums of each."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import attrs

from procore_qbd.qbxml.entities.reports import RowKind
from procore_qbd.simulator.records.items import suggested
from procore_qbd.simulator.records.shaping import name_key
from procore_qbd.simulator.reports.pages import Figures, ReportColumn, ReportLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from procore_qbd.simulator.store.file import Store

__all__ = ["Leaf", "Names", "Node", "added", "family", "lines", "minus", "subtotal", "text", "total"]


def added(*figures: Figures) -> Figures:
    """Sums, added up."""
    found: Counter[str] = Counter()
    for one in figures:
        found.update(one)
    return found


def minus(figures: Figures) -> Figures:
    """Sums, on the other side."""
    return {key: -amount for key, amount in figures.items()}


class Names:
    """The names of all records of lists as they are now, by list and ListID.

    Args:
        store: Where they are.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        rows = store.book.db.execute("SELECT list, id, parent, name FROM records").fetchall()
        self._names: dict[str, str] = {f"{list_}/{id_}": name for list_, id_, _, name in rows}
        self._parents = {f"{list_}/{id_}": f"{list_}/{parent}" for list_, id_, parent, _ in rows if parent}

    def of(self, list_: str) -> list[str]:
        """The keys of a list."""
        return [key for key in self._names if key.startswith(f"{list_}/")]

    def parent(self, key: str) -> str | None:
        """What a record stands below; None at the top."""
        return self._parents.get(key)

    def name(self, key: str) -> str:
        """A record's own name; of one that is not there its ListID."""
        return self._names.get(key) or key.rpartition("/")[2]

    def full(self, key: str) -> str:
        """A record's name behind those of its parents."""
        above = self.parent(key)
        return f"{self.full(above)}:{self.name(key)}" if above else self.name(key)

    def label(self, key: str) -> str:
        """How a record is called at the beginning of a line: an item with what it says of itself."""
        list_, _, list_id = key.partition("/")
        item = self._store.plain(list_, list_id) if list_.startswith("Item") and key in self._names else None
        desc = suggested(item, sold=True)[0] if item is not None else None
        return f"{self.name(key)} ({desc})" if desc else self.name(key)

    def about(self, key: str) -> tuple[str, str]:
        """What a line about a record says that it is about."""
        list_ = key.partition("/")[0]
        kind = "item" if list_.startswith("Item") else "name" if list_ == "?" else list_[:1].lower() + list_[1:]
        return kind, self.full(key)


@attrs.frozen
class Leaf:
    """What is there of one record: its sums, and, where each is listed, the transactions that they are of."""

    figures: Figures
    lines: tuple[ReportLine, ...] = ()


@attrs.frozen(kw_only=True)
class Node:
    """A record or a heading, and what stands below it.

    Attributes:
        label: What it is called.
        about: The record that it is; None for a heading.
        own: What is there of it itself.
        children: What stands below it.
        sum_label: What its sum is called; ``Total`` and the label, where nothing is said.
    """

    label: str
    about: tuple[str, str] | None = None
    own: Leaf | None = None
    children: tuple[Node, ...] = ()
    sum_label: str = ""

    @property
    def figures(self) -> Figures:
        """The sums of all of it."""
        return added(*([self.own.figures] if self.own else []), *(child.figures for child in self.children))


def family(leaves: Mapping[str, Leaf], names: Names, nobody: str = "") -> tuple[Node, ...]:
    """Records by name, each with those below it; last, under a name of its own, what is of none.

    Args:
        leaves: What is there of each, by list and ListID; '' for none.
        names: Tells names and parents.
        nobody: What the line is called that is of none.
    """
    below: dict[str | None, set[str]] = {}
    for key in filter(None, leaves):
        here: str | None = key
        while here is not None:
            above = names.parent(here)
            below.setdefault(above, set()).add(here)
            here = above

    def node(key: str) -> Node:
        children = tuple(map(node, _sorted(below.get(key, ()), names)))
        return Node(label=names.label(key), about=names.about(key), own=leaves.get(key), children=children)

    found = tuple(map(node, _sorted(below.get(None, ()), names)))
    return (*found, Node(label=nobody, own=leaves[""])) if "" in leaves else found


def _sorted(keys: Iterable[str], names: Names) -> list[str]:
    return sorted(keys, key=lambda key: (name_key(names.name(key)), key))


def lines(node: Node, columns: Sequence[ReportColumn]) -> Iterator[ReportLine]:
    """The lines of a record or a heading: its own where nothing stands below, else what does, and the sum."""
    if not node.children and (node.own is None or not node.own.lines):
        yield _line(RowKind.DATA, node.label, node.figures, columns, node.about)
        return
    yield text(node.label)
    for child in node.children:
        yield from lines(child, columns)
    if node.own is not None and node.children:
        yield from lines(attrs.evolve(node, label=f"{node.label} - Other", children=()), columns)
    elif node.own is not None:
        yield from node.own.lines
    yield subtotal(node.sum_label or f"Total {node.label}", node.figures, columns, node.about)


def text(label: str) -> ReportLine:
    """A heading."""
    return ReportLine(RowKind.TEXT, label)


def subtotal(
    label: str, figures: Figures, columns: Sequence[ReportColumn], about: tuple[str, str] | None = None
) -> ReportLine:
    """The sum of some lines."""
    return _line(RowKind.SUBTOTAL, label, figures, columns, about)


def total(label: str, figures: Figures, columns: Sequence[ReportColumn]) -> ReportLine:
    """The sum of all lines."""
    return _line(RowKind.TOTAL, label, figures, columns, None)


def _line(
    kind: RowKind, label: str, figures: Figures, columns: Sequence[ReportColumn], about: tuple[str, str] | None
) -> ReportLine:
    return ReportLine(kind, label, tuple(column.of(figures) for column in columns), about)
