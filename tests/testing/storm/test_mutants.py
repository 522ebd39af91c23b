"""The rules that keep exports from being made twice, broken one at a time: a storm sees each, or a test with a name."""

import importlib
import itertools
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from procore_qbd import Memory
from procore_qbd.chooser import Seeded
from procore_qbd.domain import Books, CreateVendor, VendorCompany
from procore_qbd.erp import vendors
from procore_qbd.errors import JournalError, LeaseLostError, RecordError, TransportError
from procore_qbd.journal import Journal, MemoryTables
from procore_qbd.journal.decisions import DecisionRow, KeptReply, Verdict, decide
from procore_qbd.journal.nouns import Beginning, RunPart, Settlement, Write
from procore_qbd.journal.states import EffectState
from procore_qbd.journal.tables import TABLES
from procore_qbd.qbxml import OnError, write_requests
from procore_qbd.simulator import CompanyFile
from procore_qbd.testing.storm import BrokenError
from procore_qbd.testing.storm.many import played
from procore_qbd.testing.storm.schedules import before
from procore_qbd.testing.storm.weather import ACCIDENTS, FAULTS, Weather
from procore_qbd.testing.storm.world import World, first_scene
from procore_qbd.worker import Commit, Send, Sleep, doubting, drain, steps
from procore_qbd.worker import fence as fences
from procore_qbd.worker.looking import questions_of
from procore_qbd.worker.session import Session

SEEDS = 60
DRIVER = importlib.import_module("procore_qbd.worker.steps")


def home(method):
    """The class of the driver that has a method, in whatever file it stands."""
    classes = [Session]
    for one in classes:
        if method in vars(one):
            return one
        classes += one.__subclasses__()
    raise LookupError(method)


def weather(*faults, **how):
    return Weather(quiet=frozenset(FAULTS) - frozenset(faults), **how)


# --- mutants ---------------------------------------------------------------------------------------------------------


def sent_before_it_is_written_down(self, requests, effects, parts=(), reads=None, **_):
    self.questions = {}
    set_id = self.new_id()
    before = [fences.changed(self.fence, set_id)] if self.fence is not None else []
    all_of_them = [*before, *requests]
    document = write_requests(
        all_of_them, dialect=self.settings.dialect, on_error=OnError.STOP, new_message_set_id=set_id
    )
    try:
        reply = yield Send(document=document, writes=True, set_id=set_id)
    except TransportError:
        yield Sleep(seconds=1)
        return None
    yield Commit(name="sending")
    how = {"document": document, "set_id": set_id, "parts": parts, "effects": effects, "reads": reads or {}}
    sent, known = self.journal.sending(self.claim, **how, asked=self.asked)
    self.asked = []
    self.journal.answered(self.claim, sent.id, reply)
    answers = yield from self._understand(sent, known, reply, all_of_them)
    return answers


def nobody_looks(_self, _sent, effects, *_, **__):
    answers = dict.fromkeys((one.position for one in effects), None)
    return answers, [Settlement(effect=one.number, move="find not done") for one in effects]
    yield


def taken_over_without_resolving(self, sent, effects):
    self.journal.doubted(self.claim, sent.id, "the worker that sent it has gone")
    unknown = [one for one in effects if one.state in (EffectState.OPEN, EffectState.IN_DOUBT)]
    found = yield from self._see_fence()
    self.journal.settled(self.claim, sent.id, [Settlement(effect=one.number, move="find not done") for one in unknown])
    yield from self._absorb(found, sent)


def looked_before_the_fence_is_read(self, sent, effects):
    effects = tuple(one for one in effects if one.state in (EffectState.OPEN, EffectState.IN_DOUBT))
    answers, settlements = yield from self._look_at_all(sent, effects, doubting.Standing.LATER, KeptReply.NOT_ASKED)
    found = yield from self._see_fence()
    self.fence = found
    self.journal.meet(self.claim, **self._known(found))
    self.journal.settled(self.claim, sent.id, settlements)
    return answers


def only_by_name(request, moment):
    return questions_of(request, moment)[1:2]


def without_inactive(request, moment):
    def only_active(one):
        return attrs.evolve(one, record=attrs.evolve(one.record, active_status=None)) if is_list(one) else one

    def is_list(one):
        return getattr(one.record, "active_status", None) is not None

    return tuple(map(only_active, questions_of(request, moment)))


def read_as_never_landed(kept):
    def decided(evidence):
        if evidence.kept is kept:
            return DecisionRow(decision=Verdict.PLAN_ANEW, why="it never landed")
        return decide(evidence)

    return decided


def id_from_the_counter(world):
    return f"S{world.journal.company('books').counter:019d}"


def everything_at_once(to_clear):
    return lambda self, claim, _age: to_clear(self, claim, float("-inf"))


LOST = ("reply lost", "dies", "QuickBooks crashes in the middle", "late", "lost on the way there")

TWICE = "was made twice"
ORDERS = ("commitment",)
"""Exports of purchase orders alone: QuickBooks refuses a second vendor of one name, but no second order of one number."""


@attrs.frozen(kw_only=True)
class Mutant:
    """A rule that is broken: what stands in its place, in which weather, and the promise that breaks with it."""

    instead: Callable[[], tuple[Any, str, Any]]
    weather: Weather
    promise: str = TWICE
    chains: tuple[str, ...] = ("subcontract", "project", "subcontract")


MUTANTS = {
    "send before it is written down": Mutant(
        instead=lambda: (home("_write"), "_write", sent_before_it_is_written_down),
        weather=weather("reply lost", "dies", fence=False),
        chains=ORDERS,
    ),
    "send before it is written down, with the fence": Mutant(
        instead=lambda: (home("_write"), "_write", sent_before_it_is_written_down),
        weather=weather("reply lost", "dies"),
        promise="frozen without a reason: somebody else writes",
    ),
    "send a half-done document again": Mutant(
        instead=lambda: (home("_look_at_all"), "_look_at_all", nobody_looks), weather=weather(*LOST), chains=ORDERS
    ),
    "send again on takeover, without resolving": Mutant(
        instead=lambda: (home("_left_behind"), "_left_behind", taken_over_without_resolving),
        weather=weather("dies", "reply lost"),
        chains=ORDERS,
    ),
    "read the fence after the look": Mutant(
        instead=lambda: (home("_resolve"), "_resolve", looked_before_the_fence_is_read),
        weather=weather("late", "is stopped", "dies"),
        chains=ORDERS,
    ),
    "look only by name": Mutant(
        instead=lambda: (doubting, "questions_of", only_by_name),
        weather=weather("reply lost", "dies", "rename", "renumber", recovery=False),
    ),
    "look without inactive records": Mutant(
        instead=lambda: (doubting, "questions_of", without_inactive),
        weather=weather("reply lost", "dies", "rename", "deactivate", recovery=False),
    ),
    "take 9002 for never landed": Mutant(
        instead=lambda: (doubting, "decide", read_as_never_landed(KeptReply.UNSAVED)),
        weather=weather("reply lost", "dies", "what was kept is torn"),
        chains=ORDERS,
    ),
    "send again what 9001 is said of": Mutant(
        instead=lambda: (doubting, "decide", read_as_never_landed(KeptReply.OTHER)),
        weather=weather("reply lost", "dies", "the id is kept for other bytes"),
        chains=ORDERS,
    ),
    "ids from a counter": Mutant(
        instead=lambda: (World, "new_id", id_from_the_counter),
        weather=weather("lost on the way there", "dies"),
        promise="requests do not end",
    ),
    "clear at once": Mutant(
        instead=lambda: (Journal, "to_clear", everything_at_once(Journal.to_clear)),
        weather=weather(),
        promise="was thrown away while a copy of it may still come",
    ),
    "never clear": Mutant(
        instead=lambda: (Journal, "to_clear", lambda *_: ()),
        weather=weather(tidy=True),
        promise="QuickBooks keeps their replies for ever",
    ),
    "do not see that the file was restored": Mutant(
        instead=lambda: (
            home("_freeze"),
            "_freeze",
            lambda *_: None,
        ),  # it is seen by the fence, and by QuickBooks' word
        weather=weather("edit", accident=ACCIDENTS[1]),
        promise="a backup is restored, and the driver went on; lost: ",
    ),
    "go on in another file": Mutant(
        instead=lambda: (home("_see_that_it_is_the_same"), "_see_that_it_is_the_same", lambda *_: None),
        weather=weather("edit", accident=ACCIDENTS[3]),
        promise="another file is opened, and the driver went on",
    ),
}


def first_broken(mutant, seeds):
    """The words of the first storm that breaks the mutant's promise; a mutant may break others as well."""
    scene = before("commitment") if mutant.chains == ORDERS else first_scene()
    for seed in seeds:
        hand = Seeded(seed, departures=0.12)
        error, _ = played(hand, weather=mutant.weather, chains=mutant.chains, scene=scene)
        if isinstance(error, BrokenError) and mutant.promise in error.words:
            return error.words
        assert error is None or isinstance(error, BrokenError), error  # it falls on its promise, not on its own error
    return None


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_storm_sees_each_mutant_break_its_promise_within_few_seeds(name, monkeypatch):
    mutant = MUTANTS[name]
    scene = before("commitment") if mutant.chains == ORDERS else first_scene()
    for seed in range(3):  # the rule as it is
        hand = Seeded(seed, departures=0.12)
        assert played(hand, weather=mutant.weather, chains=mutant.chains, scene=scene)[0] is None
    monkeypatch.setattr(*mutant.instead())
    assert first_broken(mutant, range(SEEDS)) is not None


# --- what no storm can see, for another rule stands behind it ---------------------------------------------------------


def a_journal():
    now = [1000.0]
    journal = Journal(MemoryTables(), clock=lambda: now[0])
    journal.register("books")
    vendor = VendorCompany(id=1, name="Dell")
    journal.submit("books", CreateVendor(company_id=7, request_detail_id=1, vendor=vendor), key="1")
    journal.now = now
    return journal


def begun(journal, claim):
    ((run, _),) = journal.begin(claim, Beginning(list, Books()))
    return run


def handed_over(journal, claim, run, number):
    effect = Write(position=0, run=run.id, what=f"vendor {number}")
    parts = [RunPart(run=run.id, step=0, asked=(0,))]
    how = {"parts": parts, "effects": [effect], "reads": {}}
    return journal.sending(claim, document=b"<qbxml/>", set_id=f"S{number}", **how)[0]


def two_documents_are_never_under_way(journal):
    claim = journal.claim("books", "one", 90)
    run = begun(journal, claim)
    handed_over(journal, claim, run, 1)
    with pytest.raises(JournalError, match="under way"):
        handed_over(journal, claim, run, 2)


def who_was_overtaken_writes_nothing(journal):
    first = journal.claim("books", "one", 90)
    sent = handed_over(journal, first, begun(journal, first), 1)
    journal.now[0] += 100
    second = journal.claim("books", "two", 90)
    journal.doubted(second, sent.id, "gone")
    with pytest.raises(LeaseLostError):
        journal.answered(first, sent.id, b"<reply/>")


def a_late_reply_is_kept(journal):
    numbers = itertools.count(1)
    how = {"owner": "one", "new_id": lambda: f"S{next(numbers)}", "clock": lambda: journal.now[0]}
    with CompanyFile.create() as company:
        course, step = steps("books", journal, Books(), **how), None
        while not (isinstance(step, Send) and step.set_id):
            step = course.send(company.process(step.document) if isinstance(step, Send) else None)
        journal.now[0] += 10_000
        journal.claim("books", "two", 90)
        course.send(company.process(step.document))
        with pytest.raises(LeaseLostError):
            course.send(None)
    assert "late reply" in [what for _, what, _ in journal.events("books")]


def a_reply_to_other_bytes_is_not_taken(journal):
    """A run of an older release is told again; this release asks otherwise, and its answer is not that one."""

    class DiedError(BaseException):
        pass

    def die(step):
        if isinstance(step, Commit) and step.name == "ended":
            raise DiedError

    numbers = itertools.count(1)
    before = vendors.to_vendor
    with CompanyFile.create() as company, pytest.MonkeyPatch.context() as patch:
        how = {
            "journal": journal,
            "transport": Memory(company.process),
            "books": Books(),
            "clock": lambda: journal.now[0],
            "ids": lambda: f"S{next(numbers)}",
        }
        with pytest.raises(DiedError):
            drain("books", **how, progress=die)
        journal.now[0] += 10_000
        patch.setattr(vendors, "to_vendor", lambda *a, **k: attrs.evolve(before(*a, **k), notes="otherwise"))
        assert drain("books", **how).done == 1
    assert "settled by looking" in [what for _, what, _ in journal.events("books")]


WITHOUT = {
    "trust a replay that differs": (
        lambda patch: patch.setattr(DRIVER, "_must_be_the_same", lambda *_: None),
        a_reply_to_other_bytes_is_not_taken,
    ),
    "no unique index": (
        lambda patch: patch.setitem(TABLES, "exchange", attrs.evolve(TABLES["exchange"], unique=())),
        two_documents_are_never_under_way,
    ),
    "no fencing number": (
        lambda patch: patch.setattr("procore_qbd.journal.store._must_hold", lambda *_: None),
        who_was_overtaken_writes_nothing,
    ),
    "drop a late reply": (lambda patch: patch.setattr(Journal, "evidence", lambda *_: None), a_late_reply_is_kept),
}


@pytest.mark.parametrize("name", WITHOUT)
def test_each_other_mutant_is_killed_by_a_check_with_a_name(name, monkeypatch):
    break_it, check = WITHOUT[name]
    check(a_journal())
    break_it(monkeypatch)
    with pytest.raises((AssertionError, pytest.fail.Exception)):
        check(a_journal())


def test_ids_of_36_characters_are_not_written():
    with pytest.raises(RecordError, match="at most 23 characters"):
        write_requests((), new_message_set_id="A" * 36)
