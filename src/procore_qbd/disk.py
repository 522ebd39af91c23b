"""What is on the disk when it is said to be, whatever happens to the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["sync"]


def sync(path: Path) -> None:
    """Bring a file to the disk, or the names in a folder; Windows sees to names itself, and opens no folder."""
    if os.name == "nt" and path.is_dir():
        return
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
