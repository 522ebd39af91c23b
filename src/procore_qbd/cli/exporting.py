"""Carry out requests against a company file: remember the links, save the documents, print the results."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cli.output import say, tell
from procore_qbd.codes import Effect, status
from procore_qbd.domain import ItemKind, RefusalCode
from procore_qbd.erp import perform
from procore_qbd.errors import LinkError, ProcoreQbdError, TransportError
from procore_qbd.flows import Conversation
from procore_qbd.qbxml import ADD
from procore_qbd.transports import Memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from procore_qbd.cli.out_folder import OutFolder
    from procore_qbd.domain import Books, CloseOut, DetailOutcome, ErpRequest
    from procore_qbd.flows import Flow
    from procore_qbd.journal import LinksFile
    from procore_qbd.qbxml import Request
    from procore_qbd.simulator import CompanyFile

__all__ = ["Export", "ItemEnding", "NotKeptError", "RequestEnding"]


class ItemEnding(StrEnum):
    """How an item of a request ended, in the word that is printed."""

    MADE = "made"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    IN_DOUBT = "in doubt"


class RequestEnding(StrEnum):
    """What became of a request, in the words that are printed.

    It is in doubt if something may have been written that is not linked.
    """

    CARRIED_OUT = "carried out"
    IN_DOUBT = "in doubt"
    NOT_CARRIED_OUT = "not carried out"


class NotKeptError(ProcoreQbdError):
    """A request was carried out, and not all of its links can be kept."""


@attrs.frozen
class _Said:
    """A document that was sent, or a reply that came.

    Attributes:
        side: ``"request"`` or ``"reply"``.
        document: The bytes.
        requests: What it asks QuickBooks for; nothing if it is a reply.
    """

    side: str
    document: bytes
    requests: tuple[Request, ...] = ()

    @property
    def writes(self) -> bool:
        """Whether QuickBooks may have written something because of it."""
        return any(request.writes for request in self.requests)

    @property
    def adds(self) -> bool:
        """Whether it asks QuickBooks to make a record."""
        return any(request.shape is ADD for request in self.requests)


class Export:
    """The requests of one command, carried out one after another against a company file.

    Args:
        company: The company file.
        links_file: Its links.
        books: The bookkeeper's choices.
        out: Where the qbXML and the close-outs are written, if anywhere.

    Attributes:
        counts: How many items ended in which way.
        differing: How many of them differ between the two sides.
        written: Whether anything was written to the company file, as far as is known.
        failed: Whether anything could not be carried out, kept or written down.
        over: Whether it is no use to go on: nobody knows what QuickBooks did, or the links cannot be kept.
        interrupted: Whether a person broke it off.
        ending: What became of the request in work.
    """

    def __init__(self, company: CompanyFile, links_file: LinksFile, books: Books, out: OutFolder | None) -> None:
        self.company, self.links_file, self.books, self.out = company, links_file, books, out
        self.counts: dict[ItemEnding, int] = dict.fromkeys(ItemEnding, 0)
        self.differing = 0
        self.written = self.failed = self.over = self.interrupted = False
        self.ending = RequestEnding.NOT_CARRIED_OUT

    def carry_out(self, name: str, request: ErpRequest) -> CloseOut:
        """Carry out one request, remember its links, save its documents, and print the result.

        Args:
            name: What the files of it begin with.
            request: The request.

        Raises:
            NotKeptError: Not all of its links can be kept; all else was done.
            ProcoreQbdError: It could not be carried out; what was said is written down.
        """
        said: list[_Said] = []
        links = self.links_file.links
        changes_before = {link.procore_id for link in links if link.kind is ItemKind.CHANGE_ORDER}
        try:
            close_out = self._converse(perform(request, links, self.books), said)
        except (ProcoreQbdError, KeyboardInterrupt) as error:
            self._broke_off(error, said)
            self._write(name, said, None)
            raise
        wrote = any(one.writes for one in said)
        self.ending = RequestEnding.IN_DOUBT if wrote else RequestEnding.CARRIED_OUT  # until the links are kept
        unkept = self._keep(close_out)
        endings = _endings(close_out, said, changes_before)
        doubtful = ItemEnding.IN_DOUBT in endings
        self.ending = RequestEnding.IN_DOUBT if doubtful else RequestEnding.CARRIED_OUT
        self._write(name, said, close_out)
        self._print_all(close_out, endings)
        if unkept:
            raise NotKeptError("; ".join(map(str, unkept)))
        return close_out

    def _converse(self, flow: Flow[CloseOut], said: list[_Said]) -> CloseOut:
        """Have the company file answer a flow to its end; what is said stands in ``said`` even if it breaks off."""
        conversation = Conversation(flow)

        def remember(side: str, document: bytes) -> None:
            said.append(_Said(side, document, conversation.requests if side == "request" else ()))

        transport = Memory(self.company.process, remember)
        while conversation.document is not None:
            conversation.exchange(transport)
        return conversation.result

    def _broke_off(self, error: ProcoreQbdError | KeyboardInterrupt, said: Sequence[_Said]) -> None:
        """Find out what a request that broke off may have written."""
        sent = [one for one in said if one.side == "request"]
        effect = error.effect if isinstance(error, TransportError) else None
        self.over = effect is Effect.UNKNOWN and any(one.writes for one in sent[-1:])
        if any(one.writes for one in (sent[:-1] if effect is Effect.NOT_DONE else sent)):
            self.ending, self.written = RequestEnding.IN_DOUBT, True

    def _keep(self, close_out: CloseOut) -> list[LinkError]:
        """Remember the links. One that contradicts another does not lose the others, nor how the request ended."""
        unkept = []
        for link in close_out.links:
            try:
                self.links_file.links.add(link)
            except LinkError as error:
                unkept.append(error)
        try:
            self.links_file.save()
        except LinkError as error:
            self.over = True
            unkept.append(error)
        return unkept

    def _write(self, name: str, said: Sequence[_Said], close_out: CloseOut | None) -> None:
        """Write down what was said, where there is a folder for it; where that fails, it is told."""
        if self.out is None:
            return
        try:
            self.out.write(name, [(one.side, one.document) for one in said], close_out)
        except OSError as error:
            tell(f"{error.filename or self.out.path}: cannot be written: {error.strerror}; run the export again for it")
            self.failed = True

    def _print_all(self, close_out: CloseOut, endings: Sequence[ItemEnding]) -> None:
        """Print how each item ended, and count it."""
        ids: dict[Any, str] = {(data.item_type, data.item_id): data.origin_id for data in close_out.external_data}
        for detail, ending in zip(close_out.details, endings, strict=True):
            self._print(detail, ending, ids.get((detail.item_type, detail.item_id), ""))
        if codes := sum(link.kind is ItemKind.COST_CODE for link in close_out.links):
            say(f"{'':>15}{codes} cost codes linked to the job")

    def _print(self, detail: DetailOutcome, ending: ItemEnding, quickbooks_id: str) -> None:
        self.counts[ending] += 1
        self.written |= detail.changed or ending is ItemEnding.IN_DOUBT
        self.differing += bool(detail.differences)
        say(f"  {ending:<10} {detail.name:<50} {quickbooks_id}".rstrip())
        for message in detail.messages:
            say(f"{'':>15}{message}")

    def total(self) -> str:
        """How it all ended, in numbers."""
        words = ", ".join(f"{count} {ending}" for ending, count in self.counts.items() if count)
        if not self.written:
            words = f"{words}: nothing was written" if words else "nothing was written"
        differing = f"{self.differing} with differences between the two sides" if self.differing else ""
        return "; ".join(filter(None, (words, differing)))


def _endings(close_out: CloseOut, said: Sequence[_Said], changes_before: set[int]) -> list[ItemEnding]:
    """How each item of a request ended.

    Args:
        close_out: How the request ended.
        said: What was said for it.
        changes_before: The change orders that were linked before. A new one adds lines, and no record.
    """
    added, wrote = any(one.adds for one in said), any(one.writes for one in said)
    return [
        _ending(
            detail,
            new=added or (detail.item_type is ItemKind.CHANGE_ORDER and detail.item_id not in changes_before),
            wrote=wrote,
        )
        for detail in close_out.details
    ]


def _ending(detail: DetailOutcome, *, new: bool, wrote: bool) -> ItemEnding:
    """How an item ended; ``new``: if it was written, it was made. ``wrote``: its request sent something to write."""
    if detail.refusals:
        return ItemEnding.IN_DOUBT if _in_doubt(detail, wrote=wrote) else ItemEnding.REFUSED
    if detail.changed:
        return ItemEnding.MADE if new else ItemEnding.UPDATED
    return ItemEnding.UNCHANGED


def _in_doubt(detail: DetailOutcome, *, wrote: bool) -> bool:
    """Whether nobody knows what QuickBooks did with a refused item."""
    return any(
        refusal.code is RefusalCode.IN_DOUBT
        or (wrote and refusal.status is not None and status(refusal.status).effect is Effect.UNKNOWN)
        for refusal in detail.refusals
    )
