"""What every reader owes to any bytes at all: records, or an error of ours; and to the same bytes the same records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.errors import RefusedError, ReplyError
from procore_qbd.qbxml import Outcome, Record, Request, Violation, read_reply, read_requests, stream
from procore_qbd.qbxml.codec.elements import parse
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.journal_entries import JournalEntry
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.messages.envelope import UnmodelledRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml import etree

__all__ = ["READERS", "STREAMED", "survives"]

STREAMED: tuple[type[Record], ...] = (Bill, Vendor, JournalEntry)
CHUNK = 7  # hardly an element fits in it, so nearly each is cut somewhere


def whole(document: bytes) -> Iterator[object]:
    for outcome in read_reply(document).outcomes:
        yield outcome
        yield outcome.committed
        yield from outcome.faults
        try:
            yield from outcome.records(Record)
        except (ReplyError, RefusedError) as told:
            yield told


def requests(document: bytes) -> Iterator[object]:
    messages = read_requests(document)
    yield from messages.requests
    yield from messages.faults
    for violations in messages.violations:
        yield from violations


def streamed(document: bytes) -> Iterator[object]:
    for cls in STREAMED:
        try:
            yield from stream(document, cls)
        except (ReplyError, RefusedError) as told:
            yield told


def in_pieces(document: bytes) -> Iterator[object]:
    faults: list[Violation] = []
    pieces = (document[at : at + CHUNK] for at in range(0, len(document), CHUNK))
    yield from stream(pieces, STREAMED[0], faults=faults)
    yield from faults


READERS: tuple[Callable[[bytes], Iterator[object]], ...] = (whole, requests, streamed, in_pieces)
OURS = (Outcome, Record, Request, UnmodelledRequest, Violation, ReplyError, RefusedError, bool, type(None))


def survives(document: bytes) -> None:
    """Every reader reads a document, or refuses it in our words, and they agree; anything else raises."""
    for reader in READERS:
        try:
            for found in reader(document):
                assert isinstance(found, OURS), type(found)
                tell(found)
        except (ReplyError, RefusedError) as told:
            tell(told)
    agree(document)


def tell(found: object) -> None:
    assert not isinstance(found, (Violation, Exception)) or str(found)


INLINE = {"ListDelRs", "ListMergeRs", "TxnDelRs", "TxnVoidRs"}  # whose own elements stand for a record


def answered(root: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The elements of a name that stand where records do."""
    answers = root.find("QBXMLMsgsRs")
    for answer in () if answers is None else answers:
        if answer.tag not in INLINE:
            yield from answer.iterchildren(tag)


def agree(document: bytes) -> None:
    """One record after another is the same as all at once; and what is no document is none for either."""
    try:
        root, reply = parse(document), read_reply(document)
    except ReplyError:
        root = reply = None
    for cls in STREAMED:
        tag = f"{cls.__record__.tag}Ret"
        if root is not None and sum(1 for _ in root.iter(tag)) != sum(1 for _ in answered(root, tag)):
            continue  # records in places where they have no business; any reading of them will do
        records: list[Record] = []
        broken = False
        try:
            for record in stream(document, cls, faults=[]):
                records.append(record)  # noqa: PERF402  those before an error count
        except RefusedError:
            broken = reply is None  # QuickBooks' word comes before the end of the document
        except ReplyError:
            broken = True
        assert broken == (reply is None), f"{'only' if broken else 'not'} as a stream is it broken"
        if reply is not None:
            found = [record for outcome in reply.outcomes for record in outcome.found if isinstance(record, cls)]
            assert records == found, f"{tag}: other records as a stream"
