"""The functions made from the rows, held beside the careful way: the same where they have no doubt, and no fault is theirs."""

import datetime as dt
import re
from decimal import Decimal

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from procore_qbd.qbxml import ADD, COMMAND, QUERY, RET, Dialect, Edition, Macro, Moment, Ref, check, entities
from procore_qbd.qbxml.codec.elements import _read, read, write
from procore_qbd.qbxml.codec.reading import Doubt, read_text
from procore_qbd.qbxml.codec.writing import writer
from procore_qbd.qbxml.entities.bills import Bill
from procore_qbd.qbxml.entities.vendors import Vendor
from procore_qbd.qbxml.rows.records import table
from procore_qbd.testing.strategies import records
from support.examples import examples

CASES = [
    (entities.entity(name), shape) for name in entities.names() for shape in entities.entity(name).__record__.shapes
]
JUNK = [
    None,
    (),
    "",
    "x",
    "x" * 5_000,
    "a\tb",
    "™",
    "中",
    "<&>",
    " blank",
    7,
    True,
    Decimal("1.005"),
    Decimal("12.5"),
    Decimal("NaN"),
]
JUNK += [
    Decimal(10) ** 15,
    dt.date(2026, 3, 1),
    Moment("2026-03-01"),
    Macro("m"),
    Ref(full_name="x" * 300),
    ("x",) * 60,
    dt.timedelta(hours=1),
]
DIALECTS = [Dialect(), Dialect("13.0", Edition.CA), Dialect("7.0", Edition.US), Dialect("2.1", None)]

quiet = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
)


def tag_of(cls, shape):
    return cls.__record__.tag + {QUERY: "QueryRq", COMMAND: "Rq", RET: "Ret"}.get(shape, "Any")


def written(record, shape):
    out = []
    write(record, shape, tag_of(type(record), shape), out)
    return "".join(out)


def quickly(record, shape, dialect):
    """What the fast way writes, or None if it has a doubt."""
    out = []
    try:
        writer(type(record), shape, dialect)(record, tag_of(type(record), shape), out, "", "")
    except Doubt:
        return None
    return "".join(out)


def spoiled(record, data):
    """A record with junk in one of its fields, or of a record inside it."""
    field = data.draw(st.sampled_from(table(type(record)).fields))
    value = getattr(record, field.name)
    inner = value[0] if isinstance(value, tuple) and value else value
    if hasattr(inner, "__record__") and data.draw(st.booleans()):
        junk = spoiled(inner, data)
        return attrs.evolve(record, **{field.name: (junk, *value[1:]) if isinstance(value, tuple) else junk})
    return attrs.evolve(record, **{field.name: data.draw(st.sampled_from(JUNK))})


@pytest.mark.slow
@quiet
@given(st.sampled_from(CASES), st.sampled_from(DIALECTS), st.data())
def test_what_is_written_without_a_doubt_has_no_fault_and_is_what_the_careful_way_writes(case, dialect, data):
    cls, shape = case
    dialect = None if shape is RET else dialect
    record = data.draw(records(cls, shape, dialect or Dialect()))
    for one in (record, spoiled(record, data), attrs.evolve(record, erased=("unknown",))):
        fast = quickly(one, shape, dialect)
        if fast is not None:
            assert fast == written(one, shape)
            if shape is not RET:
                assert check(one, shape, dialect) == []


@pytest.mark.slow
@quiet
@given(st.sampled_from([case for case in CASES if case[1] is not RET]), st.data())
def test_what_has_no_fault_and_nothing_out_of_the_ordinary_is_written_without_a_doubt(case, data):
    cls, shape = case
    record = data.draw(records(cls, shape))
    ordinary = not any("useMacro" in text or "defMacro" in text for text in [written(record, shape)])
    if ordinary and not any(erased(record)):
        assert quickly(record, shape, Dialect()) is not None


def erased(record):
    yield bool(record.erased)
    for field in table(type(record)).fields:
        value = getattr(record, field.name)
        for inner in value if isinstance(value, tuple) else (value,):
            if hasattr(inner, "__record__"):
                yield from erased(inner)


@pytest.mark.slow
@quiet
@given(st.sampled_from([case for case in CASES if case[1] is RET]), st.data())
def test_what_is_read_without_a_doubt_is_what_the_careful_way_reads(case, data):
    cls, shape = case
    element = etree.fromstring(written(data.draw(records(cls, shape)), shape))
    if data.draw(st.booleans()):  # something is out of the ordinary
        some = data.draw(st.sampled_from(list(element.iter())))
        data.draw(st.sampled_from([strange, empty, nested, spaced]))(some)
    agrees(etree.tostring(element, encoding="unicode"), cls)


def strange(element):
    element.insert(len(element) // 2, etree.XML("<Stranger>one<b>2</b></Stranger>"))


def empty(element):
    element.text = None
    element[:] = []


def nested(element):
    element.text = "\n  "
    element.append(etree.XML("<Memo>deeper</Memo>"))


def spaced(element):
    element.text = f"\n {element.text or ''} "


def agrees(text, cls):
    """Whether the fast way reads a text; if so, it must be XML, say what the careful way reads, and have no fault."""
    try:
        fast = read_text(text, tag_of(cls, RET), cls)
    except (Doubt, ValueError):
        return False
    faults = []
    assert fast == _read(etree.fromstring(text, etree.XMLParser(resolve_entities=False)), cls, faults, "X")
    assert not faults
    return True


SNIPPETS = [
    " ",
    "<",
    ">",
    "&",
    ";",
    "]]>",
    "/",
    "\r\n",
    "\t ",
    "\x00",
    "\x1f",
    "\x85",
    "\xa0",
    "\ufffe",
    "é",
    "&amp;",
    "&#153;",
]
SNIPPETS += [
    "&#13;",
    "&#x2122;",
    "&#0;",
    "&#xFFFF;",
    "&#55296;",
    "&nbsp;",
    "&;",
    "<!-- c -->",
    "<?a b?>",
    "<![CDATA[<x>]]>",
]
SNIPPETS += [
    "<New>1</New>",
    "<New><b>&gt;</b></New>",
    "<New/>",
    "<x:y>1</x:y>",
    '<New a="b">1</New>',
    "</New>",
    "<Memo>m</Memo>",
]
SNIPPETS += [
    "<Name>n</Name>",
    "<Amount>7</Amount>",
    "<TxnDate>2026-02-30</TxnDate>",
    "<TxnID></TxnID>",
    "<ListID/>",
    " x='1'",
]


@st.composite
def spoilt(draw, text):
    """A text with things put in, taken out and put elsewhere, mostly at tags."""
    for _ in range(draw(st.integers(0, 3))):
        tags = [at for at, sign in enumerate(text) if sign in "<>"]
        at = draw(st.sampled_from(tags) if tags and draw(st.booleans()) else st.integers(0, len(text)))
        at, end = at + draw(st.integers(0, 1)), at + draw(st.sampled_from([0, 0, 0, 1, 2, 20]))
        moved = text[end : draw(st.sampled_from([end, end, text.find("<", end + 1) + 1]))]
        text = text[:at] + draw(st.sampled_from([*SNIPPETS, "", moved])) + text[max(at, end) :]
    return text


@quiet
@given(st.sampled_from([case for case in CASES if case[1] is RET]), st.booleans(), st.data())
def test_a_text_that_is_read_without_a_doubt_is_whole_xml_and_has_no_fault(case, in_lines, data):
    cls, shape = case
    text = written(data.draw(records(cls, shape)), shape).rstrip()
    agrees(data.draw(spoilt(text if in_lines else text.replace(">\n", ">"))), cls)


@pytest.mark.parametrize("snippet", SNIPPETS)
@pytest.mark.parametrize(
    "at",
    ["<VendorRet>", "<Name>", "a", "</Name>", "<ListID>", "</ListID>", "</FullName>", "</TermsRef>", "<ExternalGUID>"],
)
def test_wherever_something_stands_the_fast_way_agrees_or_doubts(snippet, at):
    xml = (
        "<VendorRet><Name>a</Name><IsActive>true</IsActive><TermsRef><ListID>8-1</ListID><FullName>b</FullName></TermsRef>"
        "<Balance>1.50</Balance><ExternalGUID>0</ExternalGUID></VendorRet>"
    )
    agrees(xml.replace(at, at + snippet, 1), Vendor)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(entities.names()))
def test_what_comes_back_every_day_is_read_without_a_doubt(name):
    cls = entities.entity(name)
    if RET not in cls.__record__.shapes:
        return

    @settings(max_examples=examples(10), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(records(cls, RET))
    def check_one(record):
        text = written(record, RET).rstrip()
        if not re.search(r"></|> |/>|<\w+ ", text):  # an empty text, one of blanks, and an attribute are doubts
            assert read_text(text, tag_of(cls, RET), cls) == record
            if not re.search(r"<(\w+)>\n[^<]*</\1>", text):  # a text may begin with a new line
                assert read_text(text.replace(">\n", ">"), tag_of(cls, RET), cls) == record

    check_one()


def members(cls):
    yield cls
    for field in table(cls).fields:
        for member in field.members.values():
            yield from members(member)


@pytest.mark.parametrize("name", sorted(entities.names()))
def test_records_have_no_slots_so_that_they_are_made_quickly(name):
    assert [cls.__name__ for cls in members(entities.entity(name)) if "__slots__" in vars(cls)] == []


def test_a_reference_that_was_read_once_is_given_out_again():
    xml = "<BillRet><VendorRef><ListID>8-1</ListID><FullName>Pine &#153; Hollow</FullName></VendorRef></BillRet>"
    one, other = (read(etree.fromstring(xml), Bill, []) for _ in range(2))
    assert one.vendor_ref is other.vendor_ref
    assert one.vendor_ref == Ref(list_id="8-1", full_name="Pine ™ Hollow")


def test_what_nobody_modelled_is_kept_in_its_place_by_the_fast_way():
    xml = "<VendorRet><Name>a</Name><New><b>1</b></New><Newer></Newer><Phone>5</Phone></VendorRet>"
    fast = read_text(xml, "VendorRet", Vendor)
    assert fast == _read(etree.fromstring(xml), Vendor, [], "VendorRet")
    assert [(one.tag, one.after) for one in fast.unknown] == [("New", "Name"), ("Newer", "Name")]


@pytest.mark.parametrize(
    ("text", "memo"),
    [("a &amp; b &#153; &#x41;&#13;", "a & b ™ A\r"), ("™", "™"), ("\x99", "™"), ("  a\tb ", "  a\tb "), ("", "")],
)
def test_references_and_blanks_are_read_as_a_parser_would_by_the_fast_way(text, memo):
    xml = f"<BillRet><Memo>{text}</Memo></BillRet>"
    assert read_text(xml, "BillRet", Bill).memo == memo == _read(etree.fromstring(xml), Bill, [], "BillRet").memo


def test_rows_out_of_their_order_and_twice_are_read_by_the_fast_way_as_by_the_careful_way():
    xml = (
        "<BillRet><Memo>m</Memo><New>1</New><TxnID>1-1</TxnID><ItemLineRet><Desc>a</Desc></ItemLineRet><TxnID>2-1</TxnID>"
        "<Newer>2</Newer><ItemLineRet><Desc>b</Desc><TxnLineID>3-1</TxnLineID></ItemLineRet></BillRet>"
    )
    fast = read_text(xml, "BillRet", Bill)
    assert fast == _read(etree.fromstring(xml), Bill, [], "BillRet")
    assert (fast.txn_id, fast.memo, [line.desc for line in fast.item_lines]) == ("2-1", "m", ["a", "b"])
    assert [(one.tag, one.after) for one in fast.unknown] == [("New", "Memo"), ("Newer", "TxnID")]


@pytest.mark.parametrize(
    ("amount", "said"), [("12", "12.00"), ("12.5", "12.50"), ("-0.07", "-0.07"), ("1E+2", None), ("1.005", None)]
)
def test_amounts_are_said_to_the_cent_or_doubted(amount, said):
    fast = quickly(Bill(open_amount=Decimal(amount)), RET, None)
    assert fast is None if said is None else f"<OpenAmount>{said}</OpenAmount>" in fast
    assert ADD in Bill.__record__.shapes
