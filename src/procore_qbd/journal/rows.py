"""Rows of the tables as values, and values as rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.errors import JournalError
from procore_qbd.journal.encoding import decoded
from procore_qbd.journal.nouns import CompanyState, InboxEntry, Question, Run, RunPart, Sent, Write
from procore_qbd.journal.states import EffectState, ExchangeState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from procore_qbd.journal.tables import Row, Rows

__all__ = [
    "Held",
    "company_of",
    "effect_of",
    "entry_of",
    "id_of",
    "one_of",
    "part_of",
    "question_of",
    "row_of",
    "rows_of_parts",
    "run_of",
    "sent_of",
]


@attrs.define
class Held:
    """The row of a company file in one transaction, at whose end what was changed in it is written."""

    row: Row
    changes: Row = attrs.field(factory=dict)

    @property
    def company(self) -> str:
        """Which it is."""
        return str(self.row["company"])

    @property
    def was_woken(self) -> bool:
        """Whether something came in since it was claimed; else it is due when the lease is over."""
        return bool(self.row["due"] < self.row["leased_until"])

    @property
    def next(self) -> int:
        """The number that comes next."""
        return int({**self.row, **self.changes}["next_id"])

    def number(self) -> int:
        """Take it."""
        number = self.next
        self.changes["next_id"] = number + 1
        return number

    def change(self, **values: Any) -> None:
        """Know something else of the company file from now on."""
        self.changes |= values


def row_of(rows: Rows, company: str, *, lock: bool = False) -> Row:
    """The row of a company file; locked, where others are to wait for the end of the transaction.

    Raises:
        JournalError: There is none.
    """
    found = rows.select("company", {"company": company}, lock=lock)
    if not found:
        raise JournalError(f"{company}: is not in the journal; register it first")
    return found[0]


def one_of(rows: Rows, table: str, company: str, number: int) -> Row:
    """A row by its number.

    Raises:
        JournalError: There is none.
    """
    found = rows.select(table, {"company": company, "id": number})
    if not found:
        raise JournalError(f"{company}: there is no {table} {number} in the journal")
    return found[0]


def id_of(row: Row) -> dict[str, Any]:
    """What names a row."""
    return {"company": row["company"], "id": row["id"]}


def company_of(row: Row) -> CompanyState:
    """A company file of its row."""
    return CompanyState(**{name: row[name] for name in attrs.fields_dict(CompanyState)})


def entry_of(row: Row) -> InboxEntry:
    """A request of its row.

    Raises:
        JournalError: What it held was purged.
    """
    if not row["request"]:
        raise JournalError(f"{row['company']}: request {row['id']} ended, and what it held was purged")
    return InboxEntry(id=row["id"], key=row["key"], request=decoded(row["request"]), state=row["state"])


def run_of(row: Row) -> Run:
    """A run of its row."""
    return Run(id=row["id"], request=row["request"], books=decoded(row["books"]), reads=decoded(row["reads"]))


def rows_of_parts(company: str, exchange: int, parts: Iterable[RunPart]) -> list[Row]:
    """The rows that say whose requests a document carries."""
    return [
        {
            "company": company,
            "exchange": exchange,
            "at": at,
            "run": one.run,
            "step": one.step,
            "asked": " ".join(map(str, one.asked)),
        }
        for at, one in enumerate(parts)
    ]


def part_of(row: Row) -> RunPart:
    """A part of its row."""
    return RunPart(run=row["run"], step=row["step"], asked=tuple(map(int, row["asked"].split())))


def sent_of(row: Row, parts: tuple[RunPart, ...] = ()) -> Sent:
    """An exchange of its row, and its parts."""
    return Sent(
        id=row["id"],
        writes=bool(row["writes"]),
        set_id=row["set_id"],
        state=ExchangeState(row["state"]),
        document=row["document"],
        reply=row["reply"],
        parts=parts,
        sender=row["sender"],
        fenced=bool(row["fenced"]),
        counter=row["counter"],
        clock=row["clock"],
        at=row["at"],
        why=row["why"],
    )


def effect_of(row: Row) -> Write:
    """An effect of its row."""
    names = [name for name in attrs.fields_dict(Write) if name != "state"]
    return Write(**{name: row[name] for name in names}, state=EffectState(row["state"]))


def question_of(row: Row) -> Question:
    """A question of its row."""
    words, choices, document = json.loads(row["question"])
    return Question(
        id=row["id"], effect=row["effect"], token=row["token"], words=words, choices=choices, document=document
    )
