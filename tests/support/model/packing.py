"""A state as one integer: each field is a few bits of it, so that millions of states fit into memory."""

from __future__ import annotations

__all__ = ["Field", "Layout"]


class Field:
    """Some bits of a state."""

    __slots__ = ("clear", "mask", "shift")

    def __init__(self, shift: int, bits: int) -> None:
        self.shift = shift
        self.mask = (1 << bits) - 1
        self.clear = ~(self.mask << shift)

    def of(self, state: int) -> int:
        """What stands there."""
        return state >> self.shift & self.mask

    def put(self, state: int, value: int) -> int:
        """The state with another value there."""
        return state & self.clear | value << self.shift

    def more(self, state: int, by: int = 1) -> int:
        """The state with a value that is higher by so much; it must have room for that."""
        return state + (by << self.shift)


class Layout:
    """Gives each field its bits, one after the other."""

    def __init__(self) -> None:
        self.used = 0

    def field(self, bits: int) -> Field:
        """The next bits."""
        self.used += bits
        return Field(self.used - bits, bits)

    def fields(self, count: int, bits: int) -> tuple[Field, ...]:
        """As many fields of a kind."""
        return tuple(self.field(bits) for _ in range(count))

    def since(self, before: int) -> Field:
        """All bits that were given since so many were in use, as one field."""
        return Field(before, self.used - before)
