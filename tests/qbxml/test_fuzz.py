"""Whatever comes over the line: records or our errors, never anything else, and never more than a machine can bear.

The coverage-guided half of this is `nox -s fuzz`; see `fuzzing/fuzz_readers.py`.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzzing.readers import STREAMED, survives
from procore_qbd.errors import ReplyError
from procore_qbd.qbxml import RET, Outcome, Reply, read_reply, read_requests, stream, write_reply, write_requests
from procore_qbd.qbxml.entities.bills import Bill, BillQuery
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.messages.outcomes import ErrorRecovery
from procore_qbd.testing.strategies import records, requests
from support.examples import examples as part
from support.shared import SHARED, needs_shared

pytestmark = pytest.mark.slow

# --- documents that are nearly right ---------------------------------------------------------------------------------

OUTCOMES = st.builds(
    Outcome,
    name=st.sampled_from(("BillQueryRs", "VendorAddRs")),
    request_id=st.none() | st.text(max_size=5, alphabet="a<&\"'\n™"),
    code=st.sampled_from((0, 1, 500, 530, 3100, 3231)),
    found=st.lists(st.one_of([records(cls, RET) for cls in STREAMED]), max_size=3).map(tuple),
    error_recovery=st.none() | records(ErrorRecovery, RET),
)
REPLIES = st.lists(OUTCOMES, max_size=3).map(lambda outcomes: write_reply(Reply(outcomes=tuple(outcomes))))
REQUESTS = st.lists(requests(Bill) | requests(BillQuery) | requests(Vendor), max_size=2).map(write_requests)

SAMPLES = sorted((SHARED / "qbxml" / "samples").rglob("*.xml")) if SHARED else []
SMALL = 20_000

TOKENS = [
    *(
        b"<",
        b">",
        b"/>",
        b"</",
        b"&",
        b";",
        b'"',
        b"'",
        b"=",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"-->",
        b"<?",
        b"?>",
        b"\0",
    ),
    *(
        b"&#0;",
        b"&#150;",
        b"&#x1F;",
        b"&#1114112;",
        b"&lt;",
        b"&x;",
        b"&amp",
        b"\xff",
        b"\xc3",
        b"\xe9",
        b"\xef\xbb\xbf",
    ),
    *(b"<!DOCTYPE QBXML>", b'<!ENTITY x "y">', b"<?xml version='1.0' encoding='utf-16'?>", b"<?qbxml version='x'?>"),
    *(
        b"<x/>",
        b"<x>",
        b"</x>",
        b"<x:y xmlns:x='z'/>",
        b" x='1'",
        b" xmlns='z'",
        b" x='1' x='2'",
        b"\r\n",
        b"\t",
        b"text",
    ),
    *(
        b"<BillRet>",
        b"</BillRet>",
        b"<BillRet/>",
        b"<BillRet >",
        b"</BillRet >",
        b"</QBXMLMsgsRs>",
        b"<QBXML>",
        b"</QBXML>",
    ),
    *(
        b"--5",
        b"-",
        b"9" * 5000,
        b"1e9",
        b"1,5",
        b"0x1",
        "٣".encode(),
        b"2026-02-30",
        b"PT" + b"9" * 5000 + b"H",
        b"true",
    ),
]


@st.composite
def spoiled(draw, documents):
    """A document with some of its bytes cut out, doubled, moved or replaced."""
    document = bytearray(draw(documents))
    for _ in range(draw(st.integers(1, 4))):
        places = st.integers(0, len(document))
        start = draw(places)
        end = min(len(document), start + draw(st.integers(0, 40)))
        match draw(st.sampled_from(("cut", "token", "token", "byte", "double", "end"))):
            case "cut":
                del document[start:end]
            case "token":
                document[start : end if draw(st.booleans()) else start] = draw(st.sampled_from(TOKENS))
            case "byte":
                document[start : start + 1] = bytes([draw(st.integers(0, 255))])
            case "double":
                at = draw(places)
                document[at:at] = document[start:end]
            case _:
                del document[start:]
    return bytes(document)


def times(examples):
    """So many cases, the same every time: a red build is red for everybody."""
    quiet = [
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
        HealthCheck.large_base_example,
    ]
    return settings(max_examples=part(examples), derandomize=True, deadline=None, suppress_health_check=quiet)


@times(300)
@given(st.binary(max_size=100) | st.lists(st.sampled_from(TOKENS), max_size=12).map(b"".join))
def test_random_bytes(document):
    survives(document)


@times(150)
@given(REPLIES)
def test_replies_as_they_are(document):
    survives(document)


@times(400)
@given(spoiled(REPLIES))
def test_spoiled_replies(document):
    survives(document)


@times(150)
@given(spoiled(REQUESTS))
def test_spoiled_requests(document):
    survives(document)


HEAD, TAIL = (
    b'<?xml version="1.0" ?>\n<QBXML><QBXMLMsgsRs><BillQueryRs statusCode="0">',
    b"</BillQueryRs></QBXMLMsgsRs></QBXML>",
)
BILL = b"<BillRet><TxnID>1-1</TxnID><VendorRef><FullName>A &amp; B&#153;</FullName></VendorRef><AmountDue>1.50</AmountDue></BillRet>\n"


@times(400)
@given(spoiled(st.just(HEAD + BILL * 3 + TAIL)))
def test_spoiled_ordinary_bills(document):
    survives(document)


@needs_shared
@times(300)
@given(spoiled(st.sampled_from(SAMPLES).map(lambda path: path.read_bytes()).filter(lambda sample: len(sample) < SMALL)))
def test_spoiled_samples(document):
    survives(document)


@needs_shared
def test_samples_as_they_are():
    assert len(SAMPLES) > 100
    for path in SAMPLES:
        survives(path.read_bytes())


@pytest.mark.parametrize("token", TOKENS, ids=lambda token: repr(token[:20]))
@pytest.mark.parametrize(
    "at", [b"<BillRet>", b"1-1", b"</TxnID>", b"A &", b"1.50", b"<AmountDue", b"</BillRet>\n<", b'0">']
)
def test_every_token_in_every_kind_of_place(at, token):
    document = HEAD + BILL * 2 + TAIL
    assert at in document
    survives(document.replace(at, token + at, 1))
    survives(document.replace(at, at + token, 1))
    survives(document.replace(at, token, 1))


# --- documents that mean harm ----------------------------------------------------------------------------------------


def refused(document):
    """Every reader refuses it; what they say."""
    words = []
    for reader in (read_reply, read_requests, lambda data: list(stream(data, Bill))):
        with pytest.raises(ReplyError) as told:
            reader(document)
        words.append(str(told.value))
    return words


LAUGHS = "".join(f'<!ENTITY {one} "{f"&{other};" * 10}">' for one, other in zip("bcdefghij", "abcdefghi", strict=True))
DOCTYPES = {
    "nothing in it": "<!DOCTYPE QBXML>",
    "an entity": '<!DOCTYPE QBXML [<!ENTITY x "y">]>',
    "billion laughs": f'<!DOCTYPE QBXML [<!ENTITY a "ha">{LAUGHS}<!ENTITY x "&j;">]>',
    "one long laugh": f'<!DOCTYPE QBXML [<!ENTITY x "{"a" * 100_000}">]>',
    "an attribute of its own": '<!DOCTYPE QBXML [<!ATTLIST BillRet a CDATA "b">]>',
    "behind a comment": f"<!-- {'-x' * 5000} --><!DOCTYPE QBXML>",
    "behind blanks": " \n" * 5000 + "<!DOCTYPE QBXML>",
}
INSIDE = {
    "in a text": "<BillRet><Memo>&x;&x;</Memo></BillRet>",
    "in an attribute": '<BillRet a="&x;&x;"/>',
    "nowhere": "<BillRet/>",
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("inside", INSIDE.values(), ids=INSIDE)
@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES)
def test_a_doctype_is_refused_whatever_is_in_it(doctype, inside, encoding):
    text = f'{doctype}<QBXML><QBXMLMsgsRs><BillQueryRs statusCode="0">{inside}</BillQueryRs></QBXMLMsgsRs></QBXML>'
    refused(text.encode(encoding))
    refused(text.replace("MsgsRs", "MsgsRq").encode(encoding))


FETCHING = {
    "an entity": '<!DOCTYPE QBXML [<!ENTITY x SYSTEM "{}">]>',
    "a parameter entity": '<!DOCTYPE QBXML [<!ENTITY % p SYSTEM "{}"> %p;]>',
    "a public entity": '<!DOCTYPE QBXML [<!ENTITY x PUBLIC "a" "{}">]>',
    "a schema": '<!DOCTYPE QBXML SYSTEM "{}">',
    "a stylesheet": '<?xml-stylesheet href="{}" type="text/xsl"?><!DOCTYPE QBXML>',
}


@pytest.mark.parametrize("fetching", FETCHING.values(), ids=FETCHING)
def test_nothing_is_fetched_from_a_disk_or_a_network(fetching, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("open sesame")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        for place in (secret.as_uri(), f"http://127.0.0.1:{server.getsockname()[1]}/x", f"ftp://127.0.0.1/{secret}"):
            words = refused(
                (fetching.format(place) + HEAD[22:].decode() + INSIDE["in a text"] + TAIL.decode()).encode()
            )
            assert "sesame" not in "".join(words)
        with pytest.raises(BlockingIOError):
            server.accept()


# --- documents that are too much -------------------------------------------------------------------------------------

MEGABYTE = 1 << 20
REPLY, REQUEST = (
    (HEAD, TAIL),
    (b'<QBXML><QBXMLMsgsRq onError="stopOnError"><BillAddRq>', b"</BillAddRq></QBXMLMsgsRq></QBXML>"),
)


def within(around, *pieces):
    return around[0] + b"".join(pieces) + around[1]


def attributes(count):
    return b"".join(b' a%d=""' % number for number in range(count))


TOO_MUCH = {
    "a text of 50 MB": lambda: within(REPLY, b"<BillRet><Memo>", b"x" * 50 * MEGABYTE, b"</Memo></BillRet>"),
    "a text of 50 MB in references": lambda: within(
        REPLY, b"<BillRet><Memo>", b"&#65;" * 10 * MEGABYTE, b"</Memo></BillRet>"
    ),
    "blanks of 50 MB": lambda: within(REPLY, b"<BillRet>", b" " * 50 * MEGABYTE, b"</BillRet>"),
    "a name of 50 MB": lambda: within(REPLY, b"<", b"x" * 50 * MEGABYTE, b"/>"),
    "a comment of 50 MB": lambda: within(REPLY, b"<!--", b"x" * 50 * MEGABYTE, b"-->"),
    "a character section of 50 MB": lambda: within(
        REPLY, b"<BillRet><Memo><![CDATA[", b"x" * 50 * MEGABYTE, b"]]></Memo></BillRet>"
    ),
    "an attribute of 50 MB": lambda: within(REPLY, b'<BillRet a="', b"x" * 50 * MEGABYTE, b'"/>'),
    "an attribute of 50 MB in a request": lambda: within(REQUEST, b'<BillAdd a="', b"x" * 50 * MEGABYTE, b'"/>'),
    "a million attributes": lambda: within(REPLY, b"<BillRet", attributes(10**6), b"/>"),
    "a million attributes in a request": lambda: within(REQUEST, b"<BillAdd", attributes(10**6), b"/>"),
    "10,000 deep": lambda: within(
        REPLY, b"<BillRet>", b"<ExpenseLineRet>" * 10_000, b"</ExpenseLineRet>" * 10_000, b"</BillRet>"
    ),
    "10,000 deep in strangers": lambda: within(REPLY, b"<BillRet>", b"<x>" * 10_000, b"</x>" * 10_000, b"</BillRet>"),
    "10,000 deep in a request": lambda: within(REQUEST, b"<BillAdd>", b"<x>" * 10_000, b"</x>" * 10_000, b"</BillAdd>"),
    "10,000 deep and nothing else": lambda: b"<QBXML>" * 10_000 + b"</QBXML>" * 10_000,
    "1,000,000 deep and never closed": lambda: within(REPLY, b"<BillRet>" * 1_000_000),
}
MUCH = {
    "100,000 strangers in a record": lambda: within(REPLY, b"<BillRet>", b"<x/>" * 100_000, b"</BillRet>"),
    "100,000 lines in a record": lambda: within(REPLY, b"<BillRet>", b"<ExpenseLineRet/>" * 100_000, b"</BillRet>"),
    "100,000 values that cannot be read": lambda: within(REPLY, b"<BillRet>", b"<ExpenseLineRet><Amount>x</Amount></ExpenseLineRet>" * 100_000, b"</BillRet>"),
    "20,000 attributes": lambda: within(REPLY, b"<BillRet", attributes(20_000), b"/>"),
    "20,000 attributes in a request": lambda: within(REQUEST, b"<BillAdd", attributes(20_000), b"/>"),
    "20,000 strangers in a request": lambda: within(REQUEST, b"<BillAdd>", b"<x/>" * 20_000, b"</BillAdd>"),
    "100,000 answers": lambda: within(REPLY, b"</BillQueryRs>", b'<BillAddRs statusCode="0"/>' * 100_000, b"<BillQueryRs>"),
    "200 deep": lambda: within(REPLY, b"<BillRet>", b"<ExpenseLineRet>" * 200, b"</ExpenseLineRet>" * 200, b"</BillRet>"),
}  # fmt: skip

SECONDS, MEMORY = 60, 600 * MEGABYTE
"""Of a processor, for what takes few seconds where time grows with the length; and above what the document takes."""

MEASURED = """
import json, resource, sys
import test_fuzz as tests
from procore_qbd.errors import ReplyError

def peak():  # ru_maxrss is that of the parent process too
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1])

resource.setrlimit(resource.RLIMIT_CPU, (tests.SECONDS, tests.SECONDS))
document = {**tests.TOO_MUCH, **tests.MUCH}[sys.argv[1]]()
before = peak()
told = []
for reader in (tests.read_reply, tests.read_requests, lambda data: list(tests.stream(data, tests.Bill, faults=[]))):
    try:
        reader(document)
    except ReplyError:
        told.append("refused")
    else:
        told.append("read")
print(json.dumps([told, peak() - before]))
"""


def measured(name):
    """What a process of its own makes of a document: what the readers did, and how many bytes more it took at most."""
    if not Path("/proc/self/status").exists():
        pytest.skip("how much memory a process took is asked of Linux")
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", MEASURED, name],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
        check=True,
        capture_output=True,
        text=True,
    )
    told, memory = json.loads(done.stdout)
    return told, memory * 1024


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_too_much_is_refused_within_bounds(name):
    told, memory = measured(name)
    assert told == ["refused"] * 3
    assert memory < MEMORY


@pytest.mark.parametrize("name", MUCH)
def test_what_is_much_is_read_within_bounds(name):
    told, memory = measured(name)
    assert told == (["refused", "read", "refused"] if "request" in name else ["read", "refused", "read"])
    assert memory < MEMORY
