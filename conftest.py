"""What every run of pytest shares: the Python blocks of pages as tests, Hypothesis profiles, how many processes.

The blocks of README.md and docs/ run in order, one namespace a page, in a folder that is thrown away.
"""

from __future__ import annotations

import gc
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest
from sybil import Sybil
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser

if TYPE_CHECKING:
    from collections.abc import Generator

# No deadline, no complaint of slowness: a busy machine is no fault of the code, and speed is measured in benchmarks/.
UNHURRIED = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}
hypothesis.settings.register_profile("quick", max_examples=15, **UNHURRIED)
# A build says the same of the same code, so its examples are always the same; new ones are for people to look at.
hypothesis.settings.register_profile("build", max_examples=15, derandomize=True, **UNHURRIED)
hypothesis.settings.register_profile("thorough", max_examples=100, derandomize=True, **UNHURRIED)
hypothesis.settings.register_profile("long", max_examples=5_000, **UNHURRIED)
hypothesis.settings.load_profile("quick")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected is not looked through for garbage again and again: that took a tenth of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.set_threshold(50_000, 20, 50)
        gc.enable()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Tests go side by side; the blocks of a page go on where the last one ended, so pages run in one process."""
    asked = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    tests = Path(__file__).parent / "tests"
    return None if all(tests in (path, *path.parents) for path in asked) else 0


def enter(namespace: dict[str, Any]) -> None:
    """Give the page a folder of its own; its name is no public one, so a page does not meet it."""
    namespace["__home"] = home = Path.cwd(), tempfile.TemporaryDirectory()
    os.chdir(home[1].name)


def leave(namespace: dict[str, Any]) -> None:
    """Throw the folder away."""
    home, folder = namespace["__home"]
    os.chdir(home)
    folder.cleanup()


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/**/*.md", "docs/*.md"],
    excludes=["docs/_build/**"],
    setup=enter,
    teardown=leave,
).pytest()
