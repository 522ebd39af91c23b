"""Hypothesis strategies for Procore's ERP events, derived from the classes that they are read as.

What they draw is JSON as Procore sends it, and `procore_qbd.read_request` reads it without a fault. Each field is at
times left out, null, or in another of the forms that Procore writes it in: an id as a number or as digits.
"""

from __future__ import annotations

import datetime as dt
import types
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Union, cast, get_args, get_origin, get_type_hints

import attrs

from procore_qbd.domain import NotSupported
from procore_qbd.procore.requests import KNOWN_REQUESTS, PLACES, READERS, read_request
from procore_qbd.procore.strict_json import FIRST_YEAR, FREE_TEXT, LAST_YEAR, day_as_written, number_as_text

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:  # pragma: no cover
    raise ModuleNotFoundError(f"{__name__} needs hypothesis: pip install hypothesis") from error

if TYPE_CHECKING:
    from collections.abc import Hashable

    from hypothesis.strategies import DrawFn, SearchStrategy

    from procore_qbd.domain import ErpRequest

__all__ = ["erp_requests", "events"]

_MOST = 3
_LONGEST = 20
_ABSENT = object()


def events(name: str | None = None) -> SearchStrategy[dict[str, Any]]:
    """ERP events as Procore sends them: parsed JSON, with ``request_name`` and ``request_data``.

    Args:
        name: Which, by Procore's name: ``"create_vendor"``; any that `read_request` reads where none is given.

    Raises:
        ValueError: It reads none of that name.
    """
    if name is None:
        return st.sampled_from(sorted(KNOWN_REQUESTS)).flatmap(_event)
    if name not in KNOWN_REQUESTS:
        raise ValueError(f"no event {name!r} is read; there are {', '.join(sorted(KNOWN_REQUESTS))}")
    return _event(name)


def erp_requests(name: str | None = None) -> SearchStrategy[ErpRequest]:
    """The same, as `procore_qbd.read_request` reads them.

    Args:
        name: See `events`.

    Raises:
        ValueError: It reads none of that name.
    """
    return events(name).map(read_request)


@cache
def _event(name: str) -> SearchStrategy[dict[str, Any]]:
    cls = KNOWN_REQUESTS[name]
    return _not_supported(name) if cls is NotSupported else _request(name, cls)


@st.composite
def _not_supported(draw: DrawFn, name: str) -> dict[str, Any]:
    """An event of which only what is to be closed is read."""
    data: dict[str, Any] = draw(st.dictionaries(st.sampled_from(("id", "name", "origin_id")), _TEXTS, max_size=_MOST))
    if draw(st.booleans()):
        data["request_detail_id"] = draw(_IDS)
    return {"request_name": name, "request_data": data} | draw(st.fixed_dictionaries({}, optional={"company_id": _IDS}))


@st.composite
def _request(draw: DrawFn, name: str, cls: type[ErpRequest]) -> dict[str, Any]:
    payload: dict[str, Any] = {"request_name": name}
    each: list[tuple[str, str]] = []
    for places, values in _fields(cast("Hashable", cls)):
        place, of_each, rest = draw(places).partition("[].")
        if of_each:
            each.append((place, rest))
            continue
        value = draw(values)
        if value is not _ABSENT and _can_hold(payload, place):
            _put(payload, place, value)
    payload.setdefault("request_data", {})
    for place, rest in each:
        for one in payload[place]:
            if draw(st.booleans()):
                one[rest] = draw(_IDS)
    return payload


@cache
def _fields(cls: Any) -> list[tuple[SearchStrategy[str], SearchStrategy[Any]]]:
    """The fields of a class that are read of Procore: where each may stand, and what may stand there."""
    hints, readers, places = get_type_hints(cls), READERS.get(cls, {}), PLACES.get(cls, {})
    names = [field.name for field in attrs.fields(cls) if readers.get(field.name, number_as_text) in _AS_WRITTEN]
    return [(st.sampled_from(places.get(name, (name,))), _value(cls, name, hints[name])) for name in names]


_AS_WRITTEN = (number_as_text, day_as_written)
"""How a field is read that Procore says; what is read in another way is ours to say."""


def _can_hold(payload: dict[str, Any], place: str) -> bool:
    """Whether there is an object on the way to a place, or nothing yet; ``request_data`` is a list at times."""
    way = place.split(".")[:-1]
    holder: Any = payload
    for step in way:
        holder = holder.setdefault(step, {}) if isinstance(holder, dict) else None
    return isinstance(holder, dict)


def _put(payload: dict[str, Any], place: str, value: Any) -> None:
    *way, last = place.split(".")
    for step in way:
        payload = payload.setdefault(step, {})
    payload[last] = value


@cache
def _noun(cls: type) -> SearchStrategy[dict[str, Any]]:
    """An object that is read as a class."""
    return _object(cls)


@st.composite
def _object(draw: DrawFn, cls: type) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for places, values in _fields(cls):
        value = draw(values)
        if value is not _ABSENT:
            _put(found, draw(places), value)
    return found


# --- values ----------------------------------------------------------------------------------------------------------


def _value(cls: type, field: str, kind: Any) -> SearchStrategy[Any]:
    """What may stand in a field of a class; `_ABSENT` for nothing, where it has a default."""
    default: Any = attrs.fields_dict(cls)[field].default
    optional = get_origin(kind) in (Union, types.UnionType)
    if optional:
        (kind,) = (one for one in get_args(kind) if one is not types.NoneType)
    one = _by_type(cls, field, kind)
    if optional:
        one = one | st.none()
    return one if default is attrs.NOTHING else one | st.just(_ABSENT)


def _by_type(cls: type, field: str, kind: Any) -> SearchStrategy[Any]:
    reader = READERS.get(cls, {}).get(field)
    if get_origin(kind) is tuple:
        (inside, *_) = get_args(kind)
        return st.lists(_noun(inside), max_size=_MOST, unique_by=_id_of(inside))
    if attrs.has(kind):
        return _noun(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from([str(one) for one in kind])
    if kind is str:
        return _text(field) | (st.integers(0, 10**6) if reader is number_as_text else st.nothing())
    if kind is dt.date and reader is day_as_written:
        return _DAYS | _MOMENTS
    return _PLAIN[kind]


def _id_of(cls: type) -> Any:
    """By what two elements of a list are told apart: an id that stands twice is a fault."""
    place = PLACES.get(cls, {}).get("id", ("id",))[0]
    return lambda one: int(one[place])


def _text(field: str) -> SearchStrategy[str]:
    if field.endswith("origin_id"):
        return _QUICKBOOKS_IDS
    return _TEXTS | st.tuples(_TEXTS, _TEXTS).map("\n".join) if field in FREE_TEXT else _TEXTS


_LETTERS = "".join(map(chr, range(0x21, 0x7F))) + "ÄéñøßÇœ€£®½°–’“…ŁőşΩЖя日本語한עع→≥🏗"  # noqa: RUF001  as people write
_TEXTS = st.builds(str.__add__, st.sampled_from(_LETTERS), st.text(st.sampled_from(_LETTERS + " "), max_size=_LONGEST))
_NUMBERS = st.integers(0, 10**19 - 1)
_IDS = _NUMBERS | _NUMBERS.map(str)
_LIST_IDS = st.builds("{:08X}-{}".format, st.integers(1, 0xFFFFFFFF), st.integers(10**9, 2 * 10**9))
_QUICKBOOKS_IDS = _LIST_IDS | st.lists(_LIST_IDS, min_size=2, max_size=3).map("|".join)
_CENTS = st.decimals(-(10**9), 10**9, places=2)
_AMOUNTS = _CENTS.map(str) | st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=5).map("{:f}".format)
_DAYS = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)).map(dt.date.isoformat)
_MOMENTS = st.datetimes(dt.datetime(FIRST_YEAR, 1, 1), dt.datetime(LAST_YEAR, 12, 31)).map(  # noqa: DTZ001  text is made
    lambda moment: moment.replace(microsecond=0).isoformat() + "Z"
)
_PLAIN: dict[Any, SearchStrategy[Any]] = {
    int: _IDS,
    bool: st.booleans(),
    Decimal: _AMOUNTS,
    dt.date: _DAYS,
    dt.datetime: _MOMENTS,
}
