"""The reference facts beside a checkout: no part of the project, so tests skip where they are not."""

from pathlib import Path

import pytest

from support.places import PROJECT

__all__ = ["SHARED", "needs_shared"]

_FOLDER = PROJECT.parent / "shared" / "reference"

SHARED: Path | None = _FOLDER if _FOLDER.is_dir() else None

needs_shared = pytest.mark.needs_shared  # where they are not here, conftest.py folds the tests of a file into one skip
