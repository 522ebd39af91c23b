"""The reference facts beside a checkout: no part of the project, so tests skip where they are not."""

from pathlib import Path

import pytest

__all__ = ["SHARED", "needs_shared"]

_FOLDER = Path(__file__).parents[3] / "shared" / "reference"

SHARED: Path | None = _FOLDER if _FOLDER.is_dir() else None

needs_shared = pytest.mark.skipif(SHARED is None, reason="../shared/reference is not here")
