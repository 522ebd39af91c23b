"""Domain values as JSON text and back, so that the journal can keep what a run was told and how it ended.

A value of a class is an object with its class under ``"$"`` and its fields by name; a field at its default is left
out, so a later release may add fields and still read what an earlier one wrote. A decimal keeps every digit that it
has. Only the classes of `procore_qbd.domain` are known: what names anything else is damaged or newer, and is refused.
"""

from __future__ import annotations

import datetime as dt
import inspect
import json
from decimal import Decimal
from enum import Enum
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["decoded", "encoded"]

_PARTS = ("books", "budgets", "closeout", "commitments", "ids", "invoices", "links", "nouns", "refusals", "requests")


@cache
def _classes() -> dict[str, type]:
    """The classes that can be written, by name."""
    parts = [import_module(f"procore_qbd.domain.{name}") for name in (*_PARTS, "vocabulary", "erp_items")]
    found = [cls for part in parts for _, cls in inspect.getmembers(part, inspect.isclass)]
    return {cls.__name__: cls for cls in found if attrs.has(cls) or issubclass(cls, Enum)}


@cache
def _fields(cls: Any) -> tuple[tuple[str, str, Any], ...]:
    """The fields of a class: attribute, argument, default."""
    fields = (field for field in attrs.fields(cls) if field.init)
    return tuple((field.name, field.alias or field.name, field.default) for field in fields)


def encoded(value: Any) -> str:
    """A value as text, the same on every machine.

    Raises:
        TypeError: It is none of the domain's.
    """
    text = json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="backslashreplace").decode()  # half a character, which no database keeps, as JSON has it


def _plain(value: Any) -> Any:
    cls: Any = type(value)
    if value is None or value is True or value is False or cls in (int, str):
        return value
    return _writer(cls)(value)


@cache
def _writer(cls: Any) -> Callable[[Any], Any]:
    """What writes the values of a class."""
    name = cls.__name__
    if issubclass(cls, tuple | list):
        return lambda value: [_plain(one) for one in value]
    for kind, write, _ in _SIMPLE:
        if issubclass(cls, kind):
            return partial(_named, name, write)
    if _classes().get(name) is not cls:
        raise TypeError(f"the journal keeps values of procore_qbd.domain, not a {name}")
    return partial(_by_fields, name, _fields(cls))


def _named(name: str, write: Callable[[Any], dict[str, Any]], value: Any) -> dict[str, Any]:
    return {"$": name, **write(value)}


def _by_fields(name: str, fields: tuple[tuple[str, str, Any], ...], value: Any) -> dict[str, Any]:
    said = {"$": name}
    for field, _, default in fields:
        one = getattr(value, field)
        if one is not default and not (type(one) is type(default) and one == default):
            said[field] = _plain(one)
    return said


_SIMPLE: tuple[tuple[type, Callable[[Any], dict[str, Any]], Callable[[Any], Any]], ...] = (
    (Decimal, lambda value: {"text": str(value)}, lambda plain: Decimal(plain["text"])),
    (Enum, lambda value: {"text": value.value}, lambda plain: _classes()[plain["$"]](plain["text"])),
    (dt.datetime, lambda value: {"text": value.isoformat()}, lambda plain: dt.datetime.fromisoformat(plain["text"])),
    (dt.date, lambda value: {"text": value.isoformat()}, lambda plain: dt.date.fromisoformat(plain["text"])),
    (
        dict,
        lambda value: {"items": [[_plain(key), _plain(one)] for key, one in value.items()]},
        lambda plain: {_value(key): _value(one) for key, one in plain["items"]},
    ),
    (
        frozenset,
        lambda value: {"items": sorted((_plain(one) for one in value), key=json.dumps)},
        lambda plain: frozenset(_value(one) for one in plain["items"]),
    ),
)
"""Plain kinds of values: how each is written, beside its name, and how it is read."""


def decoded(text: str) -> Any:
    """The value that a text stands for; a list comes back as a tuple.

    Raises:
        JournalError: The text is damaged, or of a newer release.
    """
    try:
        return _value(json.loads(text))
    except JournalError:
        raise
    except Exception as error:
        raise JournalError(f"a value in the journal cannot be read: {type(error).__name__}: {error}") from error


def _value(plain: Any) -> Any:
    if isinstance(plain, list):
        return tuple(_value(one) for one in plain)
    if not isinstance(plain, dict):
        return plain
    return _reader(plain["$"])(plain)


@cache
def _reader(name: str) -> Callable[[dict[str, Any]], Any]:
    """What reads the values of a class.

    Raises:
        JournalError: This release does not know it.
    """
    cls: Any = _classes().get(name)
    for kind, _, read in _SIMPLE:
        if name == kind.__name__ or (kind is Enum and cls is not None and issubclass(cls, Enum)):
            return read
    if cls is None:
        raise JournalError(f"the journal keeps a {name}, which this release does not know: it is newer, or damaged")
    return partial(_from_fields, cls, {field: argument for field, argument, _ in _fields(cls)})


def _from_fields(cls: Any, arguments: dict[str, str], plain: dict[str, Any]) -> Any:
    if strange := sorted(plain.keys() - arguments.keys() - {"$"}):
        raise JournalError(
            f"a {cls.__name__} in the journal has {', '.join(strange)}, which this release does not know"
        )
    return cls(**{arguments[field]: _value(one) for field, one in plain.items() if field != "$"})
