"""A transport is one method: a document there, a readable reply back."""

import io
import pickle

import pytest

from procore_qbd import EngineError, Memory, Transport
from procore_qbd.qbxml import Request, read_reply, write_requests
from procore_qbd.qbxml.entities.company import Host, HostQuery
from procore_qbd.simulator import CompanyFile


def as_a_transport(memory: Transport) -> Transport:
    return memory


def test_a_document_goes_there_and_a_reply_comes_back_that_can_be_read_in_pieces():
    with as_a_transport(Memory(bytes.upper)).send(b"<qbxml/>") as reply:
        assert isinstance(reply, io.BufferedIOBase)
        assert (reply.read(3), reply.read()) == (b"<QB", b"XML/>")
    assert reply.closed


def test_a_company_file_is_at_the_other_end():
    with CompanyFile.create() as company:
        reply = read_reply(Memory(company.process).send(write_requests([Request.query(HostQuery())])))
    assert reply.outcomes[0].record(Host).country == "US"


def test_both_sides_are_seen_in_their_order():
    seen = []
    memory = Memory(bytes.upper, lambda side, document: seen.append((side, document)))
    memory.send(b"a")
    memory.send(b"b")
    assert seen == [("request", b"a"), ("reply", b"A"), ("request", b"b"), ("reply", b"B")]


def test_an_engine_error_passes_and_the_document_was_seen_all_the_same():
    def refuse(_document):
        raise EngineError(-0x7FFBFC00, "no")

    seen = []
    with pytest.raises(EngineError) as error:
        Memory(refuse, lambda *one: seen.append(one)).send(b"<a/>")
    assert (error.value.hresult, error.value.detail) == (0x80040400, "no")
    assert seen == [("request", b"<a/>")]
    assert str(pickle.loads(pickle.dumps(error.value))) == "QuickBooks did not take the document: 0x80040400: no"  # noqa: S301  our own
