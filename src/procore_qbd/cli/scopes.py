"""What a token or a login is for, in the words that a person writes: ``read-only``, ``adds=Vendor,OtherName``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from procore_qbd.cli.files import UnusableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from procore_qbd.transports.base import Transport

__all__ = ["scope_of"]

_ACTS: Final = ("reads", "adds", "mods", "deletes")


def scope_of(
    words: Sequence[str], *, read_only: bool = False, before: str = ""
) -> Callable[[Transport], Transport] | None:
    """What limits a transport to what some words say; None where they say nothing, which is everything.

    Args:
        words: ``read-only`` alone, or some of ``reads``, ``adds``, ``mods`` and ``deletes``, each also with kinds.
        read_only: Whether it may read at the most, whatever the words say.
        before: What a message says in front of what it expected.

    Raises:
        UnusableError: The words say something else, or there is no such kind of record.
    """
    from procore_qbd.transports import Memory, Only

    allowed: dict[str, Any] = dict.fromkeys(_ACTS, False)
    for word in ["reads"] if list(words) == ["read-only"] else words:
        act, has_kinds, kinds = word.partition("=")
        if act not in _ACTS:
            raise UnusableError(
                f"expected {before}read-only alone, or {', '.join(_ACTS)}, each also with kinds of records, as "
                f"adds=Vendor,Bill; got {word!r}"
            )
        allowed[act] = frozenset(kinds.split(",")) if has_kinds else True
    if read_only:
        allowed = dict.fromkeys(_ACTS, False) | {"reads": allowed["reads"] if words else True}
    elif not words:
        return None
    try:
        Only(Memory(bytes), **allowed)
    except ValueError as error:
        raise UnusableError(str(error)) from None
    return lambda company: Only(company, **allowed)
