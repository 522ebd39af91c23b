"""The suite itself: what its tests are called."""

import os
import subprocess
import sys

import pytest

from support.places import TESTS

COLLECT = ("-m", "pytest", "--collect-only", "-q", "-n0", "-m=", "--assert=plain", "-p", "no:cacheprovider", TESTS)


@pytest.mark.slow
def test_every_process_calls_every_test_the_same():
    """Whoever runs tests side by side, or one of them again, needs that: no address of an object, no order of a set."""
    running = [
        subprocess.Popen(  # noqa: S603  our own words
            [sys.executable, *COLLECT], env=os.environ | {"PYTHONHASHSEED": seed}, stdout=subprocess.PIPE, text=True
        )
        for seed in "12"
    ]
    first, second = ([line for line in process.communicate()[0].splitlines() if "::" in line] for process in running)
    assert [process.returncode for process in running] == [0, 0]
    assert len(first) > 6_000
    assert [pair for pair in zip(first, second, strict=True) if pair[0] != pair[1]] == []
    assert len(first) == len({*first})
