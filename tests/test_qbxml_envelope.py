"""Documents: a batch of requests out, a batch of outcomes in, and everything around the records."""

import attrs
import pytest
from lxml import etree

from procore_qbd.errors import RecordError, RefusedError, ReplyError
from procore_qbd.qbxml import (
    Dialect,
    Edition,
    Iteration,
    MetaData,
    OnError,
    Outcome,
    Record,
    Reply,
    Request,
    Rule,
    read_reply,
    read_requests,
    write_reply,
    write_requests,
)
from procore_qbd.qbxml.entities.company import Host, HostQuery
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery, VendorType
from procore_qbd.qbxml.envelope import ErrorRecovery, Stranger, judge_request
from procore_qbd.qbxml.records import Unknown, record
from procore_qbd.qbxml.values import ADD, MOD, QUERY, RET

ALDER = Vendor(name="Alder Creek Concrete")


def document(inside, head='<?xml version="1.0"?><?qbxml version="13.0"?>', attributes='onError="stopOnError"'):
    return f"{head}<QBXML><QBXMLMsgsRq {attributes}>{inside}</QBXMLMsgsRq></QBXML>".encode()


def judged(inside, dialect=None):
    """The violations of the one request of a document."""
    (violations,) = read_requests(document(inside), dialect).violations
    return [(violation.path, violation.rule) for violation in violations]


# --- writing ---------------------------------------------------------------------------------------------------------


def test_a_document_of_requests_is_this():
    batch = [
        Request.add(ALDER, "ListID", "Name"),
        Request.query(VendorQuery(max_returned=5), iterator=Iteration.START, meta_data=MetaData.AND_RESPONSE_DATA),
    ]
    assert write_requests(batch, dialect=Dialect("8.0"), on_error=OnError.STOP, new_message_set_id="a&b").decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<?qbxml version="8.0"?>\n'
        "<QBXML>\n"
        '  <QBXMLMsgsRq newMessageSetID="a&amp;b" onError="stopOnError">\n'
        '    <VendorAddRq requestID="1">\n'
        "      <VendorAdd>\n"
        "        <Name>Alder Creek Concrete</Name>\n"
        "      </VendorAdd>\n"
        "      <IncludeRetElement>ListID</IncludeRetElement>\n"
        "      <IncludeRetElement>Name</IncludeRetElement>\n"
        "    </VendorAddRq>\n"
        '    <VendorQueryRq requestID="2" metaData="MetaDataAndResponseData" iterator="Start">\n'
        "      <MaxReturned>5</MaxReturned>\n"
        "    </VendorQueryRq>\n"
        "  </QBXMLMsgsRq>\n"
        "</QBXML>\n"
    )


def test_faults_of_all_requests_are_listed_at_once():
    batch = [
        Request.add(Vendor(name="x" * 42)),
        Request.mod(Vendor(name="x")),
        Request.query(HostQuery(), iterator=Iteration.START, meta_data=MetaData.ONLY),
        Request.mod(VendorType(name="x")),
        Request(record=ALDER, shape=RET),
        Request(record=ALDER, shape=ADD, request_id="7" * 51),
    ]
    with pytest.raises(RecordError) as refused:
        write_requests(batch)
    assert [fault.path for fault in refused.value.faults] == [
        "VendorAdd/Name",
        "VendorMod/ListID",
        "VendorMod/EditSequence",
        "HostQueryRq/@iterator",
        "HostQueryRq/@metaData",
        "VendorTypeModRq",
        "VendorRetRq",
        "VendorAddRq/@requestID",
    ]
    assert refused.value.faults[5].message == "QuickBooks has no such request; there are VendorTypeAddRq"
    assert str(refused.value).startswith("qbXML US 13.0: 8 faults\n")


@pytest.mark.parametrize("name", ["x" * 51, "中"])
def test_names_of_elements_to_include_are_judged_like_any_text(name):
    assert [fault.path for fault in Request.add(ALDER, "Name", name).faults(Dialect())] == [
        "VendorAddRq/IncludeRetElement[2]"
    ]


@pytest.mark.parametrize("text", ["中", "a\x00b"])
def test_ids_that_cannot_be_written_are_refused(text):
    assert Request(record=ALDER, shape=ADD, request_id=text).faults(Dialect()) != []
    with pytest.raises(RecordError):
        write_requests([Request.add(ALDER)], new_message_set_id=text)
    with pytest.raises(RecordError):
        write_requests([Request.add(ALDER)], old_message_set_id=text)


@record("Gadget", shapes=ADD | MOD | RET, since="9.0", later={MOD: "10.0"}, editions=Edition.CA)
@attrs.frozen(kw_only=True)
class Gadget(Record):
    """A record that not every QuickBooks knows."""


def test_a_request_that_the_target_does_not_know_is_refused():
    request = Request.add(Gadget())
    assert request.faults(Dialect("9.0", Edition.CA)) == []
    (too_old,) = request.faults(Dialect("8.0", Edition.CA))
    assert (too_old.rule, too_old.message) == (Rule.VERSION, "came with qbXML 9.0, and the target reads 8.0")
    assert Request.mod(Gadget()).faults(Dialect("10.0", Edition.CA)) == []
    (later,) = Request.mod(Gadget()).faults(Dialect("9.0", Edition.CA))
    assert later.message == "came with qbXML 10.0, and the target reads 9.0"
    (elsewhere,) = request.faults(Dialect())
    assert (elsewhere.rule, elsewhere.message) == (Rule.EDITION, "exists in QuickBooks CA only, and the target is US")


# --- reading requests ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "version"),
    [
        ('<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="7.0"?>', "7.0"),
        ("<?xml version='1.0'?><!-- hello --><?qbxml  version = '7.0' ?>", "7.0"),
        ('<?qbxml version="CA3.0"?>', "CA3.0"),
        ('<?xml version="1.0"?>' + " " * 600 + '<?qbxml version="7.0"?>', "7.0"),
        ('<?xml version="1.0"?>', None),
    ],
)
def test_the_version_stands_in_the_head(head, version):
    assert read_requests(document("", head)).version == version


def test_a_document_may_be_in_utf_16_as_dotnet_writes_it():
    text = document("<VendorQueryRq/>", '<?xml version="1.0" encoding="utf-16"?><?qbxml version="7.0"?>').decode()
    found = read_requests(text.encode("utf-16"))
    assert found.requests == (Request(record=VendorQuery(), shape=QUERY),)
    assert found.version == "7.0"


def test_a_version_that_nobody_knows_is_judged_as_the_usual_one():
    found = read_requests(document("<VendorQueryRq/>", '<?qbxml version="CA3.0"?>'))
    assert found.violations == ((),)


def test_requests_are_judged_by_the_version_in_the_head():
    inside = "<VendorAddRq><VendorAdd><Name>x</Name><JobTitle>x</JobTitle></VendorAdd></VendorAddRq>"
    (violations,) = read_requests(document(inside, '<?qbxml version="8.0"?>')).violations
    assert [str(fault) for fault in violations] == [
        "VendorAdd/JobTitle: came with qbXML 12.0, and the target reads 8.0"
    ]


def test_what_nobody_modelled_is_a_stranger_and_no_fault():
    found = read_requests(document('<FooAddRq requestID="3"><x/></FooAddRq><VendorRetRq/><Bar/>'))
    assert [(one.name, one.request_id) for one in found.requests] == [
        ("FooAddRq", "3"),
        ("VendorRetRq", None),
        ("Bar", None),
    ]
    assert all(isinstance(one, Stranger) for one in found.requests)
    assert found.violations == ((), (), ())


@pytest.mark.parametrize("attributes", ["", 'onError=""', 'onError="never"'])
def test_a_document_must_say_what_happens_after_an_error(attributes):
    (fault,) = read_requests(document("", attributes=attributes)).faults
    assert fault.path == "QBXMLMsgsRq/@onError"


INCLUDE = "VendorAddRq/IncludeRetElement[1]"


@pytest.mark.parametrize(
    ("inside", "path"),
    [
        ("<VendorAddRq/>", "VendorAddRq/VendorAdd"),
        ("<VendorAddRq><VendorMod/></VendorAddRq>", "VendorAddRq/VendorMod"),
        ("<VendorAddRq>{add}<Foo/></VendorAddRq>", "VendorAddRq/Foo"),
        ("<VendorAddRq>{add}{add}</VendorAddRq>", "VendorAddRq/VendorAdd"),
        ("<VendorAddRq><IncludeRetElement>x</IncludeRetElement>{add}</VendorAddRq>", "VendorAddRq/IncludeRetElement"),
        ('<VendorAddRq>{add}<IncludeRetElement foo="">x</IncludeRetElement></VendorAddRq>', f"{INCLUDE}/@foo"),
        ("<VendorAddRq>{add}<IncludeRetElement><x/></IncludeRetElement></VendorAddRq>", INCLUDE),
        ("<VendorAddRq>{add}text</VendorAddRq>", "VendorAddRq"),
        ('<VendorAddRq foo="1">{add}</VendorAddRq>', "VendorAddRq/@foo"),
        ('<VendorAddRq iterator="Start">{add}</VendorAddRq>', "VendorAddRq/@iterator"),
        ('<VendorAddRq metaData="NoMetaData">{add}</VendorAddRq>', "VendorAddRq/@metaData"),
        ('<VendorQueryRq iterator="start"/>', "VendorQueryRq/@iterator"),
        ('<VendorQueryRq metaData="x"/>', "VendorQueryRq/@metaData"),
        ('<VendorQueryRq foo="x"/>', "VendorQueryRq/@foo"),
        ('<HostQueryRq iterator="Start"/>', "HostQueryRq/@iterator"),
        ('<HostQueryRq iteratorID=""/>', "HostQueryRq/@iteratorID"),
    ],
)
def test_what_is_wrong_around_a_record_is_found(inside, path):
    add = "<VendorAdd><Name>x</Name></VendorAdd>"
    assert path in {where.replace("VendorQuery/", "VendorQueryRq/") for where, _ in judged(inside.format(add=add))}


def test_a_fault_that_two_looks_find_is_told_once_and_with_its_line():
    root = etree.fromstring(
        document("\n<VendorAddRq><VendorAdd>\n<Name>x</Name>\n<IsActive>maybe</IsActive></VendorAdd></VendorAddRq>")
    )
    _, violations = judge_request(root[0][0], Dialect())
    assert [str(violation) for violation in violations] == [
        "VendorAdd/IsActive: expected true or false, got 'maybe' (line 4)"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "<QBXML/>",
        "<Foo/>",
        "<QBXML><QBXMLMsgsRs/></QBXML>",
        "<QBXML>",
        "<!DOCTYPE QBXML><QBXML><QBXMLMsgsRq/></QBXML>",
    ],
)
def test_what_is_no_document_of_requests_is_refused(text):
    with pytest.raises(ReplyError):
        read_requests(text.encode())


BOMB = """<?xml version="1.0"?><!DOCTYPE QBXML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<QBXML><QBXMLMsgsRs><VendorQueryRs statusCode="0" statusMessage="&b;"/></QBXMLMsgsRs></QBXML>"""
FILE = """<!DOCTYPE QBXML [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<QBXML><QBXMLMsgsRs><VendorQueryRs statusCode="0"><VendorRet><Name>&x;</Name></VendorRet></VendorQueryRs></QBXMLMsgsRs></QBXML>"""


@pytest.mark.parametrize(
    "text", [BOMB, FILE, "<!-- " + "x" * 5000 + " -->" + FILE, FILE.encode("utf-16")], ids=range(4)
)
def test_a_doctype_is_refused_unread(text):
    with pytest.raises(ReplyError, match="DOCTYPE"):
        read_reply(text if isinstance(text, bytes) else text.encode())


# --- replies ---------------------------------------------------------------------------------------------------------

ANSWER = """<?xml version="1.0" ?>
<QBXML><QBXMLMsgsRs newMessageSetID="a" messageSetStatusCode="600">
<VendorAddRs requestID="1" statusCode="3100" statusSeverity="Error" statusMessage="The name &quot;Caf&#233; &#150; Bar&#153;&quot; is in use.">
<ErrorRecovery><ListID>8-1</ListID><EditSequence>2</EditSequence></ErrorRecovery>
</VendorAddRs>
<VendorQueryRs requestID="2" statusCode="0" statusSeverity="Info" statusMessage="Status OK" retCount="2"
  iteratorRemainingCount="7" iteratorID="{12345678-1234-1234-1234-1234567890AB}">
<VendorRet><ListID>8-1</ListID><Name>A&amp;B</Name></VendorRet><VendorRet><ListID>8-2</ListID></VendorRet><Foo/>
</VendorQueryRs>
<HostQueryRs statusCode="0"><HostRet><IsAutomaticLogin>maybe</IsAutomaticLogin></HostRet></HostQueryRs>
</QBXMLMsgsRs></QBXML>"""


def test_a_reply_has_an_outcome_for_each_request():
    reply = read_reply(ANSWER.encode())
    assert (reply.message_set_id, reply.message_set_status) == ("a", 600)
    refused, found, host = reply.outcomes
    assert (refused.name, refused.request_id, refused.code, refused.ok) == ("VendorAddRs", "1", 3100, False)
    assert refused.error_recovery == ErrorRecovery(list_id="8-1", edit_sequence="2")
    assert (found.ok, found.ret_count, found.iterator_remaining_count) == (True, 2, 7)
    assert found.records(Vendor) == (Vendor(list_id="8-1", name="A&B"), Vendor(list_id="8-2"))
    assert found.strangers == ("Foo",)
    assert host.severity is None
    assert host.found == (Host(),)


def test_quickbooks_words_are_read_as_it_meant_them():
    assert read_reply(ANSWER.encode()).outcomes[0].message == 'The name "Café \N{EN DASH} Bar™" is in use.'


def test_a_refusal_is_data_until_somebody_asks_for_its_record():
    refused, found, host = read_reply(ANSWER.encode()).outcomes
    with pytest.raises(RefusedError) as error:
        refused.record(Vendor)
    assert (error.value.request, error.value.request_id, error.value.code) == ("VendorAddRs", "1", 3100)
    with pytest.raises(ReplyError, match="VendorQueryRs 2: expected one Vendor, got 2"):
        found.record(Vendor)
    with pytest.raises(ReplyError, match="expected true or false, got 'maybe'"):
        host.records(Host)


@pytest.mark.parametrize("code", ["", "x", "1.5", "9" * 30])
def test_an_answer_without_a_readable_status_is_a_fault(code):
    text = f'<QBXML><QBXMLMsgsRs><VendorAddRs statusCode="{code}"/></QBXMLMsgsRs></QBXML>'
    (outcome,) = read_reply(text.encode()).outcomes
    assert [fault.path for fault in outcome.faults] == ["VendorAddRs/@statusCode"]
    with pytest.raises(ReplyError):
        outcome.records(Vendor)


def test_a_reply_is_written_as_quickbooks_writes_it():
    outcome = Outcome(name="VendorAddRs", request_id="1", message='say "hi"\n', found=(ALDER,))
    assert write_reply(Reply(outcomes=(outcome,), message_set_id="x")).decode() == (
        '<?xml version="1.0" ?>\n'
        "<QBXML>\n"
        '<QBXMLMsgsRs newMessageSetID="x">\n'
        '<VendorAddRs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="say &quot;hi&quot;&#10;">\n'
        "<VendorRet>\n"
        "  <Name>Alder Creek Concrete</Name>\n"
        "</VendorRet>\n"
        "</VendorAddRs>\n"
        "</QBXMLMsgsRs>\n"
        "</QBXML>\n"
    )


def test_a_reply_with_elements_that_nobody_modelled_can_be_written():
    vendor = Vendor(name="x", unknown=(Unknown("Newer", "<Newer>“™” 中</Newer>", "Name"),))
    reply = Reply(outcomes=(Outcome(name="VendorQueryRs", severity="Info", found=(vendor,)),))
    document_ = write_reply(reply)
    assert document_.isascii()
    assert etree.fromstring(document_).findtext(".//Newer") == "“™” 中"


@pytest.mark.parametrize("encoding", ["utf-8", "ISO-8859-1", "windows-1252"])
def test_a_reply_may_say_how_its_bytes_are_encoded(encoding):
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<QBXML><QBXMLMsgsRs><VendorQueryRs statusCode="0">'
        "<VendorRet><Name>Café</Name></VendorRet></VendorQueryRs></QBXMLMsgsRs></QBXML>"
    )
    assert read_reply(text.encode(encoding)).outcomes[0].record(Vendor).name == "Café"


def test_comments_do_not_cut_a_text_in_two():
    text = b"<QBXML><QBXMLMsgsRs><VendorQueryRs statusCode='0'><!-- x --><VendorRet><Name>Al<!-- x -->der<?y z?>!</Name></VendorRet></VendorQueryRs></QBXMLMsgsRs></QBXML>"
    (outcome,) = read_reply(text).outcomes
    assert outcome.record(Vendor).name == "Alder!"


def test_a_record_of_another_kind_is_not_among_those_asked_for():
    outcome = Outcome(name="ItemQueryRs", found=(ALDER, Host()))
    assert outcome.records(Host) == (Host(),)
