"""The pytest plugin: a company file in a box, and what goes with it, as fixtures; ``docs/testing.md`` shows each.

pytest loads it by its entry point wherever this library is installed. So it imports nothing until a fixture is used,
and says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

try:
    import pytest
except ModuleNotFoundError as error:  # pragma: no cover
    raise ModuleNotFoundError(f"{__name__} needs pytest: pip install pytest") from error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator import CompanyFile
    from procore_qbd.simulator.faults import Faults
    from procore_qbd.testing.clock import Clock
    from procore_qbd.testing.exported import Exported
    from procore_qbd.testing.flow_storm import FlowStorm
    from procore_qbd.transports import Memory, Transport

__all__ = ["cassette", "clock", "company_file", "exported", "faults", "quickbooks", "storm"]

_MARKERS = (
    "company_file(edition, name, sample, version, zone): what the fixture company_file is.",
    "cassette(path, redact, in_order): where the fixture cassette lies, and what is kept in it.",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the fixtures."""
    group = parser.getgroup("procore_qbd", "QuickBooks Desktop (procore_qbd)")
    modes = ["replay", "record", "none"]
    group.addoption("--cassettes", choices=modes, help="play cassettes, record them, or ask QuickBooks itself")
    parser.addini("cassettes", "what --cassettes says where it is not given", default="replay")
    group.addoption("--storm-seeds", type=int, default=20, help="how many schedules a storm plays by dice (20)")
    group.addoption("--storm-token", help="play the one schedule of a storm that a failure gave")


def pytest_configure(config: pytest.Config) -> None:
    """The markers are known."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """``assert left == right`` of records and close-outs says which fields differ; all else is left to others."""
    if op != "==" or not (_is_ours(left) and _is_ours(right)):
        return None
    from procore_qbd.testing.comparing import differences, in_short

    same = ["they mean the same, but are not equal: assert_same(left, right) of procore_qbd.testing.comparing passes"]
    return [f"{in_short(left)} == {in_short(right)}", *(differences(left, right) or same)]


def _is_ours(value: object) -> bool:
    """Whether it is a value of this library, or several in a row; asked of everything, so it imports nothing."""
    one = value[0] if isinstance(value, list | tuple) and value else value
    return type(one).__module__.startswith("procore_qbd.") and hasattr(type(one), "__attrs_attrs__")


@pytest.fixture
def clock() -> Clock:
    """The clock of the test: it stands at noon of 2026-11-23, UTC, until it is put on."""
    from procore_qbd.testing.clock import Clock
    from procore_qbd.testing.company_files import NOON

    return Clock(NOON)


@pytest.fixture
def company_file(request: pytest.FixtureRequest, clock: Clock) -> Iterator[CompanyFile]:
    """A simulated company file in memory, for this test alone; the marker of the same name says which."""
    from procore_qbd.testing.company_files import fresh_company_file, settings_of_marks

    marks = request.node.iter_markers("company_file")
    with fresh_company_file(clock=clock, **settings_of_marks((mark.args, mark.kwargs) for mark in marks)) as company:
        yield company


@pytest.fixture
def quickbooks(company_file: CompanyFile) -> Iterator[Memory]:
    """A transport to the company file, as to a QuickBooks that has it open."""
    from procore_qbd.transports import Memory

    with Memory(company_file.process) as transport:
        yield transport


@pytest.fixture
def faults(company_file: CompanyFile) -> Iterator[Faults]:
    """What is ordered to go wrong with the company file; what was ordered and has not happened at the end fails."""
    ordered = company_file.faults
    yield ordered
    if ordered.overdue:
        raise AssertionError(f"ordered, and did not happen: {', '.join(map(str, ordered.overdue))}")


@pytest.fixture
def cassette(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """A transport that plays the cassette of this test, or records it from ``quickbooks``: see ``--cassettes``."""
    from procore_qbd.testing.cassettes import CassetteMode, cassette_at, marked

    mark = request.node.get_closest_marker("cassette")
    path, how = marked(request.path, request.node.nodeid, *(mark.args if mark else ()), **(mark.kwargs if mark else {}))
    mode = CassetteMode(request.config.getoption("cassettes") or request.config.getini("cassettes"))
    with cassette_at(path, mode, lambda: request.getfixturevalue("quickbooks"), **how) as transport:
        yield transport


@pytest.fixture
def exported(company_file: CompanyFile) -> Exported:
    """What stands in the company file: ``exported(Bill)``, ``exported(Vendor, name="Alder Creek")``."""
    from procore_qbd.testing.exported import Exported

    return Exported(company_file)


@pytest.fixture
def storm(request: pytest.FixtureRequest, company_file: CompanyFile, clock: Clock) -> FlowStorm:
    """A storm over a program of your own: ``storm(attempt)``."""
    from procore_qbd.testing.flow_storm import FlowStorm

    seeds, token = request.config.option.storm_seeds, request.config.option.storm_token
    return FlowStorm(company_file, clock, seeds=seeds, token=token, name=request.node.nodeid)
