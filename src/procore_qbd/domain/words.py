"""Closed lists of Procore's names: one canonical spelling each, and Procore's variants of it understood."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Self, cast

import attrs

from procore_qbd.errors import QuestionError

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from enum import Enum

__all__ = ["Unlisted", "Word", "plain", "shown"]

_LONGEST = 60


def plain(text: str) -> str:
    """A name without case and punctuation: ``'Read-only'``, ``'READ_ONLY'`` and ``'read only'`` are the same."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def shown(value: object) -> str:
    """A value as a message shows it, short."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class Word:
    """What the closed lists have in common; mixed into an enum.

    ``Level('standard')`` and ``Level.of('standard')`` find `Level.STANDARD`. What is not in the list is an error that
    names it and the nearest one that is.
    """

    @classmethod
    def what(cls) -> str:
        """What the list is of, for messages."""
        raise NotImplementedError

    @classmethod
    def variants(cls) -> Mapping[str, str]:
        """Other spellings that Procore has for one of the names."""
        return {}

    @property
    def label(self) -> str:
        """The name as people read it."""
        return str(cast("Enum", self).value)

    @classmethod
    def of(cls, name: object) -> Self:
        """The word of a name, in any of its spellings.

        Raises:
            QuestionError: There is no such name.
        """
        if isinstance(name, cls):
            return name
        if not isinstance(name, str):
            raise QuestionError(cls.what(), f"expected a name, got {shown(name)}")
        spellings = _spellings(cast("Hashable", cls))
        try:
            return cast("Self", spellings[plain(name)])
        except KeyError:
            import difflib  # late: only a mistake asks for it

            found = difflib.get_close_matches(plain(name), spellings, n=1, cutoff=0)
            raise QuestionError(cls.what(), f"unknown {shown(name)}", spellings[found[0]].label) from None

    @classmethod
    def _missing_(cls, value: object) -> Self:
        return cls.of(value)


@cache
def _spellings(cls: Any) -> dict[str, Word]:
    members: dict[str, Any] = dict(cast("type[Enum]", cls).__members__)
    by_label = {plain(member.label): member for member in members.values()}
    variants = {plain(variant): by_label[plain(label)] for variant, label in cls.variants().items()}
    return {plain(name): member for name, member in members.items()} | variants | by_label


@attrs.frozen
class Unlisted:
    """The name of a tool or a granular permission that this library does not list, given on purpose.

    A reader keeps with it what Procore has and this library does not know; a plain text of the same name is refused as
    a mistake of spelling.
    """

    name: str = attrs.field(
        validator=attrs.validators.and_(attrs.validators.instance_of(str), attrs.validators.min_len(1))
    )

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.name
