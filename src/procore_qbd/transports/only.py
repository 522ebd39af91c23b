"""A scope at the wire: a transport that lets through what it is told to, whoever calls.

What a program may do in a company file is decided in many places above; here is the last one, which reads the very
bytes that would leave, and knows nothing of who made them. It lets through what it understands and finds allowed, and
refuses the rest, so also what QuickBooks may read otherwise than it does.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from procore_qbd.errors import OutOfScopeError
from procore_qbd.transports.base import TransportWrapper
from procore_qbd.transports.documents import asked, known_kinds

if TYPE_CHECKING:
    from collections.abc import Collection

    from procore_qbd.transports.base import Transport
    from procore_qbd.transports.documents import Act

__all__ = ["Only"]


class Only(TransportWrapper):
    """A transport with a scope: ``Only(transport)`` reads, and writes nothing.

    Each of the four is False, True, or the kinds of records that it is limited to, as qbXML names them: ``"Vendor"``,
    ``"Bill"``, ``"DataExt"``. A document with one request outside the scope is refused as a whole, before a byte of it
    leaves. The worker changes its fence in every document that writes: its scope needs ``adds`` and ``mods`` of
    ``"OtherName"`` beside what it exports.

    To keep a reply under a message set id, and to forget one, writes too: where nothing may be written, documents
    with such an id are refused, so that a reader cannot throw away what another program may need.

    Args:
        transport: Where a document within the scope goes.
        reads: Queries.
        adds: New records.
        mods: Changes of records.
        deletes: Deleting, voiding and merging records.
        kinds: The kinds of records that all four are limited to besides; None: no limit.

    Raises:
        TypeError: Kinds are given as a text.
        ValueError: There is no such kind of record.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        reads: bool | Collection[str] = True,
        adds: bool | Collection[str] = False,
        mods: bool | Collection[str] = False,
        deletes: bool | Collection[str] = False,
        kinds: Collection[str] | None = None,
    ) -> None:
        given: dict[Act, bool | Collection[str]] = {"read": reads, "add": adds, "mod": mods, "delete": deletes}
        for value in (*given.values(), kinds):
            _must_be_known(value)
        super().__init__(transport)
        self._scope = {act: value if isinstance(value, bool) else frozenset(value) for act, value in given.items()}
        self._kinds = None if kinds is None else frozenset(kinds)

    def __repr__(self) -> str:
        said = [f"{act}s={value if isinstance(value, bool) else sorted(value)}" for act, value in self._scope.items()]
        said += [f"kinds={sorted(self._kinds)}"] if self._kinds is not None else []
        return f"Only({type(self.transport).__name__}, {', '.join(said)})"

    def allows(self, act: Act | None, kind: str) -> bool:
        """Whether something may be done with a kind of record; what nobody understands may not."""
        scope = self._scope.get(act, False) if act is not None else False
        within = scope if isinstance(scope, bool) else kind in scope
        return within and (self._kinds is None or kind in self._kinds)

    @property
    def may_write(self) -> bool:
        """Whether anything may be written at all."""
        return any(self._scope[act] for act in ("add", "mod", "delete"))

    def _prepare(self, document: bytes) -> None:
        try:
            wanted = asked(document)
        except ValueError as error:
            raise OutOfScopeError(f"the document cannot be judged: {error}") from None
        if wanted.faults:
            raise OutOfScopeError(f"the document cannot be judged: {'; '.join(wanted.faults)}")
        outside = [f"{one.act} {one.kind}" for one in wanted.requests if not self.allows(one.act, one.kind)]
        if outside:
            raise OutOfScopeError(f"not within the scope of this transport: {', '.join(dict.fromkeys(outside))}")
        if (wanted.set_id or wanted.old_set_id) and not self.may_write:
            raise OutOfScopeError("a message set id makes QuickBooks keep a reply or forget one; this only reads")


def _must_be_known(kinds: bool | Collection[str] | None) -> None:
    """Refuse a kind that nothing would ever be of: a scope with a slip in it would let something else through."""
    if isinstance(kinds, str):
        raise TypeError(f"expected kinds of records in a tuple or a set, got the text {kinds!r}")
    for kind in () if kinds is None or isinstance(kinds, bool) else kinds:
        if kind not in known_kinds():
            near = difflib.get_close_matches(kind, known_kinds(), n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"expected a kind of record as qbXML names it, such as 'Vendor', got {kind!r}{hint}")
