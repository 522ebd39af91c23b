"""`check`: what is wrong with qbXML."""

import pytest


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("<VendorAddRq><VendorAdd><Name>A</Name></VendorAdd></VendorAddRq>", 0, "nothing wrong in 1 message"),
        (
            "<VendorAdd><Name>A</Name></VendorAdd>\n<VendorRet><Name>A</Name></VendorRet>",
            0,
            "nothing wrong in 2 messages",
        ),
        ("<VendorAddRq><VendorAdd/></VendorAddRq>", 1, "VendorAdd/Name: is missing"),
        (
            "<VendorAdd><Phone>1</Phone><Name>A</Name></VendorAdd>",
            1,
            "VendorAdd/Name: comes after Phone; QuickBooks requires it before",
        ),
        ("<LeadAddRq/>", 0, "not modelled, so not checked: LeadAddRq"),
        (
            "<QBXML><QBXMLMsgsRs><VendorAddRs statusCode='0' statusSeverity='Info'><VendorRet><Name/></VendorRet></VendorAddRs></QBXMLMsgsRs></QBXML>",
            0,
            "1 message",
        ),
        ("<QBXML><QBXMLMsgsRq><VendorQueryRq/></QBXMLMsgsRq></QBXML>", 1, "QBXMLMsgsRq/@onError: is missing"),
    ],
)
def test_check_lists_what_is_wrong(command, folder, text, code, words):
    (folder / "a.xml").write_text(text)
    found = command("check", "a.xml")
    assert (found[0], words in found[1]) == (code, True), found


def test_check_judges_by_version_and_edition_where_they_are_said(command, folder):
    (folder / "a.xml").write_text(
        "<VendorAdd><Name>A</Name><JobTitle>B</JobTitle><IsTaxOnTax>1</IsTaxOnTax></VendorAdd>"
    )
    assert command("check", "a.xml")[0] == 0
    assert "was added in qbXML 12.0, and the target reads 8.0" in command("check", "a.xml", "--version", "8.0")[1]
    assert "exists in QuickBooks CA, UK and AU only" in command("check", "a.xml", "--edition", "US")[1]
    with pytest.raises(SystemExit) as ended:
        command("check", "a.xml", "--version", "abc")
    assert ended.value.code == 2


BAD_XML = {
    "truncated": b"<QBXML><QBXMLMsgsRq onError='stopOnError'><VendorAddRq>",
    "a DOCTYPE": b"<!DOCTYPE QBXML [<!ENTITY a 'b'>]><QBXML/>",
    "not XML": b"Dear Sir",
    "JSON": b'{"request_name": "create_vendor"}',
    "nothing": b"",
}


@pytest.mark.parametrize("content", BAD_XML.values(), ids=BAD_XML)
def test_bad_xml_is_one_clear_error(command, folder, content):
    (folder / "bad.xml").write_bytes(content)
    code, out, err = command("check", "bad.xml")
    assert (code, out) == (2, "")
    assert err.startswith("procore-qbd: bad.xml: ")


def test_a_file_that_cannot_be_checked_does_not_stop_the_others(command, folder):
    (folder / "bad.xml").write_bytes(b"Dear Sir")
    (folder / "good.xml").write_bytes(b"<VendorAdd><Name>A</Name></VendorAdd>")
    code, out, err = command("check", "bad.xml", "none.xml", ".", "good.xml")
    assert (code, out) == (2, "good.xml: nothing wrong in 1 message\n")
    assert [line.split(": ")[1] for line in err.splitlines()] == ["bad.xml", "none.xml", "."]


REQUEST = "<?qbxml version='{}'?><QBXML><QBXMLMsgsRq onError='stopOnError'>{}</QBXMLMsgsRq></QBXML>"
ANSWER = "<QBXML><QBXMLMsgsRs>{}</QBXMLMsgsRs></QBXML>"
FINE = "statusCode='0' statusSeverity='Info' statusMessage='Status OK'"
VENDOR_ADD = "<VendorAddRq><VendorAdd>{}</VendorAdd></VendorAddRq>"
MISNAMED = """<BillAddRq><BillAdd><VendorRef><FullName>A</FullName></VendorRef><ExpenseLineAdd defMacro='LineTxnID:A'>
<Amount>1.00</Amount></ExpenseLineAdd></BillAdd></BillAddRq>"""
TWO_CHOICES = """<TimeTrackingQueryRq><TxnID>1-1</TxnID><MaxReturned>10</MaxReturned><ModifiedDateRangeFilter/>
<TxnDateRangeFilter/></TimeTrackingQueryRq>"""
WHOLE = "QuickBooks would refuse the whole document, and do nothing in it"


@pytest.mark.parametrize(
    ("request_", "words", "whole"),
    [
        (VENDOR_ADD.format("<CompanyName>A</CompanyName>"), "VendorAdd/Name: is missing", True),
        (VENDOR_ADD.format(f"<Name>{'A' * 42}</Name>"), "at most 41 characters", False),
        ("<VendorModifyRq/>", "VendorModifyRq: QuickBooks has no such request; did you mean VendorModRq?", True),
        ("<VendorQueryRq iterator='Start'/>", "VendorQuery/MaxReturned: is missing; a query", False),
        (
            "<CustomerAddRq><CustomerAdd><Name>A</Name><Suffix>Jr.</Suffix></CustomerAdd></CustomerAddRq>",
            "CustomerAdd/Suffix: exists in QuickBooks Online only, which is no desktop edition",
            False,
        ),
        (
            MISNAMED,
            "BillAdd/ExpenseLineAdd[1]/@defMacro: a macro's name is the id that it stands for",
            False,
        ),
        (
            TWO_CHOICES,
            "2 violations",
            True,
        ),
    ],
)
def test_a_request_is_judged_as_quickbooks_would(command, folder, request_, words, whole):
    (folder / "a.xml").write_text(REQUEST.format("13.0", request_))
    code, out, _ = command("check", "a.xml")
    assert code == 1
    assert words in out
    assert (WHOLE in out) is whole


@pytest.mark.parametrize("version", ["0.4.4", "99.0", "latest", "CA2.0"])
def test_a_version_that_does_not_exist_is_said(command, folder, version):
    (folder / "a.xml").write_text(REQUEST.format(version, "<VendorQueryRq/>"))
    code, out, _ = command("check", "a.xml")
    assert code == 1
    assert f"?qbxml/@version: there is no qbXML '{version}', so the document is judged as 13.0" in out
    (folder / "a.xml").write_text(REQUEST.format("17.0", "<VendorQueryRq/>"))
    assert command("check", "a.xml")[0] == 0


DELETED = "<ListDelRs {}><ListDelType>{}</ListDelType><ListID>1-2</ListID><TimeDeleted>{}</TimeDeleted></ListDelRs>"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (DELETED.format(FINE, "Acount", "2026-01-01"), "ListDelType: expected one of"),
        (DELETED.format(FINE, "Account", "yesterday"), "TimeDeleted: expected a date and time"),
        (f"<VendorModifyRs {FINE}/>", "VendorModifyRs: QuickBooks has no such answer"),
        (f"<GeneralSummaryQueryRs {FINE}/>", "GeneralSummaryQueryRs: QuickBooks has no such answer"),
        ("<CustomerQueryRs statusSeverity='Info'/>", "CustomerQueryRs/@statusCode: is missing"),
        ("<CustomerQueryRs statusCode='0'/>", "CustomerQueryRs/@statusSeverity: is missing"),
        (f"<CustomerQueryRs {FINE.replace('0', 'abc')}/>", "@statusCode: expected a whole number, got 'abc'"),
        (f"<CustomerQueryRs {FINE} colour='red'/>", "CustomerQueryRs/@colour: no such attribute"),
        (f"<HostQueryRs {FINE} retCount='1'/>", "HostQueryRs/@retCount: no such attribute"),
        (
            f"<VendorQueryRs {FINE}><CustomerRet/></VendorQueryRs>",
            "VendorQueryRs/CustomerRet: is no part of VendorQueryRs",
        ),
        (f"<VendorQueryRs {FINE}>or</VendorQueryRs>", "VendorQueryRs: text between elements, got 'or'"),
        (f"<VendorQueryRs {FINE}/></QBXMLMsgsRs><QBXMLMsgsRs>", "QBXML/QBXMLMsgsRs: expected one QBXMLMsgsRs"),
    ],
)
def test_an_answer_is_judged_with_what_is_around_its_records(command, folder, answer, words):
    (folder / "a.xml").write_text(ANSWER.format(answer))
    code, out, _ = command("check", "a.xml")
    assert code == 1
    assert words in out
    assert WHOLE not in out


@pytest.mark.parametrize(
    "answer",
    [
        DELETED.format(FINE, "Account", "2026-01-01T00:00:00-08:00"),
        f"<CustomerQueryRs {FINE} retCount='1' iteratorRemainingCount='4' iteratorID='x'/>",
        f"<VendorAddRs {FINE}><VendorRet><Name>A</Name></VendorRet></VendorAddRs>",
    ],
)
def test_a_good_answer_is_one_message(command, folder, answer):
    (folder / "a.xml").write_text(ANSWER.format(answer))
    assert command("check", "a.xml")[:2] == (0, "a.xml: nothing wrong in 1 message\n")


def test_what_stands_around_the_answers_is_judged(command, folder):
    (folder / "a.xml").write_text("<QBXML><QBXMLMsgsRs onError='stopOnError'/></QBXML>")
    code, out, _ = command("check", "a.xml")
    assert (code, "QBXMLMsgsRs/@onError: no such attribute" in out) == (1, True)
