"""The pytest plugin: a company file in a box, and what goes with it, as fixtures; ``docs/testing.md`` shows each.

pytest loads it by its entry point wherever this library is installed. So it imports nothing until a fixture is used,
and says nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from procore_qbd.simulator import CompanyFile
    from procore_qbd.simulator.faults import Faults
    from procore_qbd.testing.clock import Clock
    from procore_qbd.testing.exported import Exported
    from procore_qbd.transports import Memory

__all__ = ["clock", "company_file", "exported", "faults", "quickbooks"]

_MARKERS = ("company_file(edition, name, sample, version, zone): what the fixture company_file is.",)


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
    from procore_qbd.testing.company_files import NOON, Clock

    return Clock(NOON)


@pytest.fixture
def company_file(request: pytest.FixtureRequest, clock: Clock) -> Iterator[CompanyFile]:
    """A simulated company file in memory, for this test alone; the marker of the same name says which."""
    from procore_qbd.testing.company_files import fresh_company_file

    marks = [*request.node.iter_markers("company_file")]
    if any(mark.args for mark in marks):
        raise TypeError(f"the marker company_file takes names and values, got {marks[0].args!r}")
    settings = {name: value for mark in reversed(marks) for name, value in mark.kwargs.items()}
    with fresh_company_file(clock=clock, **settings) as company:
        yield company


@pytest.fixture
def quickbooks(company_file: CompanyFile) -> Iterator[Memory]:
    """A transport to the company file, as to a QuickBooks that has it open."""
    from procore_qbd.transports import Memory

    with Memory(company_file.process) as transport:
        yield transport


@pytest.fixture
def faults(company_file: CompanyFile) -> Faults:
    """What is ordered to go wrong with the company file: ``faults.order(Lost(), requests=("BillAdd",))``."""
    return company_file.faults


@pytest.fixture
def exported(company_file: CompanyFile) -> Exported:
    """What stands in the company file: ``exported(Bill)``, ``exported(Vendor, name="Alder Creek")``."""
    from procore_qbd.testing.exported import Exported

    return Exported(company_file)
