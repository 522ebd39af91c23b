"""The journal: what must be on disk before anything is sent, and what is known afterwards.

One method is one transaction: either all of it is on disk when the method returns, or nothing of it is. Nothing is
ever sent within one. Who works on a company file holds a `Claim`: a lease that runs out, and a number that grows with
each owner. Every method of a worker looks first whether the claim still holds; one that was overtaken gets a
`LeaseLostError` and writes nothing, except that `evidence` keeps a reply that came late.

The order that makes exports safe: `sending` before the first byte leaves; `answered` before anybody reads the reply;
`settled` and `ended` when it is understood. What was sent and has no answer is `doubted`, and only looking ends doubt.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

import attrs

from procore_qbd.domain.links import Link, Links
from procore_qbd.domain.refusals import ErpRefusal, RefusalCode
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.errors import JournalError, LeaseLostError, LinkError
from procore_qbd.journal import item_rows
from procore_qbd.journal.bundle import bundle_of
from procore_qbd.journal.encoding import decoded, encoded
from procore_qbd.journal.links import (
    JournalLinks,
    forget_links,
    keep_link,
    keep_links,
    links_of,
    those_with_parts,
)
from procore_qbd.journal.nouns import (
    Beginning,
    Claim,
    CompanyState,
    InboxEntry,
    Metrics,
    Question,
    Run,
    RunEnd,
    RunPart,
    Sent,
    Settlement,
    Write,
)
from procore_qbd.journal.purging import PURGED, digest_of, purge_items, purge_request, purge_sessions, purge_words
from procore_qbd.journal.rows import (
    Held,
    company_of,
    effect_of,
    entry_of,
    id_of,
    one_of,
    part_of,
    question_of,
    row_of,
    rows_of_parts,
    run_of,
    sent_of,
)
from procore_qbd.journal.states import EffectState, ExchangeState, moved, way
from procore_qbd.journal.tables import OPEN_EFFECTS, OPEN_REQUESTS, TABLES, Row, Rows, Tables, TakenError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from procore_qbd.domain import CloseOut, ErpRequest

__all__ = ["Journal"]

_EMPTY_EXCHANGE, _EMPTY_EFFECT = (dict.fromkeys(TABLES[name].columns) for name in ("exchange", "effect"))
_NEVER = 1e12
"""The time at which nobody need look."""
_SOME = 64
"""How many rows are read at first, where there may be very many."""
_OVER = (ExchangeState.SETTLED.value, ExchangeState.CLEARED.value)
_KNOWN = tuple(state.value for state in EffectState if state is not EffectState.NOT_DONE)
_AT_ONCE = 5000
"""How many links are looked up by one statement: databases take some ten thousand values at the most."""
_UNDER_WAY = tuple(state.value for state in (ExchangeState.SENDING, ExchangeState.IN_DOUBT, ExchangeState.ANSWERED))


def _must_hold(claim: Claim, row: Row) -> None:
    if row["token"] != claim.token or row["owner"] is None:
        raise LeaseLostError(
            f"{claim.company}: {claim.owner} was overtaken by {row['owner'] or 'another worker'}, who settles what it "
            "had sent; nothing more is sent from here"
        )


def _moved(
    rows: Rows,
    table: str,
    company: str,
    moves: Sequence[tuple[int, str, Mapping[str, Any]]],
    or_is: tuple[str, ...] = (),
) -> None:
    """Move exchanges or effects on: each by its number, its move, and what else is known of it.

    One that is in a state that `or_is` names stays as it is.

    Raises:
        JournalError: No such move leads from where one is, or there is none.
    """
    kind: type[ExchangeState | EffectState] = ExchangeState if table == "exchange" else EffectState
    ways = [way(kind, move) for _, move, _ in moves]
    changes = [
        ({"company": company, "id": number, "state": starts}, {**values, "state": end})
        for (number, _, values), (starts, end) in zip(moves, ways, strict=True)
    ]
    if rows.update_each(table, changes) < len(moves):
        found = [one_of(rows, table, company, number)["state"] for number, _, _ in moves]
        stayed = [(state, move, end) for state, (_, move, _), (_, end) in zip(found, moves, ways, strict=True)]
        for state, move, _ in sorted(stayed, key=lambda one: one[0] == one[2]):  # who got there is none of them
            if state not in or_is:
                moved(kind(state), move)


def _keepable(words: str) -> str:
    """Words for people, which may repeat what no database keeps; see `tables.must_be_keepable`."""
    return words.replace("\0", "\\0").encode(errors="backslashreplace").decode()


def _unfinished(table: str, row: Row) -> str:
    """What has not come to its end, in words."""
    if table == "closing":
        return f"Procore is not told yet how request {row['request']} ended"
    called = {"request": lambda: f"request {row['id']} ({decoded(row['request']).request_name})"}
    called |= {"exchange": lambda: f"document {row['id']}", "effect": lambda: str(row["what"])}
    return f"{called[table]()} is {row['state']}"


class Journal:
    """What must not be forgotten, of any number of company files.

    Args:
        tables: Where it is kept.
        clock: The time in seconds, by which leases run; without it the store's own, so that all who share it agree.
        on_due: Is told that somebody should look at a company file, and in how many seconds: within the very
            transaction, so that a queue that lies in the same database is told of it or nothing happened.

    Attributes:
        tables: As given, for what else is kept in the same place (`procore_qbd.journal.sessions`).
        clock: As given.
    """

    def __init__(
        self,
        tables: Tables,
        *,
        clock: Callable[[], float] | None = None,
        on_due: Callable[[Rows, str, float], object] | None = None,
    ) -> None:
        self.tables = self._tables = tables
        self.clock = self._clock = clock
        self._on_due = on_due

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self._tables.close()

    def _now(self, rows: Rows) -> float:
        """The time in seconds, within a transaction."""
        return rows.now() if self._clock is None else self._clock()

    @contextmanager
    def _written(self, company: str) -> Iterator[tuple[Rows, Held]]:
        """The rows of a company file for who changes them, one after the other.

        Raises:
            JournalError: The company file is not known.
        """
        with self._tables.transaction() as rows:
            file = Held(row_of(rows, company, lock=True))
            yield rows, file
            if file.changes:
                rows.update("company", {"company": company}, file.changes)

    @contextmanager
    def _claimed(self, claim: Claim) -> Iterator[tuple[Rows, Held]]:
        """The same for a worker, if the claim still holds. One that ran out and that nobody took still holds.

        Raises:
            LeaseLostError: It does not.
        """
        with self._written(claim.company) as (rows, file):
            _must_hold(claim, file.row)
            yield rows, file

    @contextmanager
    def _looked_at(self, claim: Claim) -> Iterator[Rows]:
        """The rows for a worker who only looks.

        Raises:
            LeaseLostError: The claim does not hold any more.
        """
        with self._tables.reading() as rows:
            _must_hold(claim, row_of(rows, claim.company))
            yield rows

    # --- companies ---------------------------------------------------------------------------------------------------

    def register(self, company: str, *, environment: str = "production") -> CompanyState:
        """Know a company file from now on; nothing happens where it is known.

        Raises:
            JournalError: It is known as that of another environment of Procore.
        """
        try:
            with self._tables.transaction() as rows:
                found = rows.select("company", {"company": company})
                if not found:
                    numbers = {"next_id": 1, "token": 0, "counter": 0, "epoch": 1, "due": _NEVER}
                    rows.insert("company", [{"company": company, "environment": environment, **numbers}])
                    return CompanyState(company=company, environment=environment)
                known = company_of(found[0])
        except TakenError:  # another process was faster
            known = self.company(company)
        if known.environment != environment:
            raise JournalError(
                f"{company}: is in the journal with Procore's environment {known.environment!r}, not {environment!r}: "
                "ids of the two overlap; keep a journal for each, or name the right environment"
            )
        return known

    def companies(self) -> tuple[str, ...]:
        """The company files that are known."""
        with self._tables.reading() as rows:
            return tuple(row["company"] for row in rows.select("company", {}))

    def company(self, company: str) -> CompanyState:
        """What is known of a company file.

        Raises:
            JournalError: Nothing.
        """
        with self._tables.reading() as rows:
            return company_of(row_of(rows, company))

    def claim(self, company: str, owner: str, seconds: float) -> Claim | None:
        """The right to work on a company file; None while another has it.

        Args:
            company: Which.
            owner: Who asks: a name of this very worker, for people.
            seconds: How long it lasts unless it is renewed.
        """
        with self._written(company) as (rows, file):
            row, now = file.row, self._now(rows)
            if row["owner"] is not None and row["leased_until"] > now:
                return None
            token = row["token"] + 1
            file.change(owner=owner, leased_until=now + seconds, due=now + seconds, token=token)
            return Claim(company=company, owner=owner, token=token)

    def renew(self, claim: Claim, seconds: float) -> None:
        """Keep the right for longer."""
        with self._claimed(claim) as (rows, file):
            self._keep_for(rows, file, seconds)

    def _keep_for(self, rows: Rows, file: Held, seconds: float) -> None:
        now = self._now(rows)
        file.change(leased_until=now + seconds)
        if not file.was_woken:
            file.change(due=now + seconds)

    def release(self, claim: Claim, retry_after: float | None = None) -> None:
        """Give the right back.

        Args:
            claim: The right.
            retry_after: In how many seconds somebody should look again; None: at once where a request waits, else when
                one comes in.
        """
        with self._claimed(claim) as (rows, file):
            now = self._now(rows)
            file.change(owner=None, leased_until=None)
            if file.row["frozen"] is not None:
                file.change(due=_NEVER)
            elif not file.was_woken:
                where = [{"company": claim.company, "state": state} for state in ("waiting", "working")]
                if retry_after is None and any(rows.select("request", one, order=("id",), limit=1) for one in where):
                    retry_after = 0.0
                file.change(due=_NEVER)
                if retry_after is not None:
                    self._look(rows, file, now, retry_after)

    def due(self, at_most: int = _SOME, *, besides: Collection[str] = ()) -> tuple[str, ...]:
        """The company files that somebody should look at now and nobody does, those that wait longest first.

        Args:
            at_most: How many.
            besides: Those that are left out.
        """
        with self._tables.reading() as rows:
            now, most = self._now(rows), at_most + len(besides)
            while True:
                found = rows.select("company", {}, order=("due",), limit=most)
                due = [row for row in found if row["due"] <= now]
                free = [row["company"] for row in due if row["owner"] is None or row["leased_until"] <= now]
                free = [one for one in free if one not in besides]
                if len(free) >= at_most or len(due) < most:
                    return tuple(free[:at_most])
                most *= 4

    def metrics(self) -> Metrics:
        """How it stands with all company files: what a monitor wants to see."""
        with self._tables.reading() as rows:
            now, found = self._now(rows), rows.select("company", {})
            open_ = (row for row in found if row["due"] < _NEVER or row["frozen"] is not None)
            since = [
                one["at"]
                for row in open_
                for one in rows.select("exchange", {"company": row["company"], "state": _UNDER_WAY, "writes": 1})
            ]
            return Metrics(
                companies=len(found),
                due=sum(row["due"] <= now for row in found),
                in_work=sum(row["owner"] is not None and row["leased_until"] > now for row in found),
                frozen=sum(row["frozen"] is not None for row in found),
                oldest_doubt=max((now - one for one in since), default=0.0),
            )

    def _wake(self, rows: Rows, file: Held, now: float) -> None:
        """Somebody should look at once, unless the company file is frozen."""
        if file.row["frozen"] is None:
            self._look(rows, file, min(file.row["due"], now), 0.0)

    def _look(self, rows: Rows, file: Held, since: float, delay: float) -> None:
        """Somebody should look, in so many seconds."""
        file.change(due=since + delay)
        if self._on_due is not None:
            self._on_due(rows, file.company, delay)

    def meet(self, claim: Claim, **known: Any) -> None:
        """Write down what the file's own record says: fields of `CompanyState`."""
        with self._claimed(claim) as (_, file):
            file.change(**known)

    def freeze(self, claim: Claim, words: str, **known: Any) -> None:
        """Send nothing more to this company file until a person has looked.

        Args:
            claim: The right to say so.
            words: Why.
            known: What is true now: fields of `CompanyState`.
        """
        with self._claimed(claim) as (rows, file):
            file.change(frozen=_keepable(words), due=_NEVER, **known)
            self._event(rows, file, "frozen", words)

    def thaw(self, company: str, by: str, **known: Any) -> None:
        """A person has looked: go on. What was held for not done is in doubt again: who knows what happened meanwhile.

        Args:
            company: Which.
            by: Who says so.
            known: What is true now: fields of `CompanyState`.
        """
        with self._written(company) as (rows, file):
            file.change(frozen=None, **known)
            self._look(rows, file, self._now(rows), 0.0)
            where = {"company": company, "state": EffectState.NOT_DONE.value}
            for number in sorted({row["exchange"] for row in rows.select("effect", where)}):
                self._doubt_again(rows, one_of(rows, "exchange", company, number))
            self._event(rows, file, "thawed", f"{by} says that it may go on")

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
        with self._written(company) as (rows, file):
            return self._put_in(rows, file, request, key, accepted=False)

    def _put_in(self, rows: Rows, file: Held, request: ErpRequest, key: str | None, *, accepted: bool) -> int:
        """Put a request into the inbox, which the tool has accepted or which comes from elsewhere; its number."""
        company, text = file.company, encoded(request)
        digest = digest_of(text)
        if key is None:
            same = rows.select("request", {"company": company, "digest": digest, "state": OPEN_REQUESTS})
        else:
            same = rows.select("request", {"company": company, "key": key})
            if same and (same[0]["request"] or same[0]["digest"]) not in {text, digest}:
                raise JournalError(f"request {key}: was submitted before, and asked for something else")
        if same:
            return int(same[0]["id"])
        number, now = file.number(), self._now(rows)
        if not accepted:
            item_rows.arrived(rows, file, now, request, number)
        names = {"key": f"same {digest} {number}", "digest": digest} if key is None else {"key": key}
        row = {"company": company, "id": number, "request": text, "state": "waiting", "due": now, "at": now}
        rows.insert("request", [row | names])
        self._wake(rows, file, now)
        return number

    def entry(self, company: str, number: int) -> InboxEntry:
        """A request by its number.

        Raises:
            JournalError: There is none, or what it held was purged.
        """
        with self._tables.reading() as rows:
            return entry_of(one_of(rows, "request", company, number))

    def requests(self, company: str, *, only_open: bool = False) -> tuple[InboxEntry, ...]:
        """The requests that came in and were not purged, the oldest first; or only those that have not ended."""
        states = OPEN_REQUESTS if only_open else tuple(one for one in TABLES["request"].states if one != PURGED)
        where = {"company": company, "state": states}
        with self._tables.reading() as rows:
            return tuple(map(entry_of, rows.select("request", where, order=("id",))))

    def purge(self, company: str, age: float) -> int:
        """Take out what ended requests held, with their documents, so that people's data do not lie there for ever.

        A request goes when Procore knows how it ended and QuickBooks was told to forget every reply to it; the last
        document that was written stays. Links stay, and so does what says that something was done, and what it became.

        Args:
            company: Of which company file.
            age: How many seconds ago it must have come in, and its last document been sent.

        Returns:
            How many requests were purged; as many transactions are made as it takes.
        """
        count = kept = 0
        more = True
        while more:
            with self._written(company) as (rows, _):
                before = self._now(rows) - age
                where = {"company": company, "state": "ended"}
                found = rows.select("request", where, order=("id",), limit=kept + _SOME)[kept:]
                old = [row for row in found if row["at"] < before]
                gone = sum(purge_request(rows, row, before) for row in old)
                count, kept = count + gone, kept + len(old) - gone
                more = len(old) == _SOME
                if not more:
                    purge_words(rows, company, before)
                    purge_sessions(rows, company, before)
                    purge_items(rows, company, before)
        self._tables.scrub()
        return count

    def support_bundle(self, company: str) -> dict[str, Any]:
        """What may be told to whoever helps: states, numbers, times and codes, but nothing that people wrote.

        Returns:
            Plain values, for JSON: what `procore_qbd.journal.bundle` says.
        """
        with self._tables.reading() as rows:
            row_of(rows, company)
            return bundle_of(rows, company)

    def unfinished(self, company: str) -> tuple[str, ...]:
        """What has not come to its end, in words: requests, documents and questions, and what Procore is to be told."""
        looked_for = {
            "request": OPEN_REQUESTS,
            "exchange": _UNDER_WAY,
            "effect": OPEN_EFFECTS,
            "closing": ("to tell",),
        }
        with self._tables.reading() as rows:
            return tuple(
                _unfinished(table, row)
                for table, states in looked_for.items()
                for row in rows.select(table, {"company": company, "state": states}, order=("id",))
            )

    def count(self, company: str) -> dict[str, int]:
        """How many requests are in each state."""
        with self._tables.reading() as rows:
            return rows.count("request", "state", {"company": company})

    def begin(self, claim: Claim, beginning: Beginning) -> tuple[tuple[Run, InboxEntry], ...]:
        """Begin runs of requests that wait; each has one run at a time.

        Returns:
            The new runs, each with what it carries out.
        """
        with self._claimed(claim) as (rows, file):
            return self._begun(rows, file, beginning)

    def _begun(self, rows: Rows, file: Held, how: Beginning) -> tuple[tuple[Run, InboxEntry], ...]:
        company = file.company
        if how.told:
            rows.update("closing", {"company": company, "id": tuple(how.told)}, {"state": "told"})
        chosen = how.choose(self._waiting(rows, company, how.some))
        if not chosen:
            return ()
        runs = tuple(Run(id=file.number(), request=entry.id, books=how.books) for entry in chosen)
        numbers = tuple(entry.id for entry in chosen)
        rows.update("request", {"company": company, "id": numbers}, {"state": "working"})
        empty = {"company": company, "books": encoded(how.books), "reads": "[]", "state": "open"}
        try:
            rows.insert("run", [empty | {"id": run.id, "request": run.request} for run in runs])
        except TakenError as error:
            raise JournalError(f"{company}: a request has a run already; nothing was begun") from error
        if how.renew is not None:
            self._keep_for(rows, file, how.renew)
        return tuple(zip(runs, chosen, strict=True))

    def _waiting(self, rows: Rows, company: str, some: int) -> Iterator[InboxEntry]:
        """Requests that may be begun, the oldest first; no more are read than are asked for, or a few."""
        where = {"company": company, "state": "waiting"}
        seen, most, now = 0, some, self._now(rows)
        while True:
            found = rows.select("request", where, order=("id",), limit=most)
            yield from (entry_of(row) for row in found[seen:] if row["due"] <= now)
            if len(found) < most:
                return
            seen, most = most, most * 4

    def open_runs(self, claim: Claim) -> tuple[Run, ...]:
        """The runs that were begun and have not ended."""
        with self._looked_at(claim) as rows:
            found = rows.select("run", {"company": claim.company, "state": "open"}, order=("id",))
            return tuple(run_of(row) for row in found)

    def history(self, claim: Claim, run: int) -> tuple[tuple[Sent, tuple[Write, ...], tuple[RunPart, ...]], ...]:
        """The exchanges that a run had a part in, in their order, each with the run's own effects and parts."""
        with self._looked_at(claim) as rows:
            effects: dict[int, list[Write]] = {}
            for row in rows.select("effect", {"company": claim.company, "run": run}, order=("id",)):
                effects.setdefault(row["exchange"], []).append(effect_of(row))
            parts: dict[int, list[RunPart]] = {}
            for row in rows.select("part", {"company": claim.company, "run": run}, order=("exchange", "at")):
                parts.setdefault(row["exchange"], []).append(part_of(row))
            return tuple(
                (
                    self._whole(rows, one_of(rows, "exchange", claim.company, number)),
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
        with self._claimed(claim) as (rows, file):
            row = one_of(rows, "run", claim.company, run)
            for link in links:
                keep_link(rows, claim.company, link)
            rows.update("run", {"company": claim.company, "id": run}, {"state": "given up"})
            rows.update("request", {"company": claim.company, "id": row["request"]}, {"state": "waiting"})
            self._event(rows, file, "settled by looking", f"request {row['request']}: {why}")

    def set_aside(self, claim: Claim, runs: Mapping[int, str]) -> None:
        """Runs ended with an error of this library, told in words: their requests are not tried again by themselves."""
        with self._claimed(claim) as (rows, file):
            for run, words in runs.items():
                row = one_of(rows, "run", claim.company, run)
                rows.update("run", {"company": claim.company, "id": run}, {"state": "given up"})
                rows.update("request", {"company": claim.company, "id": row["request"]}, {"state": "failed"})
                item_rows.broke_off(rows, file, self._now(rows), row["request"], words)
                self._event(rows, file, "failed", f"request {row['request']}: {words}")

    # --- exchanges ---------------------------------------------------------------------------------------------------

    def sending(
        self,
        claim: Claim,
        *,
        document: bytes,
        set_id: str,
        parts: Sequence[RunPart],
        effects: Sequence[Write],
        reads: Mapping[int, Sequence[tuple[Any, ...]]],
        asked: Sequence[tuple[bytes, bytes, Sequence[RunPart]]] = (),
        sender: str | None = None,
        fenced: bool = False,
    ) -> tuple[Sent, tuple[Write, ...]]:
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
            fenced: Whether these documents begin with a request for the fence.

        Returns:
            The exchange, and its effects with their numbers.

        Raises:
            JournalError: A document is under way already, or an effect of it is.
        """
        with self._claimed(claim) as (rows, file):
            if rows.select("exchange", {"company": claim.company, "state": ExchangeState.IN_DOUBT.value}):
                raise JournalError(f"{claim.company}: a document is in doubt: settle that first; nothing was sent")
            head = {
                "company": claim.company,
                "sender": sender,
                "fenced": int(fenced),
                "counter": file.row["counter"] + 1,
                "clock": file.row["clock"],
                "token": claim.token,
                "at": self._now(rows),
            }
            over = {"writes": 0, "state": ExchangeState.SETTLED.value}
            before = [head | over | {"id": file.number(), "document": read, "reply": reply} for read, reply, _ in asked]
            now = {"id": file.number(), "writes": 1, "set_id": set_id, "state": ExchangeState.SENDING.value}
            row = head | now | {"document": document}
            new = [
                {
                    "company": claim.company,
                    "id": file.number(),
                    "exchange": row["id"],
                    "position": one.position,
                    "run": one.run,
                    "what": one.what,
                    "guid": one.guid,
                    "state": EffectState.OPEN.value,
                    "record": one.record,
                }
                for one in effects
            ]
            try:
                rows.insert("exchange", [*before, row])
                rows.insert("effect", new)
            except TakenError as error:
                raise JournalError(f"{claim.company}: {error}: is under way already; nothing was sent") from error
            whose = [*((one["id"], of) for one, (_, _, of) in zip(before, asked, strict=True)), (row["id"], parts)]
            rows.insert("part", [one for number, of in whose for one in rows_of_parts(claim.company, number, of)])
            told = [
                ({"company": claim.company, "id": run}, {"reads": encoded(tuple(all_))}) for run, all_ in reads.items()
            ]
            rows.update_each("run", told)
            whole = sent_of(_EMPTY_EXCHANGE | row, tuple(parts))
            return whole, tuple(effect_of(_EMPTY_EFFECT | one) for one in new)

    def answered(self, claim: Claim, exchange: int, reply: bytes) -> None:
        """The reply is here; it is written down before anybody reads it."""
        with self._claimed(claim) as (rows, _):
            self._move(rows, claim.company, exchange, "answer", reply=reply, why=None)

    def evidence(self, company: str, exchange: int, reply: bytes) -> None:
        """A reply came to who was overtaken. It is kept for people, and moves nothing that is settled."""
        with self._written(company) as (rows, file):
            row = one_of(rows, "exchange", company, exchange)
            if row["reply"] is None:
                rows.update("exchange", {"company": company, "id": exchange}, {"reply": reply})
            words = f"the reply to exchange {exchange} ({row['set_id']}) came after another worker had taken over"
            self._event(rows, file, "late reply", words)

    def doubted(self, claim: Claim, exchange: int, why: str) -> None:
        """No reply came, and something may have been written; or a predecessor left it like that."""
        with self._claimed(claim) as (rows, file):
            row = one_of(rows, "exchange", claim.company, exchange)
            if row["state"] != ExchangeState.IN_DOUBT.value:
                self._move(rows, claim.company, exchange, "lose", why=_keepable(why))
            for one in rows.select("effect", {"company": claim.company, "exchange": exchange}):
                if one["state"] == EffectState.OPEN.value:
                    rows.update("effect", id_of(one), {"state": moved(EffectState.OPEN, "lose").value})
            self._event(rows, file, "in doubt", f"exchange {exchange} ({row['set_id']}): {why}")

    def withdrawn(self, claim: Claim, exchange: int, why: str) -> None:
        """Nothing of the document was carried out, and no copy of it ever can be: it may be planned anew."""
        with self._claimed(claim) as (rows, _):
            self._move(rows, claim.company, exchange, "withdraw", why=_keepable(why))
            for one in rows.select("effect", {"company": claim.company, "exchange": exchange}):
                rows.update("effect", id_of(one), {"state": moved(EffectState(one["state"]), "find not done").value})

    def doubts(self, company: str) -> tuple[Sent, ...]:
        """The documents of which it is not known what became of them, the oldest first; for people."""
        with self._tables.reading() as rows:
            found = rows.select("exchange", {"company": company, "state": _UNDER_WAY}, order=("id",))
            return tuple(map(sent_of, found))

    def under_way(self, claim: Claim) -> tuple[tuple[Sent, tuple[Write, ...]], ...]:
        """The exchanges that are not settled, each with its effects."""
        with self._looked_at(claim) as rows:
            found = rows.select("exchange", {"company": claim.company, "state": _UNDER_WAY}, order=("id",))
            return tuple((self._whole(rows, row), self._effects(rows, row)) for row in found)

    def effects(self, claim: Claim, exchange: int) -> tuple[Write, ...]:
        """The effects of an exchange, as they stand in it."""
        with self._looked_at(claim) as rows:
            return self._effects(rows, {"company": claim.company, "id": exchange})

    def came_late(self, claim: Claim, set_id: str) -> tuple[Sent, tuple[Write, ...]] | None:
        """The fence says that a document was begun that was held for not begun: a copy of it came late.

        What was proved not to be there may be there now, so its effects are in doubt once more; unless a person is
        asked about the same thing anyway.

        Returns:
            The exchange and its effects; None where it is under way, or nothing of it was held for not done.
        """
        with self._claimed(claim) as (rows, file):
            found = [row for row in rows.select("exchange", {"set_id": set_id}) if row["company"] == claim.company]
            if not found or found[0]["state"] not in _OVER or not self._doubt_again(rows, found[0]):
                return None
            words = f"exchange {found[0]['id']} ({set_id}): a copy of it came late, after it was held for lost"
            self._event(rows, file, "came late", words)
            sent = one_of(rows, "exchange", claim.company, found[0]["id"])
            return self._whole(rows, sent), tuple(
                one for one in self._effects(rows, sent) if one.state is EffectState.IN_DOUBT
            )

    def _doubt_again(self, rows: Rows, exchange: Row) -> bool:
        """What of an exchange was held for not done is in doubt once more; whether there was any.

        Nothing is in doubt again of which something later is known, or is being found out.
        """
        company, again = exchange["company"], []
        for effect in self._effects(rows, exchange):
            same = rows.select("effect", {"company": company, "what": effect.what, "state": _KNOWN})
            known = any(row["id"] > effect.number or row["state"] in OPEN_EFFECTS for row in same)
            if effect.state is EffectState.NOT_DONE and not known:
                again.append(effect.number)
        if again:
            state = moved(EffectState.NOT_DONE, "come late").value
            rows.update("effect", {"company": company, "id": tuple(again)}, {"state": state})
            if exchange["state"] in _OVER:
                self._move(rows, company, exchange["id"], "come late", reply=None)
        return bool(again)

    def given_up(self, claim: Claim) -> dict[str, int]:
        """What a person gave up, and when: requests with a lower number had come in before."""
        with self._looked_at(claim) as rows:
            where = {"company": claim.company, "state": EffectState.ABANDONED.value}
            return {row["what"]: row["settled"] or 0 for row in rows.select("effect", where, order=("id",))}

    def written_by(self, company: str, request: int) -> tuple[tuple[Write, Sent, tuple[Sent, ...]], ...]:
        """What a request wrote to QuickBooks, in the order in which it did.

        Returns:
            Each effect that was carried out, the document that it was sent in, and every document that its run sent.

        Raises:
            JournalError: What was sent was purged.
        """
        with self._tables.reading() as rows:
            if one_of(rows, "request", company, request)["state"] == PURGED:
                raise JournalError(f"request {request}: what it sent was purged")
            runs = tuple(row["id"] for row in rows.select("run", {"company": company, "request": request}))
            done = {"company": company, "run": runs, "state": EffectState.DONE.value}
            effects = [effect_of(row) for row in rows.select("effect", done, order=("id",))]
            numbers = {row["exchange"] for row in rows.select("part", {"company": company, "run": runs})}
            sent = {number: sent_of(one_of(rows, "exchange", company, number)) for number in sorted(numbers)}
            return tuple((one, sent[one.exchange or 0], tuple(sent.values())) for one in effects)

    def tries(self, claim: Claim, effect: Write) -> int:
        """How often a run has sent what an effect makes or changes, this time included."""
        with self._looked_at(claim) as rows:
            found = rows.select("effect", {"company": claim.company, "run": effect.run})
            return sum(row["what"] == effect.what for row in found)

    def by_set(self, company: str, set_id: str) -> Sent | None:
        """The document with a message set id; None where it is none of ours."""
        with self._tables.reading() as rows:
            found = [row for row in rows.select("exchange", {"set_id": set_id}) if row["company"] == company]
            return sent_of(found[0]) if found else None

    def settled(self, claim: Claim, exchange: int, settlements: Sequence[Settlement], **known: Any) -> None:
        """It is known what became of each effect of an exchange.

        Args:
            claim: The right to say so.
            exchange: Which.
            settlements: What became of its effects.
            known: What is known of the company file now.
        """
        with self._claimed(claim) as (rows, file):
            self._settled(rows, file, exchange, settlements, known)

    def _settled(
        self, rows: Rows, file: Held, exchange: int, settlements: Sequence[Settlement], known: Mapping[str, Any]
    ) -> None:
        self._move(rows, file.company, exchange, "settle", or_is=_OVER)
        self._settle(rows, file, settlements)
        file.change(**known)

    def ended(
        self,
        claim: Claim,
        ends: Sequence[RunEnd],
        settled: tuple[int, Sequence[Settlement], Mapping[str, Any]] | None = None,
        beginning: Beginning | None = None,
    ) -> tuple[tuple[tuple[int, CloseOut], ...], tuple[tuple[Run, InboxEntry], ...]]:
        """Runs ended: their links are kept.

        Args:
            claim: The right to say so.
            ends: Which runs, and how.
            settled: What became of the document that they ended with, if that is not written down yet: see `settled`.
            beginning: What is begun in the same transaction.

        Returns:
            What Procore is to be told of them, with the number of each close-out; and what `begin` returns.
        """
        with self._claimed(claim) as (rows, file):
            if settled is not None:
                self._settled(rows, file, *settled)
            to_tell = self._ended(rows, file, ends)
            return to_tell, self._begun(rows, file, beginning) if beginning is not None else ()

    def _ended(self, rows: Rows, file: Held, ends: Sequence[RunEnd]) -> tuple[tuple[int, CloseOut], ...]:
        company = file.company
        runs = tuple(end.run for end in ends)
        by_run = {row["id"]: row["request"] for row in rows.select("run", {"company": company, "id": runs})}
        for run in runs:
            if run not in by_run:
                one_of(rows, "run", company, run)
        rows.update("run", {"company": company, "id": runs}, {"state": "ended"})
        rows.update("request", {"company": company, "id": tuple(by_run.values())}, {"state": "ended"})
        ends = [self._unlinked(rows, file, by_run[end.run], end) for end in ends]
        of = {link: by_run[end.run] for end in ends for link in end.close_out.links}
        for link, error in keep_links(rows, company, list(of)):
            self._event(rows, file, "link not kept", f"request {of[link]}: {error}")
        closings = [
            {
                "company": company,
                "id": file.number(),
                "request": by_run[end.run],
                "state": "to tell",
                "close_out": encoded(end.close_out),
            }
            for end in ends
        ]
        rows.insert("closing", closings)
        if file.row["tool"] is not None:
            now = self._now(rows)
            for end in ends:
                item_rows.ended(rows, file, now, by_run[end.run], end.close_out)
        return tuple((row["id"], end.close_out) for row, end in zip(closings, ends, strict=True))

    def _unlinked(self, rows: Rows, file: Held, request: int, end: RunEnd) -> RunEnd:
        """Forget what a run has unlinked; where an export of that is in doubt, the run's end is a refusal instead."""
        company, items = file.company, end.close_out.unlinked
        if items:
            gone = those_with_parts(rows, company, items)
            items = (*items, *((one.kind, one.procore_id) for one in gone))
            try:
                self._must_be_settled(rows, company, items)
            except LinkError as error:
                why = ErpRefusal(RefusalCode.IN_DOUBT, str(error))
                end = attrs.evolve(end, close_out=end.close_out.not_unlinked(why))
            else:
                forget_links(rows, company, items)
                was = {(one.kind, one.procore_id): f", which was {one.quickbooks_id}" for one in gone}
                each = (f"{kind.label} {number}{was.get((kind, number), '')}" for kind, number in dict.fromkeys(items))
                self._event(rows, file, "unlinked", f"request {request}: {'; '.join(each)}")
        for one in end.close_out.details:
            if one.untold:
                words = "; ".join((one.name, *one.messages))
                self._event(rows, file, "nothing to close", f"request {request}: {words}")
        return end

    @staticmethod
    def _settle(rows: Rows, file: Held, settlements: Sequence[Settlement]) -> None:
        moves = []
        for one in settlements:
            known = {"record": one.record, "evidence": one.evidence}
            values = {name: value for name, value in known.items() if value is not None} | {"settled": file.next}
            moves.append((one.effect, one.move, values))
        _moved(rows, "effect", file.company, moves)

    def to_clear(self, claim: Claim, age: float) -> tuple[Sent, ...]:
        """Some exchanges, the oldest, whose replies QuickBooks may forget: settled, and sent over so many seconds ago.

        Both times are the journal's, however the clocks of its workers differ.
        """
        with self._looked_at(claim) as rows:
            before = self._now(rows) - age
            where = {"company": claim.company, "state": ExchangeState.SETTLED.value, "writes": 1}
            found = rows.select("exchange", where, order=("id",), limit=_SOME)
            return tuple(sent_of(row) for row in found if row["at"] < before)

    def cleared(self, claim: Claim, exchanges: Sequence[int]) -> None:
        """QuickBooks was told to forget them."""
        with self._claimed(claim) as (rows, _):
            for number in exchanges:
                self._move(rows, claim.company, number, "clear")

    @staticmethod
    def _move(
        rows: Rows, company: str, exchange: int, move: str, *, or_is: tuple[str, ...] = (), **values: Any
    ) -> None:
        _moved(rows, "exchange", company, [(exchange, move, values)], or_is)

    def _whole(self, rows: Rows, row: Row) -> Sent:
        parts = rows.select("part", {"company": row["company"], "exchange": row["id"]}, order=("at",))
        return sent_of(row, tuple(part_of(one) for one in parts))

    def _effects(self, rows: Rows, row: Row) -> tuple[Write, ...]:
        found = rows.select("effect", {"company": row["company"], "exchange": row["id"]}, order=("position",))
        return tuple(effect_of(one) for one in found)

    # --- people ------------------------------------------------------------------------------------------------------

    def ask(self, claim: Claim, question: Question) -> None:
        """Only a person can know: the request waits for an answer."""
        with self._claimed(claim) as (rows, file):
            effect = one_of(rows, "effect", claim.company, question.effect)
            self._settle(rows, file, [Settlement(effect=question.effect, move="ask")])
            run = one_of(rows, "run", claim.company, effect["run"])
            rows.update("request", {"company": claim.company, "id": run["request"]}, {"state": "asked"})
            text = json.dumps([question.words, dict(question.choices), question.document])
            rows.delete("question", {"company": claim.company, "effect": question.effect, "state": "open"})
            head = {"company": claim.company, "id": file.number(), "effect": question.effect, "token": question.token}
            rows.insert("question", [head | {"question": text, "state": "open", "at": self._now(rows)}])
            self._event(rows, file, "asked", question.words)

    def questions(self, company: str) -> tuple[Question, ...]:
        """What people are asked, the oldest first."""
        with self._tables.reading() as rows:
            return tuple(
                map(question_of, rows.select("question", {"company": company, "state": "open"}, order=("id",)))
            )

    def answer(self, company: str, token: str, choice: str, by: str) -> None:
        """A person answers; the request goes on with the next drain.

        Raises:
            JournalError: There is no such question open, or no such choice.
        """
        with self._written(company) as (rows, file):
            found = rows.select("question", {"company": company, "token": token, "state": "open"})
            if not found:
                raise JournalError(f"no question {token!r} is open for {company}: it was answered, or asked anew")
            question = question_of(found[0])
            named = choice.startswith("adopt ") and "adopt ID" in question.choices
            if choice not in question.choices and not named:
                raise JournalError(f"question {token}: expected one of {', '.join(question.choices)}, got {choice!r}")
            rows.update("question", id_of(found[0]), {"state": "answered", "choice": choice, "by": by})
            effect = one_of(rows, "effect", company, question.effect)
            run = one_of(rows, "run", company, effect["run"])
            if run["state"] == "open":
                rows.update("request", {"company": company, "id": run["request"]}, {"state": "working"})
            self._wake(rows, file, self._now(rows))
            self._event(rows, file, "answered", f"{by}: {choice}: {question.words}")

    def answers(self, claim: Claim) -> tuple[tuple[Question, str], ...]:
        """The answers that nobody has acted upon yet."""
        with self._looked_at(claim) as rows:
            asked = rows.select("effect", {"company": claim.company, "state": EffectState.ASKED.value})
            found = []
            for effect in asked:
                where = {"company": claim.company, "effect": effect["id"]}
                found += rows.select("question", where, order=("id",))[-1:]
            return tuple((question_of(row), row["choice"]) for row in found if row["state"] == "answered")

    def asked_about(self, claim: Claim, question: Question) -> tuple[Write, Sent]:
        """The effect that a question is about, and the exchange that it was sent in."""
        with self._looked_at(claim) as rows:
            effect = one_of(rows, "effect", claim.company, question.effect)
            return effect_of(effect), self._whole(rows, one_of(rows, "exchange", claim.company, effect["exchange"]))

    def made(self, company: str) -> tuple[tuple[str, str, str], ...]:
        """What was made in QuickBooks: what it is, its GUID, its ListID or TxnID."""
        with self._tables.reading() as rows:
            done = rows.select("effect", {"company": company, "state": EffectState.DONE.value}, order=("id",))
            return tuple((row["what"], row["guid"], row["record"]) for row in done if row["guid"] and row["record"])

    def closings(self, company: str) -> tuple[tuple[int, CloseOut], ...]:
        """What Procore is still to be told, the oldest first."""
        with self._tables.reading() as rows:
            found = rows.select("closing", {"company": company, "state": "to tell"}, order=("id",))
            return tuple((row["id"], decoded(row["close_out"])) for row in found)

    def close_out(self, company: str, request: int) -> CloseOut | None:
        """How a request ended the last time; None where it has not, or what it held was purged."""
        with self._tables.reading() as rows:
            found = rows.select("closing", {"company": company, "request": request}, order=("id",))
            return decoded(found[-1]["close_out"]) if found and found[-1]["close_out"] else None

    def told(self, company: str, closings: Iterable[int]) -> None:
        """Procore has it."""
        with self._written(company) as (rows, _):
            rows.update("closing", {"company": company, "id": tuple(closings)}, {"state": "told"})

    def events(self, company: str) -> tuple[tuple[float, str, str], ...]:
        """What happened: when, what, and words for people."""
        with self._tables.reading() as rows:
            found = rows.select("event", {"company": company}, order=("id",))
            return tuple((row["at"], row["what"], row["words"]) for row in found)

    def note(self, company: str, what: str, words: str) -> None:
        """Write down that something happened."""
        with self._written(company) as (rows, file):
            self._event(rows, file, what, words)

    def _event(self, rows: Rows, file: Held, what: str, words: str) -> None:
        row = {"company": file.company, "id": file.number(), "at": self._now(rows), "what": what}
        rows.insert("event", [row | {"words": _keepable(words)}])

    # --- links -------------------------------------------------------------------------------------------------------

    def links(self, company: str) -> JournalLinks:
        """The links of a company file, as a flow may ask for them."""
        return JournalLinks(self._tables, company, self.company(company).environment)

    def all_links(self, company: str) -> Links:
        """All links of a company file, in memory."""
        environment = self.company(company).environment
        with self._tables.reading() as rows:
            times = rows.select("generation", {"company": company})
            generations = {(ItemKind(row["kind"]), row["procore_id"]): row["times"] for row in times}
            found = rows.select("link", {"company": company}, order=("kind", "procore_id"))
        return Links(links_of(found), environment=environment, generations=generations)

    def link(self, company: str, *links: Link) -> None:
        """Remember links that a person, or an older links file, knows of: all of them or none.

        Raises:
            LinkError: One contradicts another.
        """
        with self._written(company) as (rows, _):
            for link in links:
                keep_link(rows, company, link)

    def rebuild(
        self, company: str, links: Sequence[Link], generations: Mapping[tuple[ItemKind, int], int], by: str
    ) -> None:
        """Remember links that were found in the company file, and how often items were unlinked: all of it, or nothing.

        Args:
            company: Of which company file.
            links: Them.
            generations: How often an item was unlinked, where it was.
            by: Who says so.

        Raises:
            LinkError: Some contradict links that are known.
        """
        with self._written(company) as (rows, file):
            wrong = []
            for at in range(0, len(links), _AT_ONCE):
                wrong += keep_links(rows, company, links[at : at + _AT_ONCE])
            if wrong:
                raise LinkError("; ".join(str(error) for _, error in wrong))
            for (kind, procore_id), times in generations.items():
                key = {"company": company, "kind": kind.value, "procore_id": procore_id}
                rows.delete("generation", key)
                rows.insert("generation", [key | {"times": times}])
            self._event(rows, file, "rebuilt", f"{by}: {len(links)} links as the company file has them")

    def unlink(self, company: str, kind: ItemKind, procore_id: int) -> Link | None:
        """Forget a link and what is part of it; the next export of each is of a new generation.

        Raises:
            LinkError: It is not known whether an export of the item was written: wait for the end of that.
        """
        with self._written(company) as (rows, file):
            gone = self._forget(rows, company, kind, procore_id)
            item_rows.unlinked_by_hand(rows, file, self._now(rows), gone)
            return gone[0] if gone else None

    def _forget(self, rows: Rows, company: str, kind: ItemKind, procore_id: int) -> Sequence[Link]:
        """Forget a link and what is part of it, within a transaction; what was forgotten."""
        gone = those_with_parts(rows, company, [(kind, procore_id)])
        forgotten = [(one.kind, one.procore_id) for one in gone]
        self._must_be_settled(rows, company, {(kind, procore_id), *forgotten})
        forget_links(rows, company, forgotten)
        return gone

    def _must_be_settled(self, rows: Rows, company: str, items: Iterable[tuple[ItemKind, int]]) -> None:
        """See that no export of these items is in doubt: another generation would not be looked for.

        Raises:
            LinkError: One is.
        """
        open_ = [row["what"] for row in rows.select("effect", {"company": company, "state": OPEN_EFFECTS})]
        for kind, number in items:
            if any(what.startswith(f"{kind.value} {number} ") for what in open_):
                raise LinkError(
                    f"{kind.label} {number}: it is not known yet whether its export was written; unlink it when that "
                    "is settled"
                )

    def generation(self, company: str, kind: ItemKind, procore_id: int, times: int) -> None:
        """Remember how often an item was unlinked, as an older links file knows it."""
        key = {"company": company, "kind": kind.value, "procore_id": procore_id}
        with self._written(company) as (rows, _):
            rows.delete("generation", key)
            rows.insert("generation", [key | {"times": times}])
