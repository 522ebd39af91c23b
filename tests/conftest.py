"""What every test shares: company files, time for long proofs, and a loud word about what was not proved here."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from support import postgres
from support.overheard import LOGS
from support.shared import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from procore_qbd.journal.tables import Tables
    from procore_qbd.simulator import CompanyFile
    from support.company import Clock

LONG, SLOW = 2 * 60 * 60, 10 * 60
"""Seconds for a long proof, and for a slow one: on a busy machine, with every line counted."""

UNSHARED = "tests need ../shared/reference, which is not here"
UNSERVED = "needs a PostgreSQL server, which cannot be had"


class Unproved(pytest.Item):
    """All tests of a file that need the reference facts, where those are not here: one skip, which says how many."""

    def __init__(self, *, count: int, **facts: Any) -> None:
        super().__init__(**facts)
        self.count = count

    def runtest(self) -> None:
        """Say what is not proved."""
        pytest.skip(f"{self.count} {UNSHARED}")

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where they are."""
        return self.path, None, self.name


@pytest.hookimpl(trylast=True)  # when it is settled which tests are asked for
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long proofs are not cut off where quick tests are; tests without their facts are one skip a file."""
    for item in items:
        for name, seconds in (("long", LONG), ("slow", SLOW)):
            if item.get_closest_marker(name) and not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(seconds))
    if SHARED is not None:
        return
    unproved: dict[Path, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("needs_shared"):
            unproved.setdefault(item.path, []).append(item)
    items[:] = [item for item in items if item not in unproved.get(item.path, ())]
    for lacking in unproved.values():
        file = lacking[0].getparent(pytest.Module)
        items.append(Unproved.from_parent(file, name="what needs the reference facts", count=len(lacking)))


def pytest_configure(config: pytest.Config) -> None:
    """The first of pytest's processes makes a folder in which a PostgreSQL server can be started."""
    LOGS.begin()
    if not hasattr(config, "workerinput"):
        postgres.begin()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Whatever a test is about, the library logs no document and no secret meanwhile."""
    assert LOGS.taken() == []


def pytest_unconfigure(config: pytest.Config) -> None:
    """It stops the server, too."""
    if not hasattr(config, "workerinput"):
        postgres.end()


@pytest.fixture(scope="session")
def server() -> postgres.Server:
    """A PostgreSQL server, which all tests share."""
    try:
        return postgres.the_server()
    except postgres.UnavailableError as error:
        pytest.skip(f"{UNSERVED}: {error}")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Tables]:
    """Each store, with nothing in it."""
    from procore_qbd.journal import MemoryTables
    from procore_qbd.journal.sql import SqlTables

    if request.param == "memory":
        made: Tables = MemoryTables()
    elif request.param == "sqlite":
        made = SqlTables("sqlite://")
    else:
        made = SqlTables(request.getfixturevalue("server").schema())
    yield made
    made.close()


@pytest.fixture
def at_commit(monkeypatch: pytest.MonkeyPatch, server: postgres.Server) -> Callable[..., list[int]]:
    """Lose the connection at the n-th commit from now on, before the server has carried it out or behind that."""
    import psycopg

    commit = psycopg.Connection.commit

    def arm(number: int, *, written: bool) -> list[int]:
        left = [number]

        def losing(self: Any) -> Any:
            left[0] -= 1
            if left[0] == 0 and written:
                commit(self)
            if left[0] == 0:
                server.execute(f"SELECT pg_terminate_backend({self.info.backend_pid}, 5000)")
                return self.execute("SELECT 1") if written else commit(self)
            return commit(self)

        monkeypatch.setattr(psycopg.Connection, "commit", losing)
        return left

    return arm


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Lines that .ci/run can repeat: how many tests lacked the reference facts, or a server, and what else was not proved."""
    skipped = terminalreporter.stats.get("skipped", [])
    counts = [int(found[1]) for report in skipped if (found := re.search(rf"(\d+) {UNSHARED}", str(report.longrepr)))]
    if counts:
        told = f"at least {sum(counts)} tests in {len(counts)} files, for want of ../shared/reference"
        terminalreporter.write_line(f"NOT PROVED: {told}")
    unserved = sum(UNSERVED in str(report.longrepr) for report in skipped)
    if unserved:
        terminalreporter.write_line(f"NOT PROVED: {unserved} tests on PostgreSQL, for want of a server")
    reasons = {
        str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped if isinstance(report.longrepr, tuple)
    }
    for reason in sorted(one for one in reasons if one.startswith("NOT PROVED: ")):
        terminalreporter.write_line(reason)


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


@pytest.fixture(autouse=True)
def declared_refusals() -> Iterator[None]:
    """Whatever refuses a request in a simulated company file, anywhere in the suite, is declared for that request."""
    if "procore_qbd.simulator.engine.documents" not in sys.modules:
        yield
        return
    from support.declared import UNDECLARED, look

    look()
    yield
    undeclared = sorted(UNDECLARED)
    UNDECLARED.clear()
    assert undeclared == []
