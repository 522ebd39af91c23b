"""Leaving: what this library put into a company file beside the records themselves is taken away again.

That is the marks on lines, then the fence. The order is safe wherever it breaks off: before the first change the
journal is frozen, so that nobody exports meanwhile; each mark that is gone is gone; the fence goes last, for as long as
it is there the file is known to be the right one. Run again, it goes on where it was.

The ExternalGUIDs stay: qbXML has them in an Add, and in no Mod.
"""

from __future__ import annotations

import os
import platform
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.erp.finding import by_id, described
from procore_qbd.erp.refusing import OUT_OF_DATE, refusal
from procore_qbd.errors import JournalError, RecordError
from procore_qbd.flows import Pages, ask, gather, run
from procore_qbd.qbxml import Request, changes, erase
from procore_qbd.qbxml.entities.deletions import ListDel, ListDelType
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderQuery
from procore_qbd.translate.lines import LineMark
from procore_qbd.worker import fence as fences
from procore_qbd.worker.looking import record_id
from procore_qbd.worker.replies import passes
from procore_qbd.worker.session import WorkerSettings

if TYPE_CHECKING:
    from procore_qbd.flows import Flow
    from procore_qbd.journal import Journal
    from procore_qbd.journal.nouns import Claim, CompanyState
    from procore_qbd.qbxml import Outcome, Record
    from procore_qbd.transports.base import Transport
    from procore_qbd.worker.fence import FenceRecord

__all__ = ["Left", "leave"]

_LEAVING = (
    "this company file is being left, and that broke off: nothing is exported to it. Leave it once more (procore-qbd "
    "journal leave), and it goes on where it was; or stay, and thaw (procore-qbd journal thaw)"
)
_LEFT = (
    "this company file was left (procore-qbd journal leave): nothing is exported to it any more. To come back, thaw "
    "(procore-qbd journal thaw); the journal still has the links"
)
_MARKED: tuple[tuple[Any, Any], ...] = ((Estimate, EstimateQuery), (PurchaseOrder, PurchaseOrderQuery))
"""The transactions whose lines carry marks, and how they are asked for."""
_GONE = (500, 3120)


@attrs.frozen(kw_only=True)
class Left:
    """What leaving a company file did, or would do.

    Attributes:
        changed: The transactions whose lines have no marks any more, in words; of a dry run, those that have some.
        refused: Those that keep them, and why.
        done: Whether the company file is left. If not, somebody is at work on a transaction: leave it once more.
    """

    changed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    done: bool = False


def leave(
    company: str,
    *,
    journal: Journal,
    transport: Transport,
    by: str,
    settings: WorkerSettings | None = None,
    dry_run: bool = False,
) -> Left:
    """Take the marks and the fence out of a company file, and export nothing to it any more.

    After that the lines of change orders cannot be told from those that a person typed by what they carry; only the
    journal's links know them, so keep it: who comes back without it may write a change order a second time. It may be
    called again after it broke off anywhere.

    Args:
        company: Which company file, as the journal knows it.
        journal: Its journal.
        transport: Where QuickBooks answers.
        by: Who says so.
        settings: How to work: dialect, lease, and how many transactions go into one document.
        dry_run: Whether nothing is written, neither to QuickBooks nor to the journal.

    Raises:
        JournalError: Something has not come to its end, the file is not as the journal knows it, another worker has it,
            or QuickBooks does not let the fence be changed or deleted; it says which.
        LeaseLostError: Another worker has taken the company file over meanwhile.
        TransportError: QuickBooks does not answer. Leave it once more.
    """
    how = settings or WorkerSettings()
    known = journal.company(company)
    if known.frozen == _LEFT:
        return Left(done=True)
    leaving = _Leaving(journal, transport, how, by, known)
    if dry_run:
        leaving.look()
        return Left(changed=tuple(words for _, words in leaving.marked()))
    claim = journal.claim(company, f"{platform.node()}:{os.getpid()} (leaving)", how.lease)
    if claim is None:
        raise JournalError(f"{company}: a worker exports to this company file just now; leave it when that has ended")
    try:
        return leaving.go(claim)
    finally:
        journal.release(claim)


class _Leaving:
    """One leave-taking."""

    def __init__(
        self, journal: Journal, transport: Transport, how: WorkerSettings, by: str, known: CompanyState
    ) -> None:
        self.journal, self.transport, self.how, self.by, self.known = journal, transport, how, by, known

    def _run(self, flow: Flow[Any], *, read_only: bool = False) -> Any:
        return run(flow, self.transport, dialect=self.how.dialect, read_only=read_only)

    def look(self) -> FenceRecord | None:
        """The fence, if the file may be left as it is; None where it has none, or has none any more.

        Raises:
            JournalError: It may not.
        """
        company, known, again = self.known.company, self.known, self.known.frozen == _LEAVING
        if known.frozen is not None and not again:
            raise JournalError(f"{company}: is frozen, so it cannot be left: {known.frozen}")
        if open_ := self.journal.unfinished(company):
            raise JournalError(f"{company}: cannot be left before all has come to its end: {'; '.join(open_)}")
        found: FenceRecord | None = self._run(fences.find(known.fence_id), read_only=True)
        if found is None and (again or known.fence_id is None):
            return None
        if found is None or found.file_id != known.file_id:
            raise JournalError(
                f"{company}: the company file that is open is not the one that the journal knows, or our record in it "
                "was deleted: nothing was changed. Open the right file, or thaw first (procore-qbd journal thaw)"
            )
        if not again and (found.epoch, found.counter) != (known.epoch, known.counter):
            raise JournalError(
                f"{company}: the company file has {found.counter} documents of epoch {found.epoch}, and the journal "
                f"knows of {known.counter} of epoch {known.epoch}: nothing was changed. Export once more "
                "(procore-qbd export), which settles that or says what it is, then leave"
            )
        return found

    def go(self, claim: Claim) -> Left:
        """Leave the file."""
        fence = self.look()
        if self.known.frozen is None:
            self.journal.freeze(claim, _LEAVING)
        changed: list[str] = []
        refused: list[str] = []
        if fence is not None or self.known.fence_id is None:
            if fence is not None:
                fence = self._kept_out(fence)
            busy = self._unmark(claim, changed, refused)
            if busy:
                return Left(changed=tuple(changed), refused=tuple(refused))
        if fence is not None:
            self._delete(fence)
        self.journal.freeze(claim, _LEFT, file_id=None, fence_id=None, set_id=None)
        self.journal.note(self.known.company, "left", f"{self.by}: {len(changed)} transactions have no marks any more")
        return Left(changed=tuple(changed), refused=tuple(refused), done=True)

    def _kept_out(self, fence: FenceRecord) -> FenceRecord:
        """The fence after it was changed, so that QuickBooks refuses every document that was sent with the old one."""
        outcome: Outcome = self._run(ask(fences.raised(fence, fence.epoch + 1)))
        found = fences.read(outcome)
        if found is None:
            raise JournalError(f"{self.known.company}: the record {fences.FENCE_NAME!r}: {refusal(outcome)}")
        return found

    def _delete(self, fence: FenceRecord) -> None:
        delete = ListDel(list_del_type=ListDelType.OTHER_NAME, list_id=fence.list_id)
        outcome: Outcome = self._run(ask(Request.command(delete)))
        if not outcome.ok and outcome.code not in _GONE:
            raise JournalError(f"{self.known.company}: the record {fences.FENCE_NAME!r}: {refusal(outcome)}")

    # --- marks -------------------------------------------------------------------------------------------------------

    def marked(self) -> list[tuple[str, str]]:
        """The transactions with marks: TxnID, and what they are in words."""
        found: list[tuple[str, str]] = self._run(_marked(), read_only=True)
        return found

    def _unmark(self, claim: Claim, changed: list[str], refused: list[str]) -> bool:
        """Take the marks away, some transactions at a time; whether somebody is at work on one."""
        marked, busy = self.marked(), False
        for at in range(0, len(marked), self.how.batch):
            self.journal.renew(claim, self.how.lease)
            some = [txn_id for txn_id, _ in marked[at : at + self.how.batch]]
            for record, why in self._run(_without_marks(some)):
                if why is None:
                    changed.append(_in_words(record))
                else:
                    busy = busy or why.transient
                    refused.append(f"{_in_words(record)}: {why.words}")
        return busy


@attrs.frozen
class _Why:
    """Why a transaction keeps its marks."""

    words: str
    transient: bool


def _has_marks(record: Any) -> int:
    return sum(LineMark.of(line) is not None for line in record.lines)


def _in_words(record: Any) -> str:
    return f"{described(record)} ({record_id(record)}), {_has_marks(record)} lines"


def _marked() -> Flow[list[tuple[str, str]]]:
    found: list[tuple[str, str]] = []
    for cls, query in _MARKED:
        pages: Pages[Any] = Pages(query(include_line_items=True), cls)
        while page := (yield from pages.next()):
            found += [(record_id(record), _in_words(record)) for record in page if _has_marks(record)]
    return found


def _without_marks(txn_ids: list[str]) -> Flow[list[tuple[Record, _Why | None]]]:
    """Take the marks off these transactions; each with why it keeps them, or None."""
    there: list[Any] = []
    for cls, query in _MARKED:
        outcome = yield from ask(by_id(query, *txn_ids))
        there += [record for record in outcome.records(cls) if _has_marks(record)]
    ended = yield from gather(*map(_unmarked, there))
    return [(record, one.result()) for record, one in zip(there, ended, strict=True)]


def _unmarked(record: Any) -> Flow[_Why | None]:
    lines = tuple(erase(line, "other2") if LineMark.of(line) is not None else line for line in record.lines)
    try:
        mod = changes(record, attrs.evolve(record, lines=lines))
        assert mod is not None  # noqa: S101  it has marks
        outcome = yield from ask(Request.mod(mod))
    except RecordError as error:
        return _Why(str(error), transient=False)
    if outcome.ok:
        return None
    return _Why(str(refusal(outcome)), transient=passes(outcome) or outcome.code == OUT_OF_DATE)
