"""The .qwc file: its rules, each with a file that breaks it, and what is written read back."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from procore_qbd.transports import AuthFlags
from procore_qbd.webconnector.qwc import QwcFile
from support.shared import SHARED, needs_shared

OWNER = "{6f1d7a52-0b1c-4c7e-9a55-0d6a2f3b9c11}"
FILE = "{773F33D2-e6f6-5023-80f1-f4cbc49d3514}"
USUAL = {
    "app_name": "Alder Books",
    "url": "https://qb.example.com/quickbooks",
    "description": "Sends bills & purchase orders",
    "user": "alder",
    "owner_id": OWNER,
    "file_id": FILE,
}
GOLDEN = f"""<?xml version="1.0" encoding="utf-8"?>
<QBWCXML>
  <AppName>Alder Books</AppName>
  <AppID></AppID>
  <AppURL>https://qb.example.com/quickbooks</AppURL>
  <AppDescription>Sends bills &amp; purchase orders</AppDescription>
  <AppSupport>https://qb.example.com/quickbooks/support</AppSupport>
  <UserName>alder</UserName>
  <OwnerID>{OWNER}</OwnerID>
  <FileID>{FILE}</FileID>
  <QBType>QBFS</QBType>
  <Style>Document</Style>
  <IsReadOnly>false</IsReadOnly>
  <Notify>false</Notify>
  <PersonalDataPref>pdpNotNeeded</PersonalDataPref>
  <UnattendedModePref>umpRequired</UnattendedModePref>
  <AuthFlags>0xC</AuthFlags>
  <Scheduler><RunEveryNMinutes>15</RunEveryNMinutes></Scheduler>
</QBWCXML>
"""


def made(**changes):
    return QwcFile(**(USUAL | changes))


def test_it_is_written_as_it_always_was():
    file = made(every_minutes=15, unattended=True, auth_flags=AuthFlags.PREMIER | AuthFlags.ENTERPRISE)
    assert file.xml().decode() == GOLDEN
    assert QwcFile.read(GOLDEN.encode()) == file


def test_what_nobody_asked_for_is_not_written():
    names = [element.tag for element in etree.fromstring(made().xml())]
    assert not {"AuthFlags", "Scheduler", "AppDisplayName", "AppUniqueName", "CertURL"} & set(names)
    assert b"umpOptional" in made().xml()
    assert b"assword" not in made().xml()


@pytest.mark.parametrize(
    ("url", "support"),
    [
        ("https://h.example/quickbooks", "https://h.example/quickbooks/support"),
        ("https://h.example/quickbooks/", "https://h.example/quickbooks/support"),
        ("https://h.example", "https://h.example/support"),
        ("https://h.example:8443/a?b=c", "https://h.example:8443/a/support"),
        ("http://localhost:8000/qb", "http://localhost:8000/qb/support"),
        ("https://localhost/qb", "https://localhost/qb/support"),
        ("https://server/qb", "https://server/qb/support"),
        ("https://1.example.com/", "https://1.example.com/support"),
    ],
)
def test_the_support_page_is_below_the_url(url, support):
    assert made(url=url).support_url == support


BROKEN = {
    "no https": ({"url": "http://qb.example.com/"}, "https://"),
    "ftp": ({"url": "ftp://localhost/"}, "https://"),
    "an address": ({"url": "https://192.0.2.7/"}, "QBWC1001"),
    "an address as one number": ({"url": "https://3221225991/"}, "QBWC1001"),
    "an address in hexadecimal": ({"url": "https://0x7f.1/"}, "QBWC1001"),
    "an address of version 6": ({"url": "https://[2001:db8::1]/"}, "QBWC1001"),
    "the address of this computer": ({"url": "http://127.0.0.1:8000/"}, "QBWC1001"),
    "no host": ({"url": "https:///quickbooks"}, "with a host"),
    "no URL": ({"url": "quickbooks"}, "with a host"),
    "a port of letters": ({"url": "https://qb.example.com:x/"}, "with a host"),
    "white space in it": ({"url": "https://qb.example.com/a b"}, "ASCII"),
    "a host in Cyrillic": ({"url": "https://пример.example/"}, "ASCII"),
    "a user in it": ({"url": "https://me:planted-word@qb.example.com/"}, "before the @"),
    "a fragment": ({"url": "https://qb.example.com/#a"}, "never sent"),
    "a page of Intuit's": ({"url": "https://developer.intuit.com/qb"}, "of your own"),
    "support elsewhere": ({"support_url": "https://www.example.com/help"}, "QBWC1000"),
    "support without https": ({"support_url": "http://qb.example.com/help"}, "https://"),
    "support by an address": ({"support_url": "https://192.0.2.7/"}, "QBWC1000"),
    "no support": ({"support_url": ""}, "support_url"),
    "a GUID without braces": ({"owner_id": OWNER[1:-1]}, "braces"),
    "a GUID that is cut": ({"file_id": FILE[:-2] + "}"}, "braces"),
    "a GUID of other letters": ({"file_id": FILE.replace("7", "g")}, "braces"),
    "a GUID in two lines": ({"file_id": FILE + "\n"}, "white space"),
    "no user": ({"user": ""}, "user .UserName. is empty"),
    "a user with a blank": ({"user": "alder "}, "white space"),
    "no name": ({"app_name": ""}, "app_name .AppName. is empty"),
    "a name with a control character": ({"app_name": "Al\x07der"}, "plain characters"),
    "a name that is none": ({"app_name": None}, "expected a text"),
    "no description": ({"description": ""}, "is empty"),
    "81 characters": ({"description": "x" * 81}, "81 characters"),
    "every 0 minutes": ({"every_minutes": 0}, "1 or more"),
    "every half minute": ({"every_minutes": 0.5}, "1 or more"),
    "every true minutes": ({"every_minutes": True}, "1 or more"),
    "flags that are none": ({"auth_flags": -1}, "AuthFlags"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_each_rule_is_told_when_it_is_broken(name):
    changes, words = BROKEN[name]
    with pytest.raises(ValueError, match=words) as error:
        made(**changes)
    assert all(field in str(error.value) for field in changes)
    assert "planted" not in str(error.value)


def test_a_fault_of_the_url_is_told_once_and_every_fault_is():
    with pytest.raises(ValueError, match="QBWC1001") as error:
        made(url="http://192.0.2.7/", owner_id="x", description="x" * 99, every_minutes=-1)
    assert str(error.value).count("192.0.2.7") == 1
    assert all(word in str(error.value) for word in ("OwnerID", "AppDescription", "RunEveryNMinutes"))


LABELS = st.from_regex(r"\A[a-z][a-z0-9-]{0,8}[a-z]\Z")
PATHS = st.from_regex(r"\A(/[A-Za-z0-9._~%&=+-]{0,8}){0,3}\Z")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn"]), min_size=1, max_size=80).filter(
    lambda text: text == text.strip()
)
GUIDS = st.uuids().map(lambda one: f"{{{one}}}")
FILES = st.builds(
    lambda host, path, **fields: QwcFile(url=f"https://{host}{path}", **fields),
    host=st.lists(LABELS, min_size=1, max_size=3).map(".".join).filter(lambda host: not host.endswith("intuit.com")),
    path=PATHS,
    app_name=TEXTS,
    app_id=TEXTS | st.just(""),
    description=TEXTS,
    user=TEXTS,
    owner_id=GUIDS,
    file_id=GUIDS,
    every_minutes=st.none() | st.integers(1, 100_000),
    unattended=st.booleans(),
    auth_flags=st.sets(st.sampled_from(list(AuthFlags))).map(lambda some: AuthFlags(sum(some))),
    display_name=TEXTS | st.just(""),
    unique_name=TEXTS | st.just(""),
)


@given(FILES, st.randoms(use_true_random=False))
def test_what_is_written_is_read_back_in_any_order(file, dice):
    data = file.xml()
    assert data.endswith(b"</QBWCXML>\n")
    assert QwcFile.read(data) == file
    root = etree.fromstring(data)
    rows = [*root, etree.Element("CertURL"), etree.Comment("x")]
    dice.shuffle(rows)
    root[:] = rows
    assert QwcFile.read(etree.tostring(root)) == file
    by_name = {row.tag: row.text for row in rows}
    assert (by_name["IsReadOnly"], by_name["Style"], by_name["QBType"]) == ("false", "Document", "QBFS")


READ = {
    "no XML": (b"QBWCXML", "no XML"),
    "nothing": (b"", "no XML"),
    "another document": (b"<QBXML/>", "begins with 'QBXML'"),
    "a DOCTYPE": (b"<!DOCTYPE QBWCXML><QBWCXML/>", "DOCTYPE"),
    "a bomb": (b'<!DOCTYPE x [<!ENTITY a "aaaa">]><QBWCXML><AppName>&a;</AppName></QBWCXML>', "DOCTYPE"),
    "no FileID": (GOLDEN.replace("FileID", "FieldID"), "FileID is missing"),
    "two users": (GOLDEN.replace("<OwnerID", "<UserName>b</UserName><OwnerID"), "UserName stands twice"),
    "read only": (GOLDEN.replace("IsReadOnly>false", "IsReadOnly>true"), "IsReadOnly is 'true'"),
    "another style": (GOLDEN.replace("Document", "RPC"), "Style is 'RPC'"),
    "Point of Sale": (GOLDEN.replace("QBFS", "QBPOS"), "Point of Sale"),
    "personal data": (GOLDEN.replace("pdpNotNeeded", "pdpRequired"), "PersonalDataPref"),
    "every 90 seconds": (GOLDEN.replace("RunEveryNMinutes>", "RunEveryNSeconds>"), "whole number of minutes"),
    "every hour": (GOLDEN.replace("RunEveryNMinutes>", "RunEveryNHours>"), "RunEveryNHours"),
    "minutes in words": (GOLDEN.replace(">15<", ">often<"), "'often'"),
    "flags in words": (GOLDEN.replace("0xC", "all"), "AuthFlags is 'all'"),
    "a mode of another day": (GOLDEN.replace("umpRequired", "umpNever"), "UnattendedModePref"),
    "a rule that is broken": (GOLDEN.replace("https://", "http://"), "https://"),
}


@pytest.mark.parametrize("name", READ)
def test_what_cannot_be_used_is_told(name):
    data, words = READ[name]
    with pytest.raises(ValueError, match=words):
        QwcFile.read(data if isinstance(data, bytes) else data.encode())


def test_an_interval_in_seconds_is_read_where_it_makes_minutes():
    data = GOLDEN.replace("<RunEveryNMinutes>15</RunEveryNMinutes>", "<RunEveryNSeconds>120</RunEveryNSeconds><x/>")
    assert QwcFile.read(data.encode()).every_minutes == 2


def test_a_file_id_is_the_same_each_time_and_for_nobody_else():
    ids = {QwcFile.file_id_of(*of) for of in [("app", "a", 1), ("app", "b", 1), ("app", "a", 2), ("app2", "a", 1)]}
    assert len(ids) == 4
    assert QwcFile.file_id_of("app", "a") == QwcFile.file_id_of("app", "a", 1) in ids
    assert QwcFile.file_id_of('a", "b', "c") != QwcFile.file_id_of("a", 'b", "c')
    assert uuid.UUID(QwcFile.file_id_of("app", "a")).version == 5
    # a company file keeps it for years: another formula would be another file to every bookkeeper
    assert QwcFile.file_id_of("a", "b") == "{773f33d2-e6f6-5023-80f1-f4cbc49d3514}"
    assert made(file_id=QwcFile.file_id_of("app", "a")).file_id.startswith("{")
    for wrong in (("", "a", 1), ("app", "", 1), ("app", "a", 0)):
        with pytest.raises(ValueError, match="1 or more"):
            QwcFile.file_id_of(*wrong)


def test_nothing_is_written_over(tmp_path):
    path = tmp_path / "alder.qwc"
    assert made().write(path)
    assert path.read_bytes() == made().xml()
    assert not made().write(path)
    with pytest.raises(FileExistsError, match=r"alder\.qwc"):
        made(user="birch").write(path)
    assert QwcFile.read(path.read_bytes()).user == "alder"


def test_a_disk_that_fails_leaves_no_half_a_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(28, "no space left")

    monkeypatch.setattr("procore_qbd.webconnector.qwc.os.fsync", full)
    with pytest.raises(OSError, match="no space"):
        made().write(tmp_path / "alder.qwc")
    assert list(tmp_path.iterdir()) == []


@needs_shared
def test_files_of_others_are_read_or_told_what_is_wrong_with_them():
    read = []
    for path in SHARED.glob("qbxml/samples/*/*.qwc"):
        try:
            read.append(QwcFile.read(path.read_bytes()))
        except ValueError as error:
            assert ".qwc file" in str(error)  # noqa: PT017  some break a rule, and some do not
    assert len(read) >= 5
