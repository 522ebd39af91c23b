"""The one driver: takes requests from the journal, has QuickBooks carry them out exactly once each, and tells Procore.

`steps` is a generator. It yields what is to be done (`effects`), and whoever runs it does that: `drain` in a loop, the
Web Connector when QuickBooks calls, a storm by the dice. Nothing is sent within a transaction of the journal, and a
driver that is never resumed leaves nothing behind but what the journal says.

One drain, from top to bottom: claim the company file; read the fence; settle what an earlier worker left in doubt; act
on people's answers; tell the runs that were broken off what they were told before; then begin requests, some side by
side, until none waits. Each round first asks all that the runs want to know, in one document, then writes all that they
want to write, in one document with the fence before it.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.domain import ItemKind, Link
from procore_qbd.erp import perform
from procore_qbd.errors import DivergedError, JournalError, LeaseLostError, RecordError, TransportError
from procore_qbd.flows import Stepping
from procore_qbd.flows.conversation import difference, why_unwritable
from procore_qbd.journal.nouns import Beginning, RunEnd, RunPart, Write
from procore_qbd.journal.states import EffectState
from procore_qbd.qbxml import Dialect, Outcome, Request, write_requests
from procore_qbd.worker.doubting import Doubting
from procore_qbd.worker.effects import Commit, Drained, Send, Tell
from procore_qbd.worker.recording import Recording
from procore_qbd.worker.replies import GIVEN_UP, answer_of, outcomes_of, requests_of, unnumbered, what_of
from procore_qbd.worker.session import AgainError, StopError, WorkerSettings
from procore_qbd.worker.touching import ALONE, Queue, ids_of, makes

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from procore_qbd.domain import Books, CloseOut
    from procore_qbd.journal.nouns import InboxEntry, Run, Sent
    from procore_qbd.journal.store import Journal
    from procore_qbd.worker.effects import Step

__all__ = ["steps"]

_KEPT = b"newMessageSetID"
"""Stands in a document whose reply QuickBooks was asked to keep."""


@attrs.define(eq=False)
class _Live:
    """A run in work."""

    run: Run
    entry: InboxEntry
    ids: Sequence[int]
    """Procore's ids that it may ask the links for."""
    recording: Recording
    steps: Stepping[CloseOut]
    effects: dict[int, int] = attrs.field(factory=dict)
    """The place of a request that is asked, and the effect that a person is asked about."""

    @property
    def blocked(self) -> bool:
        """Whether all that it could ask now waits for a person."""
        return bool(self.steps.asked) and set(self.steps.places) <= set(self.effects)


@attrs.define
class _Load:
    """What travels in one document: the requests, what each makes, whose they are."""

    requests: list[Request] = attrs.field(factory=list)
    effects: list[Write] = attrs.field(factory=list)
    parts: list[RunPart] = attrs.field(factory=list)
    owners: list[tuple[_Live, int]] = attrs.field(factory=list)


def _gathered(writing: Iterable[_Live]) -> _Load:
    """All that runs want to write now; of two that make or change the same, the second waits for the next document."""
    batch = _Load()
    seen: set[str] = set()
    for one in writing:
        places = []
        items = one.recording.items()
        for place in one.steps.places:
            request = unnumbered(one.steps.asked[place])
            what = what_of(request, items)
            if place in one.effects or what in seen:
                continue
            seen.add(what)
            guid = getattr(request.record, "external_guid", None)
            batch.effects.append(Write(position=len(batch.requests), run=one.run.id, what=what, guid=guid))
            batch.requests.append(request)
            batch.owners.append((one, place))
            places.append(place)
        if places:
            batch.parts.append(RunPart(run=one.run.id, step=one.steps.step, asked=tuple(places)))
    return batch


def steps(
    company: str,
    journal: Journal,
    books: Books,
    *,
    owner: str,
    new_id: Callable[[], str],
    clock: Callable[[], float],
    settings: WorkerSettings | None = None,
    stop: Callable[[], bool] | None = None,
) -> Generator[Step, Any, Drained]:
    """Drain the inbox of one company file.

    Args:
        company: Which, as the journal knows it.
        journal: Where everything is written down.
        books: The bookkeeper's settings, for requests that are begun now.
        owner: The name of this worker, for people.
        new_id: Makes ids of 20 characters 0-9 and A-Z, never the same twice.
        clock: The time in seconds.
        settings: How to work.
        stop: Whether to begin nothing new.

    Raises:
        JournalError: The journal cannot be used; a `LeaseLostError` if another worker has taken over.
    """
    how = settings or WorkerSettings()
    yield Commit(name="claim")
    claim = journal.claim(company, owner, how.lease)
    if claim is None:
        return Drained(busy=True)
    driver = _Driver(claim, journal, books, how, new_id, clock)
    driver.stop = stop
    frozen = stopped = None
    again = True
    while again:
        again = False
        try:
            yield from driver.go()
        except AgainError:
            again = True
            driver.forget()
        except StopError as why:
            frozen, stopped = (why.words, None) if why.frozen else (None, why.words)
        except LeaseLostError:
            raise
        except JournalError:
            with suppress(JournalError):  # it may be writable again; else the right runs out
                journal.release(claim, how.retry_after)
            raise
    left = journal.count(company)
    unfinished = stopped is not None or driver.untold or left.get("waiting") or left.get("working")
    yield Commit(name="release")
    journal.release(claim, how.retry_after if unfinished else None)
    return Drained(
        done=driver.done,
        refused=driver.refused,
        failed=driver.failed,
        asked=left.get("asked", 0),
        waiting=left.get("waiting", 0) + left.get("working", 0),
        told=driver.told,
        frozen=frozen,
        stopped=stopped,
    )


class _Driver(Doubting):
    """One drain."""

    def __init__(self, *session: Any) -> None:
        super().__init__(*session)
        self.stop: Callable[[], bool] | None = None
        self.live: list[_Live] = []
        self.links = self.journal.links(self.claim.company)
        self.known_links: dict[tuple[Any, ...], Any] = {}
        """What the links have answered since they were changed last."""
        self.given_up: dict[str, int] = {}
        """What a person gave up; only a drain writes that down, so it is known from its beginning."""
        self.to_tell: list[tuple[int, CloseOut]] = []
        """The close-outs that Procore has not been told in this drain."""
        self.known_there: list[int] = []
        """Those that it has been told, and that are not written down yet."""
        self.aside: dict[int, str] = {}
        """The runs that raised, and what, that are not written down yet."""
        self.done = self.refused = self.told = self.failed = self.untold = 0

    def forget(self) -> None:
        """Nothing but the journal counts."""
        self.fence = self.latest = self.concluded = None
        self.asked, self.live, self.questions, self.aside = [], [], {}, {}

    # --- the whole drain ---------------------------------------------------------------------------------------------

    def go(self) -> Generator[Step, Any, None]:
        known = self.journal.company(self.claim.company)
        if known.frozen is not None:
            raise StopError(known.frozen, frozen=True)
        if self.settings.fence:
            late = yield from self._meet(known)
            if late is not None:
                yield from self._resolve(*late)
        for sent, effects in self.journal.under_way(self.claim):
            yield from self._left_behind(sent, effects)
        yield from self._act_on_answers()
        self.given_up = self.journal.given_up(self.claim)
        self.to_tell = list(self.journal.closings(self.claim.company))
        self._resume()
        yield from self._work()
        if self.known_there:
            yield Commit(name="told")
            self.journal.told(self.claim.company, self.known_there)
        yield from self._clear()
        if why := self._why_not_more():
            raise StopError(why)

    def _why_not_more(self) -> str | None:
        """Why nothing new is begun; None where it is."""
        if self.stop is not None and self.stop():
            return "it was told to stop"
        if self.settings.deadline is not None and self.clock() - self.began >= self.settings.deadline:
            return f"the time that was given is over ({self.settings.deadline} s)"
        return None

    # --- runs --------------------------------------------------------------------------------------------------------

    def _start(self, run: Run, entry: InboxEntry, ids: Sequence[int]) -> _Live:
        recording = Recording(self.links, run.reads, self.known_links)
        flow = perform(entry.request, recording, run.books)
        return _Live(run, entry, ids, recording, Stepping(flow))

    def _beginning(self) -> Beginning | None:
        """What is to be begun now: nothing while there is work, or when the time is over."""
        if self._why_not_more() or any(not (one.steps.ended or one.blocked) for one in self.live):
            return None
        told, self.known_there = self.known_there, []
        how = self.settings
        return Beginning(self._choose, self.books, some=how.batch + 1, renew=how.lease, told=told)

    def _begin(self, begun: Iterable[tuple[Run, InboxEntry]]) -> None:
        """Start the runs that were begun. What a run raises is its own; what the journal raises ends the drain."""
        named = [(run, entry, ids_of(entry.request)) for run, entry in begun]
        with self.links.one_look(chain.from_iterable(ids for _, _, ids in named)):
            for run, entry, ids in named:
                try:
                    self.live.append(self._start(run, entry, ids))
                except Exception as error:  # noqa: BLE001  as in _answer
                    self._set_aside(run, entry, error)

    def _choose(self, waiting: Iterator[InboxEntry]) -> Sequence[InboxEntry]:
        """Of the requests that wait, those that may go side by side now."""
        queue = Queue(one.entry.request for one in self.live)
        chosen: list[InboxEntry] = []
        taken: set[Any] = set()
        for entry in waiting:
            request = entry.request
            if not queue.lets(request):
                continue
            first = chosen[0].request if chosen else request
            alone = isinstance(request, ALONE)
            if chosen and (alone or isinstance(first, ALONE) or type(request) is not type(first)):
                break
            if makes(request) & taken:
                break
            chosen.append(entry)
            taken |= makes(request)
            if alone or len(chosen) >= self.settings.batch:
                break
        return chosen

    def _resume(self) -> None:
        """Tell the runs that were broken off what they were told before."""
        for run in self.journal.open_runs(self.claim):
            entry = self.journal.entry(self.claim.company, run.request)
            history = self.journal.history(self.claim, run.id)
            try:
                with self.links.one_look(ids := ids_of(entry.request)):
                    live = self._start(run, entry, ids)
                    for sent, effects, parts in history:
                        self._retell(live, sent, effects, parts)
                if live.recording.diverged is not None:
                    raise live.recording.diverged  # noqa: TRY301  the flow swallowed it
            except DivergedError as error:
                self._give_up(run, entry, [effect for _, effects, _ in history for effect in effects], error)
            except JournalError:  # it is no fault of the run's
                raise
            except Exception as error:  # noqa: BLE001  as in _answer
                self._set_aside(run, entry, error)
            else:
                self.live.append(live)

    def _give_up_live(self, one: _Live) -> None:
        assert one.recording.diverged is not None  # noqa: S101
        effects = [effect for _, effects, _ in self.journal.history(self.claim, one.run.id) for effect in effects]
        self.live.remove(one)
        self._give_up(one.run, one.entry, effects, one.recording.diverged)

    def _give_up(self, run: Run, entry: InboxEntry, effects: Iterable[Write], error: DivergedError) -> None:
        """A run that cannot be told again: what it made is linked, so that the new one finds it; the rest is new."""
        links = []
        for effect in effects:
            kind, _, rest = effect.what.partition(" ")
            if effect.state is EffectState.DONE and effect.record is not None and kind in [*ItemKind]:
                links.append(Link(kind=ItemKind(kind), procore_id=int(rest.split()[0]), quickbooks_id=effect.record))
        self.journal.give_up(self.claim, run.id, f"{entry.request.request_name}: {error}", links)

    def _retell(self, live: _Live, sent: Sent, effects: Sequence[Write], parts: Sequence[RunPart]) -> None:
        """Give a run the answers of an exchange that it had a part in.

        Raises:
            DivergedError: It asks for something else now.
        """
        requests = requests_of(sent)
        begin = 1 if sent.fenced else 0
        outcomes = outcomes_of(sent, requests)[begin:]
        by_position = {effect.position: effect for effect in effects}
        at = 0
        for part in sent.parts:
            places = range(at, at + len(part.asked))
            at += len(part.asked)
            if part not in parts:
                continue
            told = [
                answer_of(by_position[place], outcomes[place]) if place in by_position else outcomes[place]
                for place in places
            ]
            if live.steps.step > part.step and told.count(None) == len(told):
                continue  # it was answered before, by a copy that came late
            if live.steps.step != part.step:
                raise DivergedError(f"exchange {sent.id}: it is at step {live.steps.step} now, and was at {part.step}")
            _must_be_the_same(live, part, [requests[begin + place] for place in places], sent, self.settings.dialect)
            for asked, place in zip(part.asked, places, strict=True):
                effect = by_position.get(place)
                if effect is not None and effect.state is EffectState.ASKED:
                    live.effects[asked] = effect.number
            live.steps.answer_at(part.asked, told)

    # --- the work ----------------------------------------------------------------------------------------------------

    def _work(self) -> Generator[Step, Any, None]:
        """Carry the runs on, and begin others, until each has ended or waits for a person."""
        more = True
        while more:
            more = yield from self._turn()
            yield from self._tell()
            yield from self._leave_the_second()
            ready = [one for one in self.live if one.steps.requests]
            if reading := [one for one in ready if not one.steps.requests[0].writes]:
                yield from self._ask_for(reading)
            elif writing := [one for one in ready if not one.blocked]:
                yield from self._write_for(writing)
            else:
                continue
            more = True

    def _turn(self) -> Generator[Step, Any, bool]:
        """Write down how runs ended, and begin others where none is in work; whether any were begun."""
        if self.aside:
            yield Commit(name="set_aside")
            self.journal.set_aside(self.claim, self.aside)
            self.failed += len(self.aside)
            self.aside = {}
        ended = [one for one in self.live if one.steps.ended]
        diverged = [one for one in self.live if one.recording.diverged is not None]
        if diverged or not ended:
            yield from self._write_down()
        for one in diverged:
            self._give_up_live(one)
        begun: Sequence[tuple[Run, InboxEntry]] = ()
        beginning = self._beginning()
        if ended:
            yield Commit(name="ended")
            ends = [RunEnd(run=one.run.id, close_out=one.steps.result) for one in ended]
            self.live = [one for one in self.live if not one.steps.ended]
            to_tell, begun = self.journal.ended(self.claim, ends, self.concluded, beginning)
            self._is_written_down()
            self.to_tell += to_tell
            self.known_links.clear()
            self.asked = [one for one in self.asked if self.live]
            for _, close_out in to_tell:
                if close_out.ok:
                    self.done += 1
                else:
                    self.refused += 1
        elif beginning is not None:
            yield Commit(name="begin")
            begun = self.journal.begin(self.claim, beginning)
        self._begin(begun)
        return bool(begun)

    def _ask_for(self, reading: Sequence[_Live]) -> Generator[Step, Any, None]:
        """One document with all that the runs want to know."""
        requests = [unnumbered(request) for one in reading for request in one.steps.requests]
        try:
            outcomes, document, reply = yield from self._read(requests)
        except RecordError as error:
            self._refuse_unwritable(reading, error)
            return
        parts, at = [], 0
        with self.links.one_look(chain.from_iterable(one.ids for one in reading)):
            for one in reading:
                places = one.steps.places
                parts.append(RunPart(run=one.run.id, step=one.steps.step, asked=places))
                told, at = outcomes[at : at + len(places)], at + len(places)
                self._answer(one, places, told)
        self.asked.append((document, reply, parts))

    def _answer(self, one: _Live, places: Sequence[int], outcomes: Sequence[Outcome | None]) -> None:
        """Give a run answers. What it raises is its own: it is set aside, and the others go on."""
        try:
            one.steps.answer_at(places, outcomes)
        except Exception as error:  # noqa: BLE001  whatever it is
            self._fail(one, error)

    def _fail(self, one: _Live, error: Exception) -> None:
        one.steps.close()
        if one.recording.diverged is None:
            self.live.remove(one)
            self._set_aside(one.run, one.entry, error)

    def _set_aside(self, run: Run, entry: InboxEntry, error: Exception) -> None:
        self.aside[run.id] = f"{entry.request.request_name}: {type(error).__name__}: {error}"

    def _refuse_unwritable(self, runs: Sequence[_Live], why: RecordError) -> None:
        """Tell the runs that want what cannot be written; nothing of the document was sent.

        Raises:
            RecordError: None of them does: it is the document itself that cannot be written.
        """
        told = False
        with self.links.one_look():
            for one in runs:
                error = why_unwritable([unnumbered(request) for request in one.steps.asked], self.settings.dialect)
                if error.by_request:
                    told = True
                    try:
                        one.steps.refuse(error)
                    except Exception as raised:  # noqa: BLE001  as in _answer
                        self._fail(one, raised)
        if not told:
            raise why

    def _tell_what_was_given_up(self, writing: Sequence[_Live]) -> set[int]:
        """Tell runs what a person gave up while their request, the same item once more, was waiting; which they are."""
        told = set()
        for one in writing if self.given_up else ():
            items = one.recording.items()
            whats = {
                p: what_of(unnumbered(one.steps.asked[p]), items) for p in one.steps.places if p not in one.effects
            }
            places = [place for place, what in whats.items() if self.given_up.get(what, 0) > one.entry.id]
            if places:
                told.add(one.run.id)
                with self.links.one_look():
                    self._answer(one, places, [GIVEN_UP] * len(places))
        return told

    def _write_for(self, writing: Sequence[_Live]) -> Generator[Step, Any, None]:
        """One document with all that the runs want to write, and what becomes of it."""
        told_so = self._tell_what_was_given_up(writing)
        batch = _gathered(one for one in writing if one.run.id not in told_so)
        if not batch.requests:
            return
        grown = [one for one in self.live if one.recording.grown]
        reads = {one.run.id: tuple(one.recording.told) for one in grown}
        try:
            answers = yield from self._write(batch.requests, batch.effects, batch.parts, reads, soon=True)
        except RecordError as error:
            self._refuse_unwritable(writing, error)
            return
        for one in grown:
            one.recording.kept()
        if answers is None:
            return
        for position, effect in self.questions.items():
            one, place = batch.owners[position]
            one.effects[place] = effect  # it is left out until there is an answer
        told: dict[int, tuple[_Live, list[int], list[Outcome | None]]] = {}
        for position, (one, place) in enumerate(batch.owners):
            _, places, outcomes = told.setdefault(one.run.id, (one, [], []))
            places.append(place)
            outcomes.append(answers.get(position))
        with self.links.one_look(chain.from_iterable(one.ids for one, _, _ in told.values())):
            for one, places, outcomes in told.values():
                self._answer(one, places, outcomes)

    # --- Procore, and QuickBooks' memory -----------------------------------------------------------------------------

    def _tell(self) -> Generator[Step, Any, None]:
        """Tell Procore how requests ended; what is told twice because nobody wrote down that it was, does no harm."""
        to_tell, self.to_tell = self.to_tell, []
        for number, close_out in to_tell:
            try:
                has_it = yield Tell(number=number, close_out=close_out)
            except Exception as error:  # noqa: BLE001  whatever keeps Procore from being told, it is told again
                words = f"close-out {number} of {close_out.request_name}: {type(error).__name__}: {error}"
                self.journal.note(self.claim.company, "not told", words)
                self.untold += 1
            else:
                self.known_there += [number] if has_it else []
                self.told += bool(has_it)
                self.untold += has_it is False

    def _clear(self) -> Generator[Step, Any, None]:
        """Let QuickBooks forget the replies that nobody can want any more; not before the last copy must have come."""
        age = self.settings.lease + self.settings.timeout
        while some := self.journal.to_clear(self.claim, age):
            for sent in some:
                if _KEPT in sent.document:
                    document = write_requests((), dialect=self.settings.dialect, old_message_set_id=sent.set_id)
                    try:
                        yield Send(document=document, writes=False)
                    except TransportError:
                        return  # another time
                yield Commit(name="cleared")
                self.journal.cleared(self.claim, [sent.id])


def _must_be_the_same(live: _Live, part: RunPart, sent: Sequence[Request], exchange: Sent, dialect: Dialect) -> None:
    """See that a run asks for what was sent.

    Raises:
        DivergedError: It does not.
    """
    asked = live.steps.asked
    if part.asked and part.asked[-1] >= len(asked):
        raise DivergedError(f"exchange {exchange.id}: it asks for {len(asked)} things now, and asked for more")
    now = [unnumbered(asked[place]) for place in part.asked]
    before = [unnumbered(request) for request in sent]
    mine, theirs = (write_requests(some, dialect=dialect) for some in (now, before))
    if mine != theirs:
        raise DivergedError(f"exchange {exchange.id} was sent with other bytes: {difference(theirs, mine)}")
