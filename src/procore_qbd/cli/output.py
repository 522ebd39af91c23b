"""Printing: what was asked for on standard output, what went wrong on standard error."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys

__all__ = ["begin", "flush", "say", "tell", "unprinted"]

_UNPRINTED: list[OSError] = []
"""Why lines could not be printed, since `begin`."""


def begin() -> None:
    """Make ready to print for one command; a console that lacks a character is no reason to stop."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    _UNPRINTED.clear()


def flush() -> None:
    """Print what is still kept back."""
    say(end="")


def unprinted() -> bool:
    """Whether a line could not be printed since `begin`; a closed pipe does not count."""
    return bool(_UNPRINTED)


def say(text: object = "", *, end: str = "\n") -> None:
    """Print a line. A closed pipe (``| head``) or a full disk does not stop the command."""
    try:
        print(text, end=end, flush=not end)
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EINVAL):
            tell(f"the rest cannot be printed: {error.strerror or error}")
            _UNPRINTED.append(error)
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def tell(what: object) -> None:
    """Say on standard error what cannot be used or done."""
    with contextlib.suppress(OSError):
        print(f"procore-qbd: {what}", file=sys.stderr)
