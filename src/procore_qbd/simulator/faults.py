"""Faults to order: what goes wrong in life goes wrong here when a developer says so, and is remembered.

Each fault strikes at one point of a document's way through QuickBooks (`Point`); a `FaultRule` says which fault, for
which requests and how often. A crash leaves the file as a killed process leaves it. Nothing waits unless it is told
how.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import attrs

from procore_qbd.chooser import Seeded
from procore_qbd.codes import HRESULTS, STATUSES, Effect, Severity, hresult
from procore_qbd.errors import EngineError
from procore_qbd.qbxml import ADD, Record
from procore_qbd.qbxml.messages.catalogue import KNOWN
from procore_qbd.qbxml.rows.records import table
from procore_qbd.simulator.knowledge.reasons import RECORD_OPEN
from procore_qbd.simulator.knowledge.rules import Reason, Refusal, Setting, Source, tried
from procore_qbd.simulator.knowledge.scene import BILL, ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from procore_qbd.chooser import Chooser
    from procore_qbd.qbxml import Request
    from procore_qbd.simulator.store.file import Store

__all__ = [
    "READ_ONLY",
    "WRITING",
    "Crash",
    "Crashed",
    "Fault",
    "FaultRule",
    "Faults",
    "Happened",
    "Lost",
    "NotTaken",
    "Point",
    "Refused",
    "Slow",
    "Trouble",
    "Truncated",
    "held_up",
]


class Point(StrEnum):
    """Where a document is on its way through QuickBooks when a fault strikes."""

    TAKEN = "before the document is taken"
    TRIED = "before a request is tried"
    WRITTEN = "when a request is carried out and not yet kept"
    KEPT = "when a request is kept and the next one has not begun"
    DONE = "when all requests are done and the recovery record is not written"
    ANSWERED = "when all is kept and the reply is on its way"


class Trouble(IntEnum):
    """Why QuickBooks does not take a document: the commonest HRESULTs by name."""

    NO_ACCESS = 0x80040401
    CANNOT_OPEN_FILE = 0x80040403
    NEWER_FILE = 0x80040406
    DID_NOT_START = 0x80040408
    OTHER_RELEASE = 0x80040409
    WRONG_FILE = 0x8004040A
    OTHER_MODE = 0x80040410
    MODAL_DIALOG = 0x80040414
    NOT_RUNNING = 0x80040416
    NO_FILE_OPEN = 0x80040417
    NEW_TO_FILE = 0x80040418
    BARRED = 0x8004041A
    CANNOT_LOCK = 0x8004041B
    NO_AUTOMATIC_LOGIN = 0x8004041D
    USER_SAID_NO = 0x80040420
    BUSY = 0x80040422
    STILL_STARTING = 0x80040424


_UNEXPECTED = 0x80040402

# --- what can go wrong -----------------------------------------------------------------------------------------------


class Crashed(EngineError):  # noqa: N818  what it is, not an error of ours
    """QuickBooks is gone, and with it whatever it had not kept."""


def _hexadecimal(number: int) -> str:
    return f"0x{number:08X}"


def _known(_fault: object, _field: object, number: int) -> None:
    if number not in HRESULTS:
        raise ValueError(f"{_hexadecimal(number)} is not one of QuickBooks' HRESULTs")


def _leaves_it_open(_fault: object, _field: object, number: int) -> None:
    """An HRESULT that says that nothing was done would be a lie where something may be."""
    _known(_fault, _field, number)
    if hresult(number).effect is not Effect.UNKNOWN:
        raise ValueError(f"{_hexadecimal(number)} says that nothing was done; that is not known here")


def _refuses(_fault: object, _field: object, code: int) -> None:
    known = STATUSES.get(code)
    if known is None or known.severity is not Severity.ERROR or known.effect not in (Effect.NOT_DONE, Effect.UNKNOWN):
        raise ValueError(f"{code} is not a statusCode with which QuickBooks refuses a request")


@attrs.frozen
class NotTaken:
    """QuickBooks does not take the document.

    Attributes:
        hresult: Why; see `Trouble`.
    """

    hresult: int = attrs.field(validator=_known, repr=_hexadecimal)
    point: ClassVar[Point] = Point.TAKEN

    def strike(self, reply: bytes, sleep: Callable[[float], object]) -> bytes:  # noqa: ARG002
        """Raise the HRESULT."""
        raise EngineError(self.hresult)


@attrs.frozen
class Refused:
    """QuickBooks refuses a request, for a reason of its own.

    Attributes:
        code: The statusCode.
        value: The value that it names.
        field: Where it says that stands.
        record: In what; or, with 3180, more words behind the rest.
    """

    code: int = attrs.field(validator=_refuses)
    value: str = ""
    field: str = ""
    record: str = ""
    point: ClassVar[Point] = Point.TRIED

    def strike(self, reply: bytes, sleep: Callable[[float], object]) -> bytes:  # noqa: ARG002
        """Raise the refusal."""
        raise Refusal(self.code, self.value, self.field, self.record)


@attrs.frozen
class Crash:
    """QuickBooks dies, and is started again for the next document. Its session is over, and so are its iterators.

    Attributes:
        point: When: `Point.WRITTEN`, `Point.KEPT` or `Point.DONE`.
        hresult: What the program is told.
    """

    point: Point = attrs.field(converter=Point, validator=attrs.validators.in_((Point.WRITTEN, Point.KEPT, Point.DONE)))
    hresult: int = attrs.field(default=_UNEXPECTED, validator=_leaves_it_open, repr=_hexadecimal)

    def strike(self, reply: bytes, sleep: Callable[[float], object]) -> bytes:  # noqa: ARG002
        """Raise the end of QuickBooks."""
        raise Crashed(self.hresult)


@attrs.frozen
class Lost:
    """Everything is done and kept, and the reply does not arrive.

    Attributes:
        hresult: What the program is told.
    """

    hresult: int = attrs.field(default=_UNEXPECTED, validator=_leaves_it_open, repr=_hexadecimal)
    point: ClassVar[Point] = Point.ANSWERED

    def strike(self, reply: bytes, sleep: Callable[[float], object]) -> bytes:  # noqa: ARG002
        """Raise the HRESULT in place of the reply."""
        raise EngineError(self.hresult)


@attrs.frozen
class Truncated:
    """Everything is done and kept, and only the beginning of the reply arrives.

    Attributes:
        share: How much of it, from 0 up to, and without, 1.
    """

    share: float = attrs.field(default=0.5, validator=[attrs.validators.ge(0), attrs.validators.lt(1)])
    point: ClassVar[Point] = Point.ANSWERED

    def strike(self, reply: bytes, sleep: Callable[[float], object]) -> bytes:  # noqa: ARG002
        """The beginning of the reply."""
        whole = len(reply.rstrip())
        return reply[: min(int(whole * self.share), whole - 1)]


@attrs.frozen
class Slow:
    """The reply is long in coming. It is only told of in `Faults.happened`, unless `Faults` was given a ``sleep``.

    Only while a request is carried out (`Point.WRITTEN`) must others wait; at any other point people get on with their
    work, so ``Slow(1, Point.KEPT)`` gives them the time between two requests. Whoever closes or restores the file waits
    for the reply.

    Attributes:
        seconds: How long.
        point: When it takes so long; by default when all is done.
    """

    seconds: float = attrs.field(validator=attrs.validators.ge(0))
    point: Point = attrs.field(default=Point.ANSWERED, converter=Point)

    def strike(self, reply: bytes, sleep: Callable[[float], object]) -> bytes:
        """The reply, in its own time."""
        sleep(self.seconds)
        return reply


Fault: TypeAlias = NotTaken | Refused | Crash | Lost | Truncated | Slow
"""Something that goes wrong: at which point it strikes, and what becomes of a reply, empty before there is one."""

# --- when it goes wrong ----------------------------------------------------------------------------------------------

WRITING = ("*Add", "*Mod", "*Del", "*Void", "*Merge")
"""The requests that write, for `Rule.requests`."""


def _are_known(_rule: object, _field: object, patterns: tuple[str, ...] | str) -> None:
    """A rule that nothing could ever set off would be a silent one."""
    if isinstance(patterns, str):
        raise TypeError(f"expected a tuple of names, got {patterns!r}")
    for pattern in patterns:
        if not any(fnmatchcase(name.removesuffix("Rq"), pattern) for name in KNOWN):
            raise ValueError(f"{pattern!r} is not the name of a request; expected one like 'BillAdd' or '*Mod'")


def _once_or_more(_rule: object, _field: object, times: int | None) -> None:
    if times is not None and times < 1:
        raise ValueError(f"expected 1 or more times, or None for ever, got {times}")


@attrs.frozen
class FaultRule:
    """What shall go wrong, and when. An occasion is each time that a document or request it is for gets to its point.

    Attributes:
        fault: What goes wrong.
        requests: For which requests, with ``*`` for any letters: ``("BillAdd", "Vendor*")``. What strikes a document
            as a whole is for those that have one of them inside; ``("*",)`` is for every document, an empty one too.
        skip: How many occasions pass unharmed first.
        times: How often it strikes, None for ever.
        chance: The probability, at each occasion, that it does. With 0 and 1 nothing is left to chance.
    """

    fault: Fault
    requests: tuple[str, ...] = attrs.field(default=("*",), validator=_are_known, kw_only=True)
    skip: int = attrs.field(default=0, validator=attrs.validators.ge(0), kw_only=True)
    times: int | None = attrs.field(default=1, validator=_once_or_more, kw_only=True)
    chance: float = attrs.field(default=1.0, validator=[attrs.validators.ge(0), attrs.validators.le(1)], kw_only=True)

    def is_for(self, names: Sequence[str]) -> bool:
        """Whether it is for one of these requests."""
        return "*" in self.requests or any(
            fnmatchcase(name.removesuffix("Rq"), pattern) for name in names for pattern in self.requests
        )


READ_ONLY = FaultRule(Refused(3263), requests=WRITING, times=None)
"""The program was registered to read only."""


@attrs.frozen
class Happened:
    """A fault that struck.

    Attributes:
        rule: By which rule.
        requests: At which request; or, with a document as a whole, all that are in it.
    """

    rule: FaultRule
    requests: tuple[str, ...]

    def __str__(self) -> str:
        fault = self.rule.fault
        return f"as ordered, {fault.point}: {fault} at {', '.join(self.requests) or 'an empty document'}"


@attrs.define
class _Standing:
    """A rule and how far it has come."""

    rule: FaultRule
    chooser: Chooser
    occasions: int = 0
    struck: int = 0

    def strikes(self) -> bool:
        self.occasions += 1
        if self.occasions <= self.rule.skip or self.struck == self.rule.times:
            return False
        if self.rule.chance == 0 or (self.rule.chance < 1 and not self.chooser.pick(2, str(self.rule.fault))):
            return False
        self.struck += 1
        return True


class Faults:
    """What is ordered to go wrong with a company file, and what went wrong.

    Args:
        rules: What shall go wrong.
        seed: Where the dice begin for rules with a chance; each rule has dice of its own.
        sleep: Waits some seconds, for replies that are slow; nothing waits without.
        chooser: Picks whether a rule with a chance strikes (1) or not (0), in place of dice. Each rule is an actor of
            it, named by its number in the order of ordering, from 1 on.

    Attributes:
        happened: What struck, in that order.
        sleep: See above.
    """

    def __init__(
        self,
        rules: Iterable[FaultRule] = (),
        *,
        seed: int = 0,
        sleep: Callable[[float], object] | None = None,
        chooser: Chooser | None = None,
    ) -> None:
        self.happened: list[Happened] = []
        self.sleep: Callable[[float], object] = sleep or _no_sleep
        self._chooser: Chooser = chooser or Seeded(seed)
        self._ordered = 0
        self._standing: list[_Standing] = []
        self._held: set[str] = set()
        for rule in rules:
            self.order(rule)

    def order(self, what: Fault | FaultRule, **how: Any) -> FaultRule:
        """Let something go wrong.

        Args:
            what: A rule; or a fault alone, which strikes at the first occasion.
            how: What else, or instead, the rule shall say.

        Returns:
            The rule, for `cancel`.
        """
        rule = attrs.evolve(what, **how) if isinstance(what, FaultRule) else FaultRule(what, **how)
        self._ordered += 1
        self._standing.append(_Standing(rule, self._chooser.split(str(self._ordered), departures=rule.chance)))
        return rule

    def cancel(self, rule: FaultRule | None = None) -> None:
        """Let a rule, or all of them, rest."""
        self._standing = [one for one in self._standing if rule is not None and one.rule != rule]

    @property
    def overdue(self) -> tuple[FaultRule, ...]:
        """The rules that are certain to strike, and have not yet as often as they are to; none of those for ever."""
        return tuple(
            one.rule
            for one in self._standing
            if one.rule.chance == 1 and one.rule.times is not None and one.struck < one.rule.times
        )

    def hold(self, record_id: str) -> None:
        """A user opens a record and keeps it open: programs cannot change it until it is released.

        Args:
            record_id: Its ListID or TxnID.
        """
        self._held.add(record_id)

    def release(self, record_id: str) -> None:
        """The user closes the record."""
        self._held.discard(record_id)

    @property
    def held(self) -> frozenset[str]:
        """The ListIDs and TxnIDs of the records that users have open."""
        return frozenset(self._held)

    def due(self, point: Point, names: Sequence[str]) -> Iterator[Happened]:
        """What strikes at a point; each is remembered as it is taken."""
        for one in self._standing:
            if one.rule.fault.point is point and one.rule.is_for(names) and one.strikes():
                self.happened.append(Happened(one.rule, tuple(names)))
                yield self.happened[-1]


def _no_sleep(_seconds: float) -> None:
    """Waits for nothing."""


# --- records that users have open ------------------------------------------------------------------------------------

_TXN_LOCK = "  QuickBooks error message: The transaction could not be locked.  It is in use by another user."
_LIST_LOCK = "  QuickBooks error message: The list element is in use."
LINKED_RECORD_OPEN = Reason(
    3176,
    "Somebody has a transaction open in a window that the request is linked to.",
    Source.LIVE_REPORT,
    tried(
        "<BillPaymentCheckAdd><PayeeEntityRef><ListID>{vendor.list_id}</ListID></PayeeEntityRef>"
        + ref("BankAccountRef", "~Checking")
        + "<IsToBePrinted>true</IsToBePrinted><AppliedToTxnAdd><TxnID>{bill.txn_id}</TxnID>"
        "<PaymentAmount>5.00</PaymentAmount></AppliedToTxnAdd></BillPaymentCheckAdd>",
        setting=Setting.SOMEBODY_EDITS_A_BILL,
        bill=BILL,
    ),
    refuses=lambda asked: asked.links,
)
DELETED_WHILE_OPEN = Reason(
    3160,
    "Somebody has the record open in a window that is to be deleted.",
    Source.LIVE_REPORT,
    tried(
        "<TxnDelRq><TxnDelType>Bill</TxnDelType><TxnID>{bill.txn_id}</TxnID></TxnDelRq>",
        setting=Setting.SOMEBODY_EDITS_A_BILL,
        bill=BILL,
    ),
    refuses=lambda asked: asked.name in ("ListDel", "TxnDel"),
)
VOIDED_WHILE_OPEN = Reason(
    3185,
    "Somebody has the transaction open in a window that is to be voided.",
    Source.LIVE_REPORT,
    tried(
        "<TxnVoidRq><TxnVoidType>Bill</TxnVoidType><TxnID>{bill.txn_id}</TxnID></TxnVoidRq>",
        setting=Setting.SOMEBODY_EDITS_A_BILL,
        bill=BILL,
    ),
)
_OPEN = {"ListDelRq": DELETED_WHILE_OPEN, "TxnDelRq": DELETED_WHILE_OPEN, "TxnVoidRq": VOIDED_WHILE_OPEN}
"""What QuickBooks answers to who would do away with a record that is open; 3175 to all else."""


def held_up(store: Store, request: Request, held: frozenset[str]) -> None:
    """Refuse a request that would change a record that a user has open, or a transaction linked to one.

    A list's record that is only referred to is not in the way.

    Raises:
        Refusal: A user has the record itself open (3175; 3160 to a deletion, 3185 to a void), or a transaction that
            belongs to it (3176).
    """
    if not held or not request.writes:
        return
    record: Any = request.record
    own = set() if request.shape is ADD else _own_ids(record)
    by_txn = hasattr(record, "txn_id")
    lock = _TXN_LOCK if by_txn else _LIST_LOCK
    if in_use := sorted(own & held):
        raise _OPEN.get(request.name, RECORD_OPEN)(in_use[0], record=lock)
    related = {*_txn_ids(record)} - own
    if own and by_txn:
        kind = getattr(record, "txn_del_type", None) or getattr(record, "txn_void_type", None) or record.__record__.tag
        linked = getattr(store.get(kind, record.txn_id), "linked_txns", ())
        related |= {link.txn_id for link in linked}
    if in_the_way := sorted(related & held):
        raise LINKED_RECORD_OPEN(in_the_way[0], record=_TXN_LOCK)


def _own_ids(record: Record) -> set[str]:
    """The ids of what a request changes, deletes, voids or merges."""
    sides = (record, getattr(record, "merge_from", None), getattr(record, "merge_to", None))
    ids = (getattr(side, name, None) for side in sides for name in ("txn_id", "list_id"))
    return {known for known in ids if known}


def _txn_ids(record: Record) -> Iterator[str]:
    """The TxnIDs that a record names, at any depth."""
    for field in table(type(record)).fields:
        value: Any = getattr(record, field.name)
        for member in value if isinstance(value, tuple) else (value,):
            if isinstance(member, Record):
                yield from _txn_ids(member)
            elif field.name.endswith(("txn_id", "txn_ids")) and member:
                yield str(member)
