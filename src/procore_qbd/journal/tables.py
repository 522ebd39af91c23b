"""What the journal keeps, as tables: columns, keys and what may not be there twice. Everything else follows from them.

``company``   one row a company file: who works on it until when (the lease), when somebody should look next, which
              record is its fence, what the fence said last, and why nothing more is sent, where that is so.
``request``   the inbox: what was asked for, and how far it is.
``run``       one carrying-out of a request, with everything that its flow was told.
``exchange``  one document, one try: the very bytes there, the very bytes back.
``part``      whose requests a document carries: a run's, at which of its steps.
``effect``    one writing request of an exchange.
``link``      which item is which record. ``generation``: how often an item was unlinked.
``closing``   what Procore must be told, until it has it.
``question``  what only a person can know. ``event``: what happened, for people.
``item``      where an item of the ERP Integrations tool stands. ``move``: every move, and every one that was not made.
``setting``   the tool's settings, every version.
``login``     who may ask for documents through the Web Connector, for which company file, with what of the password.
``session``   one update of the Web Connector. ``reply_part``: what came back for its last document, piece by piece.

Ids are numbers counted per company in the order in which things were written down. Two stores keep these tables: plain
dictionaries for tests, and any database that SQLAlchemy speaks to. Both refuse the same things, because both read this
file: above all, that two documents of one company file are under way, and that one item is exported twice at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import attrs

from procore_qbd.domain.lifecycle import ItemState
from procore_qbd.errors import JournalError
from procore_qbd.journal.states import LIVE_SESSIONS, EffectState, ExchangeState, SessionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

__all__ = [
    "MOST",
    "OPEN_EFFECTS",
    "OPEN_REQUESTS",
    "OPEN_SESSIONS",
    "TABLES",
    "Row",
    "Rows",
    "TableRules",
    "Tables",
    "TakenError",
    "Unique",
    "Where",
    "must_be_keepable",
]

Row: TypeAlias = dict[str, Any]
Where: TypeAlias = Mapping[str, Any]
"""Columns and what they must be; a tuple allows each of its values."""


class TakenError(Exception):
    """A row would stand beside one that allows no other. Nothing more may be done in that transaction."""


@attrs.frozen
class Unique:
    """Columns of which no two rows have the same values.

    Attributes:
        columns: Which.
        where: Only rows with these values count.
    """

    columns: tuple[str, ...]
    where: Where = attrs.field(factory=dict)


@attrs.frozen
class TableRules:
    """Columns by name, each with its type; a type that ends with ``?`` may be missing.

    Attributes:
        key: The columns that name a row.
        unique: What else may not be there twice.
        indexes: What rows are looked for by.
        states: What the column ``state`` may be.
    """

    key: tuple[str, ...]
    columns: dict[str, str]
    unique: tuple[Unique, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    states: tuple[str, ...] = ()


MOST = 2**63
"""No number may be as large as this."""


def must_be_keepable(table: str, rows: Iterable[Iterable[Any]]) -> None:
    """See that every text and every number can be kept by every store.

    Raises:
        JournalError: A text has a NUL character, or half of one that takes two; a number has more than 63 bits.
    """
    for values in rows:
        for value in values:
            if isinstance(value, str):
                if "\0" not in value and (value.isascii() or _is_whole(value)):
                    continue
                raise JournalError(
                    f"{table}: a text has a NUL character in it, or half a character, which a database cannot keep; "
                    "nothing was written"
                )
            if isinstance(value, int) and not -MOST < value < MOST:
                raise JournalError(f"{table}: the number {value} is too large for a database; nothing was written")


def _is_whole(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


OPEN_EFFECTS = (EffectState.OPEN.value, EffectState.IN_DOUBT.value, EffectState.ASKED.value)
"""The states of an effect of which it is not known what became of it."""
OPEN_REQUESTS = ("waiting", "working", "asked")
"""The states of a request that has not ended."""
OPEN_SESSIONS = tuple(state.value for state in LIVE_SESSIONS)
"""The states of a session whose ticket is good for something."""
_NUMBERED = ("company", "id")

TABLES: dict[str, TableRules] = {
    "company": TableRules(
        key=("company",),
        columns={
            "company": "text",
            "environment": "text",
            "next_id": "int",
            "owner": "text?",
            "leased_until": "real?",
            "token": "int",
            "due": "real",
            "file_id": "text?",
            "fence_id": "text?",
            "set_id": "text?",
            "counter": "int",
            "epoch": "int",
            "clock": "text?",
            "frozen": "text?",
            "last_restored": "text?",
            "tool": "int?",
        },
        indexes=(("due", "company"),),
    ),
    "request": TableRules(
        key=_NUMBERED,
        columns={
            "company": "text",
            "id": "int",
            "key": "text",
            "digest": "text?",
            "request": "text",
            "state": "text",
            "due": "real",
            "at": "real",
        },
        unique=(Unique(("company", "key")), Unique(("company", "digest"), {"state": OPEN_REQUESTS})),
        indexes=(("company", "state", "id"),),
        states=(*OPEN_REQUESTS, "ended", "failed", "purged"),
    ),
    "run": TableRules(
        key=_NUMBERED,
        columns={
            "company": "text",
            "id": "int",
            "request": "int",
            "books": "text",
            "reads": "text",
            "state": "text",
        },
        indexes=(("company", "request"), ("company", "state")),
        unique=(Unique(("company", "request"), {"state": "open"}),),
        states=("open", "ended", "given up"),
    ),
    "exchange": TableRules(
        key=_NUMBERED,
        columns={
            "company": "text",
            "id": "int",
            "writes": "int",
            "set_id": "text?",
            "state": "text",
            "document": "bytes",
            "reply": "bytes?",
            "sender": "text?",
            "fenced": "int",
            "counter": "int",
            "clock": "text?",
            "token": "int",
            "at": "real",
            "why": "text?",
        },
        unique=(
            Unique(("set_id",)),
            Unique(("company",), {"state": ExchangeState.SENDING.value}),
        ),
        indexes=(("company", "state", "writes", "id"),),
        states=tuple(ExchangeState),
    ),
    "part": TableRules(
        key=("company", "exchange", "at"),
        columns={"company": "text", "exchange": "int", "at": "int", "run": "int", "step": "int", "asked": "text"},
        indexes=(("company", "run"),),
    ),
    "effect": TableRules(
        key=_NUMBERED,
        columns={
            "company": "text",
            "id": "int",
            "exchange": "int",
            "position": "int",
            "run": "int",
            "what": "text",
            "guid": "text?",
            "state": "text",
            "record": "text?",
            "evidence": "bytes?",
            "settled": "int?",
        },
        unique=(Unique(("company", "what"), {"state": OPEN_EFFECTS}),),
        indexes=(("company", "exchange"), ("company", "run"), ("company", "state"), ("company", "what")),
        states=tuple(EffectState),
    ),
    "link": TableRules(
        key=("company", "kind", "procore_id"),
        columns={
            "company": "text",
            "kind": "text",
            "procore_id": "int",
            "record": "text",
            "quickbooks_id": "text",
            "sole": "int",
            "list_id": "text?",
            "name": "text?",
            "edit_sequence": "text?",
            "parent": "text?",
            "party": "text?",
            "shared": "int",
        },
        unique=(Unique(("company", "record", "quickbooks_id"), {"sole": 1}),),
        indexes=(
            ("company", "record", "quickbooks_id"),
            ("company", "parent"),
            ("company", "party"),
            ("company", "list_id"),
        ),
    ),
    "generation": TableRules(
        key=("company", "kind", "procore_id"),
        columns={"company": "text", "kind": "text", "procore_id": "int", "times": "int"},
    ),
    "closing": TableRules(
        key=_NUMBERED,
        columns={"company": "text", "id": "int", "request": "int", "close_out": "text", "state": "text"},
        indexes=(("company", "state"), ("company", "request")),
        states=("to tell", "told"),
    ),
    "question": TableRules(
        key=_NUMBERED,
        columns={
            "company": "text",
            "id": "int",
            "effect": "int",
            "token": "text",
            "question": "text",
            "state": "text",
            "choice": "text?",
            "by": "text?",
            "at": "real",
        },
        unique=(Unique(("token",)), Unique(("company", "effect"), {"state": "open"})),
        indexes=(("company", "state"),),
        states=("open", "answered"),
    ),
    "event": TableRules(
        key=_NUMBERED,
        columns={"company": "text", "id": "int", "at": "real", "what": "text", "words": "text"},
        indexes=(("company", "what"),),
    ),
    "item": TableRules(
        key=("company", "kind", "procore_id"),
        columns={
            "company": "text",
            "kind": "text",
            "procore_id": "int",
            "state": "text",
            "since": "real",
            "revision": "int",
            "name": "text",
            "project": "int?",
            "commitment": "int?",
            "content": "text",
            "sent_by": "text?",
            "created_by": "text?",
            "request": "int?",
        },
        indexes=(("company", "state"), ("company", "commitment"), ("company", "request")),
        states=tuple(ItemState),
    ),
    "move": TableRules(
        key=_NUMBERED,
        columns={
            "company": "text",
            "id": "int",
            "at": "real",
            "kind": "text?",
            "procore_id": "int?",
            "move": "text",
            "start": "text?",
            "end": "text?",
            "by": "text",
            "user_id": "int?",
            "user": "text?",
            "action": "text?",
            "allowed": "int",
            "why": "text",
            "comment": "text",
            "request": "int?",
            "revision": "int",
        },
        indexes=(("company", "kind", "procore_id", "id"),),
    ),
    "setting": TableRules(
        key=("company", "version"),
        columns={"company": "text", "version": "int", "settings": "text", "at": "real"},
    ),
    "login": TableRules(
        key=("user",),
        columns={
            "company": "text",
            "user": "text",
            "secret": "text",
            "file_id": "text",
            "path": "text",
            "scope": "text",
            "thaw_by": "text",
            "record_deleted": "int",
            "failures": "text",
        },
        indexes=(("company",),),
    ),
    "session": TableRules(
        key=("ticket",),
        columns={
            "company": "text",
            "ticket": "text",
            "user": "text",
            "state": "text",
            "opened": "real",
            "seen": "real",
            "runner": "text?",
            "beat": "real",
            "dialect": "text",
            "total": "int",
            "number": "int",
            "handed": "int",
            "document": "bytes?",
            "hresult": "text",
            "detail": "text",
            "call": "text",
            "answer": "text",
            "alike": "int",
            "words": "text",
            "failed": "int",
        },
        indexes=(("company", "opened"),),
        unique=(Unique(("company",), {"state": OPEN_SESSIONS}),),
        states=tuple(SessionState),
    ),
    "reply_part": TableRules(
        key=("company", "ticket", "number", "at"),
        columns={"company": "text", "ticket": "text", "number": "int", "at": "int", "bytes": "bytes"},
        indexes=(("company", "ticket"),),
    ),
}
"""The tables, by name."""


class Rows(Protocol):
    """The rows, within one transaction."""

    def select(
        self, table: str, where: Where, /, *, order: Sequence[str] = (), limit: int | None = None, lock: bool = False
    ) -> list[Row]:
        """The rows that fit, ordered by columns.

        Args:
            table: Of which table.
            where: What they must be.
            order: By which columns, then by the key.
            limit: How many at the most.
            lock: Whether whoever wants to lock or change them waits for the end of this transaction, as this one
                waits for theirs. A store that carries out its transactions one after the other need do nothing.
        """
        ...

    def now(self) -> float:
        """The time in seconds, by a clock that all who share the store have in common."""
        ...

    def count(self, table: str, by: str, where: Where, /) -> dict[Any, int]:
        """How many of the rows that fit have each value of a column."""
        ...

    def insert(self, table: str, rows: Sequence[Row], /) -> None:
        """Add rows.

        Raises:
            TakenError: One stands there already that allows no other.
        """
        ...

    def update(self, table: str, where: Where, values: Mapping[str, Any], /) -> int:
        """Change the rows that fit; how many they were.

        Raises:
            TakenError: As `insert`.
        """
        ...

    def update_each(self, table: str, changes: Sequence[tuple[Where, Mapping[str, Any]]], /) -> int:
        """Change rows by several conditions, none of which fits what another changes; how many they were.

        As so many updates, but in one trip to a store to which that matters.

        Raises:
            TakenError: As `insert`.
        """
        ...

    def delete(self, table: str, where: Where, /) -> int:
        """Take out the rows that fit; how many they were."""
        ...


class Tables(Protocol):
    """Where the rows are kept."""

    def transaction(self) -> AbstractContextManager[Rows]:
        """All of what is done within, on disk when it ends, or nothing.

        What two of them do at once is as if one had come after the other, if each begins by locking the row of the
        company file that it works on.

        Raises:
            JournalError: The store cannot be used.
        """
        ...

    def reading(self) -> AbstractContextManager[Rows]:
        """For a single look, which keeps nobody out and changes nothing.

        Raises:
            JournalError: The store cannot be used.
        """
        ...

    def scrub(self) -> None:
        """See that nothing of what was taken out is left in its files, as far as that is the store's to do."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...
