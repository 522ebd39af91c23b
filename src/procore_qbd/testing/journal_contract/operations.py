"""The operations of a journal, one row each: with which arguments lockstep calls it, and how often.

Arguments come of what there is (0, the usual course), and of what there is not: a claim that was overtaken, a company
file that nobody knows, a number too large, a message set id that is taken, a link that contradicts another.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import attrs

from procore_qbd.domain import Books, CreateVendor, Link, VendorCompany
from procore_qbd.domain.closeout import CloseOut
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.journal.nouns import Beginning, Claim, Question, RunEnd, RunPart, Settlement, Write
from procore_qbd.journal.rows import effect_of, question_of
from procore_qbd.journal.states import EFFECT_MOVES, ExchangeState
from procore_qbd.journal.store import Journal
from procore_qbd.journal.tables import OPEN_EFFECTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from procore_qbd.chooser import Chooser
    from procore_qbd.journal.links import JournalLinks
    from procore_qbd.journal.nouns import InboxEntry
    from procore_qbd.journal.tables import Row

__all__ = ["CANNOT_FAIL", "OPERATIONS", "Draws", "Operation", "calls_of", "public_names"]

T = TypeVar("T")
Call: TypeAlias = tuple[tuple[Any, ...], dict[str, Any]]

_SENDING, _DOUBT, _ANSWERED = ExchangeState.SENDING, ExchangeState.IN_DOUBT, ExchangeState.ANSWERED
_FILES = ("books", "other", "nowhere")
"""The last is never registered."""
_NEVER = 999_999
_LEASES = (90.0, 0.1, 1e7)
_WORDS = ("nobody answers", "Zoë & Söhne", "\U0001f600 \uffff %_'\"\\;--", "Ελληνικά עברית 漢字", "", "long " * 2000)
_DOCUMENTS = (b"<qbxml/>", bytes(range(256)), b"")
_CLOCKS = (None, "2026-03-01T12:00:00", "2026-03-01T12:00:01")
_CHOICES = {"adopt 8-1": "it is this one", "adopt ID": "it is another", "different": "it is not there", "give up": "no"}
_WHATS = ("vendor 1 is added", "vendor 2 is added", "project 1 is changed", "Zoë \U0001f600")
_REQUESTS = tuple(
    CreateVendor(company_id=7, request_detail_id=number, vendor=VendorCompany(id=number, name=name))
    for number, name in enumerate(("Birch", "Zoë & Söhne \U0001f600", "Elm"), 1)
)
_LINKS = (
    Link(kind=ItemKind.VENDOR, procore_id=1, quickbooks_id="8-1", name="Birch"),
    Link(kind=ItemKind.VENDOR, procore_id=2, quickbooks_id="8-2", name="Zoë", edit_sequence="1"),
    Link(kind=ItemKind.VENDOR, procore_id=2, quickbooks_id="8-1"),  # contradicts both
    Link(kind=ItemKind.VENDOR, procore_id=3, quickbooks_id="8-1", shared=True),
    Link(kind=ItemKind.PROJECT, procore_id=1, quickbooks_id="8-3"),
    Link(kind=ItemKind.COST_CODE, procore_id=1, quickbooks_id="8-3|8-4"),
    Link(kind=ItemKind.COST_CODE, procore_id=2, quickbooks_id="8-3|8-4"),
    Link(kind=ItemKind.WORK_ORDER_CONTRACT, procore_id=2**53, quickbooks_id="A-1", party="8-1"),
    Link(kind=ItemKind.PURCHASE_ORDER_CONTRACT, procore_id=5, quickbooks_id="A-1"),  # the same record
    Link(kind=ItemKind.LINE_ITEM, procore_id=1, quickbooks_id="A-2", parent="A-1"),
    Link(kind=ItemKind.LINE_ITEM, procore_id=1, quickbooks_id="A-3", parent="A-1"),  # it has moved
)

# --- what there is, and what there is not ----------------------------------------------------------------------------


class Draws:
    """Arguments, by a chooser, from the rows that there are.

    Args:
        chooser: What picks.
        rows: All rows, by table.
        claims: Every claim that anybody had, the oldest first.

    Attributes:
        lacking: Whether something usual was asked for that is not there, so that the operation will hardly go well.
    """

    def __init__(self, chooser: Chooser, rows: Mapping[str, Sequence[Row]], claims: Sequence[Claim]) -> None:
        self._chooser, self._rows, self._claims = chooser, rows, claims
        self.lacking = False

    def one(self, what: str, options: Sequence[T]) -> T:
        """One of some; the first is the usual one."""
        return options[self._chooser.pick(len(options), what)]

    def few(self, what: str, options: Sequence[T]) -> tuple[T, ...]:
        """The first of some as a rule; all, none, or another one."""
        ways = [options[:1], options, (), *((one,) for one in options[1:])]
        return tuple(self.one(what, ways))

    def claim(self) -> Claim:
        """The newest claim that holds, or one that was overtaken, or that nobody ever had."""
        there = {(row["company"], row["owner"], row["token"]) for row in self._rows["company"]}

        def holds(claim: Claim) -> bool:
            return (claim.company, claim.owner, claim.token) in there

        newest = self._claims[::-1]
        found = [*filter(holds, newest), *itertools.filterfalse(holds, newest)]
        self.lacking |= not any(map(holds, newest))
        return self.one("claim", [*found, Claim(company="books", owner="nobody", token=0)])

    def company(self) -> str:
        """A company file."""
        self.lacking |= not self._rows["company"]
        return self.one("company", _FILES)

    def new(self, company: str) -> str:
        """A text that was not there before."""
        return f"{company} {sum(len(self.rows(table, company)) for table in ('exchange', 'event'))}"

    def words(self) -> str:
        """What people read."""
        return self.one("words", _WORDS)

    def known(self) -> dict[str, Any]:
        """What is known of a company file now."""
        facts = {"counter": 3, "epoch": 2, "clock": "2026-03-01T12:00:00", "set_id": "S9", "file_id": "{7}"}
        ways: list[dict[str, Any]] = [{"counter": 1}, {"file_id": None, "frozen": None}, facts, {}]
        return self.one("known", ways)

    def rows(self, table: str, company: str, *usual: str) -> list[Row]:
        """The rows of a company file, the newest first; those in a usual state before the others."""
        found = [row for row in reversed(self._rows[table]) if row["company"] == company]
        return sorted(found, key=lambda row: bool(usual) and row["state"] not in usual)

    def numbers(self, table: str, company: str, *usual: str) -> list[int]:
        """The numbers of rows."""
        found = self.rows(table, company, *usual)
        self.lacking |= not found or (bool(usual) and found[0]["state"] not in usual)
        return [row["id"] for row in found]

    def number(self, table: str, company: str, *usual: str) -> int:
        """The number of a row; or of none."""
        return int(self.one(table, [*self.numbers(table, company, *usual), _NEVER]))

    def some(self, table: str, company: str, *usual: str) -> tuple[int, ...]:
        """Numbers of rows: one, all, or none."""
        return self.few(table, self.numbers(table, company, *usual))

    def links(self) -> tuple[Link, ...]:
        """Links: as a rule one."""
        return self.few("links", _LINKS)

    def link(self) -> Link:
        """A link that there may be."""
        return self.one("link", _LINKS)

    def set_id(self, company: str) -> str:
        """The message set id of a document, the oldest first; or of none."""
        found = [row["set_id"] for row in self._rows["exchange"] if row["company"] == company and row["set_id"]]
        self.lacking |= not found
        return str(self.one("set id", [*found, "S?"]))


def calls_of(*given: Any, **named: Any) -> Call:
    """Arguments, as a call writes them."""
    return given, named


def _claimed(draw: Callable[[Draws, Claim], Call] | None = None) -> Callable[[Draws], Call]:
    """The arguments of an operation that needs a claim, which comes first."""

    def drawn(draws: Draws) -> Call:
        claim = draws.claim()
        given, named = draw(draws, claim) if draw is not None else ((), {})
        return (claim, *given), named

    return drawn


def _of_company(draw: Callable[[Draws, str], Call] | None = None) -> Callable[[Draws], Call]:
    """The arguments of an operation of anybody's, which names a company file first."""

    def drawn(draws: Draws) -> Call:
        company = draws.company()
        given, named = draw(draws, company) if draw is not None else ((), {})
        return (company, *given), named

    return drawn


def everything(waiting: Iterator[InboxEntry]) -> Sequence[InboxEntry]:
    """Begin all that waits."""
    return list(waiting)


def the_first(waiting: Iterator[InboxEntry]) -> Sequence[InboxEntry]:
    """Begin one."""
    return list(itertools.islice(waiting, 1))


def nothing(_waiting: Iterator[InboxEntry]) -> Sequence[InboxEntry]:
    """Begin none."""
    return []


def the_first_twice(waiting: Iterator[InboxEntry]) -> Sequence[InboxEntry]:
    """Begin one request by two runs, which may not be."""
    return list(waiting)[:1] * 2


def _beginning(draws: Draws, claim: Claim) -> Beginning:
    return Beginning(
        draws.one("choose", [everything, the_first, nothing, the_first_twice]),
        draws.one("books", [Books(), Books(income_account="Erlöse", expense_account="Cost")]),
        some=draws.one("some", [64, 1]),
        renew=draws.one("renew", [None, 90.0]),
        told=draws.one("told", [(), [row["id"] for row in draws.rows("closing", claim.company)]]),
    )


def _begin(draws: Draws, claim: Claim) -> Call:
    draws.lacking |= not any(row["state"] == "waiting" for row in draws.rows("request", claim.company))
    return calls_of(_beginning(draws, claim))


def _parts(draws: Draws, company: str) -> list[RunPart]:
    runs = draws.numbers("run", company, "open") or [_NEVER]
    return [RunPart(run=run, step=0, asked=(0, 1)) for run in draws.few("parts", runs)]


def _sending(draws: Draws, claim: Claim) -> Call:
    run = draws.number("run", claim.company, "open")
    sent = draws.rows("exchange", claim.company)
    draws.lacking |= any(row["state"] in {_SENDING, _DOUBT} for row in sent)
    whats = draws.one("what", [_WHATS[:2], _WHATS[:1], _WHATS[2:], (), _WHATS[:1] * 2])
    guids = draws.one("guid", ["{1}", None])
    read = (b"<read/>", draws.one("reply", _DOCUMENTS), _parts(draws, claim.company))
    return calls_of(
        document=draws.one("document", _DOCUMENTS),
        set_id=draws.one("set id", [draws.new(claim.company), *(row["set_id"] for row in sent if row["set_id"])]),
        parts=_parts(draws, claim.company),
        effects=[Write(position=at, run=run, what=what, guid=guids) for at, what in enumerate(whats)],
        reads=draws.one("reads", [{run: [("find", "vendor", 1, _LINKS[0])]}, {}]),
        asked=draws.one("asked", [[read], [], [read, read]]),
        sender=draws.one("sender", ["procore-qbd", None]),
        fenced=draws.one("fenced", [True, False]),
    )


def _settlements(draws: Draws, claim: Claim) -> tuple[int, list[Settlement]]:
    number = draws.number("exchange", claim.company, _ANSWERED, _DOUBT)
    found, effects = [], draws.rows("effect", claim.company)
    for row in effects:
        if row["exchange"] == number:
            moves = [move for state, move in EFFECT_MOVES if state == row["state"]] or ["find done"]
            more: dict[str, Any] = draws.one("found", [{"record": "8-1"}, {}, {"evidence": b"\x00\xff"}])
            found.append(Settlement(effect=row["id"], move=draws.one("move", moves), **more))
    unknown = [Settlement(effect=_NEVER, move="find done")]
    return number, draws.one("settlements", [found, found[:1], [], unknown])


def _settled(draws: Draws, claim: Claim) -> Call:
    return calls_of(*_settlements(draws, claim), **draws.known())


def _ended(draws: Draws, claim: Claim) -> Call:
    runs = draws.some("run", claim.company, "open")
    close_outs = [CloseOut(request_name="create_vendor", company_id=7, details=(), links=draws.links()) for _ in runs]
    ends = [RunEnd(run=run, close_out=one) for run, one in zip(runs, close_outs, strict=True)]
    ends += draws.one("a run that is not there", [[], [RunEnd(run=_NEVER, close_out=one) for one in close_outs[:1]]])
    settled = (*_settlements(draws, claim), draws.known()) if draws.one("with a document", [False, True]) else None
    return calls_of(ends, settled, draws.one("begin", [None, _beginning(draws, claim)]))


def _ask(draws: Draws, claim: Claim) -> Call:
    effect = draws.number("effect", claim.company, *OPEN_EFFECTS)
    tokens = [row["token"] for row in draws.rows("question", claim.company)]
    token = draws.one("token", [draws.new(claim.company), *tokens])
    return calls_of(Question(effect=effect, token=token, words=draws.words(), choices=_CHOICES, document="<Add/>"))


def _answer(draws: Draws, company: str) -> Call:
    tokens = [row["token"] for row in draws.rows("question", company, "open")]
    draws.lacking |= not tokens
    choice = draws.one("choice", [*_CHOICES, "adopt 9-9", "perhaps"])
    return calls_of(draws.one("token", [*tokens, "no token"]), choice, draws.words())


def _asked_about(draws: Draws, claim: Claim) -> Call:
    found = [question_of(row) for row in draws.rows("question", claim.company)]
    draws.lacking |= not found
    return calls_of(draws.one("question", [*found, Question(effect=_NEVER, token="", words="", choices={})]))


def _tries(draws: Draws, claim: Claim) -> Call:
    found = [effect_of(row) for row in draws.rows("effect", claim.company)]
    return calls_of(draws.one("effect", [*found, Write(position=0, run=_NEVER, what="nothing")]))


def _item(draws: Draws) -> Call:
    link = draws.link()
    return calls_of(link.kind, link.procore_id)


def _rebuild(draws: Draws, _company: str) -> Call:
    times = draws.one("generations", [{(ItemKind.VENDOR, 1): 2}, {}, {(one.kind, one.procore_id): 1 for one in _LINKS}])
    return calls_of(draws.links(), times, "Ann")


def _looked_up(journal: Journal, company: str, link: Link, *, at_once: bool) -> tuple[Any, ...]:
    """All that the links of a company file can be asked about one of them."""
    links = journal.links(company)
    if at_once:
        with links.one_look():
            return _asked(links, link)
    return _asked(links, link)


def _asked(links: JournalLinks, link: Link) -> tuple[Any, ...]:
    return (
        links.find(link.kind, link.procore_id),
        links.holder(link.kind, link.quickbooks_id),
        links.parts(str(link.quickbooks_id)),
        links.of_party(str(link.quickbooks_id)),
        links.name_of(str(link.list_id)),
        links.guid(link.kind, link.procore_id, 7),
    )


def _all_links(journal: Journal, company: str) -> tuple[Any, ...]:
    links = journal.all_links(company)
    return tuple(links), links.environment, links.generations


# --- the table -------------------------------------------------------------------------------------------------------


@attrs.frozen
class Operation:
    """How an operation is called.

    Attributes:
        draw: Its arguments.
        often: How many lots it has among all.
        call: What is called instead of the method itself, to get an answer that can be compared.
    """

    draw: Callable[[Draws], Call]
    often: int = 1
    call: Callable[..., Any] | None = None

    def on(self, journal: Journal, name: str, call: Call) -> Any:
        """The answer of a journal.

        Args:
            journal: Whose.
            name: The operation's name.
            call: The arguments.
        """
        given, named = call
        return self.call(journal, *given, **named) if self.call else getattr(journal, name)(*given, **named)


OPERATIONS: dict[str, Operation] = {
    # company files
    "register": Operation(
        lambda d: calls_of(d.one("company", _FILES[:2]), environment=d.one("environment", ["production", "sandbox"])),
        often=3,
    ),
    "companies": Operation(lambda _: calls_of()),
    "company": Operation(_of_company()),
    "claim": Operation(
        _of_company(lambda d, _: calls_of(d.one("owner", ["one", "two"]), d.one("seconds", _LEASES))), often=4
    ),
    "renew": Operation(_claimed(lambda d, _: calls_of(d.one("seconds", _LEASES)))),
    "release": Operation(_claimed(lambda d, _: calls_of(d.one("retry after", [None, 0.0, 60.0])))),
    "due": Operation(lambda d: calls_of(d.one("at most", [64, 1]), besides=d.one("besides", [(), _FILES[:1]]))),
    "metrics": Operation(lambda _: calls_of()),
    "meet": Operation(_claimed(lambda d, _: calls_of(**d.known()))),
    "freeze": Operation(_claimed(lambda d, _: calls_of(d.words(), **d.one("known", [{}, {"epoch": 3}])))),
    "thaw": Operation(_of_company(lambda d, _: calls_of(d.words(), **d.one("known", [{}, {"epoch": 3}])))),
    # the inbox
    "submit": Operation(
        _of_company(
            lambda d, _: calls_of(d.one("request", _REQUESTS), key=d.one("key", [None, "1", "2", *_WORDS[1:3]]))
        ),
        often=4,
    ),
    "entry": Operation(_of_company(lambda d, company: calls_of(d.number("request", company)))),
    "requests": Operation(_of_company(lambda d, _: calls_of(only_open=d.one("only open", [False, True])))),
    "unfinished": Operation(_of_company()),
    "count": Operation(_of_company()),
    "purge": Operation(_of_company(lambda d, _: calls_of(d.one("age", [-1.0, 60.0]))), often=2),
    "support_bundle": Operation(_of_company(), call=lambda journal, company: journal.support_bundle(company)["tables"]),
    "begin": Operation(_claimed(_begin), often=4),
    "open_runs": Operation(_claimed()),
    "history": Operation(_claimed(lambda d, claim: calls_of(d.number("run", claim.company)))),
    "give_up": Operation(
        _claimed(lambda d, claim: calls_of(d.number("run", claim.company, "open"), d.words(), d.links()))
    ),
    "set_aside": Operation(
        _claimed(lambda d, claim: calls_of(dict.fromkeys(d.some("run", claim.company, "open"), d.words())))
    ),
    # exchanges
    "sending": Operation(_claimed(_sending), often=8),
    "answered": Operation(
        _claimed(
            lambda d, claim: calls_of(d.number("exchange", claim.company, _SENDING, _DOUBT), d.one("reply", _DOCUMENTS))
        ),
        often=3,
    ),
    "evidence": Operation(
        _of_company(
            lambda d, company: calls_of(d.number("exchange", company, _SENDING, _DOUBT), d.one("reply", _DOCUMENTS))
        )
    ),
    "doubted": Operation(
        _claimed(lambda d, claim: calls_of(d.number("exchange", claim.company, _SENDING, _ANSWERED), d.words())),
        often=2,
    ),
    "withdrawn": Operation(
        _claimed(lambda d, claim: calls_of(d.number("exchange", claim.company, _SENDING), d.words())),
        often=2,
    ),
    "doubts": Operation(_of_company()),
    "under_way": Operation(_claimed()),
    "effects": Operation(_claimed(lambda d, claim: calls_of(d.number("exchange", claim.company)))),
    "came_late": Operation(_claimed(lambda d, claim: calls_of(d.set_id(claim.company))), often=2),
    "given_up": Operation(_claimed()),
    "tries": Operation(_claimed(_tries)),
    "by_set": Operation(_of_company(lambda d, company: calls_of(d.set_id(company)))),
    "settled": Operation(_claimed(_settled), often=5),
    "ended": Operation(_claimed(_ended), often=2),
    "to_clear": Operation(_claimed(lambda d, _: calls_of(d.one("age", [0.0, 60.0])))),
    "cleared": Operation(_claimed(lambda d, claim: calls_of(d.some("exchange", claim.company, ExchangeState.SETTLED)))),
    # people
    "ask": Operation(_claimed(_ask), often=3),
    "questions": Operation(_of_company()),
    "answer": Operation(_of_company(_answer), often=3),
    "answers": Operation(_claimed()),
    "asked_about": Operation(_claimed(_asked_about)),
    "made": Operation(_of_company()),
    "written_by": Operation(_of_company(lambda d, company: calls_of(d.number("request", company, "ended")))),
    "closings": Operation(_of_company()),
    "close_out": Operation(_of_company(lambda d, company: calls_of(d.number("request", company, "ended")))),
    "told": Operation(_of_company(lambda d, company: calls_of(d.some("closing", company, "to tell")))),
    "events": Operation(_of_company()),
    "note": Operation(_of_company(lambda d, _: calls_of(d.one("what", ["note", "late"]), d.words()))),
    # links
    "links": Operation(
        _of_company(lambda d, _: calls_of(d.link(), at_once=d.one("at once", [True, False]))), call=_looked_up
    ),
    "all_links": Operation(_of_company(), call=_all_links),
    "link": Operation(_of_company(lambda d, _: calls_of(*d.links())), often=2),
    "rebuild": Operation(_of_company(_rebuild)),
    "unlink": Operation(_of_company(lambda d, _: _item(d)), often=2),
    "generation": Operation(_of_company(lambda d, _: calls_of(*_item(d)[0], d.one("times", [1, 2])))),
}
"""Every public operation of a journal but `close`, which ends it."""

CANNOT_FAIL = {
    **dict.fromkeys(("companies", "due", "metrics"), "it tells what there is"),
    **dict.fromkeys(
        (
            *("requests", "unfinished", "count", "doubts", "by_set", "questions"),
            *("made", "closings", "close_out", "events"),
        ),
        "it tells what there is, and of an unknown company file that is nothing",
    ),
    "close": "a journal that is closed already is closed",
}
"""The operations that always go well while the store can be used, and why."""


def public_names() -> set[str]:
    """The operations that a journal has."""
    return {name for name in vars(Journal) if not name.startswith("_") and callable(getattr(Journal, name))}
