"""Records one after another: the same however the bytes come, as many as were complete, and never many at once."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from procore_qbd import RefusedError, ReplyError
from procore_qbd.qbxml import RET, Outcome, Reply, Rule, read_reply, stream, write_reply
from procore_qbd.qbxml.codec import streams
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


@pytest.mark.slow
@given(st.lists(records(Bill, RET), max_size=3), st.integers(1, 400))
def test_a_stream_gives_what_the_whole_reply_holds_however_its_bytes_come(found, size):
    document = replied(tuple(found))
    whole = read_reply(document).outcomes[0].records(Bill)
    assert tuple(stream(document, Bill)) == whole
    assert tuple(stream(io.BytesIO(document), Bill)) == whole
    assert tuple(stream((document[at : at + size] for at in range(0, len(document), size)), Bill)) == whole


# What the parser is not shown, held beside the same document when it is shown all of it.


def told(document, cls=Bill):
    """The records of a document, the faults in them, and the error that it ends in."""
    found, faults = [], []
    try:
        for record in stream(document, cls, faults=faults):
            found.append(record)  # noqa: PERF402  what comes before an error counts
    except (ReplyError, RefusedError) as error:
        return found, faults, str(error)
    return found, faults, None


def shown_all(document, cls=Bill):
    with mock.patch.object(streams, "_shown", lambda chunks, *_: chunks):
        return told(document, cls)


HEADS = {
    "utf-8": [
        "",
        "<?xml version='1.0'?>",
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<?qbxml version="13.0"?>',
    ],
    "utf-8-sig": ["", '<?xml version="1.0" encoding="utf-8"?>', '<?xml version="1.0" encoding="iso-8859-1"?>'],
    "ascii": ['<?xml version="1.0" encoding="US-ASCII"?>'],
    "latin-1": ['<?xml version="1.0" encoding="ISO-8859-1"?>', '<?xml version="1.0"?>'],
    "cp1252": [
        '<?xml version="1.0" encoding="windows-1252" ?><!-- from a till -->',
        '<?xml version="1.0" encoding="Windows-1252"?>',
    ],
    "utf-16": ['<?xml version="1.0" encoding="UTF-16"?>', ""],
}
INSIDE = [
    "<BillRet><TxnID>1-1</TxnID><VendorRef><ListID>8-1</ListID><FullName>Pine &amp; Hollow</FullName></VendorRef></BillRet>",
    "<BillRet>\n<TxnID>2-1</TxnID>\r\n\t<Memo>one\ntwo</Memo>\n<ItemLineRet>\n<Desc>a</Desc>\n</ItemLineRet>\n</BillRet>\n",
    "<BillRet><Memo>é™ &#153;&#13;&#x20;</Memo><New>1</New><AmountDue>7.5</AmountDue></BillRet>",
    "<BillRet><AmountDue>7,50</AmountDue></BillRet>",
    "<BillRet><TxnDate>2026-02-30</TxnDate></BillRet>",
    "<BillRet><Memo/><New/></BillRet>",
    "<BillRet/>",
    "<BillRet></BillRet>",
    "<BillRet ><TxnID>3-1</TxnID></BillRet >",
    '<BillRet a="b"><TxnID>4-1</TxnID></BillRet>',
    '<BillRet __read__=""><TxnID>5-1</TxnID></BillRet>',
    "<BillRet><Memo><![CDATA[<BillRet><TxnID>6-1</TxnID></BillRet>]]></Memo></BillRet>",
    "<BillRet><!-- <BillRet></BillRet> --><TxnID>7-1</TxnID><?a <BillRet></BillRet>?></BillRet>",
    "<!-- <BillRet><TxnID>8-1</TxnID></BillRet> -->",
    "<?a <BillRet><TxnID>9-1</TxnID></BillRet>?>",
    "<VendorRet><Name>a</Name></VendorRet>",
    "<New><BillRet><TxnID>10-1</TxnID></BillRet>\n</New>",
    "<BillRet><New><b>&lt;</b><b>2</b></New><TxnID>11-1</TxnID></BillRet>",
    '<x:BillRet xmlns:x="y"><TxnID>12-1</TxnID></x:BillRet>',
    '<BillRet xmlns="y"><TxnID>13-1</TxnID></BillRet>',
    "text &lt; 5",
    "\r\n  ",
    "\n",
]
# No unknown entity: how soon lxml's own parser stops at one depends on how the bytes come.
BROKEN = [
    "<",
    ">",
    "&",
    "&#0;",
    "]]>",
    "</BillRet>",
    "<BillRet>",
    "</New>",
    "<!--",
    "-->",
    "\x01",
    "\ufffe",
    "<!DOCTYPE a>",
]
BROKEN += ["</BillQueryRs>", "</QBXMLMsgsRs>", "</QBXML>", "<?", "?>", "<![CDATA[", "__read__", "é", "x" * 40_000]


@st.composite
def documents(draw):
    """A document with this and that in it, mostly whole."""
    encoding, head = draw(st.sampled_from([(name, head) for name, heads in HEADS.items() for head in heads]))
    around = draw(st.sampled_from(["<QBXML>", "<QBXML>", "<QBXML>", '<QBXML xmlns="z">', "<!DOCTYPE QBXML><QBXML>"]))
    inside = draw(st.lists(st.sampled_from([*INSIDE, *INSIDE[:3] * 4]), max_size=8))
    if draw(st.booleans()):
        at = draw(st.integers(0, len(inside)))
        inside = [*inside[:at], draw(st.sampled_from(BROKEN)), *inside[at:]]
    text = (
        f'{head}{around}<QBXMLMsgsRs><BillQueryRs statusCode="0">{"".join(inside)}</BillQueryRs></QBXMLMsgsRs></QBXML>'
    )
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from([*BROKEN, ""])) + text[at + draw(st.integers(0, 5)) :]
    assume(
        not re.search(r"&(?!(?:amp|lt|#0);)[^\s<&;]+;", text)
    )  # something inserted makes an unknown entity of a known one
    return text.encode(encoding, "replace")


def pieces(document, size):
    return (document[at : at + size] for at in range(0, len(document), size))


@given(documents(), st.sampled_from([1, 2, 3, 7, 50, 333, 1 << 20]))
def test_a_document_says_the_same_whether_or_not_the_parser_is_shown_its_records(document, size):
    found, faults, ending = told(pieces(document, size))
    expected, others, broken = shown_all(document)
    assert (found, faults) == (expected, others)
    assert (ending is None) == (broken is None)  # the words for it depend on how the bytes come, as the parser's do


@pytest.mark.parametrize(("encoding", "head"), [(name, head) for name in HEADS for head in HEADS[name]])
def test_whatever_stands_beside_whatever_is_read_as_if_the_parser_were_shown_all(encoding, head):
    for one in INSIDE:
        inside = "".join(f"{one}{other}{INSIDE[0]}" for other in INSIDE)
        for some in (inside, f"{INSIDE[2]}{one}{INSIDE[0]}"):  # a comment ends what is read without the parser
            document = f"{head}<QBXML><QBXMLMsgsRs><BillQueryRs>{some}</BillQueryRs></QBXMLMsgsRs></QBXML>"
            encoded = document.encode(encoding, "replace")
            assert told(encoded) == shown_all(encoded)


def test_a_record_in_what_nobody_modelled_stays_there():
    document = f"<QBXML><QBXMLMsgsRs><BillRet><New>{INSIDE[0]}</New><TxnID>1</TxnID></BillRet></QBXMLMsgsRs></QBXML>"
    (found,) = stream(document.encode(), Bill)
    assert (found.txn_id, found.unknown[0].xml) == ("1", f"<New>{INSIDE[0]}</New>")


@pytest.mark.parametrize("between", ["", "\n", "\r\n  "])
@pytest.mark.parametrize("broken", ["</Memo>", "<1>", "&", "&#0;", "\x01", "<a b=c/>", "]]>"])
def test_where_a_document_breaks_is_told_by_its_own_line_and_column(between, broken):
    inside = between.join([INSIDE[0], INSIDE[1], INSIDE[0], broken, INSIDE[2]])
    document = f'<QBXML>{between}<QBXMLMsgsRs><BillQueryRs statusCode="0">{inside}</BillQueryRs></QBXMLMsgsRs></QBXML>'.encode()
    found, _, ending = told(document)
    assert len(found) == 3
    assert re.search("line [0-9]+, column [0-9]+; 3 BillRet were complete before it", ending)
    assert ending == shown_all(document)[2]


@pytest.mark.parametrize(("encoding", "head"), [(name, head) for name in HEADS for head in HEADS[name][:1]])
def test_the_parser_is_shown_no_record_of_those_that_come_every_day(encoding, head):
    text = f'{head}<QBXML><QBXMLMsgsRs><BillQueryRs statusCode="0">{"".join(INSIDE[:3] * 500)}</BillQueryRs></QBXMLMsgsRs></QBXML>'
    document = text.replace("é™", "é").encode(encoding, "xmlcharrefreplace")
    fast = encoding not in {"utf-16", "cp1252"}  # bytes that are no letters; a comment, which could hold anything
    with mock.patch.object(streams, "read", side_effect=streams.read) as careful:
        assert [bill.txn_id for bill in stream(document, Bill)] == ["1-1", "2-1", None] * 500
    assert careful.call_count == (0 if fast else 1500)


@pytest.mark.parametrize("longest", [0, 50, 500])
def test_a_record_that_is_longer_than_is_held_is_left_to_the_parser(longest):
    document = f"<QBXML><QBXMLMsgsRs>{INSIDE[1]}<BillRet><Memo>{'long ' * 50}</Memo></BillRet>{INSIDE[1] * 9}</QBXMLMsgsRs></QBXML>"
    with mock.patch.object(streams, "_LONGEST", longest):
        assert told(pieces(document.encode(), 7)) == shown_all(document.encode())


def test_a_long_way_to_the_first_record_does_not_leave_it_to_the_parser():
    document = f"<QBXML><QBXMLMsgsRs>{'<VendorRet><Name>a</Name></VendorRet>' * 100}{INSIDE[0]}</QBXMLMsgsRs></QBXML>"
    with mock.patch.object(streams, "_LONGEST", 500), mock.patch.object(streams, "read") as careful:
        assert len(list(stream(pieces(document.encode(), 100), Bill))) == 1
    careful.assert_not_called()


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
        (b"", "0 BillRet were complete"),
        (b"<a/>", "expected QBXML with QBXMLMsgsRs inside, got a"),
        (bills(1).replace(b"<QBXML>", b'<!DOCTYPE QBXML [<!ENTITY b "c">]><QBXML>'), "has a DOCTYPE"),
        (bills(1).replace(b"<QBXML>", BOMB + b"<QBXML>").replace(b"bill 0", b"&e;"), "has a DOCTYPE|amplification"),
        (HEAD + b"<BillRet>" + b"<a>" * 500, "0 BillRet were complete"),
    ],
)
def test_what_is_no_reply_is_one_error(document, said):
    with pytest.raises(ReplyError, match=said):
        list(stream(document, Bill))


# Not resource's ru_maxrss, in which a new process has what the one that started it took.
MEASURED = """
import sys
from test_streams import BILL, HEAD, TAIL
from procore_qbd.qbxml import stream
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.vendors import Vendor

asked, found = {"Bill": (Bill, 1), "Vendor": (Vendor, 0)}[sys.argv[3]]

def pieces(count):
    yield HEAD.replace(b"<QBXML>", sys.argv[2].encode() + b"<QBXML>")
    for number in range(count):
        yield BILL % (number, number, number)
    yield TAIL

def peak(count):
    assert sum(1 for _ in stream(pieces(count), asked)) == count * found
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1])

few = peak(100)
print(peak(int(sys.argv[1])) - few)
"""


@pytest.mark.parametrize("count", [20_000, pytest.param(1_000_000, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    ("before", "asked"),  # the second time with a comment, which leaves the records to the parser
    [
        ("", "Bill"),  # the records that come
        pytest.param("", "Vendor", marks=pytest.mark.slow),  # others
        pytest.param("<!-- -->", "Bill", marks=pytest.mark.slow),
        pytest.param("<!-- -->", "Vendor", marks=pytest.mark.slow),
    ],
)
def test_memory_stays_flat(count, before, asked):
    if not Path("/proc/self/status").exists():
        pytest.skip("how much memory a process took is asked of Linux")
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", MEASURED, str(count), before, asked],
        env={**os.environ, "PYTHONPATH": path},
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) < 8_000
