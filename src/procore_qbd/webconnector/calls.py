"""The calls of the Web Connector, as data: what it asks, and what kind of answer it reads.

The Web Connector is the client, and its calls are a closed list. `CALLS` has a row for each; the reader of its calls,
the writer of the answers, and the WSDL are all made from it.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, BinaryIO, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["CALLS", "RESPONSE", "WHOLE_NUMBERS", "CallRule", "ConnectorCall", "Result", "digest_of"]


class Result(StrEnum):
    """What kind of answer the Web Connector reads.

    ``STRING``: one text. ``STRINGS``: two or four texts in a row. ``INTEGER``: a whole number.
    """

    STRING = "string"
    STRINGS = "strings"
    INTEGER = "integer"


@attrs.frozen
class CallRule:
    """One call of the Web Connector.

    Attributes:
        name: Its name, which is also that of its element.
        parameters: The names of its parameters, in their order.
        result: What kind of answer is read.
    """

    name: str
    parameters: tuple[str, ...]
    result: Result

    def parameter(self, name: str) -> str | None:
        """The parameter that is meant by a name, in the spelling of `CALLS`; None where it has no such parameter.

        Upper and lower case are the same, and so is a name with and without ``str`` or ``wc`` before it.

        Args:
            name: The name, without a namespace.
        """
        if name in self.parameters:
            return name
        return next((known for known in self.parameters if _plain(known) == _plain(name)), None)


def _plain(name: str) -> str:
    return name.casefold().removeprefix("str").removeprefix("wc")


_TABLE: Final = (
    CallRule("serverVersion", ("strVersion",), Result.STRING),
    CallRule("clientVersion", ("strVersion",), Result.STRING),
    CallRule("authenticate", ("strUserName", "strPassword"), Result.STRINGS),
    CallRule(
        "sendRequestXML",
        ("ticket", "strHCPResponse", "strCompanyFileName", "qbXMLCountry", "qbXMLMajorVers", "qbXMLMinorVers"),
        Result.STRING,
    ),
    CallRule("receiveResponseXML", ("ticket", "response", "hresult", "message"), Result.INTEGER),
    CallRule("getLastError", ("ticket",), Result.STRING),
    CallRule("connectionError", ("ticket", "hresult", "message"), Result.STRING),
    CallRule("closeConnection", ("ticket",), Result.STRING),
    CallRule("getInteractiveURL", ("wcTicket", "sessionID"), Result.STRING),
    CallRule("interactiveRejected", ("wcTicket", "reason"), Result.STRING),
    CallRule("interactiveDone", ("wcTicket",), Result.STRING),
)

CALLS: Final[Mapping[str, CallRule]] = MappingProxyType({rule.name: rule for rule in _TABLE})
"""Every call of the Web Connector, by its name."""

WHOLE_NUMBERS: Final = frozenset({"qbXMLMajorVers", "qbXMLMinorVers"})
"""The parameters that the WSDL declares as whole numbers; they are read as texts all the same."""

RESPONSE: Final = "response"
"""The one parameter that may be large: what QuickBooks answered. It stands in a file, never among the arguments."""


@attrs.frozen(eq=False)
class ConnectorCall:
    """One call, as it was read; its arguments are not shown, for one of them is a password.

    Attributes:
        name: Which one, a key of `CALLS`.
        arguments: Every parameter but ``response``, spelled as in `CALLS`; ``''`` where it was left out.
        response: What QuickBooks answered, in UTF-8 and at its beginning, empty where nothing was; whoever takes the
            call closes it. None for every other call than receiveResponseXML.
        response_digest: The SHA-256 of that, in hexadecimal digits; ``''`` for every other call.
    """

    name: str
    arguments: Mapping[str, str] = attrs.field(repr=False)
    response: BinaryIO | None = attrs.field(repr=False)
    response_digest: str = attrs.field(default="", repr=False)

    @property
    def digest(self) -> str:
        """A SHA-256, in hexadecimal digits, that two calls share only if they say the same, however they are written.

        That of an ``authenticate`` can be used to try passwords: do not keep it.
        """
        return digest_of(self.name, self.arguments.items(), self.response_digest)


def digest_of(name: str, arguments: Iterable[tuple[str, str]], response: str = "") -> str:
    """The digest of a call.

    Args:
        name: Its name.
        arguments: Its parameters in the order of `CALLS`, without the response.
        response: The SHA-256 of the response, in hexadecimal digits; ``''`` where the call has none.
    """
    texts = [text.encode() for text in (name, response, *(text for pair in arguments for text in pair))]
    # Each with its length, so that no two rows of texts look alike when they are joined.
    return hashlib.sha256(b"".join([b"%d:%b" % (len(text), text) for text in texts])).hexdigest()
