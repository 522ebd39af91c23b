"""Company files for tests: a pristine one of each kind is made once in a process, and every test gets a twin of it.

Making the sample takes about a second, a twin a few milliseconds. Twins of one kind are the same to the byte in every
process, ids and times too, as long as the clock is the same; none of them sees what happens in another.
"""

from __future__ import annotations

import itertools
import uuid
from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml import Edition
from procore_qbd.simulator import CompanyFile
from procore_qbd.testing.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["NOON", "SETTINGS", "fresh_company_file", "settings_of_marks"]

NOON = 1_795_435_200
"""When the clock of a test begins: 2026-11-23 at noon, UTC; in seconds since 1970."""

SETTINGS = ("edition", "name", "sample", "version", "zone")
"""What the marker ``company_file`` can say; each is an argument of `CompanyFile.create`."""


def fresh_company_file(
    *, clock: Callable[[], int] | None = None, edition: Edition | str = Edition.US, **settings: str
) -> CompanyFile:
    """A company file in memory that nobody has touched, as `CompanyFile.create` makes it; close it when you are done.

    Args:
        clock: Seconds since 1970; by default it stands at `NOON`.
        edition: Whose QuickBooks answers, or the name: ``"CA"``.
        settings: What else `CompanyFile.create` shall know, of `SETTINGS`: ``sample="contractor"``.

    Raises:
        TypeError: A setting is not one of `SETTINGS`, or is no text.
        CompanyFileError: There is no such sample, edition, version or time zone.
    """
    clock = clock if clock is not None else Clock(NOON)
    asked = _settings({"edition": edition, **settings})
    return _pristine(clock(), **asked).twin(clock=clock, new_uuid=_ids("twin"))


def _settings(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Settings, with an edition where its name stood.

    Raises:
        TypeError: One of them is not one of `SETTINGS`, or is no text; the message lists all that are wrong.
    """
    wrong = [f"there is no {name!r}" for name in asked if name not in SETTINGS]
    for name, value in asked.items():
        if name == "edition" and not isinstance(value, Edition) and value not in Edition.__members__:
            wrong.append(f"edition: expected one of {', '.join(Edition.__members__)}, got {value!r}")
        elif name in SETTINGS and name != "edition" and not isinstance(value, str):
            wrong.append(f"{name}: expected a text, got {value!r}")
    if wrong:
        raise TypeError(f"a company file for a test is set up by {', '.join(SETTINGS)}: {'; '.join(wrong)}")
    edition = asked.get("edition", Edition.US)
    return {**asked, "edition": edition if isinstance(edition, Edition) else Edition[edition]}


def settings_of_marks(marks: Iterable[tuple[tuple[Any, ...], Mapping[str, Any]]]) -> dict[str, Any]:
    """What markers say together: that of a test before that of its class, and that before that of its module.

    Args:
        marks: The arguments of each, the nearest first.

    Raises:
        TypeError: One of them has an argument without a name.
    """
    settings: dict[str, Any] = {}
    for values, named in marks:
        if values:
            raise TypeError(
                f"the marker company_file takes names and values, such as sample='contractor', got {values}"
            )
        settings = {**named, **settings}
    return settings


_PRISTINE: dict[tuple[Any, ...], CompanyFile] = {}
_MOST = 16
"""So many are kept; a clock that goes on makes another one each second."""


def _pristine(now: int, **settings: Any) -> CompanyFile:
    kind = (now, *sorted(settings.items(), key=str))
    if kind not in _PRISTINE:
        if len(_PRISTINE) == _MOST:
            _PRISTINE.pop(next(iter(_PRISTINE))).close()
        _PRISTINE[kind] = CompanyFile.create(clock=lambda: now, new_uuid=_ids("pristine"), **settings)
    return _PRISTINE[kind]


def _ids(name: str) -> Callable[[], uuid.UUID]:
    """Ids that look like any, and are the same in every process."""
    numbers = itertools.count()
    return lambda: uuid.uuid5(uuid.NAMESPACE_OID, f"procore_qbd.testing {name} {next(numbers)}")
