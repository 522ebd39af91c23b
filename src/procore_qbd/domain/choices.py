"""Settings that people write: each value as its kind says, and everything wrong with them told at once.

A class of settings is an attrs class on `Choices`. Its table says what each field may hold: a function that yields the
value, or raises ValueError with what is wrong.
"""

from __future__ import annotations

import codecs
import difflib
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from procore_qbd.errors import BooksError, SettingsError

if TYPE_CHECKING:
    from enum import StrEnum

__all__ = ["Choices", "Kinds", "one_of"]

Kinds = Mapping[str, Callable[[object], object]]
"""What each field may hold."""


def one_of(kind: type[StrEnum]) -> Callable[[object], StrEnum]:
    """One of a few words."""

    def choice(value: object) -> StrEnum:
        if not isinstance(value, str) or value not in [*kind]:
            raise ValueError(f"expected one of {', '.join(kind)}, got {value!r}")
        return kind(value)

    return choice


class Choices:
    """What classes of settings share."""

    __slots__ = ()

    _kinds: ClassVar[Kinds]
    _subject: ClassVar[str]
    _error: ClassVar[type[BooksError | SettingsError]]

    def __attrs_post_init__(self) -> None:
        """Every field as its kind says, or all faults at once."""
        faults = []
        for name, kind in self._kinds.items():
            try:
                object.__setattr__(self, name, kind(getattr(self, name)))
            except ValueError as error:
                faults.append(f"{name}: {error}")
        if faults := faults or self._contradictions():
            raise self._error(self._subject, faults)

    def _contradictions(self) -> list[str]:
        """What is wrong with the fields together, each of which is right by itself."""
        return []

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """Settings from plain data, as JSON or TOML have it.

        Raises:
            BooksError: A key is unknown, or the values will not do; everything wrong is listed. `SettingsError` with
                `ToolSettings`.
        """
        faults = [f"{key}: {cls._unknown(key)}" for key in data if key not in cls._kinds]
        try:
            chosen = cls(**{key: value for key, value in data.items() if key in cls._kinds})
        except cls._error as error:
            raise cls._error(cls._subject, faults + list(map(str, error.faults))) from None
        if faults:
            raise cls._error(cls._subject, faults)
        return chosen

    @classmethod
    def from_toml(cls, data: bytes, rest: Mapping[str, Any] | None = None) -> Self:
        """Settings from a TOML file, in UTF-8 with or without its mark, or in UTF-16 with its mark.

        Args:
            data: The file.
            rest: What holds where the file says nothing, as plain data; None for what holds as a rule.

        Raises:
            BooksError: It is in another encoding, it is no TOML, or it holds what `from_mapping` refuses. A fault
                begins with its line where that is known. `SettingsError` with `ToolSettings`.
        """
        import tomllib

        try:
            text = _decoded(data)
        except ValueError as error:
            raise cls._error(cls._subject, [str(error)]) from None
        try:
            return cls.from_mapping({**(rest or {}), **tomllib.loads(text)})
        except cls._error as error:
            faults = sorted((_line(str(fault), text), str(fault)) for fault in error.faults)
            raise cls._error(cls._subject, [f"line {line}: {one}" if line else one for line, one in faults]) from None
        except tomllib.TOMLDecodeError as error:
            raise cls._error(cls._subject, [f"is not TOML: {error}"]) from None
        except (ValueError, RecursionError):
            words = "is not TOML that can be read: a number is too long, or the brackets are nested too deeply"
            raise cls._error(cls._subject, [words]) from None

    @classmethod
    def _unknown(cls, key: object) -> str:
        """What is said of a setting that does not exist."""
        near = difflib.get_close_matches(str(key).strip().casefold().replace("-", "_"), cls._kinds, n=1)
        return (
            f"not a setting; did you mean {near[0]}?" if near else f"not a setting; there are {', '.join(cls._kinds)}"
        )


# --- files -----------------------------------------------------------------------------------------------------------

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_REMEDY = "save the file as UTF-8 (in Notepad: Save as, Encoding: UTF-8)"


def _decoded(data: bytes) -> str:
    """A file's text, by the mark at its beginning; without one it is UTF-8.

    Raises:
        ValueError: It is neither.
    """
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    if b"\0" in data and encoding != "utf-16":
        raise ValueError(f"is in an encoding that is not marked, perhaps UTF-16: {_REMEDY}")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-16":
            raise ValueError(f"begins as UTF-16 but is not: {_REMEDY}") from None
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start]
        raise ValueError(
            f"line {line}: byte 0x{byte:02X} is not UTF-8, perhaps Windows-1252 (ANSI): {_REMEDY}"
        ) from None
    return text.replace("\r\n", "\n")


def _line(fault: str, text: str) -> int:
    """The number of the line where the key of a fault stands; 0 where it is not one line."""
    key = re.escape(fault.partition(":")[0])
    found = [
        number
        for number, line in enumerate(text.split("\n"), 1)
        if re.match(rf"""\s*\[?\s*(["']?){key}\1\s*[=.\]]""", line)
    ]
    return found[0] if len(found) == 1 else 0
