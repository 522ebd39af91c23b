"""What is written reads back, whatever it is; what is broken is refused in our own words."""

import contextlib
import copy
import importlib
import re
import sys

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from procore_qbd.errors import ReplyError
from procore_qbd.qbxml import (
    RET,
    Dialect,
    Edition,
    Outcome,
    Reply,
    check,
    entities,
    read_reply,
    read_requests,
    write_reply,
    write_requests,
)
from procore_qbd.qbxml.codec.elements import read, write
from procore_qbd.qbxml.judging.checking import structure
from procore_qbd.qbxml.messages.outcomes import ErrorRecovery
from procore_qbd.qbxml.rows.records import table
from procore_qbd.qbxml.rows.values import BARE, Value
from procore_qbd.testing import strategies
from procore_qbd.testing.strategies import records, requests
from support.examples import examples as part

CASES = [
    (entities.entity(name), shape) for name in entities.names() for shape in entities.entity(name).__record__.shapes
]
DIALECTS = [
    Dialect(),
    Dialect("13.0", None),
    Dialect("13.0", Edition.CA),
    Dialect("12.0", Edition.AU),
    Dialect("7.0", Edition.UK),
    Dialect("4.0", Edition.US),
]


def times(examples, **how):
    """So many cases, the same every time: a red build is red for everybody."""
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=part(examples, **how), derandomize=True, deadline=None, suppress_health_check=quiet)


spelled = pytest.mark.parametrize(("cls", "shape"), CASES, ids=lambda one: getattr(one, "__name__", None) or one.name)


def written(record, shape):
    spec, out = record.__record__, []
    write(record, shape, spec.tag + ("" if shape in BARE else shape.name.title()), out)
    return "".join(out)


# --- one record ------------------------------------------------------------------------------------------------------


@spelled
@times(max(4, 300 // len(CASES)), least=2)
@given(data=st.data())
def test_a_record_can_be_written_and_reads_back_equal(cls, shape, data):
    dialect = data.draw(st.sampled_from(DIALECTS))
    record = data.draw(records(cls, shape, dialect))
    assert check(record, shape, dialect) == []
    element = etree.fromstring(written(record, shape))
    faults = []
    assert structure(element, cls, shape) == []
    assert read(element, cls, faults) == record
    assert faults == []


def said(element):
    """An element without the blanks between elements."""
    return element.tag, dict(element.attrib), [said(child) for child in element] or (element.text or "").strip(" \n")


@pytest.mark.slow
@times(120)
@given(data=st.data())
def test_what_nobody_modelled_is_written_back_where_it_stood(data):
    cls, shape = data.draw(st.sampled_from([case for case in CASES if case[1] is RET]))
    element = etree.fromstring(written(data.draw(records(cls, shape)), shape))
    inside = data.draw(st.sampled_from([element, *(block for block in element.iterdescendants() if len(block))]))
    tags = [None, *(child.tag for child in inside), None]
    # A stranger among repeats of one element goes behind the last of them: no record says where one line ends.
    places = [at for at in range(len(inside) + 1) if tags[at] is None or tags[at] != tags[at + 1]]
    for number, at in enumerate(sorted(data.draw(st.sets(st.sampled_from(places), min_size=1)), reverse=True)):
        stranger = etree.Element(f"Stranger{number}", note="™ & “é”")
        etree.SubElement(stranger, "Inside").text = "\x99 <&> \r\n."
        inside.insert(at, stranger)
    again = written(read(element, cls, []), shape)
    assert again.isascii()
    assert said(etree.fromstring(again)) == said(element)


# --- documents -------------------------------------------------------------------------------------------------------

TEXTS = st.none() | st.text(st.sampled_from("aZ09 -_:™é€&<>\"'\t\n\r"), min_size=1, max_size=24)
SET_IDS = TEXTS.map(lambda text: text and text[:23])


@times(100)
@given(st.lists(requests(), max_size=3), SET_IDS, SET_IDS)
def test_a_document_of_requests_reads_back_equal_and_has_no_fault(batch, new, old):
    document = write_requests(batch, new_message_set_id=new, old_message_set_id=old)
    assert document.isascii()
    found = read_requests(document)
    numbered = [attrs.evolve(one, request_id=one.request_id or str(at)) for at, one in enumerate(batch, 1)]
    assert list(found.requests) == numbered
    assert list(found.violations) == [()] * len(batch)
    assert found.faults == ()
    assert (found.version, found.new_message_set_id, found.old_message_set_id) == ("13.0", new, old)


OWN_ELEMENT = [(cls, shape) for cls, shape in CASES if not cls.__record__.inline]
ANY_RET = st.deferred(lambda: st.one_of([records(cls, shape) for cls, shape in OWN_ELEMENT if shape is RET]))
COUNTS = st.none() | st.integers(0, 10**6)
OUTCOMES = st.builds(
    Outcome,
    name=st.sampled_from(
        [f"{cls.__record__.tag}{'' if shape in BARE else shape.name.title()}Rs" for cls, shape in OWN_ELEMENT]
    ),
    request_id=TEXTS,
    code=st.integers(0, 9999),
    severity=st.sampled_from(("Info", "Warn", "Error")),
    message=TEXTS.map(lambda text: text or ""),
    found=st.lists(ANY_RET, max_size=2).map(tuple),
    error_recovery=st.none() | records(ErrorRecovery, RET),
    ret_count=COUNTS,
    iterator_remaining_count=COUNTS,
    iterator_id=TEXTS,
)
REPLIES = st.builds(
    Reply,
    outcomes=st.lists(OUTCOMES, max_size=3).map(tuple),
    message_set_id=TEXTS,
    message_set_status=st.none() | st.sampled_from((0, 600, 9001, 9002, 9004)),
)


INLINE = [cls for cls, shape in CASES if cls.__record__.inline and shape is RET]


def test_the_commands_are_answered_in_line():
    assert {cls.__record__.tag for cls in INLINE} == {"ListDel", "ListMerge", "TxnDel", "TxnVoid"}


@pytest.mark.parametrize("cls", INLINE, ids=lambda cls: cls.__record__.tag)
def test_an_answer_in_line_reads_back_equal_and_has_no_element_of_its_own(cls):
    @times(20)
    @given(records(cls, RET), st.none() | records(ErrorRecovery, RET))
    def check_one(record, recovery):
        found = (record,) if table(cls).present(record) else ()
        outcome = Outcome(name=f"{cls.__record__.tag}Rs", severity="Info", found=found, error_recovery=recovery)
        document = write_reply(Reply(outcomes=(outcome,)))
        assert f"<{cls.__record__.tag}Ret".encode() not in document
        assert read_reply(document).outcomes == (outcome,)

    check_one()


@times(100)
@given(REPLIES)
def test_a_reply_reads_back_equal(reply):
    document = write_reply(reply)
    assert document.isascii()
    assert read_reply(document) == reply


# --- what is broken --------------------------------------------------------------------------------------------------

DOCUMENTS = st.lists(requests(), min_size=1, max_size=2).map(write_requests) | REPLIES.map(write_reply)


def survives(document):
    """Both readers understand it, or say in our words that they do not; anything else fails the test."""
    for reader in (read_requests, read_reply):
        with contextlib.suppress(ReplyError):
            reader(document)


@pytest.mark.slow
@times(100)
@given(DOCUMENTS, st.floats(0, 1, exclude_max=True))
def test_a_document_cut_short_is_refused(document, part):
    cut = document[: int(len(document.rstrip()) * part)]
    for reader in (read_requests, read_reply):
        with pytest.raises(ReplyError):
            reader(cut)


TOKENS = rb"""
<?xml version="1.0"?> | <?xml version="1.0" encoding="utf-16"?> | <!DOCTYPE QBXML> | <?qbxml version="13.0"?> |
<?qbxml version="x.y"?> | <QBXML> | </QBXML> | <QBXMLMsgsRq> | <QBXMLMsgsRq onError="stopOnError"> | </QBXMLMsgsRq> |
<QBXMLMsgsRs> | </QBXMLMsgsRs> | <VendorAddRq/> | <VendorAddRq> | </VendorAddRq> | <VendorAdd> | </VendorAdd> | <Name> |
</Name> | <VendorQueryRs statusCode="x"> | </VendorQueryRs> | <VendorRet> | </VendorRet> | <IsActive>maybe</IsActive> |
<!-- --> | <![CDATA[<]]> | &amp; | &x; | &#0; | &#153; | text""".split(b" | ")


@times(250)
@given(
    st.binary(max_size=60)
    | st.lists(st.sampled_from([*TOKENS, b"\xff\xfe", b"\xef\xbb\xbf", b"\0", b"\xe9"]), max_size=14).map(b"".join)
)
def test_random_bytes_are_refused_or_read(document):
    survives(document)


VALUES = [
    "",
    " ",
    "x",
    "-1",
    "1.2345678",
    "1e9",
    "true",
    "TRUE",
    "2026-02-30",
    "0000-00-00",
    "9" * 5000,
    "{}",
    "٣",
    "\x99",
]


def mutated(root, draw):
    """A well-formed document with one thing in it that is not as it was."""
    elements = [element for element in root.iter() if element.getparent() is not None] or [root]
    element = draw(st.sampled_from(elements))
    parent = element.getparent()
    other = draw(st.sampled_from(elements))
    match draw(st.sampled_from(("delete", "duplicate", "swap", "rename", "text", "tail", "attribute", "move"))):
        case "delete" if parent is not None:
            parent.remove(element)
        case "duplicate" if parent is not None:
            element.addnext(copy.deepcopy(element))
        case "swap":
            element.tag, other.tag = other.tag, element.tag
            element.text, other.text = other.text, element.text
        case "rename":
            element.tag = draw(st.sampled_from(("Foo", "{urn:x}Foo", other.tag, f"{element.tag}Ret")))
        case "text":
            element.text = draw(st.sampled_from(VALUES))
        case "tail":
            element.tail = draw(st.sampled_from(("x", " ")))
        case "attribute":
            names = ("requestID", "statusCode", "iterator", "metaData", "useMacro", "defMacro", "onError", "foo")
            element.set(draw(st.sampled_from(names)), draw(st.sampled_from(("", "x", "0", "9" * 5000, "é"))))
        case _ if element is not other and other not in element.iterancestors():
            element.append(copy.deepcopy(other))
    return root


@pytest.mark.slow
@times(250)
@given(DOCUMENTS, st.data())
def test_a_document_with_something_changed_is_refused_or_read(document, data):
    root = etree.fromstring(document)
    for _ in range(data.draw(st.integers(1, 3))):
        root = mutated(root, data.draw)
    survives(etree.tostring(root))


# --- what they are drawn with ----------------------------------------------------------------------------------------


def test_without_hypothesis_the_strategies_say_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    monkeypatch.delitem(sys.modules, strategies.__name__)
    with pytest.raises(ModuleNotFoundError, match=re.escape("pip install hypothesis")):
        importlib.import_module(strategies.__name__)


def test_a_row_of_a_kind_that_nobody_taught_says_so():
    with pytest.raises(NotImplementedError, match="Weight: no strategy for rows of this kind"):
        strategies.values(Value("Weight"))
