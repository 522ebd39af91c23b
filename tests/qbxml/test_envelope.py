"""Documents: a batch of requests out, a batch of outcomes in, and everything around the records."""

from decimal import Decimal

import attrs
import pytest
from lxml import etree

from procore_qbd.codes import STATUSES, Severity, status
from procore_qbd.errors import RecordError, RefusedError, ReplyError
from procore_qbd.qbxml import (
    Dialect,
    Edition,
    Iteration,
    Macro,
    MetaData,
    OnError,
    Outcome,
    Record,
    Ref,
    Reply,
    Request,
    Rule,
    read_reply,
    read_requests,
    write_reply,
    write_requests,
)
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill, VendorCredit
from procore_qbd.qbxml.entities.company import Host, HostQuery
from procore_qbd.qbxml.entities.deletions import TxnVoid
from procore_qbd.qbxml.entities.shared.lines import ExpenseLine
from procore_qbd.qbxml.entities.shared.transactions import AppliedToTxn
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery, VendorType
from procore_qbd.qbxml.messages.envelope import UnmodelledRequest, judge_request
from procore_qbd.qbxml.messages.outcomes import UNREADABLE, ErrorRecovery
from procore_qbd.qbxml.messages.requests import ResponseData
from procore_qbd.qbxml.rows.records import Unknown, record
from procore_qbd.qbxml.rows.values import ADD, MOD, QUERY, RET
from support.shared import SHARED, needs_shared

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


def test_a_command_that_is_asked_as_a_query_is_told_how_it_is_made():
    void = TxnVoid(txn_void_type="Bill", txn_id="1-1")
    assert [str(fault) for fault in Request.query(void).faults(Dialect())] == [
        "TxnVoidRq: is a command: make it with Request.command"
    ]
    assert [str(fault) for fault in Request.command(VendorQuery()).faults(Dialect())] == [
        "VendorQueryRq: is a query: make it with Request.query"
    ]
    assert Request.command(void).faults(Dialect()) == []


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
    assert (too_old.rule, too_old.message) == (Rule.VERSION, "was added in qbXML 9.0, and the target reads 8.0")
    assert Request.mod(Gadget()).faults(Dialect("10.0", Edition.CA)) == []
    (later,) = Request.mod(Gadget()).faults(Dialect("9.0", Edition.CA))
    assert later.message == "was added in qbXML 10.0, and the target reads 9.0"
    (elsewhere,) = request.faults(Dialect())
    assert (elsewhere.rule, elsewhere.message) == (Rule.EDITION, "exists in QuickBooks CA only, and the target is US")


# --- whether answers bring records -----------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [*ResponseData, None])
def test_a_document_says_whether_answers_bring_records_and_says_so_again_when_read(said):
    written = write_requests([Request.add(ALDER)], response_data=said)
    assert (b"responseData" in written) == (said is not None)
    found = read_requests(written)
    assert (found.response_data, found.faults) == (said, ())


def test_a_version_that_cannot_choose_whether_answers_bring_records_is_not_asked():
    for version in ("1.0", "1.1"):
        with pytest.raises(RecordError) as refused:
            write_requests([Request.add(ALDER)], dialect=Dialect(version), response_data=ResponseData.NONE)
        assert list(map(str, refused.value.faults)) == [
            f"QBXMLMsgsRq/@responseData: was added in qbXML 2.0, and the target reads {version}"
        ]
    assert write_requests([], dialect=Dialect("2.0"), response_data=ResponseData.NONE)


@pytest.mark.parametrize(
    ("said", "version", "fault"),
    [
        ("includeall", "13.0", "expected includeAll or includeNone, got 'includeall' (line 2)"),
        ("", "13.0", "expected includeAll or includeNone, got '' (line 2)"),
        ("includeAll", "1.1", "was added in qbXML 2.0, and the target reads 1.1 (line 2)"),
    ],
)
def test_what_is_no_word_for_it_or_came_later_is_a_fault_of_the_document(said, version, fault):
    head = f'<?xml version="1.0"?><?qbxml version="{version}"?>\n'
    (found,) = read_requests(document("", head, f'onError="stopOnError" responseData="{said}"')).faults
    assert str(found) == f"QBXMLMsgsRq/@responseData: {fault}"


@needs_shared
@pytest.mark.parametrize("edition", ["", "QBC"], ids=["US", "CA"])
def test_the_document_says_what_the_schema_of_each_version_lets_it_say(edition):
    assert SHARED is not None
    namespace = {"xsd": "http://www.w3.org/2001/XMLSchema"}
    for path in sorted((SHARED / "qbxml" / "xsd").glob(f"{edition}qbxmlops*.xsd")):
        digits = path.stem.removeprefix(f"{edition}qbxmlops") or "10"
        dialect = Dialect(f"{digits[:-1]}.{digits[-1]}", None)
        (head,) = etree.parse(path).findall("xsd:element[@name='QBXMLMsgsRq']/xsd:complexType", namespace)
        (choice,) = [
            [word.get("value") for word in one.iterfind(".//xsd:enumeration", namespace)]
            for one in head.iterfind("xsd:attribute[@name='responseData']", namespace)
        ] or [[]]
        for word in ResponseData:
            try:
                write_requests([], dialect=dialect, response_data=word)
            except RecordError:
                assert choice == [], path.name
            else:
                assert word in choice, path.name


# --- macros ----------------------------------------------------------------------------------------------------------


def billed(macro):
    return Request.add(Bill(vendor_ref=Ref(list_id="8-1"), def_macro=macro))


def paid(*macros):
    applied = tuple(AppliedToTxn(txn_id=Macro(macro), payment_amount=Decimal("1.00")) for macro in macros)
    return Request.add(
        BillPaymentCheck(
            payee_entity_ref=Ref(list_id="8-1"),
            bank_account_ref=Ref(list_id="8-2"),
            is_to_be_printed=True,
            applied_to_txns=applied,
        )
    )


AT = "BillPaymentCheckAdd/AppliedToTxnAdd"
DONE_BEFORE = "a record that is answered already has an id"
MACROS = {
    "nothing": ([billed(None), billed(None)], []),
    "defined and used": ([billed("TxnID:1"), billed("TxnID:2"), paid("TxnID:2", "TxnID:1")], []),
    "defined and never used": ([billed("TxnID:1")], []),
    "used before it is defined": (
        [paid("TxnID:1"), billed("TxnID:1"), paid("TxnID:1")],
        [
            (
                f"{AT}[1]/TxnID/@useMacro: the macro is defined only later in the document; {DONE_BEFORE}, got 'TxnID:1'",
                9103,
            )
        ],
    ),
    "never defined": (
        [billed("TxnID:1"), paid("TxnID:1", "TxnID:2")],
        [(f"{AT}[2]/TxnID/@useMacro: nothing before it defines the macro; {DONE_BEFORE}, got 'TxnID:2'", 9103)],
    ),
    "defined twice": (
        [billed("TxnID:1"), paid("TxnID:1"), billed("TxnID:1")],
        [
            (
                "BillAdd/@defMacro: the macro is defined already, at BillAdd/@defMacro; it may be defined once, got 'TxnID:1'",
                9100,
            )
        ],
    ),
    "several at once": (
        [paid("TxnID:1", "TxnID:2"), billed("TxnID:2"), billed("TxnID:2")],
        [
            (f"{AT}[1]/TxnID/@useMacro: nothing before it defines the macro; {DONE_BEFORE}, got 'TxnID:1'", 9103),
            (
                f"{AT}[2]/TxnID/@useMacro: the macro is defined only later in the document; {DONE_BEFORE}, got 'TxnID:2'",
                9103,
            ),
            (
                "BillAdd/@defMacro: the macro is defined already, at BillAdd/@defMacro; it may be defined once, got 'TxnID:2'",
                9100,
            ),
        ],
    ),
    "in capitals it is another": (
        [billed("TxnID:a"), paid("TxnID:A")],
        [(f"{AT}[1]/TxnID/@useMacro: nothing before it defines the macro; {DONE_BEFORE}, got 'TxnID:A'", 9103)],
    ),
}


@pytest.mark.parametrize(("batch", "expected"), MACROS.values(), ids=MACROS)
def test_a_macro_is_defined_once_and_before_it_is_used(batch, expected):
    if not expected:
        found = read_requests(write_requests(batch))
        assert [violation for violations in found.violations for violation in violations] == []
        return
    with pytest.raises(RecordError) as refused:
        write_requests(batch)
    assert [(str(fault), fault.status) for fault in refused.value.faults] == expected


def test_a_macro_on_a_line_counts_as_well():
    line = ExpenseLine(def_macro="TxnLineID:1", amount=Decimal("1.00"))
    credit = VendorCredit(vendor_ref=Ref(list_id="8-1"), expense_lines=(line, line))
    with pytest.raises(RecordError) as refused:
        write_requests([Request.add(credit)])
    (fault,) = refused.value.faults
    assert fault.path == "VendorCreditAdd/ExpenseLineAdd[2]/@defMacro"


def test_a_text_about_macros_is_no_macro():
    memo = attrs.evolve(billed(None).record, memo='useMacro="TxnID:1" defMacro="TxnID:1"')
    assert read_requests(write_requests([Request.add(memo)] * 2)).violations == ((), ())


def test_who_reads_requests_is_told_of_macros_by_the_request_that_is_wrong():
    bill = '<BillAddRq><BillAdd defMacro="TxnID:1"><VendorRef><ListID>8-1</ListID></VendorRef></BillAdd></BillAddRq>'
    use = '<ClearedStatusModRq><ClearedStatusMod><TxnID useMacro="TxnID:{}"></TxnID><ClearedStatus>Cleared</ClearedStatus></ClearedStatusMod></ClearedStatusModRq>'
    found = read_requests(document(bill + use.format(2) + "<LeadAddRq/>" + bill + use.format(1)))
    assert [[violation.status for violation in violations] for violations in found.violations] == [
        [],
        [9103],
        [],
        [9100],
        [],
    ]


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
        "VendorAdd/JobTitle: was added in qbXML 12.0, and the target reads 8.0"
    ]


def test_a_request_that_nobody_modelled_is_no_fault_and_one_that_does_not_exist_is():
    found = read_requests(
        document('<LeadAddRq requestID="3"><x/></LeadAddRq><VendorRetRq/><Bar/><VendorModifyRq/><ItemSitesQueryRq/>'),
        edition=Edition.CA,
    )
    assert [(one.name, one.request_id) for one in found.requests] == [
        ("LeadAddRq", "3"),
        ("VendorRetRq", None),
        ("Bar", None),
        ("VendorModifyRq", None),
        ("ItemSitesQueryRq", None),
    ]
    assert all(isinstance(one, UnmodelledRequest) for one in found.requests)
    assert [[(str(one), one.of_the_document) for one in told] for told in found.violations] == [
        [],
        [("VendorRetRq: QuickBooks has no such request; did you mean VendorQueryRq? (line 1)", True)],
        [("Bar: QuickBooks has no such request (line 1)", True)],
        [("VendorModifyRq: QuickBooks has no such request; did you mean VendorModRq? (line 1)", True)],
        [("ItemSitesQueryRq: QuickBooks CA has no such request (line 1)", True)],
    ]


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


# --- what became of a request ----------------------------------------------------------------------------------------

WRITTEN = (0, 1, 500, 501, 510, 530, 531, 540, 550, 560, 570)
NOT_WRITTEN = (
    *(1010, 1030, 1060, 3000, 3010, 3020, 3030, 3031, 3035, 3040, 3045, 3050, 3060, 3065, 3070, 3080, 3085, 3090),
    *(3100, 3101, 3110, 3120, 3121, 3130, 3140, 3150, 3151, 3153, 3160, 3161, 3162, 3170, 3171, 3172, 3173, 3175),
    *(3176, 3177, 3180, 3185, 3190, 3200, 3205, 3210, 3220, 3230, 3231, 3240, 3250, 3260, 3261, 3262, 3263, 3270),
    *(3280, 3290, 3300, 3301, 3310, 3320, 3330, 3340, 3350, 3351, 3352, 3360, 9100, 9101, 9102, 9103),
)
NOBODY_KNOWS = (600, 1000, 9001, 9002, 9003, 9004, 9005)
BECAME = {**dict.fromkeys(WRITTEN, True), **dict.fromkeys(NOT_WRITTEN, False), **dict.fromkeys(NOBODY_KNOWS)}


def test_every_code_says_what_became_of_a_write():
    assert {code: Outcome(name="BillAddRs", code=code).committed for code in STATUSES} == BECAME


@pytest.mark.parametrize(
    ("code", "became"), [(17, True), (999, True), (3391, False), (2020, None), (9999, None), (-7, None)]
)
def test_a_code_that_nobody_documented_says_what_its_range_says(code, became):
    assert code not in STATUSES
    assert Outcome(name="BillModRs", code=code).committed is became


@pytest.mark.parametrize("name", ["BillAddRs", "BillModRs", "TxnDelRs", "TxnVoidRs", "DataExtAddRs", "ListMergeRs"])
def test_whatever_is_no_query_is_a_write(name):
    assert Outcome(name=name).committed is True


@pytest.mark.parametrize("code", [*STATUSES, UNREADABLE])
def test_a_query_never_changes_the_company_file(code):
    assert Outcome(name="BillQueryRs", code=code).committed is False


@pytest.mark.parametrize("name", ["ToDoQueryRs", "ToDoAddRs"])
def test_of_what_nobody_modelled_it_is_not_known_whether_it_wrote_unless_it_was_refused(name):
    assert Outcome(name=name).committed is None
    assert Outcome(name=name, code=3120).committed is False


@pytest.mark.parametrize("code", [1, 500])
def test_no_match_and_not_found_are_no_errors(code):
    outcome = Outcome(name="VendorQueryRs", code=code, found=(ALDER,))
    assert outcome.ok
    assert outcome.records(Vendor) == (ALDER,)


def test_only_what_stands_behind_a_stop_was_not_tried():
    assert [code for code in STATUSES if not Outcome(name="BillAddRs", code=code).tried] == [3231]
    assert "never tried" in status(3231).meaning


def test_what_is_ok_on_a_write_is_written_and_what_may_be_written_is_never_taken_for_not_written():
    for code in STATUSES:
        outcome = Outcome(name="BillAddRs", code=code)
        assert outcome.committed or not outcome.ok or code == 600
        assert status(code).severity is Severity.ERROR or outcome.committed is not False


def test_an_error_that_tells_of_a_record_leaves_open_whether_it_is_there():
    refused, *_ = read_reply(ANSWER.encode()).outcomes
    assert refused.code == 3100
    assert refused.committed is None
    assert attrs.evolve(refused, error_recovery=None).committed is False
    assert attrs.evolve(refused, code=530).committed is True


def test_a_status_below_nought_is_a_refusal_like_any_other():
    (outcome,) = read_reply(b'<QBXML><QBXMLMsgsRs><BillAddRs statusCode="-1"/></QBXMLMsgsRs></QBXML>').outcomes
    assert (outcome.ok, outcome.committed) == (False, None)
    with pytest.raises(RefusedError):
        outcome.records(Bill)


def answers(*pairs):
    return Reply(outcomes=tuple(Outcome(name=name, request_id=number) for name, number in pairs))


ASKED = (Request.add(ALDER), Request(record=VendorQuery(), shape=QUERY, request_id="mine"), Request.add(ALDER))


def test_answers_are_matched_by_their_ids():
    reply = answers(("VendorAddRs", "3"), ("VendorQueryRs", "mine"), ("VendorAddRs", "1"))
    assert reply.match(ASKED) == reply.outcomes[::-1]


def test_a_request_without_an_answer_has_none():
    reply = answers(("VendorAddRs", "3"))
    assert reply.match(ASKED) == (None, None, reply.outcomes[0])
    assert answers().match(()) == ()


def test_a_reply_to_other_requests_is_refused_with_all_that_is_wrong():
    reply = answers(
        ("VendorAddRs", "1"), ("VendorAddRs", "1"), ("VendorAddRs", "2"), ("VendorModRs", "3"), ("VendorAddRs", None)
    )
    with pytest.raises(ReplyError) as refused:
        reply.match(ASKED)
    assert refused.value.faults == (
        "VendorAddRs 1 appears twice",
        "VendorAddRs 2 answers a request that was not sent",
        "VendorModRs 3 answers no VendorAddRq",
        "VendorAddRs ? answers a request that was not sent",
    )


def test_requests_with_one_id_cannot_be_told_apart():
    with pytest.raises(ValueError, match="expected a requestID of its own for each request, or none"):
        answers().match([attrs.evolve(ASKED[0], request_id="2"), ASKED[0]])


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
    assert found.unmodelled == ("Foo",)
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
    assert (outcome.code, outcome.ok, outcome.committed, outcome.tried) == (UNREADABLE, False, None, True)
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
