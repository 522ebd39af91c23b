"""What QuickBooks' request processor (QBXMLRP2) offers: its choices, its calls, and what a call that fails says.

The numbers are those of its type library. `Com` calls it in one of two ways, which have nothing else in common than
`ComHost` and `ComObject`: in this process (`procore_qbd.transports.com`), or in another one with a different number of
bits (`procore_qbd.transports.com_host`).
"""

from __future__ import annotations

from enum import IntEnum, IntFlag, StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Protocol

import attrs

from procore_qbd.codes import Effect, hresult
from procore_qbd.transports.base import Sender

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "PROG_ID",
    "AuthFlags",
    "ComCall",
    "ComHost",
    "ComObject",
    "Connection",
    "Opening",
    "PersonalData",
    "Unattended",
    "UserMode",
    "effect_of",
    "signed",
]

PROG_ID: Final = "QBXMLRP2.RequestProcessor"
"""The name under which Windows knows the request processor, whatever its version."""


class UserMode(IntEnum):
    """In which user mode QuickBooks opens the company file; ``DO_NOT_CARE`` takes it as it is, and keeps nobody out."""

    SINGLE = 0
    MULTI = 1
    DO_NOT_CARE = 2


class Connection(IntEnum):
    """Where QuickBooks is. ``LOCAL_WITH_WINDOW`` starts it with its window when it does not run."""

    UNKNOWN = 0
    LOCAL = 1
    REMOTE = 2
    LOCAL_WITH_WINDOW = 3
    REMOTE_ONLINE = 4

    @property
    def is_local(self) -> bool:
        """Whether it is on this computer: on others QuickBooks takes no preferences."""
        return self in (Connection.LOCAL, Connection.LOCAL_WITH_WINDOW)


class Unattended(IntEnum):
    """Whether the program works while nobody has the company file open; the administrator is asked to allow it."""

    REQUIRED = 1
    OPTIONAL = 2


class PersonalData(IntEnum):
    """Whether the program wants personal data such as tax numbers; the administrator is asked to allow it."""

    REQUIRED = 1
    OPTIONAL = 2
    NOT_NEEDED = 3


class AuthFlags(IntFlag):
    """With which editions of QuickBooks the program works: one or several, or ``ALL``.

    ``FORCE_DIALOG`` makes QuickBooks ask the administrator again.
    """

    ALL = 0x0
    SIMPLE_START = 0x1
    PRO = 0x2
    PREMIER = 0x4
    ENTERPRISE = 0x8
    FORCE_DIALOG = 0x80000000


@attrs.frozen(kw_only=True)
class Opening:
    """How a session is opened; the attributes are the arguments of `Com`."""

    sender: Sender = attrs.field(factory=Sender)
    company_file: str = ""
    mode: UserMode = UserMode.DO_NOT_CARE
    connection: Connection = Connection.LOCAL
    unattended: Unattended = Unattended.OPTIONAL
    personal_data: PersonalData = PersonalData.NOT_NEEDED
    read_only: bool = False
    auth_flags: AuthFlags = AuthFlags.ALL


def signed(number: int) -> int:
    """A number of 32 bits as COM wants it."""
    return number - 2**32 if number >= 2**31 else int(number)


class ComCall(StrEnum):
    """The five calls that a session is made of, in their order; what is asked beside them counts as ``BEGIN``."""

    OPEN = "OpenConnection2"
    BEGIN = "BeginSession"
    PROCESS = "ProcessRequest"
    END = "EndSession"
    CLOSE = "CloseConnection"


_WHATEVER_THE_NUMBER: Final[Mapping[ComCall, Effect | None]] = MappingProxyType({
    ComCall.OPEN: Effect.NOT_DONE,  # no document was handed over yet
    ComCall.BEGIN: Effect.NOT_DONE,
    ComCall.END: None,  # every document has its reply, or its error, by then
    ComCall.CLOSE: None,
})  # fmt: skip


def effect_of(call: ComCall, number: int) -> Effect | None:
    """What is known of a document when a call fails with an HRESULT.

    Args:
        call: The call.
        number: The HRESULT, signed or unsigned.

    Returns:
        What was written; None where the call says nothing of it, because what came before has said it.
    """
    return _WHATEVER_THE_NUMBER.get(call) if call is not ComCall.PROCESS else hresult(number).effect


class ComObject(Protocol):
    """A request processor, as `Com` calls it; a call that fails with an HRESULT raises an `EngineError`."""

    def open(self, opening: Opening) -> None:
        """OpenConnection2."""

    def begin(self, opening: Opening) -> str:
        """The preferences, where QuickBooks takes them, and BeginSession; the session's ticket."""
        ...

    def company_file_name(self, ticket: str) -> str:
        """GetCurrentCompanyFileName."""
        ...

    def versions(self, ticket: str) -> tuple[str, ...]:
        """The property QBXMLVersionsForSession, which takes the ticket."""
        ...

    def process(self, ticket: str, text: str) -> str:
        """ProcessRequest."""
        ...

    def end(self, ticket: str) -> None:
        """EndSession."""

    def close(self) -> None:
        """CloseConnection."""

    def release(self) -> None:
        """Let go of the object, whoever still holds this."""


class ComHost(Protocol):
    """Where request processors live. All but `kill` is called from one and the same thread."""

    def enter(self) -> None:
        """Make the thread ready, once."""

    def make(self) -> ComObject:
        """A new request processor.

        Raises:
            EngineError: Windows does not make one.
        """
        ...

    def pump(self) -> None:
        """Take what Windows has to say to the thread, while it waits for work."""

    def leave(self) -> None:
        """The thread has nothing more to do."""

    def kill(self) -> None:
        """End a call that does not come back, if that can be done without harm to QuickBooks."""
