"""The kinds of value that qbXML knows, one class each, both directions in the class.

A row is a column heading of the wire: its tag, its kind, and every published fact about it. Records (`records.py`) are
made of rows. Reading is lenient, because QuickBooks does not keep its own schema (``18.0%``, offsets without a colon);
writing is strict, because it refuses what does not fit. Nothing is ever rounded, cut or guessed.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import Flag, StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import attrs

from procore_qbd.qbxml.rows.dialect import Edition, lasts, parse_version
from procore_qbd.qbxml.rows.violations import Rule, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "ADD",
    "ALL",
    "BARE",
    "COMMAND",
    "CONTACT_ID",
    "EVERYWHERE",
    "MOD",
    "NEVER",
    "NEW_LINE",
    "ONLINE",
    "QUERY",
    "RET",
    "WRITE",
    "Amount",
    "Attribute",
    "Choice",
    "Day",
    "Float",
    "Guid",
    "Id",
    "Integer",
    "Macro",
    "Moment",
    "Percent",
    "Price",
    "Quantity",
    "Row",
    "Shape",
    "Text",
    "TimeInterval",
    "Value",
    "Words",
    "YesNo",
    "as_it_stood",
    "created_at",
    "escape",
    "escape_attribute",
    "unescape",
    "unstorable",
]


class Shape(Flag):
    """The shapes a record takes on the wire.

    ``VendorAdd``, ``VendorMod``, ``VendorRet``; a query and a command are requests themselves, ``VendorQueryRq`` and
    ``TxnVoidRq``. A query alone leaves the company file as it was.
    """

    ADD = 1
    MOD = 2
    QUERY = 4
    RET = 8
    COMMAND = 16

    __hash__ = object.__hash__  # there is one of each; Enum's own is Python, and every look into a table asks for it


ADD, MOD, QUERY, RET, COMMAND = Shape
"""The shapes of records, each by its own name; see `Shape`."""
NEVER = Shape(0)
BARE = QUERY | COMMAND
"""The shapes that are requests themselves; an Add or a Mod stands inside one."""
WRITE = ADD | MOD | BARE
ALL = WRITE | RET
EVERYWHERE = Edition.US | Edition.CA | Edition.UK | Edition.AU
ONLINE = Edition(0)

# --- characters ------------------------------------------------------------------------------------------------------
#
# QuickBooks stores Windows-1252 and writes characters beyond ASCII as numeric references to those bytes: `&#153;` is ™,
# though XML reads it as the control character U+0099. Both directions are mended here and nowhere else.

_WINDOWS = {
    byte: bytes([byte]).decode("cp1252") for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_TO_WINDOWS = {character: byte for byte, character in _WINDOWS.items()}
_NOT_PLAIN = re.compile(r"[^\t\n\x20-\x25\x27-\x3b\x3d\x3f-\x7e]")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_UNSTORABLE = re.compile("[^\t\n\r\x20-\x7e\xa0-\xff" + "".join(_TO_WINDOWS) + "]")


def _reference(found: re.Match[str]) -> str:
    character = found[0]
    return _NAMED.get(character) or f"&#{_TO_WINDOWS.get(character, ord(character))};"


def escape(text: str) -> str:
    """Text as qbXML's ASCII; a carriage return survives as ``&#13;``."""
    return _NOT_PLAIN.sub(_reference, text)


def escape_attribute(text: str) -> str:
    """The same within double quotes, where a parser would make blanks of tabs and line ends."""
    return escape(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def unescape(text: str) -> str:
    """Text as it was meant, from what an XML parser made of QuickBooks' references."""
    return text if text.isascii() else text.translate(_WINDOWS)


def unstorable(text: str) -> str:
    """The characters that QuickBooks cannot store, each once, in order; ``''`` if all is well."""
    return "".join(dict.fromkeys(_UNSTORABLE.findall(text)))


# --- values that are more than a Python type -------------------------------------------------------------------------


@attrs.frozen
class Macro:
    """A name given by ``defMacro`` in the same message set, for an id that QuickBooks has not given out yet."""

    name: str


_MOMENT = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T(\d{1,2})(?::(\d{1,2})(?::(\d{1,2}))?)?)?([+-]\d{1,2}:?\d{2}|Z)?", re.ASCII
)


@attrs.frozen
class Moment:
    """A date and time as QuickBooks wrote it, beside what it means.

    The wall clock is right; the printed offset ignores daylight saving for half the year, so no instant can be taken
    from it. Send ``raw`` back as it came, or a wall time without offset, which QuickBooks takes as its own local time.

    Attributes:
        raw: The text on the wire.
    """

    raw: str

    def __attrs_post_init__(self) -> None:
        if self._parts() is None:
            raise ValueError(f"expected a date and time like '2026-11-23T08:15:00', got {quoted(self.raw)}")

    def _parts(self) -> tuple[dt.datetime, str | None] | None:
        found = _MOMENT.fullmatch(self.raw)
        if found is None:
            return None
        *numbers, offset = found.groups()
        try:
            return dt.datetime(*(int(number or 0) for number in numbers)), offset  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            return None

    @classmethod
    def local(cls, moment: dt.datetime) -> Moment:
        """A wall time of the machine that runs QuickBooks, without offset.

        Raises:
            ValueError: It has a time zone; convert it to the machine's own and drop the zone first.
        """
        if moment.tzinfo is not None:
            raise ValueError(f"expected a local time of the QuickBooks machine, without a zone, got {moment}")
        return cls(moment.replace(microsecond=0).isoformat())

    @classmethod
    def since(cls, instant: dt.datetime, zone: dt.tzinfo, overlap: dt.timedelta = dt.timedelta(hours=2)) -> Moment:
        """What a filter asks for, to miss nothing that changed since an instant: a wall time somewhat before it.

        Two hours cover the hour that QuickBooks' offsets are wrong by and the one that is there twice in autumn. What
        comes back a second time is known again by its EditSequence.

        Args:
            instant: With a zone, any zone.
            zone: The zone of the machine that runs QuickBooks, a `zoneinfo.ZoneInfo` for instance.
            overlap: How much earlier.

        Raises:
            ValueError: The instant has no zone.
        """
        if instant.utcoffset() is None:
            raise ValueError(f"expected an instant with a zone, got {instant}")
        return cls.local((instant - overlap).astimezone(zone).replace(tzinfo=None))

    def instant(self, zone: dt.tzinfo) -> dt.datetime:
        """When it was, by the wall clock and the zone of the machine that runs QuickBooks, whatever offset was printed.

        Of the hour that is there twice in autumn this is the first; `created_at` of the record's id is never in doubt.
        """
        return self.wall.replace(tzinfo=zone)

    @property
    def wall(self) -> dt.datetime:
        """The wall clock of the machine that runs QuickBooks; it has no zone, on purpose."""
        parts = self._parts()
        assert parts is not None  # noqa: S101  the constructor saw to it
        return parts[0]

    @property
    def printed_offset(self) -> str | None:
        """The offset that QuickBooks printed, true only in winter; None where it printed none."""
        parts = self._parts()
        return parts[1] if parts else None


_STAMPED_ID = re.compile(r"[0-9A-Fa-f]+-([0-9]{1,10})")


def created_at(quickbooks_id: str) -> dt.datetime | None:
    """When a record was made, from its ListID, TxnID or TxnLineID, in UTC: the second half counts seconds since 1970.

    None for an id of another form. Of a record that came from elsewhere (an old company file, a restored one) it may be
    the moment when this file first had it.
    """
    found = _STAMPED_ID.fullmatch(quickbooks_id)
    return dt.datetime.fromtimestamp(int(found[1]), dt.UTC) if found else None


# --- rows ------------------------------------------------------------------------------------------------------------

T = TypeVar("T")


def as_it_stood(now: T, before: Mapping[str, Mapping[str, Any]], version: str) -> T:
    """What is said of a row or a record, with what was otherwise in a version; see ``Row.before``."""
    then = [changed for changed in before if parse_version(version) < parse_version(changed)]
    return attrs.evolve(now, **before[min(then, key=parse_version)]) if then else now  # type: ignore[misc]


@attrs.frozen
class Row:
    """What is known of one element, whatever its kind.

    Attributes:
        tag: The element's name.
        shapes: The messages that have it.
        required: The messages that must have it; inside a branch of a choice, only when the branch is chosen.
        since: The first version of qbXML with it.
        later: The first version of the messages that had it later: ``{MOD: "7.0"}``.
        until: The last one, None while it lasts.
        before: What was otherwise in earlier versions: ``{"7.0": {"required": ADD}}`` was required before 7.0, and
            ``{"13.0": {"required": MOD}, "12.0": {}}`` in 12.0 alone.
        editions: The editions that know it.
        online: The messages in which no edition knows it although others have it: QuickBooks Online only.
        at_most: How often it may stand where it repeats, None for as often as you like.
    """

    tag: str
    shapes: Shape = attrs.field(default=ALL, kw_only=True)
    required: Shape = attrs.field(default=NEVER, kw_only=True)
    since: str = attrs.field(default="1.0", kw_only=True)
    later: Mapping[Shape, str] = attrs.field(factory=dict, kw_only=True, hash=False)
    until: str | None = attrs.field(default=None, kw_only=True)
    before: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict, kw_only=True, hash=False)
    editions: Edition = attrs.field(default=EVERYWHERE, kw_only=True)
    online: Shape = attrs.field(default=NEVER, kw_only=True)
    at_most: int | None = attrs.field(default=None, kw_only=True)

    def known(self, shape: Shape) -> Edition:
        """The editions that know it in a message."""
        return ONLINE if shape in self.online else self.editions

    def first(self, shape: Shape) -> str:
        """The first version with it in a message."""
        return next((version for shapes, version in self.later.items() if shape in shapes), self.since)

    def at(self, version: str) -> Self:
        """The row as it stood in a version."""
        return as_it_stood(self, self.before, version)


class Value(Row):
    """A row that holds one value: text on the wire, a Python value here."""

    status: ClassVar[int | None] = None
    """The statusCode with which QuickBooks refuses a value that it cannot convert."""
    erasable: ClassVar[bool] = True
    """Whether the schema's type takes the empty element, which clears the field in a Mod."""
    trimmed: ClassVar[bool] = False
    """Whether blanks around the value do not matter."""
    expects: ClassVar[str] = ""
    """What a good value looks like, for messages."""
    lexical: ClassVar[re.Pattern[str] | None] = None
    """What the published schema lets through; None for anything."""

    def read(self, text: str) -> Any:
        """The value, from trimmed, non-empty text; leniently.

        Raises:
            ValueError: The text says nothing of this kind.
        """
        raise NotImplementedError

    def reader(self) -> Callable[[str], Any]:
        """The quickest function that reads the usual, and all else as `read` does."""
        return self.read

    def write(self, value: Any) -> str:
        """The text of a value that has no `fault`."""
        raise NotImplementedError

    def fault(self, value: Any, edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """What is wrong with a value, as rule, message and statusCode; None if it can be written."""
        raise NotImplementedError

    def fault_in(
        self, shape: Shape, value: Any, edition: Edition | None = None, /
    ) -> tuple[Rule, str, int | None] | None:
        """The same in a message of a shape, for the kinds of which messages take different values."""
        del shape
        return self.fault(value, edition)

    def unreadable(self, text: str) -> ValueError:
        """The error that `read` raises."""
        return ValueError(f"expected {self.expects}, got {quoted(text)}")

    def _wrong(self, value: object) -> tuple[Rule, str, int | None]:
        return Rule.FORMAT, f"expected {self.expects}, got {quoted(value)}", self.status


@attrs.frozen
class Text(Value):
    """Text of a greatest length; ``lengths`` has it by edition where editions differ.

    ``colon=False`` is said of the names that full names are made of, ``Customer:Job``; the schema does not know it.
    What is ``secret`` no message repeats.
    """

    status: ClassVar[int | None] = 3070
    expects: ClassVar[str] = "text"

    max: int | None = None
    lengths: dict[Edition, int] = attrs.field(factory=dict, kw_only=True, hash=False)
    colon: bool = attrs.field(default=True, kw_only=True)
    secret: bool = attrs.field(default=False, kw_only=True)

    def read(self, text: str) -> str:
        """Text stays as it is."""
        return unescape(text)

    def write(self, value: str) -> str:
        """Text stays as it is; `escape` comes after."""
        return value

    def longest(self, edition: Edition | None) -> int | None:
        """The greatest length in an edition; the most that any edition takes where none is named."""
        if edition is None and self.lengths and self.max is not None:
            return max(self.max, *self.lengths.values())
        return next((length for where, length in self.lengths.items() if edition and edition in where), self.max)

    def fault(self, value: object, edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """Too long, or with characters that QuickBooks cannot store."""
        if not isinstance(value, str):
            return self._wrong(value)
        longest = self.longest(edition)
        if longest is not None and len(value) > longest:
            return Rule.TOO_LONG, f"at most {longest} characters, got {self._said(value)} ({len(value)})", self.status
        if strangers := unstorable(value):
            return Rule.CHARACTERS, f"QuickBooks cannot store {quoted(strangers)}, got {self._said(value)}", 3080
        return None

    def _said(self, value: str) -> str:
        return "what is not shown here" if self.secret else quoted(value)


_ID = r"[0-9A-Fa-f]+-[0-9]+|[0-9]+"
NEW_LINE = "-1"
"""The id of a line that a Mod adds."""
CONTACT_ID = re.compile(rf"{_ID}|[0-9A-Za-z]{{16}}")
"""The ids of contacts: those that QuickBooks made of its old fields have sixteen letters and digits."""


@attrs.frozen
class Id(Text):
    """A ListID, TxnID or TxnLineID; in the messages that ``macro`` names, a `Macro` may stand for it.

    QuickBooks makes ids of a hexadecimal number, a dash and the second in which the record was made; very old ones are
    a number alone. What is neither cannot have come from it, and it refuses that with 3000. In a reply nothing of it
    is asked.

    Attributes:
        form: What an id looks like.
        clears: The messages in which an empty one is right: it clears what the record refers to.
    """

    status: ClassVar[int | None] = 3000
    expects: ClassVar[str] = "an id as QuickBooks gives it, like '80000015-1197757780'"
    max: int | None = 36
    macro: Shape = attrs.field(default=NEVER, kw_only=True)
    form: re.Pattern[str] = attrs.field(default=re.compile(_ID), kw_only=True)
    clears: Shape = attrs.field(default=NEVER, kw_only=True)

    @property
    def marks_new_lines(self) -> bool:
        """Whether ``-1`` is an id too: that of a line which a Mod adds."""
        return self.tag == "TxnLineID" and MOD in self.required

    def fault(self, value: object, edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """As text, of the form of an id; or a macro where one is allowed."""
        if isinstance(value, Macro) and self.macro:
            return Text(self.tag).fault(value.name)
        if (fault := super().fault(value, edition)) is not None or not isinstance(value, str):
            return fault
        fits = self.form.fullmatch(value) or (value == NEW_LINE and self.marks_new_lines)
        return None if fits else self._wrong(value)

    def fault_in(
        self, shape: Shape, value: Any, edition: Edition | None = None, /
    ) -> tuple[Rule, str, int | None] | None:
        """The same; but a reply may hold any id, and where that clears something, an empty one is right."""
        if shape is RET or (value == "" and shape in self.clears):
            return super().fault(value, edition) if isinstance(value, str) else self.fault(value, edition)
        return self.fault(value, edition)


@attrs.frozen
class Attribute(Text):
    """An attribute of the record's own element, ``defMacro`` for instance."""


class _Words(dict[str, Any]):
    """Words and what they mean; what is none of them is read as usual."""

    def __init__(self, words: Mapping[str, Any], otherwise: Callable[[str], Any]) -> None:
        super().__init__(words)
        self._otherwise = otherwise

    def __missing__(self, text: str) -> Any:
        return self._otherwise(text.strip())


_YES_NO = {"true": True, "1": True, "false": False, "0": False}


class YesNo(Value):
    """A boolean."""

    status: ClassVar[int | None] = 3010
    trimmed: ClassVar[bool] = True
    expects: ClassVar[str] = "true or false"
    lexical: ClassVar[re.Pattern[str] | None] = re.compile(r"true|false|1|0")

    def read(self, text: str) -> bool:
        """``1`` and ``0`` are understood, and any case."""
        try:
            return _YES_NO[text.lower()]
        except KeyError:
            raise self.unreadable(text) from None

    def reader(self) -> Callable[[str], Any]:
        """The words are looked up."""
        return _Words(_YES_NO, self.read).__getitem__

    def write(self, value: bool) -> str:
        """The words."""
        return "true" if value else "false"

    def fault(self, value: object, _edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """Nothing but a boolean."""
        return None if isinstance(value, bool) else self._wrong(value)


@attrs.frozen
class Integer(Value):
    """A whole number, ``least`` and ``most`` where the schema has limits."""

    status: ClassVar[int | None] = 3085
    erasable: ClassVar[bool] = False
    trimmed: ClassVar[bool] = True
    expects: ClassVar[str] = "a whole number like '12'"
    lexical: ClassVar[re.Pattern[str] | None] = re.compile(r"[+-]?[0-9]+")

    least: int | None = attrs.field(default=None, kw_only=True)
    most: int | None = attrs.field(default=None, kw_only=True)

    def read(self, text: str) -> int:
        """Digits with a sign."""
        if re.fullmatch(r"[+-]?[0-9]+", text):
            return int(text)
        raise self.unreadable(text)

    def write(self, value: int) -> str:
        """Digits."""
        return str(value)

    def fault(self, value: object, _edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """Nothing but an int, within its limits."""
        if not isinstance(value, int) or isinstance(value, bool):
            return self._wrong(value)
        if self.least is not None and value < self.least:
            return Rule.FORMAT, f"at least {self.least}, got {quoted(value)}", self.status
        if self.most is not None and value > self.most:
            return Rule.FORMAT, f"at most {self.most}, got {quoted(value)}", self.status
        return None


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


@attrs.frozen
class _Number(Value):
    """A decimal number of so many digits before and after the point."""

    places: ClassVar[int]

    whole: int = attrs.field(default=28, kw_only=True)

    def _once(self, version: str, whole: int) -> Self:
        """The row as it stood; before 7.0 there were fewer digits before the point."""
        then = super().at(version)
        return then if lasts(version, "7.0", None) else attrs.evolve(then, whole=whole)

    def read(self, text: str) -> Decimal:
        """Any decimal number, exactly."""
        if (text.isascii() and text.replace(".", "", 1).isdigit()) or _DECIMAL.fullmatch(text):
            return Decimal(text)
        raise self.unreadable(text)

    def write(self, value: Decimal) -> str:
        """All its digits, and no exponent."""
        text = f"{value:f}"
        return text if -int(value.as_tuple().exponent) <= self.places else text.rstrip("0").rstrip(".")

    def fault(self, value: object, _edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """A Decimal with no more digits than the wire takes; it is never rounded for the caller."""
        if not isinstance(value, Decimal) or not value.is_finite():
            return self._wrong(value)
        _, digits, exponent = value.as_tuple()
        zeros = len(digits) - len("".join(map(str, digits)).rstrip("0")) if any(digits) else len(digits)
        if -int(exponent) - zeros > self.places and value:
            return Rule.FORMAT, f"at most {self.places} decimals, got {quoted(value)}", self.status
        if value and value.adjusted() >= self.whole:
            return Rule.FORMAT, f"at most {self.whole} digits before the point, got {quoted(value)}", self.status
        return None


@attrs.frozen
class Amount(_Number):
    """Money: cents exactly."""

    status: ClassVar[int | None] = 3040
    expects: ClassVar[str] = "an amount like '12.50'"
    lexical: ClassVar[re.Pattern[str] | None] = re.compile(r"[+-]?[0-9]{1,13}(\.[0-9]{2})?")
    places: ClassVar[int] = 2

    whole: int = attrs.field(default=13, kw_only=True)

    def at(self, version: str) -> Self:
        """Eight digits before 7.0."""
        return self._once(version, 8)

    def write(self, value: Decimal) -> str:
        """Always two decimals; the schema refuses one."""
        return f"{value:.2f}"


class Float(_Number):
    """A decimal number, an exchange rate for instance: the wire has no limit, so it is that of Decimal's arithmetic."""

    status: ClassVar[int | None] = 3085
    trimmed: ClassVar[bool] = True
    expects: ClassVar[str] = "a number like '1.3725'"
    lexical: ClassVar[re.Pattern[str] | None] = _DECIMAL
    places: ClassVar[int] = 28


_FIVE = re.compile(r"[+-]?[0-9]{1,10}(\.[0-9]{1,5})?")


@attrs.frozen
class Price(_Number):
    """A price: up to five decimals."""

    status: ClassVar[int | None] = 3045
    expects: ClassVar[str] = "a price like '12.34567'"
    lexical: ClassVar[re.Pattern[str] | None] = _FIVE
    places: ClassVar[int] = 5

    whole: int = attrs.field(default=10, kw_only=True)

    def at(self, version: str) -> Self:
        """Seven digits before 7.0; a price without thousandths could have eight then, which is not said here."""
        return self._once(version, 7)


class Quantity(Price):
    """A quantity: up to five decimals."""

    status: ClassVar[int | None] = 3060
    expects: ClassVar[str] = "a quantity like '2.5'"


class Percent(Price):
    """A percentage: ``18`` is eighteen percent. QuickBooks itself writes ``18.0%`` at times."""

    status: ClassVar[int | None] = 3050
    expects: ClassVar[str] = "a percentage like '7.5'"

    def read(self, text: str) -> Decimal:
        """A percent sign is understood."""
        return super().read(text.removesuffix("%").rstrip())


class Day(Value):
    """A calendar date."""

    status: ClassVar[int | None] = 3020
    trimmed: ClassVar[bool] = True
    expects: ClassVar[str] = "a date like '2026-11-23'"
    lexical: ClassVar[re.Pattern[str] | None] = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def read(self, text: str) -> dt.date:
        """Year, month and day."""
        try:
            if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():  # noqa: PLR2004  2026-11-23
                return dt.date.fromisoformat(text)
            return dt.date(*map(int, re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text, re.ASCII).groups()))  # type: ignore[union-attr]
        except (AttributeError, ValueError):
            raise self.unreadable(text) from None

    def write(self, value: dt.date) -> str:
        """Year, month and day."""
        return value.isoformat()

    def fault(self, value: object, _edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """A date and nothing more: a date with a time is another kind."""
        return self._wrong(value) if isinstance(value, dt.datetime) or not isinstance(value, dt.date) else None


_USUAL_MOMENT = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(?:[+-][0-9]{2}:[0-9]{2})?"
)


def _moment(raw: str) -> Moment:
    """A moment that is known to be one."""
    moment = Moment.__new__(Moment)
    object.__setattr__(moment, "raw", raw)
    return moment


_MOMENT_SCHEMA = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(T[0-9]{1,2}(:[0-9]{1,2}(:[0-9]{1,2}([+-][0-9]{1,2}:[0-9]{1,2})?)?)?)?"
)


class When(Value):
    """A date and time; see `Moment`."""

    status: ClassVar[int | None] = 3020
    expects: ClassVar[str] = "a date and time like '2026-11-23T08:15:00'"
    lexical: ClassVar[re.Pattern[str] | None] = _MOMENT_SCHEMA

    def read(self, text: str) -> Moment:
        """What QuickBooks wrote is kept."""
        return _moment(text) if _USUAL_MOMENT.fullmatch(text) else Moment(text)

    def write(self, value: Moment) -> str:
        """As it was read or given."""
        return value.raw

    def fault(self, value: object, _edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """QuickBooks takes neither ``Z`` nor fractions of a second."""
        ok = isinstance(value, Moment) and _MOMENT_SCHEMA.fullmatch(value.raw)
        return None if ok else self._wrong(value.raw if isinstance(value, Moment) else value)


_INTERVAL = re.compile(r"([+-]?)PT(?=[0-9])(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)S)?")


@attrs.frozen
class TimeInterval(Value):
    """A span of time, worked or accrued: hours, minutes and seconds; less than nothing since 6.0."""

    status: ClassVar[int | None] = 3035
    trimmed: ClassVar[bool] = True
    expects: ClassVar[str] = "a span of time like 'PT8H30M'"
    lexical: ClassVar[re.Pattern[str] | None] = _INTERVAL

    signed: bool = attrs.field(default=True, kw_only=True)

    def at(self, version: str) -> Self:
        """The row as it stood."""
        then = super().at(version)
        return then if lasts(version, "6.0", None) else attrs.evolve(then, signed=False)

    def read(self, text: str) -> dt.timedelta:
        """Hours, minutes and seconds, each if it is there."""
        found = _INTERVAL.fullmatch(text)
        if found is None:
            raise self.unreadable(text)
        sign, *parts = found.groups()
        hours, minutes, seconds = (int(part or 0) for part in parts)
        try:
            span = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
        except OverflowError:
            raise self.unreadable(text) from None
        return -span if sign == "-" else span

    def write(self, value: dt.timedelta) -> str:
        """Hours and minutes, and seconds if there are any."""
        seconds = abs(value) // dt.timedelta(seconds=1)
        rest = f"{seconds % 60}S" if seconds % 60 else ""
        return f"{'-' * (value < dt.timedelta())}PT{seconds // 3600}H{seconds // 60 % 60}M{rest}"

    def fault(self, value: object, _edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """A span of whole seconds."""
        if isinstance(value, dt.timedelta) and value < dt.timedelta() and not self.signed:
            return Rule.FORMAT, f"must not be negative before qbXML 6.0, got {quoted(value)}", self.status
        return None if isinstance(value, dt.timedelta) and not value.microseconds else self._wrong(value)


_GUID = re.compile(r"0|\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}")


class Guid(Value):
    """A GUID in braces, or ``0``: as an OwnerID, the custom fields that people see."""

    status: ClassVar[int | None] = 3065
    erasable: ClassVar[bool] = False
    expects: ClassVar[str] = "a GUID in braces, or '0'"
    lexical: ClassVar[re.Pattern[str] | None] = _GUID

    def read(self, text: str) -> str:
        """As it stands: case and all."""
        return text

    def write(self, value: str) -> str:
        """As it stands."""
        return value

    def fault(self, value: object, _edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """Braces are part of it."""
        return None if isinstance(value, str) and _GUID.fullmatch(value) else self._wrong(value)


class Words(StrEnum):
    """A closed list whose words came or went at times: ``NEW = "New", "10.0"``, ``OLD = "Old", "1.0", "12.0"``.

    Attributes:
        since: The first version of qbXML with the word.
        until: The last one, None while it lasts.
    """

    since: str
    until: str | None

    def __new__(cls, word: str, since: str = "1.0", until: str | None = None) -> Self:
        """A word, and in which versions it is one."""
        member = str.__new__(cls, word)
        member._value_ = word
        member.since, member.until = since, until
        return member


@attrs.frozen
class Choice(Value):
    """One word of a closed list. A word that a reply has and the list has not is kept as plain text."""

    status: ClassVar[int | None] = 3110
    erasable: ClassVar[bool] = False

    words: type[StrEnum]

    def usual(self, version: str = "99.0") -> Iterator[StrEnum]:
        """The words of a version; without one, those of today."""
        return (word for word in self.words if not isinstance(word, Words) or lasts(version, word.since, word.until))

    @property
    def expects(self) -> str:  # type: ignore[override]
        """The list, or its beginning."""
        words = [word.value for word in self.usual()]
        return "one of " + ", ".join(words[:20] + ["…"] * (len(words) > 20))  # noqa: PLR2004  a screenful

    def read(self, text: str) -> str:
        """The member, or the word itself."""
        try:
            return self.words(text)
        except ValueError:
            return text

    def reader(self) -> Callable[[str], Any]:
        """The words are looked up."""
        return _Words({str(word): word for word in self.words}, self.read).__getitem__

    def write(self, value: str) -> str:
        """The word."""
        return str(value)

    def fault(self, value: object, _edition: Edition | None = None, /) -> tuple[Rule, str, int | None] | None:
        """Only words of the list are written."""
        if isinstance(value, str) and value in self.words._value2member_map_:
            return None
        return Rule.ENUM, f"expected {self.expects}, got {quoted(value)}", self.status
