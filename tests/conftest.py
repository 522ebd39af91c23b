"""What every test shares: company files, time for long proofs, and a loud word about what was not proved here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator import CompanyFile
    from support.company import Clock

LONG = 2 * 60 * 60
"""Seconds for a long proof."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long proofs are not cut off where quick tests are."""
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.timeout(LONG))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that .ci/run can repeat: how many tests lacked the reference facts."""
    skipped = terminalreporter.stats.get("skipped", [])
    unshared = sum("../shared" in str(report.longrepr) for report in skipped)
    if unshared:
        terminalreporter.write_line(f"NOT PROVED: {unshared} tests skipped for want of ../shared/reference")


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is put on."""
    from support.company import Clock

    return Clock()


@pytest.fixture
def books(clock: Clock) -> Iterator[CompanyFile]:
    """A company file in memory with nothing in it."""
    from procore_qbd.simulator import CompanyFile

    with CompanyFile.create(clock=clock) as company:
        yield company
