"""Files that a person names: reading them, and finding out whether a folder can be written to."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, TypeVar

from procore_qbd.errors import ProcoreQbdError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["UnusableError", "called", "make_folder", "read", "read_bytes"]

T = TypeVar("T")


class UnusableError(ProcoreQbdError):
    """A file or an option cannot be used; the message says which."""


def called(path: Path) -> str:
    """What a file is called in messages: its name alone."""
    return path.name or str(path)


def read_bytes(path: Path) -> bytes:
    """What is in a file.

    Raises:
        UnusableError: It cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnusableError(f"cannot be read: {error.strerror or error}") from None


def read(path: Path, reader: Callable[[bytes], T]) -> T:
    """The text of a file.

    Raises:
        UnusableError: It cannot be read or understood; the message names the file.
    """
    try:
        return reader(read_bytes(path))
    except ProcoreQbdError as error:
        raise UnusableError(f"{path}: {error}") from None


def make_folder(path: Path) -> None:
    """Make a folder, where it is not there, and find out whether files can be written there.

    Raises:
        UnusableError: They cannot.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        why = "it is a file, and a folder is needed" if path.is_file() else error.strerror or error
        raise UnusableError(f"{path}: cannot be written to: {why}; nothing was carried out") from None
