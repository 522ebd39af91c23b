"""The journal: what must be on disk before anything is sent, and what is known afterwards.

One method is one transaction: either all of it is on disk when the method returns, or nothing of it is. Nothing is
ever sent within one. Who works on a company file holds a `Claim`: a lease that runs out, and a number that grows with
each owner. Every method of a worker looks first whether the claim still holds; one that was overtaken gets a
`LeaseLostError` and writes nothing, except that `evidence` keeps a reply that came late.

The order that makes exports safe: `sending` before the first byte leaves; `answered` before anybody reads the reply;
`settled` and `ended` when it is understood. What was sent and has no answer is `doubted`, and only looking ends doubt.
"""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import attrs

from procore_qbd.domain.links import Link, Links, RecordId, external_guid, is_procore_id, must_be_procores, record_kind
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.errors import JournalError, LeaseLostError, LinkError
from procore_qbd.journal.encoding import decoded, encoded
from procore_qbd.journal.states import EffectState, ExchangeState, moved
from procore_qbd.journal.tables import OPEN_EFFECTS, Row, Rows, Tables, TakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from procore_qbd.domain import Books, CloseOut, ErpRequest

__all__ = [
    "Claim",
    "Company",
    "Effect",
    "Entry",
    "Journal",
    "JournalLinks",
    "Part",
    "Question",
    "Run",
    "RunEnd",
    "Sent",
    "Settlement",
]


# --- what goes in and comes out --------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Claim:
    """The right to work on a company file, until it runs out or another takes it."""

    company: str
    owner: str
    token: int


@attrs.frozen(kw_only=True)
class Company:
    """What is known of a company file.

    Attributes:
        environment: Procore's, of its items.
        file_id: What our record in the file calls the file; None before the first contact.
        fence_id: The ListID of that record.
        fence_sequence: Its EditSequence when it was read or written last.
        counter: How many documents of ours have been written, as the record says.
        epoch: Raised when a person says that the file was restored, or is a copy.
        clock: The last time that QuickBooks' own clock showed, as it wrote it.
        frozen: Why nothing more is sent; None where all is well.
    """

    company: str
    environment: str
    file_id: str | None = None
    fence_id: str | None = None
    fence_sequence: str | None = None
    counter: int = 0
    epoch: int = 1
    clock: str | None = None
    frozen: str | None = None


@attrs.frozen(kw_only=True)
class Entry:
    """A request of the inbox."""

    id: int
    key: str
    request: ErpRequest
    state: str
    attempts: int


@attrs.frozen(kw_only=True)
class Run:
    """One carrying-out of a request, and what its flow was told.

    Attributes:
        reads: What the links answered, in the order of the questions.
    """

    id: int
    request: int
    books: Books
    reads: tuple[tuple[Any, ...], ...] = ()


@attrs.frozen(kw_only=True)
class Part:
    """Which requests of a document are which of a run's.

    Attributes:
        run: The run.
        asked: Their places among what the run asked at once, in the order in which they stand in the document.
        step: How often the run had asked before.
    """

    run: int
    step: int
    asked: tuple[int, ...]


@attrs.frozen(kw_only=True)
class Effect:
    """One writing request, as the journal knows it.

    Attributes:
        id: None for one that is not written down yet.
        position: Its place among the requests of the runs in the document, from 0.
        what: What it makes or changes: no two of one company are under way at once.
        record: The ListID or TxnID that it became, or that it changes.
        evidence: A reply with QuickBooks' answer about it, where that is not in the reply to its document.
    """

    id: int | None = None
    exchange: int | None = None
    position: int
    run: int
    what: str
    guid: str | None = None
    state: EffectState = EffectState.OPEN
    record: str | None = None
    evidence: bytes | None = None


@attrs.frozen(kw_only=True)
class Sent:
    """An exchange, as the journal knows it."""

    id: int
    writes: bool
    set_id: str | None
    state: ExchangeState
    document: bytes
    reply: bytes | None
    parts: tuple[Part, ...]
    sender: str | None
    fence_sequence: str | None
    counter: int
    clock: str | None
    at: float
    why: str | None = None


@attrs.frozen(kw_only=True)
class Settlement:
    """What became of an effect.

    Attributes:
        effect: Its id.
        move: Of `states.EFFECT_MOVES`.
    """

    effect: int
    move: str
    record: str | None = None
    evidence: bytes | None = None


@attrs.frozen(kw_only=True)
class RunEnd:
    """How a run ended.

    Attributes:
        close_out: For Procore.
        reads: What the links had answered.
    """

    run: int
    close_out: CloseOut


@attrs.frozen(kw_only=True)
class Question:
    """What only a person can know.

    Attributes:
        token: Goes with the answer: an answer to what is asked no more is refused.
        words: What is known, in sentences.
        choices: What may be answered, and what each does.
        document: The qbXML of the request that is in doubt.
    """

    id: int | None = None
    effect: int
    token: str
    words: str
    choices: Mapping[str, str]
    document: str = ""


# --- the journal -----------------------------------------------------------------------------------------------------

_DIGEST = 32


class Journal:
    """What must not be forgotten, of any number of company files.

    Args:
        tables: Where it is kept.
        clock: The time in seconds; leases run by it.
    """

    def __init__(self, tables: Tables, *, clock: Callable[[], float] = time.time) -> None:
        self._tables = tables
        self._clock = clock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._tables.close()

    @contextmanager
    def _rows(self) -> Iterator[Rows]:
        with self._tables.transaction() as rows:
            yield rows

    # --- companies ---------------------------------------------------------------------------------------------------

    def register(self, company: str, *, environment: str = "production") -> Company:
        """Know a company file from now on; nothing happens where it is known.

        Raises:
            JournalError: It is known as that of another environment of Procore.
        """
        with self._rows() as rows:
            found = rows.select("company", {"company": company})
            if not found:
                new = {
                    "company": company,
                    "environment": environment,
                    "next_id": 1,
                    "token": 0,
                    "counter": 0,
                    "epoch": 1,
                }
                rows.insert("company", [new])
                return Company(company=company, environment=environment)
            known = _company(found[0])
        if known.environment != environment:
            raise JournalError(
                f"{company}: is in the journal with Procore's environment {known.environment!r}, not {environment!r}: "
                "ids of the two overlap; keep a journal for each, or name the right environment"
            )
        return known

    def company(self, company: str) -> Company:
        """What is known of a company file.

        Raises:
            JournalError: Nothing.
        """
        with self._rows() as rows:
            return _company(_row_of(rows, company))

    def claim(self, company: str, owner: str, seconds: float) -> Claim | None:
        """The right to work on a company file; None while another has it.

        Args:
            company: Which.
            owner: Who asks: a name of this very worker, for people.
            seconds: How long it lasts unless it is renewed.
        """
        with self._rows() as rows:
            row, now = _row_of(rows, company), self._clock()
            if row["owner"] is not None and row["leased_until"] > now:
                return None
            token = row["token"] + 1
            values = {"owner": owner, "leased_until": now + seconds, "token": token}
            rows.update("company", {"company": company}, values)
            return Claim(company=company, owner=owner, token=token)

    def renew(self, claim: Claim, seconds: float) -> None:
        """Keep the right for longer."""
        with self._claimed(claim) as (rows, _):
            rows.update("company", {"company": claim.company}, {"leased_until": self._clock() + seconds})

    def release(self, claim: Claim) -> None:
        """Give the right back."""
        with self._claimed(claim) as (rows, _):
            rows.update("company", {"company": claim.company}, {"owner": None, "leased_until": None})

    @contextmanager
    def _claimed(self, claim: Claim) -> Iterator[tuple[Rows, _Ids]]:
        """The rows, if the claim still holds. One that ran out and that nobody took still holds.

        Raises:
            LeaseLostError: It does not.
        """
        with self._rows() as rows:
            row = _row_of(rows, claim.company)
            if row["token"] != claim.token or row["owner"] is None:
                raise LeaseLostError(
                    f"{claim.company}: {claim.owner} was overtaken by {row['owner'] or 'another worker'}, who settles "
                    "what it had sent; nothing more is sent from here"
                )
            ids = _Ids(row["next_id"])
            yield rows, ids
            if ids.next != row["next_id"]:
                rows.update("company", {"company": claim.company}, {"next_id": ids.next})

    @contextmanager
    def _anybody(self, company: str) -> Iterator[tuple[Rows, _Ids]]:
        """The rows, for who needs no claim."""
        with self._rows() as rows:
            row = _row_of(rows, company)
            ids = _Ids(row["next_id"])
            yield rows, ids
            if ids.next != row["next_id"]:
                rows.update("company", {"company": company}, {"next_id": ids.next})

    def meet(self, claim: Claim, **known: Any) -> None:
        """Write down what the file's own record says: fields of `Company`."""
        with self._claimed(claim) as (rows, _):
            rows.update("company", {"company": claim.company}, known)

    def freeze(self, claim: Claim, words: str) -> None:
        """Send nothing more to this company file until a person has looked."""
        with self._claimed(claim) as (rows, ids):
            rows.update("company", {"company": claim.company}, {"frozen": words})
            self._event(rows, ids, claim.company, "frozen", words)

    def thaw(self, company: str, by: str, **known: Any) -> None:
        """A person has looked: go on.

        Args:
            company: Which.
            by: Who says so.
            known: What is true now: fields of `Company`.
        """
        with self._anybody(company) as (rows, ids):
            rows.update("company", {"company": company}, {"frozen": None, **known})
            self._event(rows, ids, company, "thawed", f"{by} says that it may go on")

    # --- the inbox ---------------------------------------------------------------------------------------------------

    def submit(self, company: str, request: ErpRequest, *, key: str | None = None) -> int:
        """Put a request into the inbox; the same one again changes nothing.

        Args:
            company: For which company file.
            request: What is asked for.
            key: What tells it from every other: Procore's ERP request id, where there is one. Without it, the same
                request counts as new once the one before has ended.

        Returns:
            Its number.

        Raises:
            JournalError: The company is not known, or the key stands for another request.
        """
        text = encoded(request)
        digest = hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
        with self._anybody(company) as (rows, ids):
            wanted = key
            if wanted is None:
                open_ = {"company": company, "state": ("waiting", "working", "asked")}
                same = [row for row in rows.select("request", open_) if row["key"].startswith(f"same {digest} ")]
                if same:
                    return int(same[0]["id"])
                wanted = f"same {digest} {ids.next}"
            elif found := rows.select("request", {"company": company, "key": wanted}):
                if found[0]["request"] != text:
                    raise JournalError(f"request {wanted}: was submitted before, and asked for something else")
                return int(found[0]["id"])
            number, now = ids.take(), self._clock()
            row = {"company": company, "id": number, "key": wanted, "request": text, "state": "waiting"}
            rows.insert("request", [row | {"attempts": 0, "due": now, "at": now}])
            return number

    def waiting(self, claim: Claim, limit: int) -> tuple[Entry, ...]:
        """Requests that may be begun, the oldest first."""
        with self._claimed(claim) as (rows, _):
            where = {"company": claim.company, "state": "waiting"}
            found = rows.select("request", where, order=("id",), limit=limit)
            return tuple(_entry(row) for row in found if row["due"] <= self._clock())

    def entry(self, company: str, number: int) -> Entry:
        """A request by its number."""
        with self._rows() as rows:
            return _entry(_one(rows, "request", company, number))

    def count(self, company: str) -> dict[str, int]:
        """How many requests are in each state."""
        with self._rows() as rows:
            found: dict[str, int] = {}
            for row in rows.select("request", {"company": company}):
                found[row["state"]] = found.get(row["state"], 0) + 1
            return found

    def begin(self, claim: Claim, requests: Sequence[int], books: Books) -> tuple[Run, ...]:
        """Begin runs of requests; each has one run at a time."""
        text = encoded(books)
        with self._claimed(claim) as (rows, ids):
            runs = []
            for number in requests:
                row = _one(rows, "request", claim.company, number)
                where = {"company": claim.company, "id": number}
                rows.update("request", where, {"state": "working", "attempts": row["attempts"] + 1})
                run = Run(id=ids.take(), request=number, books=books)
                head = {"company": claim.company, "id": run.id, "request": number}
                rows.insert("run", [head | {"books": text, "reads": "[]", "state": "open"}])
                runs.append(run)
            return tuple(runs)

    def open_runs(self, claim: Claim) -> tuple[Run, ...]:
        """The runs that were begun and have not ended."""
        with self._claimed(claim) as (rows, _):
            found = rows.select("run", {"company": claim.company, "state": "open"}, order=("id",))
            return tuple(_run(row) for row in found)

    def history(self, claim: Claim, run: int) -> tuple[tuple[Sent, tuple[Effect, ...], tuple[Part, ...]], ...]:
        """The exchanges that a run had a part in, in their order, each with the run's own effects and parts."""
        with self._claimed(claim) as (rows, _):
            effects: dict[int, list[Effect]] = {}
            for row in rows.select("effect", {"company": claim.company, "run": run}, order=("id",)):
                effects.setdefault(row["exchange"], []).append(_effect(row))
            parts: dict[int, list[Part]] = {}
            for row in rows.select("part", {"company": claim.company, "run": run}, order=("exchange", "at")):
                parts.setdefault(row["exchange"], []).append(_part(row))
            return tuple(
                (
                    self._whole(rows, _one(rows, "exchange", claim.company, number)),
                    tuple(effects.get(number, ())),
                    tuple(mine),
                )
                for number, mine in parts.items()
            )

    def give_up(self, claim: Claim, run: int, why: str, links: Sequence[Link] = ()) -> None:
        """A run cannot be told again as it was: its request waits for a new one, which looks for what there is.

        Args:
            claim: The right to say so.
            run: Which.
            why: In words.
            links: What its effects have become, so that the new run finds it under whatever name.
        """
        with self._claimed(claim) as (rows, ids):
            row = _one(rows, "run", claim.company, run)
            for link in links:
                _keep_link(rows, claim.company, link)
            rows.update("run", {"company": claim.company, "id": run}, {"state": "given up"})
            rows.update("request", {"company": claim.company, "id": row["request"]}, {"state": "waiting"})
            self._event(rows, ids, claim.company, "settled by looking", f"request {row['request']}: {why}")

    def set_aside(self, claim: Claim, run: int, words: str) -> None:
        """A run ended with an error of this library: its request is not tried again by itself."""
        with self._claimed(claim) as (rows, ids):
            row = _one(rows, "run", claim.company, run)
            rows.update("run", {"company": claim.company, "id": run}, {"state": "given up"})
            rows.update("request", {"company": claim.company, "id": row["request"]}, {"state": "failed"})
            self._event(rows, ids, claim.company, "failed", f"request {row['request']}: {words}")

    # --- exchanges ---------------------------------------------------------------------------------------------------

    def sending(
        self,
        claim: Claim,
        *,
        document: bytes,
        set_id: str,
        parts: Sequence[Part],
        effects: Sequence[Effect],
        reads: Mapping[int, Sequence[tuple[Any, ...]]],
        asked: Sequence[tuple[bytes, bytes, Sequence[Part]]] = (),
        sender: str | None = None,
    ) -> Sent:
        """A document that writes is about to be sent: from here on it may have been.

        Args:
            claim: The right to send.
            document: The very bytes.
            set_id: Its message set id.
            parts: Whose requests it carries.
            effects: What each of them makes or changes.
            reads: What the links have told each run so far.
            asked: The documents that were read before, each with its reply and its parts.
            sender: The name under which the program is known to QuickBooks.

        Raises:
            JournalError: A document is under way already, or an effect of it is.
        """
        with self._claimed(claim) as (rows, ids):
            now, known = self._clock(), _company(_row_of(rows, claim.company))
            head = {
                "company": claim.company,
                "sender": sender,
                "fence_sequence": known.fence_sequence,
                "counter": known.counter + 1,
                "clock": known.clock,
                "token": claim.token,
                "at": now,
            }
            for text, reply, whose in asked:
                number = ids.take()
                read = {
                    "id": number,
                    "writes": 0,
                    "state": ExchangeState.SETTLED.value,
                    "document": text,
                    "reply": reply,
                }
                rows.insert("exchange", [head | read])
                _keep_parts(rows, claim.company, number, whose)
            number = ids.take()
            row = {
                "id": number,
                "writes": 1,
                "set_id": set_id,
                "state": ExchangeState.SENDING.value,
                "document": document,
            }
            try:
                rows.insert("exchange", [head | row])
                _keep_parts(rows, claim.company, number, parts)
                new = [
                    {
                        "company": claim.company,
                        "id": ids.take(),
                        "exchange": number,
                        "position": one.position,
                        "run": one.run,
                        "what": one.what,
                        "guid": one.guid,
                        "state": EffectState.OPEN.value,
                        "record": one.record,
                    }
                    for one in effects
                ]
                rows.insert("effect", new)
            except TakenError as error:
                raise JournalError(f"{claim.company}: {error}: is under way already; nothing was sent") from error
            for run, told in reads.items():
                rows.update("run", {"company": claim.company, "id": run}, {"reads": encoded(tuple(told))})
            return _sent(_one(rows, "exchange", claim.company, number), tuple(parts))

    def answered(self, claim: Claim, exchange: int, reply: bytes) -> None:
        """The reply is here; it is written down before anybody reads it."""
        with self._claimed(claim) as (rows, _):
            self._move(rows, claim.company, exchange, "answer", reply=reply, why=None)

    def evidence(self, company: str, exchange: int, reply: bytes) -> None:
        """A reply came to who was overtaken. It is kept for people, and moves nothing that is settled."""
        with self._anybody(company) as (rows, ids):
            row = _one(rows, "exchange", company, exchange)
            if row["reply"] is None:
                rows.update("exchange", {"company": company, "id": exchange}, {"reply": reply})
            words = f"the reply to exchange {exchange} ({row['set_id']}) came after another worker had taken over"
            self._event(rows, ids, company, "late reply", words)

    def doubted(self, claim: Claim, exchange: int, why: str) -> None:
        """No reply came, and something may have been written; or a predecessor left it like that."""
        with self._claimed(claim) as (rows, ids):
            row = _one(rows, "exchange", claim.company, exchange)
            if row["state"] != ExchangeState.IN_DOUBT.value:
                self._move(rows, claim.company, exchange, "lose", why=why)
            for one in rows.select("effect", {"company": claim.company, "exchange": exchange}):
                if one["state"] == EffectState.OPEN.value:
                    rows.update("effect", _id(one), {"state": moved(EffectState.OPEN, "lose").value})
            self._event(rows, ids, claim.company, "in doubt", f"exchange {exchange} ({row['set_id']}): {why}")

    def withdrawn(self, claim: Claim, exchange: int, why: str) -> None:
        """Nothing of the document was carried out, and no copy of it ever can be: it may be planned anew."""
        with self._claimed(claim) as (rows, _):
            self._move(rows, claim.company, exchange, "withdraw", why=why)
            for one in rows.select("effect", {"company": claim.company, "exchange": exchange}):
                rows.update("effect", _id(one), {"state": moved(EffectState(one["state"]), "find not done").value})

    def under_way(self, claim: Claim) -> tuple[tuple[Sent, tuple[Effect, ...]], ...]:
        """The exchanges that are not settled, each with its effects."""
        states = tuple(state.value for state in (ExchangeState.SENDING, ExchangeState.IN_DOUBT, ExchangeState.ANSWERED))
        with self._claimed(claim) as (rows, _):
            found = rows.select("exchange", {"company": claim.company, "state": states}, order=("id",))
            return tuple((self._whole(rows, row), self._effects(rows, row)) for row in found)

    def effects(self, claim: Claim, exchange: int) -> tuple[Effect, ...]:
        """The effects of an exchange, as they stand in it."""
        with self._claimed(claim) as (rows, _):
            return self._effects(rows, {"company": claim.company, "id": exchange})

    def came_late(self, claim: Claim, set_id: str) -> tuple[Sent, tuple[Effect, ...]] | None:
        """The fence says that a document was begun that was held for not begun: a copy of it came late.

        What was proved not to be there may be there now, so its effects are in doubt once more; unless a person is
        asked about the same thing anyway.

        Returns:
            The exchange and its effects; None where it is under way, or nothing of it was held for not done.
        """
        with self._claimed(claim) as (rows, ids):
            found = rows.select("exchange", {"set_id": set_id})
            if not found or found[0]["state"] != ExchangeState.SETTLED.value:
                return None
            row = found[0]
            again = []
            for effect in self._effects(rows, row):
                where = {"company": claim.company, "what": effect.what, "state": OPEN_EFFECTS}
                if effect.state is EffectState.NOT_DONE and not rows.select("effect", where):
                    state = moved(effect.state, "come late").value
                    rows.update("effect", {"company": claim.company, "id": effect.id}, {"state": state})
                    again.append(effect)
            if not again:
                return None
            self._move(rows, claim.company, row["id"], "come late", reply=None)
            words = f"exchange {row['id']} ({set_id}): a copy of it came late, after it was held for lost"
            self._event(rows, ids, claim.company, "came late", words)
            sent = _one(rows, "exchange", claim.company, row["id"])
            return self._whole(rows, sent), tuple(
                one for one in self._effects(rows, row) if one.state is EffectState.IN_DOUBT
            )

    def tries(self, claim: Claim, effect: Effect) -> int:
        """How often a run has sent what an effect makes or changes, this time included."""
        with self._claimed(claim) as (rows, _):
            found = rows.select("effect", {"company": claim.company, "run": effect.run})
            return sum(row["what"] == effect.what for row in found)

    def knows_set(self, company: str, set_id: str) -> bool:
        """Whether a message set id is ours."""
        with self._rows() as rows:
            return any(row["company"] == company for row in rows.select("exchange", {"set_id": set_id}))

    def settled(
        self, claim: Claim, exchange: int, settlements: Sequence[Settlement], ends: Sequence[RunEnd] = (), **known: Any
    ) -> None:
        """It is known what became of each effect of an exchange.

        Args:
            claim: The right to say so.
            exchange: Which.
            settlements: What became of its effects.
            ends: The runs that ended with it.
            known: What is known of the company file now.
        """
        with self._claimed(claim) as (rows, ids):
            row = _one(rows, "exchange", claim.company, exchange)
            if row["state"] not in (ExchangeState.SETTLED.value, ExchangeState.CLEARED.value):
                self._move(rows, claim.company, exchange, "settle")
            for one in settlements:
                self._settle(rows, claim.company, one)
            if known:
                rows.update("company", {"company": claim.company}, known)
            self._ended(rows, ids, claim.company, ends)

    def ended(self, claim: Claim, ends: Sequence[RunEnd]) -> None:
        """Runs ended: their links are kept, and Procore is to be told."""
        with self._claimed(claim) as (rows, ids):
            self._ended(rows, ids, claim.company, ends)

    def _ended(self, rows: Rows, ids: _Ids, company: str, ends: Sequence[RunEnd]) -> None:
        for end in ends:
            row = _one(rows, "run", company, end.run)
            rows.update("run", _id(row), {"state": "ended"})
            rows.update("request", {"company": company, "id": row["request"]}, {"state": "ended"})
            for link in end.close_out.links:
                try:
                    _keep_link(rows, company, link)
                except LinkError as error:
                    self._event(rows, ids, company, "link not kept", f"request {row['request']}: {error}")
            closing = {"company": company, "id": ids.take(), "request": row["request"], "state": "to tell"}
            rows.insert("closing", [closing | {"close_out": encoded(end.close_out)}])

    def _settle(self, rows: Rows, company: str, one: Settlement) -> None:
        row = _one(rows, "effect", company, one.effect)
        values: dict[str, Any] = {"state": moved(EffectState(row["state"]), one.move).value}
        if one.record is not None:
            values["record"] = one.record
        if one.evidence is not None:
            values["evidence"] = one.evidence
        rows.update("effect", _id(row), values)

    def to_clear(self, claim: Claim, before: float) -> tuple[Sent, ...]:
        """Exchanges that were settled and sent before a time, whose replies QuickBooks may forget."""
        with self._claimed(claim) as (rows, _):
            where = {"company": claim.company, "state": ExchangeState.SETTLED.value, "writes": 1}
            found = rows.select("exchange", where, order=("id",))
            return tuple(_sent(row) for row in found if row["at"] < before)

    def cleared(self, claim: Claim, exchanges: Sequence[int]) -> None:
        """QuickBooks was told to forget them."""
        with self._claimed(claim) as (rows, _):
            for number in exchanges:
                self._move(rows, claim.company, number, "clear")

    def _move(self, rows: Rows, company: str, exchange: int, move: str, **values: Any) -> None:
        row = _one(rows, "exchange", company, exchange)
        state = moved(ExchangeState(row["state"]), move).value
        rows.update("exchange", {"company": company, "id": exchange}, {"state": state, **values})

    def _whole(self, rows: Rows, row: Row) -> Sent:
        parts = rows.select("part", {"company": row["company"], "exchange": row["id"]}, order=("at",))
        return _sent(row, tuple(_part(one) for one in parts))

    def _effects(self, rows: Rows, row: Row) -> tuple[Effect, ...]:
        found = rows.select("effect", {"company": row["company"], "exchange": row["id"]}, order=("position",))
        return tuple(_effect(one) for one in found)

    # --- people ------------------------------------------------------------------------------------------------------

    def ask(self, claim: Claim, question: Question) -> None:
        """Only a person can know: the request waits for an answer."""
        with self._claimed(claim) as (rows, ids):
            effect = _one(rows, "effect", claim.company, question.effect)
            self._settle(rows, claim.company, Settlement(effect=question.effect, move="ask"))
            run = _one(rows, "run", claim.company, effect["run"])
            rows.update("request", {"company": claim.company, "id": run["request"]}, {"state": "asked"})
            text = json.dumps([question.words, dict(question.choices), question.document])
            head = {"company": claim.company, "id": ids.take(), "effect": question.effect, "token": question.token}
            rows.insert("question", [head | {"question": text, "state": "open", "at": self._clock()}])
            self._event(rows, ids, claim.company, "asked", question.words)

    def questions(self, company: str) -> tuple[Question, ...]:
        """What people are asked, the oldest first."""
        with self._rows() as rows:
            return tuple(map(_question, rows.select("question", {"company": company, "state": "open"}, order=("id",))))

    def answer(self, company: str, token: str, choice: str, by: str) -> None:
        """A person answers; the request goes on with the next drain.

        Raises:
            JournalError: There is no such question open, or no such choice.
        """
        with self._anybody(company) as (rows, ids):
            found = rows.select("question", {"company": company, "token": token, "state": "open"})
            if not found:
                raise JournalError(f"no question {token!r} is open for {company}: it was answered, or asked anew")
            question = _question(found[0])
            if choice not in question.choices:
                raise JournalError(f"question {token}: expected one of {', '.join(question.choices)}, got {choice!r}")
            rows.update("question", _id(found[0]), {"state": "answered", "choice": choice, "by": by})
            effect = _one(rows, "effect", company, question.effect)
            run = _one(rows, "run", company, effect["run"])
            rows.update("request", {"company": company, "id": run["request"]}, {"state": "working"})
            self._event(rows, ids, company, "answered", f"{by}: {choice}: {question.words}")

    def answers(self, claim: Claim) -> tuple[tuple[Question, str], ...]:
        """The answers that nobody has acted upon yet."""
        with self._claimed(claim) as (rows, _):
            asked = rows.select("effect", {"company": claim.company, "state": EffectState.ASKED.value})
            found = []
            for effect in asked:
                where = {"company": claim.company, "effect": effect["id"], "state": "answered"}
                found += rows.select("question", where, order=("id",))[-1:]
            return tuple((_question(row), row["choice"]) for row in found)

    def asked_about(self, claim: Claim, question: Question) -> tuple[Effect, Sent]:
        """The effect that a question is about, and the exchange that it was sent in."""
        with self._claimed(claim) as (rows, _):
            effect = _one(rows, "effect", claim.company, question.effect)
            return _effect(effect), self._whole(rows, _one(rows, "exchange", claim.company, effect["exchange"]))

    def closings(self, company: str) -> tuple[tuple[int, CloseOut], ...]:
        """What Procore is still to be told, the oldest first."""
        with self._rows() as rows:
            found = rows.select("closing", {"company": company, "state": "to tell"}, order=("id",))
            return tuple((row["id"], decoded(row["close_out"])) for row in found)

    def close_out(self, company: str, request: int) -> CloseOut | None:
        """How a request ended the last time; None where it has not."""
        with self._rows() as rows:
            found = rows.select("closing", {"company": company, "request": request}, order=("id",))
            return decoded(found[-1]["close_out"]) if found else None

    def told(self, company: str, closings: Iterable[int]) -> None:
        """Procore has it."""
        with self._rows() as rows:
            for number in closings:
                rows.update("closing", {"company": company, "id": number}, {"state": "told"})

    def events(self, company: str) -> tuple[tuple[float, str, str], ...]:
        """What happened: when, what, and words for people."""
        with self._rows() as rows:
            found = rows.select("event", {"company": company}, order=("id",))
            return tuple((row["at"], row["what"], row["words"]) for row in found)

    def note(self, company: str, what: str, words: str) -> None:
        """Write down that something happened."""
        with self._anybody(company) as (rows, ids):
            self._event(rows, ids, company, what, words)

    def _event(self, rows: Rows, ids: _Ids, company: str, what: str, words: str) -> None:
        event = {"company": company, "id": ids.take(), "at": self._clock(), "what": what, "words": words}
        rows.insert("event", [event])

    # --- links -------------------------------------------------------------------------------------------------------

    def links(self, company: str) -> JournalLinks:
        """The links of a company file, as a flow may ask for them."""
        return JournalLinks(self, company, self.company(company).environment)

    def all_links(self, company: str) -> Links:
        """All links of a company file, in memory."""
        environment = self.company(company).environment
        with self._rows() as rows:
            times = rows.select("generation", {"company": company})
            generations = {(ItemKind(row["kind"]), row["procore_id"]): row["times"] for row in times}
            found = rows.select("link", {"company": company}, order=("kind", "procore_id"))
        return Links(map(_link, found), environment=environment, generations=generations)

    def link(self, company: str, *links: Link) -> None:
        """Remember links that a person, or an older links file, knows of: all of them or none.

        Raises:
            LinkError: One contradicts another.
        """
        with self._rows() as rows:
            for link in links:
                _keep_link(rows, company, link)

    def unlink(self, company: str, kind: ItemKind, procore_id: int) -> Link | None:
        """Forget a link and what is part of it; the next export of each is of a new generation.

        Raises:
            LinkError: It is not known whether an export of the item was written: wait for the end of that.
        """
        with self._rows() as rows:
            links = Links(map(_link, rows.select("link", {"company": company}, order=("kind", "procore_id"))))
            before = list(links)
            gone = links.remove(kind, procore_id)
            left = {(one.kind, one.procore_id) for one in links}
            for one in before:
                if (one.kind, one.procore_id) in left:
                    continue
                key = {"company": company, "kind": one.kind.value, "procore_id": one.procore_id}
                whats = (f"{one.kind.value} {one.procore_id} ",)
                states = (EffectState.OPEN.value, EffectState.IN_DOUBT.value, EffectState.ASKED.value)
                open_ = rows.select("effect", {"company": company, "state": states})
                if any(row["what"].startswith(whats) for row in open_):
                    raise LinkError(
                        f"{one.kind.label} {one.procore_id}: it is not known yet whether its export was written; "
                        "unlink it when that is settled"
                    )
                rows.delete("link", key)
                found = rows.select("generation", key)
                if found:
                    rows.update("generation", key, {"times": found[0]["times"] + 1})
                else:
                    rows.insert("generation", [key | {"times": 1}])
            return gone

    def generation(self, company: str, kind: ItemKind, procore_id: int, times: int) -> None:
        """Remember how often an item was unlinked, as an older links file knows it."""
        with self._rows() as rows:
            rows.insert(
                "generation", [{"company": company, "kind": kind.value, "procore_id": procore_id, "times": times}]
            )


class JournalLinks:
    """The links of one company file, looked up as they are asked for: a `procore_qbd.domain.LinkView`.

    Args:
        journal: Where they are.
        company: Of which company file.
        environment: Procore's.
    """

    def __init__(self, journal: Journal, company: str, environment: str) -> None:
        self._journal, self._company, self._environment = journal, company, environment

    def _select(self, **where: Any) -> list[Link]:
        with self._journal._rows() as rows:  # noqa: SLF001  one thing in two parts
            return list(
                map(_link, rows.select("link", {"company": self._company, **where}, order=("kind", "procore_id")))
            )

    def find(self, kind: ItemKind, procore_id: int, /) -> Link | None:
        """See `procore_qbd.domain.LinkView`."""
        if not is_procore_id(procore_id):
            return None
        return next(iter(self._select(kind=kind.value, procore_id=procore_id)), None)

    def holder(self, kind: ItemKind, quickbooks_id: RecordId, /) -> Link | None:
        """See `procore_qbd.domain.LinkView`."""
        record = record_kind(kind).value
        return next(iter(self._select(record=record, quickbooks_id=str(quickbooks_id))), None)

    def parts(self, txn_id: str, /) -> tuple[Link, ...]:
        """See `procore_qbd.domain.LinkView`."""
        return tuple(self._select(parent=txn_id)) if txn_id else ()

    def of_party(self, list_id: str, /) -> tuple[Link, ...]:
        """See `procore_qbd.domain.LinkView`."""
        return tuple(self._select(party=list_id)) if list_id else ()

    def name_of(self, list_id: str, /) -> str | None:
        """See `procore_qbd.domain.LinkView`."""
        return next((link.name for link in self._select(list_id=list_id) if link.name), None) if list_id else None

    def guid(self, kind: ItemKind, procore_id: int, company_id: int | None, /) -> str:
        """See `procore_qbd.domain.LinkView`."""
        must_be_procores(kind, procore_id)
        with self._journal._rows() as rows:  # noqa: SLF001
            key = {"company": self._company, "kind": kind.value, "procore_id": procore_id}
            found = rows.select("generation", key)
        return external_guid(
            kind,
            procore_id,
            company_id=company_id,
            environment=self._environment,
            generation=1 + (found[0]["times"] if found else 0),
        )


# --- rows and values -------------------------------------------------------------------------------------------------


@attrs.define
class _Ids:
    """The numbers of a company, in one transaction."""

    next: int

    def take(self) -> int:
        self.next += 1
        return self.next - 1


def _row_of(rows: Rows, company: str) -> Row:
    found = rows.select("company", {"company": company})
    if not found:
        raise JournalError(f"{company}: is not in the journal; register it first")
    return found[0]


def _one(rows: Rows, table: str, company: str, number: int) -> Row:
    found = rows.select(table, {"company": company, "id": number})
    if not found:
        raise JournalError(f"{company}: there is no {table} {number} in the journal")
    return found[0]


def _id(row: Row) -> dict[str, Any]:
    return {"company": row["company"], "id": row["id"]}


def _company(row: Row) -> Company:
    return Company(**{name: row[name] for name in attrs.fields_dict(Company)})


def _entry(row: Row) -> Entry:
    return Entry(
        id=row["id"], key=row["key"], request=decoded(row["request"]), state=row["state"], attempts=row["attempts"]
    )


def _run(row: Row) -> Run:
    return Run(id=row["id"], request=row["request"], books=decoded(row["books"]), reads=decoded(row["reads"]))


def _keep_parts(rows: Rows, company: str, exchange: int, parts: Sequence[Part]) -> None:
    whole = [
        {
            "company": company,
            "exchange": exchange,
            "at": at,
            "run": one.run,
            "step": one.step,
            "asked": " ".join(map(str, one.asked)),
        }
        for at, one in enumerate(parts)
    ]
    rows.insert("part", whole)


def _part(row: Row) -> Part:
    return Part(run=row["run"], step=row["step"], asked=tuple(map(int, row["asked"].split())))


def _sent(row: Row, parts: tuple[Part, ...] = ()) -> Sent:
    return Sent(
        id=row["id"],
        writes=bool(row["writes"]),
        set_id=row["set_id"],
        state=ExchangeState(row["state"]),
        document=row["document"],
        reply=row["reply"],
        parts=parts,
        sender=row["sender"],
        fence_sequence=row["fence_sequence"],
        counter=row["counter"],
        clock=row["clock"],
        at=row["at"],
        why=row["why"],
    )


def _effect(row: Row) -> Effect:
    names = [name for name in attrs.fields_dict(Effect) if name != "state"]
    return Effect(**{name: row[name] for name in names}, state=EffectState(row["state"]))


def _question(row: Row) -> Question:
    words, choices, document = json.loads(row["question"])
    return Question(
        id=row["id"], effect=row["effect"], token=row["token"], words=words, choices=choices, document=document
    )


def _link(row: Row) -> Link:
    names = ("procore_id", "quickbooks_id", "name", "edit_sequence", "parent", "party")
    return Link(kind=row["kind"], shared=bool(row["shared"]), **{name: row[name] for name in names})


def _link_row(company: str, link: Link) -> Row:
    return {
        "company": company,
        "kind": link.kind.value,
        "procore_id": link.procore_id,
        "record": record_kind(link.kind).value,
        "quickbooks_id": str(link.quickbooks_id),
        "sole": int(not link.shared and link.kind is not ItemKind.COST_CODE),
        "list_id": link.list_id,
        "name": link.name,
        "edit_sequence": link.edit_sequence,
        "parent": link.parent,
        "party": link.party,
        "shared": int(link.shared),
    }


def _keep_link(rows: Rows, company: str, link: Link) -> None:
    """Remember a link by the rules of `Links`, looking only at what may contradict it.

    Raises:
        LinkError: The item is linked to another record, or the record to another item.
    """
    key = {"company": company, "kind": link.kind.value, "procore_id": link.procore_id}
    record = {"company": company, "record": record_kind(link.kind).value, "quickbooks_id": str(link.quickbooks_id)}
    near = {(row["kind"], row["procore_id"]): row for row in (*rows.select("link", key), *rows.select("link", record))}
    links = Links(_link(row) for row in near.values())
    links.add(link)  # raises where it contradicts
    new = _link_row(company, link)
    if (link.kind.value, link.procore_id) in near:
        if not link.shared and near[link.kind.value, link.procore_id]["shared"]:
            new |= {"shared": 1, "sole": 0}  # what a person has said stays said
        rows.update("link", key, {name: value for name, value in new.items() if name not in key})
    else:
        rows.insert("link", [new])
