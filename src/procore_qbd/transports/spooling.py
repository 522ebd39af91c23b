"""Replies that may be large: in memory while they are small, in a temporary file from then on."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PIECE", "spooled"]

PIECE = 1 << 16
"""How many bytes are read at a time."""
_IN_MEMORY = 1 << 22


def spooled(pieces: Iterable[bytes]) -> BinaryIO:
    """A file with these pieces, at its beginning; whoever reads it closes it.

    Args:
        pieces: The pieces; what they raise is raised, and no file is left.
    """
    spool = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  whoever reads it closes it
    try:
        for piece in pieces:
            spool.write(piece)
    except BaseException:
        spool.close()
        raise
    spool.seek(0)
    return spool  # type: ignore[return-value]  # it is one in all but its type
