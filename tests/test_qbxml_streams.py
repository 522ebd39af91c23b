"""Records one after another: the same however the bytes come, as many as were whole, and never many at once."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procore_qbd import RefusedError, ReplyError
from procore_qbd.qbxml import RET, Outcome, Reply, Rule, read_reply, stream, write_reply
from procore_qbd.qbxml.entities.bills import Bill, BillQuery
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.testing.strategies import records

HEAD = b'<?xml version="1.0" ?>\n<QBXML><QBXMLMsgsRs><BillQueryRs requestID="1" statusCode="0">'
TAIL = b"</BillQueryRs></QBXMLMsgsRs></QBXML>"
BILL = b"<BillRet><TxnID>%d-1</TxnID><Memo>bill %d</Memo><AmountDue>%d.50</AmountDue></BillRet>\n"


def bills(count):
    return HEAD + b"".join(BILL % (number, number, number) for number in range(count)) + TAIL


def replied(found, code=0):
    return write_reply(Reply(outcomes=(Outcome(name="BillQueryRs", request_id="1", code=code, found=found),)))


@given(st.lists(records(Bill, RET), max_size=3), st.integers(1, 400))
def test_a_stream_gives_what_the_whole_reply_holds_however_its_bytes_come(found, size):
    document = replied(tuple(found))
    whole = read_reply(document).outcomes[0].records(Bill)
    assert tuple(stream(document, Bill)) == whole
    assert tuple(stream(io.BytesIO(document), Bill)) == whole
    assert tuple(stream((document[at : at + size] for at in range(0, len(document), size)), Bill)) == whole


def test_a_file_is_opened_when_the_first_record_is_asked_for_and_closed_after_the_last(tmp_path):
    path = tmp_path / "bills.xml"
    found = stream(path, Bill)
    path.write_bytes(bills(3))
    assert [bill.memo for bill in found] == ["bill 0", "bill 1", "bill 2"]
    path.unlink()
    half = stream(str(tmp_path / "none.xml"), Bill)
    with pytest.raises(FileNotFoundError):
        next(half)


@given(st.integers(0, len(bills(4)) - 1))
def test_a_document_that_is_cut_short_gives_what_was_whole_and_then_says_where_it_broke(length):
    document = bills(4)[:length]
    found = []
    with pytest.raises(ReplyError, match="XML: ") as caught:
        found.extend(stream(document, Bill))
    found = list(stream_until_broken(document))
    assert len(found) == document.count(b"</BillRet>")
    assert f"{len(found)} BillRet w" in str(caught.value)


def stream_until_broken(document):
    records_ = stream(document, Bill)
    while True:
        try:
            yield next(records_)
        except ReplyError:
            return


def test_a_document_that_breaks_in_the_middle_gives_what_stood_before():
    document = bills(3).replace(b"<Memo>bill 2", b"<Memo>bill & 2")
    assert [bill.memo for bill in stream_until_broken(document)] == ["bill 0", "bill 1"]


def test_what_cannot_be_read_raises_or_is_handed_over():
    document = bills(3).replace(b">1.50<", b">1,50<")
    with pytest.raises(ReplyError, match="BillRet 2: BillRet/AmountDue: expected an amount"):
        list(stream(document, Bill))
    faults = []
    assert [bill.memo for bill in stream(document, Bill, faults=faults)] == ["bill 0", "bill 1", "bill 2"]
    assert [fault.rule for fault in faults] == [Rule.FORMAT]


def test_a_refusal_is_told_after_what_came():
    found = stream(replied((Bill(memo="one"),), code=3120), Bill)
    assert next(found).memo == "one"
    with pytest.raises(RefusedError, match="BillQueryRs 1: QuickBooks answered 3120"):
        next(found)
    assert list(stream(replied((), code=1), Bill)) == []


def test_only_records_of_the_kind_that_is_asked_for_are_given():
    assert list(stream(bills(2), Vendor)) == []
    with pytest.raises(TypeError, match="QuickBooks sends no BillQuery records"):
        stream(bills(2), BillQuery)


LAUGHS = zip("bcde", "abcd", strict=True)
BOMB = "<!DOCTYPE QBXML [<!ENTITY a 'lol'>{}]>".format(
    "".join(f"<!ENTITY {one} '{f'&{other};' * 100}'>" for one, other in LAUGHS)
).encode()


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"", "0 BillRet were whole"),
        (b"<a/>", "expected QBXML with QBXMLMsgsRs inside, got a"),
        (bills(1).replace(b"<QBXML>", b'<!DOCTYPE QBXML [<!ENTITY b "c">]><QBXML>'), "has a DOCTYPE"),
        (bills(1).replace(b"<QBXML>", BOMB + b"<QBXML>").replace(b"bill 0", b"&e;"), "has a DOCTYPE|amplification"),
        (HEAD + b"<BillRet>" + b"<a>" * 500, "0 BillRet were whole"),
    ],
)
def test_what_is_no_reply_is_one_error(document, said):
    with pytest.raises(ReplyError, match=said):
        list(stream(document, Bill))


MEASURED = """
import resource, sys
from test_qbxml_streams import BILL, HEAD, TAIL
from procore_qbd.qbxml import stream
from procore_qbd.qbxml.entities.bills import Bill

def pieces(count):
    yield HEAD
    for number in range(count):
        yield BILL % (number, number, number)
    yield TAIL

def peak(count):
    assert sum(1 for _ in stream(pieces(count), Bill)) == count
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

few = peak(100)
print(peak(int(sys.argv[1])) - few)
"""


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_memory_stays_flat(count):
    pytest.importorskip("resource", reason="how much memory a process took is asked of Unix")
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", MEASURED, str(count)],
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        capture_output=True,
        text=True,
    )
    kilobytes = int(done.stdout) // (1024 if sys.platform == "darwin" else 1)
    assert kilobytes < 8_000
