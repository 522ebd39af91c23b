"""SOAP there and back: what others write is read, what we write others read, and nothing else gets further."""

import contextlib
import csv
import hashlib
import io
import itertools
import re
import traceback
import tracemalloc
from types import SimpleNamespace

import pytest
import zeep
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from zeep.transports import Transport

from procore_qbd.webconnector.calls import CALLS, RESPONSE, WHOLE_NUMBERS, ConnectorCall, Result
from procore_qbd.webconnector.soap import (
    CONTENT_TYPE,
    NAMESPACE,
    SoapError,
    read_call,
    write_answer,
    write_fault,
    wsdl,
)
from support.shared import SHARED, needs_shared

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSD = "http://www.w3.org/2001/XMLSchema"
URL = "https://books.example.com/quickbooks?a=1&b='2'\"<>"

NOT_XML = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF]))
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=NOT_XML), max_size=40)
RULES = st.sampled_from(list(CALLS.values()))


@st.composite
def asked(draw, texts=TEXTS):
    """A call and some of its arguments."""
    rule = draw(RULES)
    names = draw(st.lists(st.sampled_from(rule.parameters), unique=True))
    return rule, {name: draw(texts) for name in names}


# --- a writer that is not ours ---------------------------------------------------------------------------------------


def literal(rule, arguments, soap=SOAP_11, prefix=None):
    """The envelope as .NET writes it for document/literal."""
    envelope = etree.Element(f"{{{soap}}}Envelope", nsmap={"soap": soap, "xsi": XSI, "xsd": XSD})
    body = etree.SubElement(envelope, f"{{{soap}}}Body")
    call = etree.SubElement(body, f"{{{NAMESPACE}}}{rule.name}", nsmap={prefix: NAMESPACE})
    for name, text in arguments.items():
        etree.SubElement(call, f"{{{NAMESPACE}}}{name}").text = text
    return envelope


def encoded(rule, arguments):
    """The envelope as .NET writes it for RPC/encoded."""
    envelope = etree.Element(f"{{{SOAP_11}}}Envelope", nsmap={"soap": SOAP_11, "xsi": XSI, "xsd": XSD})
    body = etree.SubElement(envelope, f"{{{SOAP_11}}}Body")
    body.set(f"{{{SOAP_11}}}encodingStyle", "http://schemas.xmlsoap.org/soap/encoding/")
    call = etree.SubElement(body, f"{{{NAMESPACE}}}{rule.name}", nsmap={"tns": NAMESPACE})
    for name, text in arguments.items():
        argument = etree.SubElement(call, name)
        argument.set(f"{{{XSI}}}type", "xsd:int" if name in WHOLE_NUMBERS else "xsd:string")
        argument.text = text
    return envelope


WAYS = {
    "literal": literal,
    "with a prefix": lambda *what: literal(*what, prefix="qb"),
    "SOAP 1.2": lambda *what: literal(*what, soap=SOAP_12),
    "encoded": encoded,
}


def in_bytes(envelope, encoding="utf-8"):
    return etree.tostring(envelope, xml_declaration=True, encoding=encoding)


def read(data, **limits):
    return read_call(io.BytesIO(data), len(data), **limits)


def told(call: ConnectorCall):
    """All that a call says."""
    response = None
    if call.response is not None:
        assert call.response.tell() == 0
        with call.response:
            response = call.response.read().decode()
    return call.name, dict(call.arguments), response, call.digest


def expected(rule, arguments):
    whole = {name: arguments.get(name, "") for name in rule.parameters}
    response = whole.pop(RESPONSE, None)
    return rule.name, whole, response


def refused(data, status=400, **limits):
    """The words with which it is refused."""
    with pytest.raises(SoapError) as caught:
        read(data, **limits)
    assert caught.value.status == status
    return str(caught.value)


def around(inside):
    return f'<e:Envelope xmlns:e="{SOAP_11}"><e:Body>{inside}</e:Body></e:Envelope>'


def authenticating(inside):
    return around(f'<authenticate xmlns="{NAMESPACE}">{inside}</authenticate>').encode()


LOGIN = authenticating("<strUserName>alder</strUserName><strPassword>hunter2</strPassword>")
REPLY = around(
    f'<receiveResponseXML xmlns="{NAMESPACE}"><ticket>1</ticket><response>&lt;?xml version="1.0" ?&gt;\n'
    "&lt;QBXML/&gt; Café</response><hresult /><message /></receiveResponseXML>"
).encode()


# --- reading ---------------------------------------------------------------------------------------------------------


@given(asked(), st.sampled_from(sorted(WAYS)), st.sampled_from(["utf-8", "utf-16", "us-ascii", "windows-1252"]))
def test_what_another_writer_wrote_is_read(what, way, encoding):
    *call, _digest = told(read(in_bytes(WAYS[way](*what), encoding)))
    assert tuple(call) == expected(*what)


@given(asked())
def test_the_digest_is_that_of_what_is_said_and_not_of_how_it_is_written(what):
    ways = [in_bytes(write(*what)) for write in WAYS.values()]
    ways += [b"\xef\xbb\xbf" + ways[0], in_bytes(literal(*what), "utf-16"), ways[0] + b"\n"]
    assert len({told(read(data))[-1] for data in ways}) == 1


@given(asked(), asked())
def test_calls_that_differ_have_different_digests(one, other):
    first, second = (told(read(in_bytes(literal(*what)))) for what in (one, other))
    assert (first == second) == (first[-1] == second[-1])


@given(asked(TEXTS.filter(lambda text: "]]>" not in text and "\r" not in text)))
def test_cdata_and_comments_in_an_argument_are_no_part_of_it(what):
    rule, arguments = what
    inside = "".join(f"<{name}><!-- a --><![CDATA[{text}]]><?p i?></{name}>" for name, text in arguments.items())
    *call, _digest = told(read(around(f"<{rule.name}>{inside}</{rule.name}>").encode()))
    assert tuple(call) == expected(*what)


def test_an_argument_that_is_null_self_closed_or_left_out_is_empty():
    for inside in ("", "<strPassword/>", f'<strPassword xmlns:i="{XSI}" i:nil="true"/>', "<strPassword></strPassword>"):
        assert read(authenticating(inside)).arguments == {"strUserName": "", "strPassword": ""}


def test_names_are_read_leniently_and_unknown_parameters_are_passed_over():
    call = read(authenticating("<userName>alder</userName><shoes><size>42</size></shoes><STRPASSWORD>x</STRPASSWORD>"))
    assert call.arguments == {"strUserName": "alder", "strPassword": "x"}
    assert read(authenticating("<shoes/><shoes/>")).arguments == {"strUserName": "", "strPassword": ""}


def test_a_header_is_passed_over():
    with_header = LOGIN.replace(
        b"<e:Body>", b"<e:Header><a><authenticate/><strUserName>x</strUserName></a></e:Header><e:Body>"
    )
    assert told(read(with_header)) == told(read(LOGIN))


def test_the_arguments_cannot_be_changed():
    with pytest.raises(TypeError):
        read(LOGIN).arguments["strUserName"] = "x"


def test_a_reply_is_in_a_file_at_its_beginning_and_other_calls_have_none():
    call = read(REPLY)
    with call.response:
        assert call.response.read() == '<?xml version="1.0" ?>\n<QBXML/> Café'.encode()
    assert RESPONSE not in call.arguments
    assert read(LOGIN).response is None


SECRET = "hunter2-in-the-body"  # noqa: S105  planted, and looked for
NOT_TAKEN = {
    "nothing": "",
    "no XML": SECRET,
    "another root": f"<{SECRET}/>",
    "an envelope without a body": f"<Envelope>{SECRET}</Envelope>",
    "a body without a call": around(""),
    "something else in the envelope": f"<Envelope><Body/><{SECRET}/></Envelope>",
    "a header after the body": "<Envelope><Body><serverVersion/></Body><Header/></Envelope>",
    "two bodies": "<Envelope><Body><serverVersion/></Body><Body><serverVersion/></Body></Envelope>",
    "two calls": around("<serverVersion/><serverVersion/>"),
    "an unknown call": around(f"<{SECRET}/>"),
    "a call in other letters": around("<Authenticate/>"),
    "the answer to a call": around("<authenticateResponse/>"),
    "a fault": around("<Fault/>"),
    "an argument twice": authenticating(f"<strPassword>{SECRET}</strPassword><strPassword/>").decode(),
    "an argument twice, once without its prefix": authenticating(
        f"<strUserName/><userName>{SECRET}</userName>"
    ).decode(),
    "elements in an argument": authenticating(f"<strPassword><{SECRET}/></strPassword>").decode(),
    "a value elsewhere": authenticating(f'<strPassword href="#{SECRET}"/>').decode(),
    "an entity that is not declared": authenticating(f"<strPassword>&{SECRET};</strPassword>").decode(),
    "a tag that is not closed": authenticating(f"<strPassword>{SECRET}").decode(),
    "something behind it": f"{LOGIN.decode()}{SECRET}",
    "a second document behind it": LOGIN.decode() * 2,
    "a character that XML has not": authenticating(f"<strPassword>{SECRET}\x01</strPassword>").decode(),
    "half a character": authenticating(f"<strPassword>{SECRET}&#xD800;</strPassword>").decode(),
    "an unknown encoding": f'<?xml version="1.0" encoding="{SECRET}"?>{LOGIN.decode()}',
    "a codec of Python's": f'<?xml version="1.0" encoding="unicode_escape"?>{LOGIN.decode()}',
    "deep elements": authenticating("<a>" * 50 + "</a>" * 50).decode(),
    "many elements": authenticating("<a/>" * 5000).decode(),
    "many attributes": authenticating("<a {}/>".format(" ".join(f"a{at}=''" for at in range(500)))).decode(),
    "a long attribute": authenticating(f'<a b="{"x" * 300_000}"/>').decode(),
    "a long comment": authenticating(f"<!--{'x' * 300_000}-->").decode(),
    "a long name": authenticating(f"<{'x' * 300_000}/>").decode(),
}


@pytest.mark.parametrize("document", NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_is_no_call_is_refused_in_words_that_repeat_nothing_of_it(document):
    with pytest.raises(SoapError) as caught:
        read(document.encode())
    assert caught.value.status == 400
    assert str(caught.value).startswith(("the body", "the envelope", "the call"))
    error = caught.value
    while error is not None:
        assert SECRET not in "".join(traceback.format_exception_only(error))
        assert SECRET.encode() not in b"".join(arg for arg in error.args if isinstance(arg, bytes))
        error = error.__context__


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "doctype", ["<!DOCTYPE a>", '<!DOCTYPE a SYSTEM "file:///etc/passwd">', '<!DOCTYPE a [<!ENTITY b "c">]>']
)
def test_a_doctype_is_refused_in_any_encoding(encoding, doctype):
    document = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>{doctype}{LOGIN.decode()}'
    assert refused(document.encode(encoding)) == "the body has a DOCTYPE"


def test_a_bomb_of_entities_does_not_go_off():
    names = [f"e{at}" for at in range(30)]
    entities = "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise(names))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "boom">{entities}]>'
    with small_memory():
        assert refused(bomb.encode() + authenticating("<strPassword>&e29;</strPassword>")) == "the body has a DOCTYPE"
        assert refused(f"{bomb}<a b='&e29;'/>".encode()) == "the body has a DOCTYPE"


class Bodies(io.RawIOBase):
    """A body of pieces that are made as they are read, which counts what was read of it."""

    def __init__(self, pieces, at_a_time=1 << 30):
        self._pieces, self._left, self._at_a_time = iter(pieces), b"", at_a_time
        self.taken = 0

    def read(self, size):
        if not self._left:
            self._left = next(self._pieces, b"")
        found, self._left = self._left[: min(size, self._at_a_time)], self._left[min(size, self._at_a_time) :]
        self.taken += len(found)
        return found


@given(asked(), st.sampled_from(sorted(WAYS)), st.integers(1, 9))
def test_bytes_that_come_bit_by_bit_are_the_same_call(what, way, size):
    data = in_bytes(WAYS[way](*what))
    assert told(read_call(Bodies([data], size), len(data))) == told(read(data))


@pytest.mark.parametrize("data", [LOGIN, REPLY, in_bytes(encoded(CALLS["sendRequestXML"], {"ticket": "1"}), "utf-16")])
def test_a_body_cut_anywhere_is_refused_and_nothing_else_is_raised(data):
    for at in range(len(data)):
        refused(data[:at])
        with pytest.raises(SoapError, match="cut short"):
            read_call(io.BytesIO(data[:at]), len(data))


@given(st.sampled_from([LOGIN, REPLY]), st.integers(0, 400), st.integers(0, 400), st.binary(max_size=6))
def test_a_body_with_a_hole_or_with_rubbish_in_it_is_a_call_or_refused(data, at, to, rubbish):
    with contextlib.suppress(SoapError):
        told(read(data[:at] + rubbish + data[to:]))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_call_or_refused(data):
    refused(data)


# --- lengths ---------------------------------------------------------------------------------------------------------


def test_a_length_that_is_negative_or_too_large_is_refused_before_anything_is_read():
    for length, status in ((-1, 400), (1001, 413)):
        body = Bodies([LOGIN])
        with pytest.raises(SoapError) as caught:
            read_call(body, length, largest=1000)
        assert (caught.value.status, body.taken) == (status, 0)


def test_no_more_is_read_than_the_length_says():
    body = Bodies([LOGIN, b"the next request"])
    assert read_call(body, len(LOGIN)).name == "authenticate"
    assert body.taken == len(LOGIN)


def test_a_body_of_unknown_length_is_read_to_its_end_or_to_the_limit():
    assert told(read_call(io.BytesIO(LOGIN), None)) == told(read(LOGIN))
    assert told(read_call(io.BytesIO(LOGIN), None, largest=len(LOGIN))) == told(read(LOGIN))
    body = Bodies([LOGIN, b" " * 1000])
    with pytest.raises(SoapError) as caught:
        read_call(body, None, largest=len(LOGIN))
    assert (caught.value.status, body.taken) == (413, len(LOGIN) + 1)
    for body in (b"", LOGIN[:-1]):
        with pytest.raises(SoapError):
            read_call(io.BytesIO(body), None)


def test_an_argument_has_a_limit_in_characters_and_the_response_has_not():
    password = authenticating("<strPassword>ééééé</strPassword>")
    assert read(password, largest_argument=5).arguments["strPassword"] == "ééééé"
    assert refused(password, 413, largest_argument=4) == "the argument strPassword has more than 4 characters"
    read(REPLY, largest_argument=5).response.close()


def large(characters):
    """A call with a response of so many characters, as bytes that are never all there, and its SHA-256."""
    block = "&lt;Memo&gt;concrete &amp; rebar, 2\u2033 é&lt;/Memo&gt;\n" * 1000
    plain = block.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    whole, rest = divmod(characters, len(plain))
    head, tail = REPLY.split(b"&lt;?xml")[0], b"</response></receiveResponseXML></e:Body></e:Envelope>"
    digest = hashlib.sha256()
    for _ in range(whole):
        digest.update(plain.encode())
    digest.update(b"x" * rest)
    in_xml = block.encode()
    length = len(head) + whole * len(in_xml) + rest + len(tail)
    return (
        Bodies(itertools.chain([head], itertools.repeat(in_xml, whole), [b"x" * rest, tail])),
        length,
        digest.hexdigest(),
    )


class small_memory:  # noqa: N801  it reads as a phrase
    """Fails where more than so many bytes were held at once."""

    most = 16 << 20

    def __enter__(self):
        tracemalloc.start()

    def __exit__(self, *_):
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < self.most


@pytest.mark.parametrize("characters", [9_999_999, 10_000_001, pytest.param(60_000_000, marks=pytest.mark.slow)])
def test_a_large_reply_is_taken_with_little_memory(characters):
    body, length, digest = large(characters)
    with small_memory():
        call = read_call(body, length)
    found = hashlib.sha256()
    with call.response:
        for piece in iter(lambda: call.response.read(1 << 20), b""):
            found.update(piece)
    assert found.hexdigest() == digest


def test_a_reply_beyond_the_limit_is_refused_and_leaves_no_file(monkeypatch):
    closed = []
    monkeypatch.setattr("tempfile.SpooledTemporaryFile.close", lambda spool: closed.append(spool._file.close()))
    body, length, _ = large(300_000)
    with pytest.raises(SoapError) as caught:
        read_call(body, length, largest=length - 1)
    assert (caught.value.status, body.taken) == (413, 0)
    with pytest.raises(SoapError) as caught:
        read_call(body, None, largest=length - 1)
    assert (caught.value.status, len(closed)) == (413, 1)


@pytest.mark.parametrize("piece", [b"<a/>", b"<!-- a -->", b"<a b='c'/>", b" ", b"<?a b?>"])
def test_a_body_without_a_reply_makes_nothing_large(piece):
    endless = itertools.chain(
        [LOGIN.removesuffix(b"</authenticate></e:Body></e:Envelope>")], itertools.repeat(piece * 9999)
    )
    with small_memory(), pytest.raises(SoapError):
        read_call(Bodies(endless), 2_000_000)


@pytest.mark.parametrize("head", [b"<a b='", b"<!--", b"<a ", b"<", b"<?a ", b"<a><![CDATA["])
def test_what_does_not_end_makes_nothing_large(head):
    with small_memory(), pytest.raises(SoapError):
        read_call(Bodies(itertools.chain([head], itertools.repeat(b"a" * 65536))), 1 << 22)


# --- recordings ------------------------------------------------------------------------------------------------------

UNESCAPED_BY_HAND = {"item_inventory_add_rs", "sales_order_add_rs_invalid_record_ref"}
"""Two examples in which somebody unescaped the reply, so that it reads better; no client sends that."""


def recorded():
    if SHARED is None:
        return []
    samples = SHARED / "qbxml" / "samples"
    with (samples / "manifest.csv").open(encoding="utf-8", newline="") as table:
        return [samples / row["file"] for row in csv.DictReader(table) if row["direction"] == "soap request"]


@needs_shared
def test_every_recorded_call_is_read():
    assert len(recorded()) == 23
    for path in recorded():
        data = path.read_bytes()
        if path.name.split("__")[0] in UNESCAPED_BY_HAND:
            assert "was not escaped" in refused(data)
            continue
        name, arguments, response, _ = told(read(data))
        call = next(each for each in etree.fromstring(data).iter() if etree.QName(each).localname in CALLS)
        assert name == etree.QName(call).localname
        found = {etree.QName(each).localname: each.text or "" for each in call if isinstance(each.tag, str)}
        assert (name, arguments, response) == expected(CALLS[name], found)


@needs_shared
def test_every_recorded_call_cut_at_a_tag_is_refused_and_bit_by_bit_is_the_same():
    for path in recorded():
        data = path.read_bytes().strip()
        if path.name.split("__")[0] in UNESCAPED_BY_HAND:
            continue
        for tag in re.finditer(rb"</?\w|>", data):
            if tag.end() < len(data):
                refused(data[: tag.start()])
                refused(data[: tag.end()])
        assert told(read_call(Bodies([data], 1), len(data))) == told(read(data))


# --- writing ---------------------------------------------------------------------------------------------------------

ANYTHING = st.text(st.characters(), max_size=40)  # also what XML cannot carry
VALUES = {
    Result.STRING: ANYTHING,
    Result.STRINGS: st.sampled_from([2, 4]).flatmap(lambda count: st.lists(ANYTHING, min_size=count, max_size=count)),
    Result.INTEGER: st.integers(-1, 100),
}
ANSWERS = RULES.flatmap(lambda rule: st.tuples(st.just(rule), VALUES[rule.result]))


def carried(text):
    """A text as XML can carry it."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "\ufffd", text)


def parts(data, name):
    """The element of a result, strictly where the client looks for it."""
    assert data.startswith(b'<?xml version="1.0" encoding="utf-8"?><')
    root = etree.fromstring(data, etree.XMLParser(huge_tree=True, resolve_entities=False))
    (body,) = root
    (response,) = body
    (result,) = response
    assert [etree.QName(each).text for each in (root, body, response, result)] == [
        f"{{{SOAP_11}}}Envelope",
        f"{{{SOAP_11}}}Body",
        f"{{{NAMESPACE}}}{name}Response",
        f"{{{NAMESPACE}}}{name}Result",
    ]
    return result


@given(ANSWERS)
def test_an_answer_is_read_by_another_reader(answer):
    rule, value = answer
    result = parts(write_answer(rule.name, value), rule.name)
    match rule.result:
        case Result.STRING:
            assert (result.text or "") == carried(value)
        case Result.INTEGER:
            assert re.fullmatch("-?[0-9]+", result.text)
            assert int(result.text) == value
        case Result.STRINGS:
            assert {each.tag for each in result} == {f"{{{NAMESPACE}}}string"}
            assert [each.text or "" for each in result] == [carried(text) for text in value]


def test_a_carriage_return_survives_and_a_text_is_escaped_once():
    data = write_answer("sendRequestXML", '<?xml version="1.0"?>\r\n<a b="&amp;"/>]]>')
    assert b"&#13;\n&lt;a b=&quot;&amp;amp;&quot;/&gt;]]&gt;</sendRequestXMLResult>" in data


def test_empty_strings_are_there():
    assert b"<authenticateResult><string>t</string><string></string></authenticateResult>" in write_answer(
        "authenticate", ("t", "")
    )


@pytest.mark.parametrize(
    ("call", "value"),
    [
        ("authenticate", "ticket"),
        ("authenticate", ["ticket"]),
        ("authenticate", ["ticket", "", "60"]),
        ("authenticate", ["ticket", 1]),
        ("receiveResponseXML", "100"),
        ("receiveResponseXML", True),
        ("receiveResponseXML", 50.0),
        ("sendRequestXML", 1),
        ("sendRequestXML", b"<a/>"),
        ("sendRequestXML", None),
        ("authenticated", "x"),
    ],
)
def test_an_answer_of_another_kind_is_not_written(call, value):
    with pytest.raises(ValueError, match=r"is of kind|has no call"):
        write_answer(call, value)


@pytest.mark.slow
def test_a_large_document_is_written():
    document = "<Memo>2\u2033 & \r\n</Memo>" * 500_000
    assert parts(write_answer("sendRequestXML", document), "sendRequestXML").text == document


@given(ANYTHING)
def test_a_fault_is_read_by_another_reader(words):
    root = etree.fromstring(write_fault(words))
    (fault,) = root[0]
    assert fault.tag == f"{{{SOAP_11}}}Fault"
    assert [each.tag for each in fault] == ["faultcode", "faultstring"]
    assert fault[0].text == f"{root.prefix}:Server"
    assert (fault[1].text or "") == carried(words)


# --- a client that is not ours ---------------------------------------------------------------------------------------


class ConnectorLine(Transport):
    """A line of zeep's that reads what it sends by `read_call`, and answers what it was told to."""

    def __init__(self, description):
        super().__init__()
        self._description = description
        self.answer, self.asked, self.address, self.headers = b"", None, "", {}

    def load(self, url):
        assert url == "http://described.example"
        return self._description

    def post(self, address, message, headers):
        self.address, self.headers, self.asked = address, headers, read(message)
        return SimpleNamespace(
            status_code=500 if b"<soap:Fault>" in self.answer else 200,
            headers={"Content-Type": CONTENT_TYPE},
            content=self.answer,
            encoding="utf-8",
        )


def client(description):
    line = ConnectorLine(description)
    return zeep.Client("http://described.example", transport=line), line


@pytest.fixture(scope="module")
def ours():
    return client(wsdl(URL))


@pytest.fixture(scope="module")
def published():
    assert SHARED is not None
    return client((SHARED / "qbxml" / "webconnector" / "QBWebConnectorSvc.wsdl").read_bytes())


def through(client_and_line, rule, arguments, value):
    """What the client got, and what was asked."""
    service, line = client_and_line
    line.answer = write_answer(rule.name, value)
    whole = {name: arguments.get(name, "") for name in rule.parameters}
    whole |= {name: len(whole[name]) for name in WHOLE_NUMBERS & whole.keys()}
    got = service.service[rule.name](**whole)
    *call, _digest = told(line.asked)
    assert tuple(call) == expected(rule, {name: str(each) for name, each in whole.items()})
    assert line.headers["SOAPAction"] == f'"{NAMESPACE}{rule.name}"'
    match rule.result:
        case Result.STRINGS:
            assert [text or "" for text in got] == [carried(text) for text in value]
        case Result.STRING:
            assert (got or "") == carried(value)
        case Result.INTEGER:
            assert got == value


@given(asked(), st.data())
def test_zeep_and_we_understand_each_other_over_our_description(ours, what, data):
    rule, arguments = what
    through(ours, rule, arguments, data.draw(VALUES[rule.result]))
    assert ours[1].address == URL


@needs_shared
@given(asked().filter(lambda what: "nteractive" not in what[0].name), st.data())
def test_zeep_and_we_understand_each_other_over_the_published_description(published, what, data):
    rule, arguments = what
    through(published, rule, arguments, data.draw(VALUES[rule.result]))


def test_zeep_raises_our_faults(ours):
    service, line = ours
    line.answer = write_fault("it takes text/xml & nothing else")
    with pytest.raises(zeep.exceptions.Fault, match="it takes text/xml & nothing else"):
        service.service.closeConnection(ticket="1")


@needs_shared
def test_our_description_says_of_each_call_what_the_published_one_says(ours, published):
    mine, theirs = (
        {
            name: (str(operation.input.signature()), str(operation.output.signature()), operation.soapaction)
            for name, operation in each[0].service._binding._operations.items()
        }
        for each in (ours, published)
    )
    assert {name: mine[name] for name in theirs} == theirs
    assert mine.keys() == CALLS.keys()


def test_the_service_has_the_names_that_the_client_knows():
    tree = etree.fromstring(wsdl(URL))
    service = tree.find("{*}service")
    assert service.get("name") == "QBWebConnectorSvc"
    assert service.find("{*}port").get("name") == "QBWebConnectorSvcSoap"
    assert service.find("{*}port/{*}address").get("location") == URL
    assert tree.get("targetNamespace") == NAMESPACE
