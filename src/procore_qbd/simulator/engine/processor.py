"""What QuickBooks does with one request: look, judge, write, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import attrs

from procore_qbd.qbxml import ADD, MOD, QUERY, Outcome, Request
from procore_qbd.simulator.about import ANSWERS
from procore_qbd.simulator.engine.macros import Macros
from procore_qbd.simulator.engine.querying import OTHER_QUERIES, Querying
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.knowledge.wording import words
from procore_qbd.simulator.lists.custom_fields import CustomFields
from procore_qbd.simulator.lists.listing import ListWriter
from procore_qbd.simulator.lists.merging import Merging
from procore_qbd.simulator.records.shaping import as_answered, with_fields
from procore_qbd.simulator.reports import REPORTS
from procore_qbd.simulator.transactions.writing import TransactionWriter, Written

if TYPE_CHECKING:
    import uuid
    from collections.abc import Callable

    from procore_qbd.qbxml import Dialect, Record, Shape
    from procore_qbd.simulator.knowledge.nouns import ListRecord, TransactionRecord
    from procore_qbd.simulator.store.company import OpenCompany

__all__ = ["Answer", "Processor", "simulated", "simulates"]


def simulated(request: Request) -> bool:
    """Whether the simulator keeps what a request is about."""
    fields = COMMANDS.get(request.name, ())
    kind = next((getattr(request.record, name) for name in fields if hasattr(request.record, name)), None)
    return simulates(type(request.record), request.shape) and (kind is None or kind in LISTS or kind in KINDS)


def simulates(record: type[Record], shape: Shape) -> bool:
    """Whether the simulator answers requests of a kind; some of them may be about what it does not keep."""
    spec = record.__record__
    if record in REPORTS:
        return bool(REPORTS[record])
    if f"{spec.element(shape)}Rq" in COMMANDS or record in ANSWERS or issubclass(record, OTHER_QUERIES):
        return True
    kinds = spec.answers if shape is QUERY else (spec.tag,)
    return bool(kinds) and all(kind in LISTS or kind in KINDS for kind in kinds)


COMMANDS: dict[str, tuple[str, ...]] = {
    "ListDelRq": ("list_del_type",),
    "ListMergeRq": ("list_merge_type",),
    "TxnDelRq": ("txn_del_type",),
    "TxnVoidRq": ("txn_void_type",),
    "ClearedStatusModRq": (),
    "DataExtAddRq": (),
    "DataExtModRq": (),
    "DataExtDelRq": (),
    "DataExtDefAddRq": (),
    "DataExtDefModRq": (),
    "DataExtDefDelRq": (),
}
"""The requests that are neither an Add or Mod of a record nor a query, and the field that says what they are about."""


@attrs.frozen(kw_only=True)
class Answer(Outcome):
    """An outcome whose record was written just now.

    Attributes:
        text: The record's element as it was written; None where the answer says something else than what is kept.
    """

    text: str | None = None


class Processor:
    """Carries out requests against a store, one at a time, each within a transaction of its caller.

    Args:
        company: The company file.
        new_uuid: Makes the ids of iterators.
    """

    def __init__(self, company: OpenCompany, new_uuid: Callable[[], uuid.UUID]) -> None:
        self._macros: Macros | None = None
        self._listing = ListWriter(company)
        self._custom_fields = CustomFields(company)
        self._posting = TransactionWriter(company, self._listing, self._custom_fields)
        self._querying = Querying(company, self._custom_fields, new_uuid)
        self._commands: dict[str, Callable[[Any], Any]] = {
            "ListDelRq": self._listing.delete,
            "ListMergeRq": Merging(company).merge,
            "TxnDelRq": self._posting.delete,
            "TxnVoidRq": self._posting.void,
            "ClearedStatusModRq": self._posting.clear,
            "DataExtAddRq": self._custom_fields.add,
            "DataExtModRq": self._custom_fields.mod,
            "DataExtDelRq": self._custom_fields.delete,
            "DataExtDefAddRq": self._custom_fields.define,
            "DataExtDefModRq": self._custom_fields.redefine,
            "DataExtDefDelRq": self._custom_fields.undefine,
        }

    def answer(self, request: Request, dialect: Dialect) -> Outcome:
        """The outcome of a request that is well formed.

        Raises:
            Refusal: QuickBooks says no; what was written is to be undone.
        """
        if self._macros is not None:
            request = attrs.evolve(request, record=self._macros.replaced(request.record))
        if (carry_out := self._commands.get(request.name)) is not None:
            done = carry_out(request.record)
            # The schema demands all of a custom field, though it lets a request choose.
            include = () if request.name.startswith("DataExt") else request.include
            found = () if done is None else (as_answered(done, dialect, include),)
            return Outcome(name="", message=words(0), found=found)
        return (
            self._written(request, dialect) if request.shape in (ADD, MOD) else self._querying.answer(request, dialect)
        )

    def prepare(self) -> None:
        """Put in what every company file has."""
        self._listing.make_templates()

    def begin_message_set(self, *, macros: bool) -> None:
        """Forget the macros of the last one; there are new ones, or none."""
        self._macros = Macros() if macros else None

    def end_session(self) -> None:
        """Forget the iterators."""
        self._querying.end_session()

    def add(self, record: Record, *, seeded: bool = False) -> Written:
        """Write a new record: see `ListWriter.add` and `TransactionWriter.add`.

        Raises:
            Refusal: QuickBooks does not take it.
        """
        if record.__record__.tag in KINDS:
            return self._posting.add(record, seeded=seeded)
        return Written(self._listing.add(record, seeded=seeded))

    def _mod(self, mod: Record) -> Written:
        if mod.__record__.tag in KINDS:
            return self._posting.mod(cast("TransactionRecord", mod))
        return Written(self._listing.mod(cast("ListRecord", mod)))

    def _written(self, request: Request, dialect: Dialect) -> Outcome:
        written = self._added(request.record) if request.shape is ADD else self._mod(request.record)
        record = written.record
        if getattr(record, "linked_txns", ()):
            record = with_fields(record, linked_txns=())  # they come only to those who ask
        code = 0 if written.closed is None else 570
        answered = as_answered(record, dialect, request.include)
        text = written.text if answered is written.record else None
        return Answer(name="", code=code, message=words(code, written.closed or ""), found=(answered,), text=text)

    def _added(self, record: Record) -> Written:
        if self._macros is None:
            return self.add(record)
        self._macros.judge(record)
        written = self.add(record)
        self._macros.define(record, written.record)
        return written
