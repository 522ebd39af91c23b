"""How a command ends: the exit codes with their meaning, and which of them an error ends with."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, Self

import attrs

from procore_qbd.errors import ProcoreQbdError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["EXPECTED", "ExitCode", "ending"]


class ExitCode(IntEnum):
    """Every exit code of ``procore-qbd``; scripts go by the numbers."""

    about: str
    """What it means, for the documentation."""

    def __new__(cls, value: int, about: str) -> Self:
        """A member with its explanation."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.about = about
        return member

    OK = 0, "All is well."
    REFUSED = (
        1,
        (
            "Something was refused: an item by the library or by QuickBooks (`export`, `plan`), one that is stale "
            "(`apply`), or qbXML with violations (`check`), and the rest was carried out. Or the answer is no (`can`), "
            "or a promise was broken (`storm`)."
        ),
    )
    UNUSABLE = (
        2,
        (
            "Some input cannot be used: no such file, no JSON, a setting that does not exist, a contradicting link, a "
            "wrong option; or a request broke off or is in doubt; or the output cannot be printed. A message on "
            "standard error says what. Of several requests or files, the others were carried out."
        ),
    )
    INTERRUPTED = 130, "Interrupted. What was carried out is kept."


@attrs.frozen
class _Ending:
    """How an error ends the command.

    Attributes:
        error: The class of the error.
        code: The exit code.
        words: The message on standard error.
    """

    error: type[BaseException]
    code: ExitCode
    words: Callable[[Any], str]


def _of_a_file(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _interrupted(_: object) -> str:
    return "interrupted; what was carried out is kept: run the same command again to continue"


_ENDINGS = (
    _Ending(ProcoreQbdError, ExitCode.UNUSABLE, str),
    _Ending(OSError, ExitCode.UNUSABLE, _of_a_file),
    _Ending(KeyboardInterrupt, ExitCode.INTERRUPTED, _interrupted),
)
"""The first row whose class fits counts."""

EXPECTED: tuple[type[BaseException], ...] = tuple(row.error for row in _ENDINGS)
"""The errors that end a command with a message; any other is a fault of this library and ends with its traceback."""


def ending(error: BaseException) -> tuple[ExitCode, str]:
    """The exit code of an error, and the message on standard error.

    Raises:
        LookupError: It is none of the expected ones.
    """
    for row in _ENDINGS:
        if isinstance(error, row.error):
            return row.code, row.words(error)
    raise LookupError(f"{type(error).__name__} has no exit code")
