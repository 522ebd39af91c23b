"""What every transport must keep, one function a promise; `TRANSPORT_PROMISES` has them all.

Who writes a transport proves it with these, beside the ones that come with the library. Each promise takes what opens
the transport to a function at its other end: ``Memory`` is the plainest, and the measure of all others::

    for promise in TRANSPORT_PROMISES:
        promise(Memory)
"""

from __future__ import annotations

import itertools
import logging
import re
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from procore_qbd.codes import HRESULTS, Effect
from procore_qbd.domain import Books, CreateVendor, VendorCompany
from procore_qbd.errors import EngineError, NotSentError, ReplyLostError, TransportError
from procore_qbd.flows import ask, run
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.qbxml import Request, read_reply, read_requests, write_requests
from procore_qbd.qbxml.entities.company import HostQuery
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.simulator import CompanyFile
from procore_qbd.testing.promises import BrokenPromiseError
from procore_qbd.transports.base import BaseTransport
from procore_qbd.worker import WorkerSettings, drain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from procore_qbd.transports.base import Transport
    from procore_qbd.worker import Drained

    Process: TypeAlias = Callable[[bytes], bytes]

__all__ = ["BY_OUR_ERRORS", "LONG", "TRANSPORT_PROMISES", "OpenTransport"]

OpenTransport: TypeAlias = "Callable[[Callable[[bytes], bytes]], AbstractContextManager[Transport]]"
"""Opens a transport to a function that takes a document and returns the reply, or raises a `TransportError`."""

_SECRET = "Wexford Lane 4711"  # noqa: S105  looked for in logs
_MANY = 8
_LARGE = 12_000_000
_ENCODING = re.compile(rb"""\s+encoding\s*=\s*(?:"[^"]*"|'[^']*')""")
_WRITES = write_requests([Request.add(Vendor(name="Alder"))], new_message_set_id="PROMISE1")
_READS = write_requests([Request.query(VendorQuery())])


def _see(kept: object, what: str) -> None:
    if not kept:
        raise BrokenPromiseError(what)


@contextmanager
def _raised(
    kind: type[TransportError] | tuple[type[TransportError], ...], effect: Effect, what: str
) -> Iterator[list[TransportError]]:
    """See that an error of a kind is raised, and says what is known of the document."""
    caught: list[TransportError] = []
    try:
        yield caught
    except TransportError as error:
        caught.append(error)
        as_it_is = isinstance(error, kind) and error.effect is effect
        _see(as_it_is, f"{what}: expected {kind}, {effect}, got {error!r}, {error.effect}")
    except Exception as error:
        raise BrokenPromiseError(f"{what}: {type(error).__name__} is no error of a transport") from error
    else:
        raise BrokenPromiseError(f"{what}: nothing was raised")


def _same(got: bytes, expected: bytes) -> bool:
    """Whether two documents are one, but for the encoding that they declare: COM carries text, and no bytes."""
    return _ENCODING.sub(b"", got, count=1) == _ENCODING.sub(b"", expected, count=1)


class _Far:
    """A function at the other end, which keeps what it was given."""

    def __init__(self, answer: Callable[[bytes], object] = lambda _: b"<QBXML/>") -> None:
        self.documents: list[bytes] = []
        self._answer = answer

    def __call__(self, document: bytes) -> Any:
        self.documents.append(document)
        return self._answer(document)


def _raises(error: Exception) -> _Far:
    def answer(_document: bytes) -> bytes:
        raise error

    return _Far(answer)


# --- there and back --------------------------------------------------------------------------------------------------


def a_document_arrives_as_it_is_and_so_does_its_reply(opened: OpenTransport) -> None:
    """Every character of ASCII and every reference to another one, in the order in which documents are sent."""
    text = "".join(map(chr, range(0x20, 0x7F))) + "Zoë Müller, 5 €, “quoted”, two\nlines"
    vendors = [Vendor(name="Alder", notes=text[at : at + 20]) for at in range(0, len(text), 20)]
    documents = [write_requests([Request.add(vendor)]) for vendor in vendors]
    far = _Far(lambda document: document.replace(b"Rq>", b"Rs>"))
    with opened(far) as transport:
        for document in documents:
            with transport.send(document) as reply:
                came = reply.read(7) + reply.read()
            _see(_same(came, document.replace(b"Rq>", b"Rs>")), f"a reply came back as {came[:200]!r}")
    arrived = list(map(_same, far.documents, documents))
    _see(all(arrived) and len(far.documents) == len(documents), "a document did not arrive as it was sent")


def a_large_reply_comes_whole(opened: OpenTransport) -> None:
    """Twelve million characters, which is more than some readers take in one piece of text."""
    large = b"<QBXML>" + b"<a>0123456789</a>" * (_LARGE // 17) + b"</QBXML>"
    with opened(_Far(lambda _: large)) as transport, transport.send(_READS) as reply:
        _see(reply.read() == large, "a large reply did not come whole")


def quickbooks_is_asked_once_in_a_session_who_it_is(opened: OpenTransport) -> None:
    """``dialect`` is negotiated by a HostQuery, and kept."""
    with CompanyFile.create() as company:
        far = _Far(company.process)
        with opened(far) as transport:
            if not isinstance(transport, BaseTransport):
                return  # a transport that can send, and no more
            _see(str(transport.dialect) == str(transport.dialect) == "US 13.0", f"the dialect is {transport.dialect}")
    asked = [one.name for document in far.documents for one in read_requests(document).requests]
    _see(asked == ["HostQueryRq"], f"asked for {asked}")


def whoever_sends_gets_the_reply_to_that(opened: OpenTransport) -> None:
    """Eight threads send at once: QuickBooks has one document at a time, and each thread its own reply."""
    at_work = threading.Lock()
    wrong: list[str] = []

    def answer(document: bytes) -> bytes:
        if not at_work.acquire(blocking=False):
            wrong.append("two documents at once")
            return b"<QBXML/>"
        try:
            return document
        finally:
            at_work.release()

    def send(number: int, transport: Transport) -> None:
        document = write_requests([Request.add(Vendor(name=f"V {number}"))], new_message_set_id=f"THREAD{number}")
        try:
            with transport.send(document) as reply:
                if not _same(reply.read(), document):
                    wrong.append(f"thread {number} got another's reply")
        except Exception as error:  # noqa: BLE001  in a thread of its own
            wrong.append(repr(error))

    far = _Far(answer)
    with opened(far) as transport:
        threads = [threading.Thread(target=send, args=(number, transport)) for number in range(_MANY)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    _see(not wrong, "; ".join(wrong))
    _see(len(far.documents) == _MANY, f"{len(far.documents)} documents arrived instead of {_MANY}")


# --- what goes wrong -------------------------------------------------------------------------------------------------


def an_hresult_comes_with_its_number_words_and_effect(opened: OpenTransport) -> None:
    """Each that is documented, and one that is not."""
    errors = [EngineError(number, f"words of {number:X}") for number in (*HRESULTS, 0x8004FFFF)]
    left = iter(errors)

    def answer(_document: bytes) -> bytes:
        raise next(left)

    with opened(_Far(answer)) as transport:
        for number, error in enumerate(errors):
            document = write_requests([Request.query(VendorQuery())], new_message_set_id=f"HRESULT{number}")
            with _raised(EngineError, error.effect, f"0x{error.hresult:08X}") as caught:
                transport.send(document)
            came = caught[0]
            said = isinstance(came, EngineError) and (came.hresult, came.detail) == (error.hresult, error.detail)
            _see(said, f"expected {error!r}, got {came!r}")


def what_is_known_further_on_is_told_here(opened: OpenTransport) -> None:
    """A `NotSentError` stays one, and so does an HRESULT of which more is known than its number says."""
    known = EngineError(0x80040402, "before", effect=Effect.NOT_DONE)
    with opened(_raises(known)) as transport, _raised(EngineError, Effect.NOT_DONE, "an HRESULT before the document"):
        transport.send(_WRITES)
    far, what = _raises(NotSentError("the line is down")), "a document that was not sent"
    with opened(far) as transport, _raised(NotSentError, Effect.NOT_DONE, what) as caught:
        transport.send(_WRITES)
    _see("the line is down" in caught[0].detail, f"the words are lost: {caught[0].detail!r}")


def a_lost_reply_is_in_doubt(opened: OpenTransport) -> None:
    """Whatever is raised when QuickBooks may have done it, and a reply that is nothing."""
    for error in (ReplyLostError("gone"), KeyError("x"), OSError(28, "no space"), RecursionError("deep")):
        kinds, name = (ReplyLostError, EngineError), type(error).__name__
        with opened(_raises(error)) as transport, _raised(kinds, Effect.UNKNOWN, name):
            transport.send(_WRITES)
    with opened(_Far(lambda _: b"")) as transport, _raised(ReplyLostError, Effect.UNKNOWN, "an empty reply"):
        transport.send(_WRITES)


def a_document_is_handed_over_once(opened: OpenTransport) -> None:
    """Whatever comes of it, a transport by itself sends no document again that may have been carried out."""
    for error in (ReplyLostError("gone"), EngineError(0x80040402), KeyError("x")):
        far = _raises(error)
        with opened(far) as transport, suppress(TransportError):
            transport.send(_WRITES)
        _see(len(far.documents) == 1, f"{type(error).__name__}: it was handed over {len(far.documents)} times")


def a_document_is_bytes(opened: OpenTransport) -> None:
    """What is no document is the caller's mistake, and nothing is sent."""
    far = _Far()
    with opened(far) as transport:
        for wrong in ("<QBXML/>", None, bytearray(b"<QBXML/>")):
            with suppress(TypeError):
                transport.send(wrong)  # type: ignore[arg-type]
                raise BrokenPromiseError(f"{type(wrong).__name__} was taken for a document")
    _see(not far.documents, "what is no document was sent")


def what_is_closed_sends_nothing(opened: OpenTransport) -> None:
    """It may be closed twice, and ends with its ``with``."""
    far = _Far()
    with opened(far) as transport:
        transport.send(_READS).close()
        close = getattr(transport, "close", None)
        if close is None:
            return  # a transport that can send, and no more
        close()
        close()
        with _raised(NotSentError, Effect.NOT_DONE, "a closed transport"):
            transport.send(_WRITES)
    _see(len(far.documents) == 1, "a closed transport sent a document")


def nothing_of_a_document_is_logged(opened: OpenTransport) -> None:
    """At no level, whether it goes well or not; nor does an error repeat it."""
    kept: list[str] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            kept.append(f"{record.getMessage()} {record.exc_text or ''} {record.args}")

    handler, root = Keeps(level=0), logging.getLogger()
    before = root.level
    document = write_requests([Request.add(Vendor(name=_SECRET))], new_message_set_id="SECRET1")
    root.addHandler(handler)
    root.setLevel(0)
    try:
        for far in (_Far(lambda document: document), _raises(KeyError("x")), _raises(EngineError(0x80040400))):
            with opened(far) as transport:
                try:
                    transport.send(document).close()
                except TransportError as error:
                    kept.append(f"{error} {error!r} {transport!r}")
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
    _see(not any(_SECRET in line for line in kept), "a document's text is in a log or an error")


# --- exports ---------------------------------------------------------------------------------------------------------


class _Clock:
    """A clock that goes on by a second at each look, and by whatever is slept."""

    def __init__(self) -> None:
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        self.now += 1
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def _drained(opened: OpenTransport, company: CompanyFile, far: Process, journal: Journal) -> Drained:
    clock = _Clock()
    with opened(far) as transport:
        return drain(
            company.file_id,
            journal=journal,
            transport=transport,
            books=Books(),
            tell=lambda _: True,
            settings=WorkerSettings(timeout=30, lease=600),
            sleep=clock.sleep,
            clock=clock,
        )


def _asked(company: CompanyFile) -> Journal:
    journal = Journal(MemoryTables())
    journal.register(company.file_id)
    for number, name in enumerate(("Alder", "Birch & Sons", "Zoë"), 4701):
        journal.submit(
            company.file_id, CreateVendor(vendor=VendorCompany(id=number, name=name), request_detail_id=number)
        )
    return journal


def _writes(document: bytes) -> bool:
    return any(not isinstance(one, Request) or one.writes for one in read_requests(document).requests)


def _vendors(company: CompanyFile) -> list[str]:
    return sorted(vendor.name for vendor in company.records("Vendor"))  # type: ignore[attr-defined]


def exports_end_as_they_do_in_memory(opened: OpenTransport) -> None:
    """A worker drains three vendors, and then finds nothing more to send."""
    with CompanyFile.create() as company:
        journal, far = _asked(company), _Far(company.process)
        drained = _drained(opened, company, far, journal)
        _see(drained.done == 3 and drained.stopped is None, f"expected 3 done, got {drained}")  # noqa: PLR2004
        _see(_vendors(company) == ["Alder", "Birch & Sons", "Zoë"], f"the vendors are {_vendors(company)}")
        documents = len(far.documents)
        again = _drained(opened, company, far, journal)
        wrote = [d for d in far.documents[documents:] if _writes(d)]
        _see(again.done == 0 and not wrote, "a second drain wrote something")


def a_lost_reply_makes_no_second_record(opened: OpenTransport) -> None:
    """QuickBooks has done it and the reply is gone, once at each document that writes: each vendor is there once."""
    for lost in itertools.count():
        with CompanyFile.create() as company:
            count = itertools.count()
            was_lost = []

            def answer(document: bytes, company: CompanyFile = company, count: Any = count, lost: int = lost) -> bytes:
                reply = company.process(document)
                if _writes(document) and next(count) == lost:
                    was_lost.append(lost)  # noqa: B023  it is this round's
                    raise ReplyLostError("gone")
                return reply

            journal = _asked(company)
            for _ in range(_MANY):
                _drained(opened, company, _Far(answer), journal)
            _see(
                _vendors(company) == ["Alder", "Birch & Sons", "Zoë"],
                f"after the reply to document {lost} was lost the vendors are {_vendors(company)}",
            )
            if not was_lost:
                return


def a_flow_runs_over_it(opened: OpenTransport) -> None:
    """`run`, which is for notebooks, goes over it as over memory."""
    with CompanyFile.create() as company, opened(company.process) as transport:
        made = run(ask(Request.add(Vendor(name="Alder"))), transport).record(Vendor)
        found = run(ask(Request.query(VendorQuery(list_ids=(made.list_id or "",)))), transport).record(Vendor)
        _see(found.name == "Alder", f"the vendor is {found.name!r}")
        with transport.send(write_requests([Request.query(HostQuery())])) as reply:
            _see(read_reply(reply.read()).outcomes[0].ok, "QuickBooks does not say who it is")


TRANSPORT_PROMISES: tuple[Callable[[OpenTransport], None], ...] = (
    a_document_arrives_as_it_is_and_so_does_its_reply,
    a_large_reply_comes_whole,
    quickbooks_is_asked_once_in_a_session_who_it_is,
    whoever_sends_gets_the_reply_to_that,
    an_hresult_comes_with_its_number_words_and_effect,
    what_is_known_further_on_is_told_here,
    a_lost_reply_is_in_doubt,
    a_document_is_handed_over_once,
    a_document_is_bytes,
    what_is_closed_sends_nothing,
    nothing_of_a_document_is_logged,
    exports_end_as_they_do_in_memory,
    a_lost_reply_makes_no_second_record,
    a_flow_runs_over_it,
)
"""Every promise of a transport: each is a function of what opens one."""

BY_OUR_ERRORS = frozenset({what_is_known_further_on_is_told_here})
"""The promises of transports that carry more than HRESULTs, which is all that COM has."""

LONG = frozenset({a_large_reply_comes_whole})
"""The promises that take more than a moment."""
