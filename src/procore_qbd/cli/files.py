"""Files that a person names: reading them, and finding out whether a folder can be written to."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, TypeVar

from procore_qbd import demo
from procore_qbd.errors import ProcoreQbdError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from procore_qbd.domain import ErpRequest

__all__ = ["UnusableError", "called", "make_folder", "read", "read_bytes", "read_request_file"]

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


def read_request_file(path: Path, company_id: int | None) -> ErpRequest:
    """What a file asks for.

    Args:
        path: The file, with a request as Procore sends it.
        company_id: The Procore company, where the request does not say.

    Raises:
        UnusableError: It cannot be read, or is a request of the demo without its ids.
        PayloadError: It is no request, or none that can be carried out.
    """
    from procore_qbd.procore import read_request

    data = read_bytes(path)
    if place := demo.PLACE.search(data.decode(errors="replace")):
        raise UnusableError(
            f"has {place[0]} where an id goes: it is a demo's request as it is packed; "
            "`procore-qbd demo` writes them with their ids"
        )
    return read_request(data, company_id=company_id)


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
