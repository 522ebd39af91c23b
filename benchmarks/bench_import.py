"""What a script pays before its first line of work."""
# ruff: noqa: INP001  # a script beside run.py

from __future__ import annotations

import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

from run import Row, timed

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMIT_MS = 150


def bench_import() -> Iterator[Row]:
    """A whole process that imports the package, against one that does nothing."""

    def process(program: str) -> partial[object]:
        return partial(subprocess.run, [sys.executable, "-c", program], check=True)

    ours, theirs = timed(process("import procore_qbd"), process("pass"))
    yield Row("python -c 'import procore_qbd', against 'pass'; least", ours.least, theirs.least)
    yield Row("python -c 'import procore_qbd', against 'pass'; median", ours.median, theirs.median)
    yield Row("python -c 'import procore_qbd', whole process; median", ours.median, limit=LIMIT_MS)
    export = "from procore_qbd import Books, Links, Memory, perform, run"
    ours, _ = timed(process(export), process("pass"))
    yield Row("python -c 'from procore_qbd import perform, run, …', whole process; median", ours.median)
