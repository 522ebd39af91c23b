"""Each transport keeps every promise, and each mutant of a transport is told apart."""

import io
import tracemalloc
from contextlib import contextmanager

import pytest

from procore_qbd import EngineError, Memory, NotSentError, ReplyLostError
from procore_qbd.qbxml import Request, write_requests
from procore_qbd.qbxml.entities.vendors import VendorQuery
from procore_qbd.testing import transport_contract as p
from procore_qbd.testing.promises import BrokenPromiseError
from procore_qbd.testing.request_processor import PythonCom, RequestProcessor
from procore_qbd.testing.transport_contract import TRANSPORT_PROMISES
from procore_qbd.transports import (
    Agent,
    AgentStore,
    AgentToken,
    Com,
    Files,
    Http,
    InProcess,
    Only,
    Recorder,
    Redact,
    answer_files,
)
from support.serving import served


@contextmanager
def only(process, _path):
    with Only(Memory(process), adds=True, mods=True, deletes=True) as transport:
        yield transport


@contextmanager
def files(process, path):
    """Both sides in one thread: who waits lets the other side answer."""
    number = len(list(path.iterdir()))
    folder = path / f"folder {number}"
    folder.mkdir()
    with Files(folder, sleep=lambda _: answer_files(folder, process)) as transport:
        yield transport


@contextmanager
def recorded(process, path):
    with Recorder(Memory(process), path / "cassette", Redact(texts=False)) as transport:
        yield transport


@contextmanager
def com(process, _path):
    with Com(through=InProcess(PythonCom(RequestProcessor(process)))) as transport:
        yield transport


@contextmanager
def http(process, _path):
    token = "planted-token"  # noqa: S105
    with (
        AgentStore(":memory:") as store,
        served(Agent(Memory(process), [AgentToken.of(token, "t")], store)) as url,
        Http(url, token) as transport,
    ):
        yield transport


TRANSPORTS = {
    "memory": lambda process, _: Memory(process),
    "only": only,
    "files": files,
    "recorder": recorded,
    "com": com,
    "http": http,
}
CARRY_HRESULTS = {"com"}
CASES = [
    pytest.param(name, one, marks=pytest.mark.slow if one in p.LONG and name != "memory" else ())
    for name in TRANSPORTS
    for one in TRANSPORT_PROMISES
    if name not in CARRY_HRESULTS or one not in p.BY_OUR_ERRORS
]


@pytest.mark.parametrize(("transport", "promise"), CASES, ids=lambda one: getattr(one, "__name__", one))
def test_a_transport_keeps_a_promise(transport, promise, tmp_path):
    promise(lambda process: TRANSPORTS[transport](process, tmp_path))


READ = Request.query(VendorQuery())
LARGE = 60_000_000


@pytest.mark.slow
@pytest.mark.parametrize("transport", ["memory", "only", "files", "com"])
def test_a_large_reply_takes_at_most_three_times_its_size(transport, tmp_path):
    body = b"<QBXML>" + b"<a>0123456789</a>" * (LARGE // 17) + b"</QBXML>"
    tracemalloc.start()
    try:
        with TRANSPORTS[transport](lambda _: body, tmp_path) as line, line.send(write_requests([READ])) as reply:
            assert len(reply.read()) == len(body)
        assert tracemalloc.get_traced_memory()[1] <= 3 * len(body)
    finally:
        tracemalloc.stop()


# --- mutants ---------------------------------------------------------------------------------------------------------


class Mutant(Memory):
    """A transport that is right but for what is overridden."""


class WritesInCapitals(Mutant):
    def _exchange(self, document):
        return super()._exchange(document.upper())


class CutsReplies(Mutant):
    def _exchange(self, document):
        return io.BytesIO(super()._exchange(document).read()[:5_000_000])


class AsksEachTime(Mutant):
    @property
    def dialect(self):
        self._new_session()
        return super().dialect


class GivesAnotherHresult(Mutant):
    def send(self, document, /):
        try:
            return super().send(document)
        except EngineError as error:
            raise EngineError(error.hresult & 0x7FFFFFFF, error.detail) from None


class KnowsNoHresult(Mutant):
    def send(self, document, /):
        try:
            return super().send(document)
        except EngineError as error:
            raise EngineError(error.hresult, error.detail) from None


class IsSureOfNothing(Mutant):
    def send(self, document, /):
        try:
            return super().send(document)
        except NotSentError as error:
            raise ReplyLostError(error.detail) from None


class IsTooSure(Mutant):
    def send(self, document, /):
        try:
            return super().send(document)
        except ReplyLostError as error:
            raise NotSentError(error.detail) from None


class LeaksForeignErrors(Mutant):
    def send(self, document, /):
        return io.BytesIO(self.process(document))


class TriesAgain(Mutant):
    def _exchange(self, document):
        try:
            return super()._exchange(document)
        except (EngineError, KeyError, ReplyLostError):
            return super()._exchange(document)


class TakesText(Mutant):
    def send(self, document, /):
        return super().send(bytes(document) if isinstance(document, bytearray) else document)


class IsNeverClosed(Mutant):
    def close(self):
        pass


class TellsWhatWasSent(Mutant):
    def _exchange(self, document):
        self._log.debug("sends %s", document)
        return super()._exchange(document)


class TellsItInErrors(Mutant):
    def _words(self, error):
        return f"{error!r} of {self.document!r}"

    def _exchange(self, document):
        self.document = document
        return super()._exchange(document)


class LosesNothingButTells(Mutant):
    """Sends what writes a second time under another id when the reply is lost."""

    def _exchange(self, document):
        try:
            return super()._exchange(document)
        except ReplyLostError:
            return super()._exchange(document.replace(b'newMessageSetID="', b'newMessageSetID="X'))


MUTANTS = {
    WritesInCapitals: p.a_document_arrives_as_it_is_and_so_does_its_reply,
    CutsReplies: p.a_large_reply_comes_whole,
    AsksEachTime: p.quickbooks_is_asked_once_in_a_session_who_it_is,
    GivesAnotherHresult: p.an_hresult_comes_with_its_number_words_and_effect,
    KnowsNoHresult: p.what_is_known_further_on_is_told_here,
    IsSureOfNothing: p.what_is_known_further_on_is_told_here,
    IsTooSure: p.a_lost_reply_is_in_doubt,
    LeaksForeignErrors: p.a_lost_reply_is_in_doubt,
    TriesAgain: p.a_document_is_handed_over_once,
    LosesNothingButTells: p.a_document_is_handed_over_once,
    TakesText: p.a_document_is_bytes,
    IsNeverClosed: p.what_is_closed_sends_nothing,
    TellsWhatWasSent: p.nothing_of_a_document_is_logged,
    TellsItInErrors: p.nothing_of_a_document_is_logged,
}


class Mixes(Memory):
    """Gives each the reply to what came before it."""

    before = b"<QBXML/>"

    def _exchange(self, document):
        self.before, reply = self.process(document), self.before
        return io.BytesIO(reply)


MUTANTS[Mixes] = p.whoever_sends_gets_the_reply_to_that


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_transport_is_told_apart(mutant):
    with pytest.raises(BrokenPromiseError):
        MUTANTS[mutant](mutant)
