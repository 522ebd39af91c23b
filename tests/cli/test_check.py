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
            "<QBXML><QBXMLMsgsRs><VendorAddRs statusCode='0'><VendorRet><Name/></VendorRet></VendorAddRs></QBXMLMsgsRs></QBXML>",
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
