"""SOAP as the Web Connector speaks it: its calls out of their envelopes, and the answers into theirs.

The reply of QuickBooks is one text in the envelope, of any size. So the envelope is read piece by piece, the reply goes
to a file, and memory stays flat. Whoever sends a body has not said a password yet, so nothing in it can make the reader
keep much, and no error repeats what stood in it.
"""

from __future__ import annotations

import hashlib
import io
import re
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.parsers import expat

from procore_qbd.transports.spooling import PIECE, spooled
from procore_qbd.webconnector.calls import CALLS, RESPONSE, WHOLE_NUMBERS, ConnectorCall, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from procore_qbd.webconnector.calls import CallRule

__all__ = ["CONTENT_TYPE", "NAMESPACE", "SoapError", "read_call", "write_answer", "write_fault", "wsdl"]

CONTENT_TYPE: Final = "text/xml; charset=utf-8"
"""The content type of every answer; the client refuses all but ``text/xml``."""

NAMESPACE: Final = "http://developer.intuit.com/"
"""The namespace of the calls and answers. Without its last slash the client reads nothing, and does not say so."""

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_ENCODINGS = {None, "utf-8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "iso-8859-1", "windows-1252"}
"""What a document may say it is written in; Python's other codecs are not offered to strangers."""
_DEEPEST = 16
_MOST_ELEMENTS = 256
_MOST_ATTRIBUTES = 64
"""The parser keeps every name that it has seen, so their number is bounded."""
_BUFFER = 1 << 13
_LARGEST_TAG = 2 * PIECE
"""A tag, a comment, or an instruction is kept whole by the parser until it ends."""
_LENGTHS: Final = (2, 4)
"""How many strings an answer of strings may have: the third is a pause, and never comes without the fourth."""


class SoapError(ValueError):
    """A body that is no call of the Web Connector; the words repeat nothing of it.

    Attributes:
        status: The HTTP status to answer with.
    """

    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


# --- reading ---------------------------------------------------------------------------------------------------------


def read_call(
    body: BinaryIO, length: int | None, *, largest: int = 1 << 30, largest_argument: int = 1 << 20
) -> ConnectorCall:
    """The call that a body holds, document/literal or RPC/encoded.

    Args:
        body: The body.
        length: How many bytes it has; no more are read. None where it ends by itself.
        largest: How many bytes it may have.
        largest_argument: How many characters an argument may have, other than the response of QuickBooks.

    Raises:
        SoapError: It holds no call, is cut short, or is too large.
    """
    if length is not None and length < 0:
        raise SoapError("the length of the body is negative")
    if length is not None and length > largest:
        raise _too_large(largest)
    reader = _EnvelopeReader(largest_argument)
    found = reader.read(_pieces(body, length, largest))
    first = next(found, None)
    response = io.BytesIO() if first is None else spooled(chain((first,), found))  # most calls bring none
    try:
        return reader.call(response)
    except BaseException:
        response.close()
        raise


def _too_large(largest: int) -> SoapError:
    return SoapError(f"the body has more than {largest} bytes", 413)


def _pieces(body: BinaryIO, length: int | None, largest: int) -> Iterator[bytes]:
    left = largest + 1 if length is None else length
    while left:
        wanted = min(left, PIECE)
        piece = _filled(body, wanted)
        yield piece
        left -= len(piece)
        if len(piece) < wanted:
            break
    if length is None and not left:
        raise _too_large(largest)
    if length is not None and left:
        raise SoapError("the body is cut short")


def _filled(body: BinaryIO, size: int) -> bytes:
    """So many bytes, or all there are: the parser is slow where it gets a tag bit by bit."""
    found = bytearray()
    while len(found) < size and (more := body.read(size - len(found))):
        found += more
    return bytes(found)


class _EnvelopeReader:
    """Reads one envelope."""

    def __init__(self, largest_argument: int) -> None:
        self._largest_argument = largest_argument
        self._depth = self._elements = 0
        self._has_body = self._in_body = False
        self._rule: CallRule | None = None
        self._parameter: str | None = None
        self._texts: dict[str, list[str]] = {}
        self._room = 0
        self._response: list[bytes] = []
        self._response_digest = hashlib.sha256()
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.buffer_size = _BUFFER
        parser.XmlDeclHandler = _check_encoding
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def read(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Read the envelope; what comes out, as it comes, is the response in it."""
        fed = 0
        try:
            for piece in pieces:
                self._feed(piece)
                fed += len(piece)
                if fed - self._parser.CurrentByteIndex > _LARGEST_TAG:
                    raise SoapError("the body has a tag or a comment that is too long")
                yield from self._response
                self._response.clear()
            self._feed(b"", is_last=True)
        finally:
            del self._parser  # it holds the reader as the reader holds it: both, and its buffer, would stay for a while
        if self._rule is None:
            raise SoapError("the body is an envelope without a call")

    def _feed(self, piece: bytes, *, is_last: bool = False) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except SoapError:
            raise
        except expat.ExpatError as error:
            where, what = error.lineno, expat.ErrorString(error.code)
        except (ValueError, LookupError):
            where, what = self._parser.CurrentLineNumber, "it cannot be decoded"
        else:
            return
        raise SoapError(f"the body is not XML: line {where}: {what}")  # outside, so that no error with bytes hangs on

    def call(self, response: BinaryIO) -> ConnectorCall:
        """What was read, with its response."""
        rule = self._rule
        assert rule is not None  # noqa: S101  read() saw to it
        arguments = {name: "".join(self._texts.get(name, ())) for name in rule.parameters if name != RESPONSE}
        takes_response = RESPONSE in rule.parameters
        if not takes_response:
            response.close()
            return ConnectorCall(rule.name, MappingProxyType(arguments), None)
        return ConnectorCall(rule.name, MappingProxyType(arguments), response, self._response_digest.hexdigest())

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST or self._elements > _MOST_ELEMENTS or len(attributes) > _MOST_ATTRIBUTES:
            raise SoapError("the body has more, or deeper, elements than a call has")
        local = name.rpartition(":")[2]
        match self._depth:
            case 1:
                if local != "Envelope":
                    raise SoapError("the body is no SOAP envelope")
            case 2:
                self._begin_part(local)
            case 3 if self._in_body:
                self._begin_call(local)
            case 4 if self._in_body:
                self._begin_parameter(local, attributes)
            case _ if self._parameter is not None:
                raise SoapError("the call has elements in an argument: it was not escaped")

    def _begin_part(self, local: str) -> None:
        self._in_body = local == "Body"
        if self._has_body or local not in ("Header", "Body"):
            raise SoapError("the envelope holds something else than a header and, after it, one body")
        self._has_body = self._in_body

    def _begin_call(self, local: str) -> None:
        if self._rule is not None:
            raise SoapError("the envelope holds more than one call")
        if local not in CALLS:
            raise SoapError("the envelope holds no call that the Web Connector makes")
        self._rule = CALLS[local]

    def _begin_parameter(self, local: str, attributes: Mapping[str, str]) -> None:
        assert self._rule is not None  # noqa: S101  its element is open
        self._parameter = self._rule.parameter(local)
        if self._parameter is None:
            return
        if self._parameter in self._texts:
            raise SoapError(f"the call has the argument {self._parameter} twice")
        if "href" in attributes:  # SOAP's encoding may put a value elsewhere; taken for '' it would be lost
            raise SoapError(f"the call has the value of {self._parameter} in another place")
        self._texts[self._parameter] = []
        self._room = self._largest_argument

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._depth <= 3:  # noqa: PLR2004  where the arguments stand
            self._parameter = None

    def _text(self, text: str) -> None:
        if self._parameter is None:
            return
        if self._parameter == RESPONSE:
            data = text.encode()
            self._response.append(data)
            self._response_digest.update(data)
            return
        self._room -= len(text)
        if self._room < 0:
            raise SoapError(f"the argument {self._parameter} has more than {self._largest_argument} characters", 413)
        self._texts[self._parameter].append(text)


def _check_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding.lower() if encoding else None) not in _ENCODINGS:
        raise SoapError("the body is in an encoding that is not read; write it in UTF-8")


def _no_doctype(*_: Any) -> None:
    raise SoapError("the body has a DOCTYPE")


# --- writing ---------------------------------------------------------------------------------------------------------

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;"))
_PLAIN = re.compile("[\t\n !#-%'-;=?-~]*")
_PROLOG = '<?xml version="1.0" encoding="utf-8"?>'


def _escaped(text: str) -> str:
    """A text as it stands in XML; what XML has no way to write is replaced by U+FFFD."""
    if _PLAIN.fullmatch(text):
        return text
    text = _UNWRITABLE.sub("\ufffd", text)
    for character, escape in _ESCAPES:
        text = text.replace(character, escape)
    return text


def _envelope(inside: str) -> bytes:
    return f'{_PROLOG}<soap:Envelope xmlns:soap="{_ENVELOPE}"><soap:Body>{inside}</soap:Body></soap:Envelope>'.encode()


def write_answer(call: str, value: str | int | Sequence[str]) -> bytes:
    """The answer to a call, in its envelope.

    Args:
        call: The name of the call, a key of `CALLS`.
        value: What is answered, of the kind that the call has as its result.

    Raises:
        ValueError: The call is unknown, or the answer is of another kind than it reads.
    """
    rule = CALLS.get(call)
    if rule is None:
        raise ValueError(f"the Web Connector has no call {call!r}")
    if not _fits(rule.result, value):
        raise ValueError(f"the answer to {call} is of kind {rule.result}, got {type(value).__name__}")
    if isinstance(value, (str, int)):
        inside = _escaped(str(value))
    else:
        inside = "".join(f"<string>{_escaped(text)}</string>" for text in value)
    return _envelope(f'<{call}Response xmlns="{NAMESPACE}"><{call}Result>{inside}</{call}Result></{call}Response>')


def _fits(result: Result, value: object) -> bool:
    match result:
        case Result.STRING:
            return isinstance(value, str)
        case Result.INTEGER:
            return isinstance(value, int) and not isinstance(value, bool)
        case Result.STRINGS:
            return (
                isinstance(value, (list, tuple))
                and len(value) in _LENGTHS
                and all(isinstance(text, str) for text in value)
            )


def write_fault(words: str) -> bytes:
    """A SOAP fault: the one way to say something to whoever has no ticket yet.

    Args:
        words: What the user of the Web Connector reads.
    """
    return _envelope(
        f"<soap:Fault><faultcode>soap:Server</faultcode><faultstring>{_escaped(words)}</faultstring></soap:Fault>"
    )


# --- the description -------------------------------------------------------------------------------------------------

_SERVICE = "QBWebConnectorSvc"
_PORT = f"{_SERVICE}Soap"
_DEFINITIONS = (
    f'<wsdl:definitions targetNamespace="{NAMESPACE}" xmlns:tns="{NAMESPACE}"'
    ' xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"'
    ' xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">'
)
_ARRAY_OF_STRING = (
    '<s:complexType name="ArrayOfString"><s:sequence>'
    '<s:element minOccurs="0" maxOccurs="unbounded" name="string" nillable="true" type="s:string"/>'
    "</s:sequence></s:complexType>"
)
_TYPES: Final = {Result.STRING: "s:string", Result.STRINGS: "tns:ArrayOfString", Result.INTEGER: "s:int"}


def wsdl(url: str) -> bytes:
    """The WSDL of the service: document/literal, SOAP 1.1 alone, for that is how it answers.

    Args:
        url: Where the service is.
    """
    types, messages, operations, bindings = [], [], [], []
    for rule in CALLS.values():
        name = rule.name
        asked = ((each, "s:int" if each in WHOLE_NUMBERS else "s:string") for each in rule.parameters)
        types += [_type(name, asked), _type(f"{name}Response", [(f"{name}Result", _TYPES[rule.result])])]
        messages += [_message(f"{name}SoapIn", name), _message(f"{name}SoapOut", f"{name}Response")]
        operations.append(
            f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}SoapIn"/>'
            f'<wsdl:output message="tns:{name}SoapOut"/></wsdl:operation>'
        )
        bindings.append(
            f'<wsdl:operation name="{name}"><soap:operation soapAction="{NAMESPACE}{name}" style="document"/>'
            '<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>'
            "</wsdl:operation>"
        )
    lines = [
        _PROLOG,
        _DEFINITIONS,
        f'<wsdl:types><s:schema elementFormDefault="qualified" targetNamespace="{NAMESPACE}">',
        *types,
        _ARRAY_OF_STRING,
        "</s:schema></wsdl:types>",
        *messages,
        f'<wsdl:portType name="{_PORT}">',
        *operations,
        "</wsdl:portType>",
        f'<wsdl:binding name="{_PORT}" type="tns:{_PORT}">',
        '<soap:binding transport="http://schemas.xmlsoap.org/soap/http" style="document"/>',
        *bindings,
        "</wsdl:binding>",
        f'<wsdl:service name="{_SERVICE}"><wsdl:port name="{_PORT}" binding="tns:{_PORT}">',
        f'<soap:address location="{_escaped(url)}"/>',
        "</wsdl:port></wsdl:service>",
        "</wsdl:definitions>",
    ]
    return "\n".join(lines).encode()


def _type(name: str, members: Iterable[tuple[str, str]]) -> str:
    """An element with these in it; a number is always there, a text may be left out."""
    inside = "".join(
        f'<s:element minOccurs="{int(kind == _TYPES[Result.INTEGER])}" maxOccurs="1" name="{each}" type="{kind}"/>'
        for each, kind in members
    )
    return f'<s:element name="{name}"><s:complexType><s:sequence>{inside}</s:sequence></s:complexType></s:element>'


def _message(name: str, element: str) -> str:
    return f'<wsdl:message name="{name}"><wsdl:part name="parameters" element="tns:{element}"/></wsdl:message>'
