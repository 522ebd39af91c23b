"""Reading Procore's JSON strictly: nothing guessed, nothing rounded, every fault gathered with its path.

`strict_converter` compiles attrs classes into readers. A field stands under its own name; where it stands
elsewhere, or in one of several places, a row of the table given as ``places`` says so; where it is not read
by its type, a row of ``readers``. Fields that no class has are passed over.

Blank text is null, and null is None where a field may be None. Other text is a name or free text (`FREE_TEXT`): what
looks the same is made the same, and what cannot be seen is refused.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

import attrs

from procore_qbd.domain.ids import one_spelling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cattrs import ClassValidationError, Converter

    Hook = Callable[[Any, Any], Any]
    Places = Mapping[type, Mapping[str, tuple[str, ...]]]
    Readers = Mapping[type, Mapping[str, Hook]]

__all__ = [
    "ABSENT",
    "FREE_TEXT",
    "PayloadFaults",
    "at",
    "day_as_written",
    "doubled",
    "excerpt",
    "has_value",
    "load",
    "name_text",
    "number_as_text",
    "path_of",
    "step",
    "strict_converter",
    "walk",
    "whole_number",
]

D = TypeVar("D", bound=date)

ABSENT: Any = object()
"""What `at` finds where nothing stands."""

FREE_TEXT = frozenset(
    ("address", "bill_to_address", "description", "notes", "origin_data", "payment_terms", "ship_to_address")
)
"""The fields that people write freely, with line breaks; every other text is a name, a number or an id."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""A date outside these years is a slip of the keyboard or a placeholder, and nothing that can be booked on."""

_LONGEST = 60
_MOST_DIGITS = 100
_DIGITS = re.compile(r"0|[1-9][0-9]{0,18}")
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_AMOUNT = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,2})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(_DATE.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:?[0-9]{2})")
_PLAIN = re.compile(r"[\w-]+", re.ASCII)
_INTEGER_LIMIT = 10**19
_EXPONENTS = range(-30, 31)


class PayloadFaults(Exception):  # noqa: N818 - several faults, and never seen outside this room
    """Everything wrong at and below one place; never leaves `procore_qbd.procore`.

    Attributes:
        faults: The path from that place (``''`` is the place itself), and what is wrong there.
    """

    def __init__(self, faults: Iterable[tuple[str, str]]) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__(self.faults)

    @classmethod
    def expected(cls, what: str, value: object) -> PayloadFaults:
        """One fault, right here: another value was expected."""
        if isinstance(value, _Twice):
            return cls([("", str(value))])
        return cls([("", f"expected {what}, got {excerpt(value)}")])

    def below(self, place: str) -> list[tuple[str, str]]:
        """The same faults as seen from further up; the ``[]`` of a place is filled with the index."""
        return [(_join(place, path), text) for path, text in self.faults]


def _join(place: str, path: str) -> str:
    return place.replace("[]", path) if "[]" in place else place + path


def excerpt(value: object) -> str:
    """A value as a message shows it: as JSON has it, and short."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    for kinds, words in ((Mapping, "an object"), ((list, tuple), "a list")):
        if isinstance(value, kinds):
            return words
    if isinstance(value, int) and abs(value) >= _INTEGER_LIMIT:
        return "a number of more than 19 digits"
    if isinstance(value, str):
        return repr(_short(value))
    return _short(str(value)) if isinstance(value, (int, float, Decimal)) else "something JSON cannot hold"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


@attrs.frozen
class _Twice:
    """What stands where a key was given more than once in an object: no reader takes it for a value."""

    values: tuple[Any, ...]

    def __str__(self) -> str:
        return f"appears {len(self.values)} times in its object, with {', '.join(map(excerpt, self.values[:3]))}"


def load(data: Any) -> Any:
    """JSON in UTF-8 or as text, parsed; or what was parsed already, as it is.

    There are no floats, no NaN, and no numbers out of all bounds in what is parsed here, and `doubled` finds the keys
    that stood twice.

    Raises:
        Faults: It is no JSON.
        TypeError: It is nothing that holds JSON, such as a path or a file instead of what is in it.
    """
    if isinstance(data, (bytearray, memoryview)):
        data = bytes(data)
    if isinstance(data, (bytes, str)):
        try:
            return _parsed(data)
        except ValueError as error:
            raise PayloadFaults([("", f"expected JSON in UTF-8, but {error}")]) from None
    reader = next((name for name in ("read_bytes", "read") if hasattr(data, name)), None)
    if reader or not (data is None or isinstance(data, (Mapping, Iterable, int, float, Decimal))):
        instead = f": pass its {reader}()" if reader else ""
        raise TypeError(f"expected JSON as bytes, as text or parsed, got a {type(data).__name__}{instead}")
    return data


def _parsed(data: bytes | str) -> Any:
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        return json.loads(
            text.removeprefix("\ufeff"),
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_constant,
            object_pairs_hook=_object,
        )
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start + 1} is not UTF-8: 0x{error.object[error.start]:02X}") from None
    except json.JSONDecodeError as error:
        what = error.msg[:1].lower() + error.msg[1:]
        raise ValueError(f"line {error.lineno}, column {error.colno}: {what}") from None
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        given: dict[str, list[Any]] = {}
        for key, value in pairs:
            given.setdefault(key, []).append(value)
        found |= {key: _Twice(tuple(values)) for key, values in given.items() if len(values) > 1}
    return found


def _decimal(digits: str) -> Decimal:
    try:
        return Decimal(digits)
    except InvalidOperation:
        raise ValueError(f"it contains a number that is too large: {excerpt(digits)}") from None


def _integer(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"it contains a number that is too large: {excerpt(digits)}")
    return int(digits)


def _constant(name: str) -> None:
    raise ValueError(f"it holds {name}, which is not JSON")


def walk(payload: object) -> Iterator[tuple[tuple[Any, ...], object]]:
    """Every value of a payload in its order, itself first, with the way there: ``((), 'request_data'), 'vendor'``."""
    waiting: list[tuple[tuple[Any, ...], object]] = [((), payload)]
    while waiting:
        way, value = waiting.pop()
        yield way, value
        if isinstance(value, Mapping):
            waiting += [((way, key), below) for key, below in reversed([*value.items()])]
        elif isinstance(value, (list, tuple)):
            waiting += [((way, index), value[index]) for index in reversed(range(len(value)))]
        elif isinstance(value, _Twice):
            waiting += [(way, one) for one in reversed(value.values)]


def doubled(payload: object) -> list[tuple[str, str]]:
    """A fault for each key that stood twice in its object: which of the two counts is not for us to say."""
    found: list[tuple[str, str]] = []
    for way, value in walk(payload):
        if isinstance(value, _Twice):
            found.append((path_of(way), str(value)))
    return found


def path_of(way: tuple[Any, ...]) -> str:
    """The way to a value, as `walk` gives it, as a path: ``.request_data.vendor``."""
    steps = []
    while way:
        way, key = way
        steps.append(step(key))
    return "".join(reversed(steps))


def step(key: object) -> str:
    """A step of a path: ``.name``, ``[0]``, or ``['a key with blanks']``."""
    plain = isinstance(key, str) and len(key) <= _LONGEST and _PLAIN.fullmatch(key)
    return f".{key}" if plain else f"[{excerpt(key)}]"


def has_value(value: object) -> bool:
    """Whether a value is given; Procore writes null or blank text where there is none."""
    return not (value is ABSENT or value is None or (isinstance(value, str) and not value.strip()))


def at(payload: Mapping[str, Any], place: str) -> Any:
    """What is at a place such as ``'erp_custom_fields.vendor_type_origin_id'``, or `ABSENT`.

    ``'request_data[].request_detail_id'`` is a list: the field of each element, None where it has none.

    Raises:
        Faults: Something on the way is neither an object nor null.
    """
    path, each, rest = place.partition("[].")
    value: Any = payload
    walked = ""
    for key in path.split("."):
        if value is None or value is ABSENT:
            return ABSENT
        if not isinstance(value, Mapping):
            raise PayloadFaults(PayloadFaults.expected("an object", value).below(walked))
        value = value.get(key, ABSENT)
        walked += f".{key}"
    if each:
        elements = value if isinstance(value, (list, tuple)) else ()
        return [element.get(rest) if isinstance(element, Mapping) else None for element in elements]
    return value


def whole_number(value: object, _: object = int) -> int:
    """An integer from 0, or its digits in a text, as newer parts of Procore's API write ids. ``35.0`` is none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _INTEGER_LIMIT:
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise PayloadFaults.expected("a whole number", value)


def _text(value: object) -> str:
    # A number is refused: a code that went through a number has lost its zeros ('01', '100.10') for good.
    if not (isinstance(value, str) and value.strip()):
        raise PayloadFaults.expected("a text", value)
    if _HALF_CHARACTER.search(value):
        raise PayloadFaults.expected("a text of whole characters", value)
    return unicodedata.normalize("NFC", value)


def name_text(value: object, _: object = str) -> str:
    """A name, a number or an id: composed letters, one kind of blank, and nothing that cannot be seen.

    Two names that look the same must be the same, for QuickBooks compares them letter by letter.
    """
    text = one_spelling(_text(value))
    if not text.isprintable():
        hidden = next(letter for letter in text if not letter.isprintable())
        what = "a line break" if _LINE_BREAK.match(hidden) else _code_point(hidden)
        raise PayloadFaults.expected(f"a text without {what}", value)
    return text


def _free_text(value: object, _: object = str) -> str | None:
    if value is None:
        return None
    text = _LINE_BREAK.sub("\n", _text(value))
    if hidden := _CONTROL.search(text):
        raise PayloadFaults.expected(f"a text without {_code_point(hidden[0])}", value)
    return text


def _code_point(letter: str) -> str:
    return f"the invisible character U+{ord(letter):04X}"


def _flag(value: object, _: object) -> bool:
    if isinstance(value, bool):
        return value
    raise PayloadFaults.expected("true or false", value)


def _amount(value: object, _: object) -> Decimal:
    number = Decimal("NaN")
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        number = Decimal(repr(value) if isinstance(value, float) else value)
    elif isinstance(value, str) and _AMOUNT.fullmatch(value):
        number = Decimal(value)
    # No sum of money has thirty digits; one that has would only burst what prints it.
    if number.is_finite() and number.adjusted() in _EXPONENTS and number.as_tuple().exponent in _EXPONENTS:
        return number or number.copy_abs()  # there is no -0 of money
    raise PayloadFaults.expected("an amount like '250.0'", value)


def _day(value: object, _: object) -> date:
    # A moment is refused: which day it falls on depends on a zone that nobody named.
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return _of_our_time(date.fromisoformat(value), value)
    except ValueError:
        pass
    raise PayloadFaults.expected("a date like '2026-03-31'", value)


def _moment(value: object, _: object) -> datetime:
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return _of_our_time(datetime.fromisoformat(value), value)
    except ValueError:
        pass
    raise PayloadFaults.expected("a moment with its zone like '2026-03-31T09:30:00Z'", value)


def _of_our_time(day: D, value: str) -> D:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return day
    raise PayloadFaults.expected(f"a date between {FIRST_YEAR} and {LAST_YEAR}", value)


def number_as_text(value: object, _: object = str) -> str | None:
    """The text of a number that people give, such as a change order's, which Procore also writes as an integer."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return None if value is None else str(whole_number(value)) if is_number else name_text(value)


def day_as_written(value: object, _: object = date) -> date | None:
    """A date, or the day of a moment as it is written: only for days that nothing is booked on."""
    if value is None:
        return None
    return _moment(value, datetime).date() if isinstance(value, str) and "T" in value else _day(value, date)


def _choice(value: object, kind: type[StrEnum]) -> StrEnum:
    for choice in kind:
        if choice == value:
            return choice
    raise PayloadFaults.expected(f"one of {', '.join(kind)}", value)


_HOOKS: Mapping[Any, Hook] = {
    int: whole_number,
    str: name_text,
    StrEnum: _choice,
    bool: _flag,
    Decimal: _amount,
    date: _day,
    datetime: _moment,
}


def strict_converter(places: Places, left_out: Mapping[type, str], readers: Readers | None = None) -> Converter:
    """A converter that reads attrs classes from JSON and raises `PayloadFaults` for everything wrong.

    Args:
        places: By class and attribute, where a field stands if not under its own name: dotted, from the
            object that holds it. Of several places the first that says something counts.
        left_out: By class, the field that takes an element out of an array when it says something.
        readers: By class and attribute, how a field is read if not by its type.
    """
    from cattrs import Converter  # late: who only imports us does not wait for it

    converter = Converter(detailed_validation=True)
    for kind, hook in _HOOKS.items():
        converter.register_structure_hook(kind, hook)
    converter.register_structure_hook_factory(
        attrs.has,
        lambda cls: _object_hook(cls, converter, places.get(cls, {}), (readers or {}).get(cls, {})),
    )
    converter.register_structure_hook_factory(
        _is_array,
        lambda kind: _array_hook(get_args(kind)[0], converter, places, left_out.get(get_args(kind)[0])),
    )
    return converter


def _is_array(kind: object) -> bool:
    origin: object = get_origin(kind)
    return origin is tuple and get_args(kind)[1:] == (...,)


def _object_hook(
    cls: type, converter: Converter, places: Mapping[str, tuple[str, ...]], readers: Mapping[str, Hook]
) -> Hook:
    from cattrs import ClassValidationError
    from cattrs.gen import make_dict_structure_fn, override

    where = {field.name: places.get(field.name, (field.name,)) for field in attrs.fields(cls)}
    optional = {name for name, kind in get_type_hints(cls).items() if NoneType in get_args(kind)}
    readers = dict.fromkeys(FREE_TEXT & where.keys(), _free_text) | dict(readers)
    overrides = {name: override(struct_hook=reader) for name, reader in readers.items()}
    structure: Hook = make_dict_structure_fn(cls, converter, **overrides)  # type: ignore[arg-type]

    def read(payload: object, _: object) -> object:
        if not isinstance(payload, Mapping):
            raise PayloadFaults.expected("an object", payload)
        faults: list[tuple[str, str]] = []
        found: dict[str, str] = {}
        values: dict[str, Any] = {}
        for name, candidates in where.items():
            try:
                found[name], value = _first(payload, candidates)
            except PayloadFaults as error:
                faults += error.faults
                continue
            if value is not ABSENT:
                values[name] = value if has_value(value) or name not in optional else None
        noun = None
        try:
            noun = structure(values, cls)
        except ClassValidationError as error:
            faults += _explained(error, found)
        if faults:
            raise PayloadFaults(faults)
        return noun

    return read


def _explained(error: ClassValidationError, found: Mapping[str, str]) -> list[tuple[str, str]]:
    faults: list[tuple[str, str]] = []
    explained, strange = error.group_exceptions()
    for cause, note in explained:
        if isinstance(cause, PayloadFaults):
            faults += cause.below(f".{found[note.name]}")
        elif not isinstance(cause, KeyError):
            strange.append(cause)
        elif note.name in found:
            faults.append((f".{found[note.name]}", "is missing"))
    if strange:  # our own fault, which must not look like Procore's
        raise error
    return faults


def _first(payload: Mapping[str, Any], candidates: tuple[str, ...]) -> tuple[str, Any]:
    standing = [(place, value) for place in candidates if (value := at(payload, place)) is not ABSENT]
    speaking = [(place, value) for place, value in standing if has_value(value)]
    return (speaking or standing or [(candidates[0], ABSENT)])[0]


def _array_hook(kind: type, converter: Converter, places: Places, left_out: str | None) -> Hook:
    read_one = converter.get_structure_hook(kind)
    id_place = places.get(kind, {}).get("id", ("id",))[0]

    def read(payload: object, _: object) -> tuple[Any, ...]:
        if payload is None:
            return ()
        if not isinstance(payload, (list, tuple)):
            raise PayloadFaults.expected("a list", payload)
        faults: list[tuple[str, str]] = []
        elements: list[Any] = []
        seen: dict[int, int] = {}
        for index, value in enumerate(payload):
            if left_out and isinstance(value, Mapping) and has_value(value.get(left_out)):
                continue
            try:
                element = read_one(value, kind)
            except PayloadFaults as error:
                faults += error.below(f"[{index}]")
                continue
            elements.append(element)
            procore_id = getattr(element, "id", None)
            if procore_id is not None and seen.setdefault(procore_id, index) != index:
                faults.append((f"[{index}].{id_place}", f"is at [{seen[procore_id]}] already, got {procore_id}"))
        if faults:
            raise PayloadFaults(faults)
        return tuple(elements)

    return read
