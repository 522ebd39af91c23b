"""People: they work with the company file meanwhile, answer what they are asked, and now and then something happens."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.errors import CompanyFileError, JournalError
from procore_qbd.qbxml import ADD, Request, read_requests
from procore_qbd.qbxml.entities.other_names import OtherName
from procore_qbd.testing.storm.judge import KINDS, known_id, newest_first
from procore_qbd.testing.storm.weather import ACCIDENTS, ANSWERING, PEOPLE
from procore_qbd.worker.fence import FENCE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.chooser import Chooser
    from procore_qbd.journal.nouns import Question
    from procore_qbd.simulator.people import Bookkeeper
    from procore_qbd.testing.storm.judge import Judge
    from procore_qbd.testing.storm.world import World

__all__ = ["People"]

_ACTS_ON = {
    "rename": ("Vendor", "Customer"),
    "merge": ("Vendor",),
    "deactivate": ("Vendor",),
    "renumber": ("PurchaseOrder", "Bill"),
    "void": ("Bill",),
    "enter a similar one": ("PurchaseOrder", "Bill", "Estimate"),
    "create a copy": ("PurchaseOrder", "Bill", "Estimate"),
    "edit": ("Vendor", "PurchaseOrder", "Bill", "Estimate"),
    "delete": ("Vendor", "PurchaseOrder", "Bill", "Estimate"),
}
"""The kinds of records that an act is for."""
_EVERY = 11.0
_SPREAD = (90.0, 15.0, 40.0, 200.0, 600.0, 1500.0)


class People:
    """Everybody who sits before QuickBooks."""

    def __init__(self, world: World, chooser: Chooser) -> None:
        self.world = world
        self._chooser = chooser.split("people", departures=0.3)
        self._accidents = chooser.split("accidents", departures=0.8)
        self.judge: Judge
        self.lost: set[str] = set()
        """Ids that Procore was told of, and that are gone with a restored file."""
        self._leaving: list[Callable[[], object]] = []
        self._acts: dict[str, Callable[[Bookkeeper, Any], object]] = {
            "rename": self._rename,
            "renumber": self._renumber,
            "edit": self._edit,
            "deactivate": lambda user, record: user.deactivate(record),
            "delete": lambda user, record: user.delete(record),
            "void": lambda user, record: user.void(record),
            "merge": self._merge,
            "enter a similar one": lambda user, record: user.enter_similar(record),
            "create a copy": self._copy,
        }

    def begin(self, told: Callable[[], set[str]]) -> None:
        """Come to work.

        Args:
            told: Says what Procore was told to be in QuickBooks.
        """
        if self.world.weather.people:
            self.world.turns.after(7, "people", self._work)
        accident = self.world.weather.accident
        if accident != ACCIDENTS[0]:
            when = _SPREAD[self._accidents.pick(len(_SPREAD), "when")]
            self.world.turns.after(when, "accident", lambda: self._have(accident, told))

    def leave(self) -> None:
        """Go home, and leave nothing behind."""
        for one in self._leaving:
            one()

    def _work(self) -> None:
        if not self.world.calm:
            self.act()
            self.world.turns.after(_EVERY, "people", self._work)

    # --- acts --------------------------------------------------------------------------------------------------------

    def act(self) -> None:
        """Do something, or not."""
        act = self.world.fate(self._chooser, PEOPLE, "a person")
        if act == PEOPLE[0]:
            return
        if act == "answer a question":
            self.answer()
            return
        user = self.world.company.as_user()
        try:
            if act.endswith("the fence"):
                self._touch_fence(user, rename=act.startswith("rename"))
                return
            if act == "type it by hand":
                self._type(user)
                return
            kinds = _ACTS_ON[act]
            kind = kinds[self._chooser.pick(len(kinds), "which kind")]
            self.judge.look((kind,))  # what was made in the middle of a document, and is gone at its end
            if there := newest_first(self.world.company.records(kind)):
                record: Any = there[self._chooser.pick(len(there), "which")]
                self.world.note("a person", f"{act}: {kind} {known_id(record)}")
                self._acts[act](user, record)
                self.judge.look((kind,))
        except CompanyFileError as error:
            self.world.note("a person", f"cannot: {error}")

    def _touch_fence(self, user: Bookkeeper, *, rename: bool) -> None:
        for fence in self._fences():
            if rename:
                user.rename(fence, f"do not change {next(self.world.numbers)}")
            else:
                user.edit(attrs.evolve(fence, phone=f"555-{next(self.world.numbers)}"))

    def _type(self, user: Bookkeeper) -> None:
        """Somebody has the paper of what is on its way, and types it."""
        wanted: list[Any] = [
            one.record
            for one in (read_requests(self.world.document).requests if self.world.document else ())
            if isinstance(one, Request) and one.shape is ADD and hasattr(one.record, "ref_number")
        ]
        if wanted:
            user.enter_similar(wanted[self._chooser.pick(len(wanted), "which")])

    def _rename(self, user: Bookkeeper, record: Any) -> None:
        user.rename(record, f"{record.name[:30]} {next(self.world.numbers)}")

    def _renumber(self, user: Bookkeeper, record: Any) -> None:
        user.edit(attrs.evolve(record, ref_number=f"R{next(self.world.numbers)}"))

    def _edit(self, user: Bookkeeper, record: Any) -> None:
        changed = {"memo": "seen"} if hasattr(record, "txn_id") else {"notes": "call them"}
        user.edit(attrs.evolve(record, **changed))

    def _copy(self, user: Bookkeeper, record: Any) -> None:
        self.judge.copies.add(known_id(user.create_copy(record)))

    def _merge(self, user: Bookkeeper, record: Any) -> None:
        others = [one for one in self.world.company.records("Vendor") if known_id(one) != record.list_id]
        if others:
            user.merge(record, others[self._chooser.pick(len(others), "into which")])

    # --- answers -----------------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """Answer all questions truthfully: look into the file."""
        for question in self.world.journal.questions("books"):
            slip = self.world.fate(self._chooser, ANSWERING, "a person who answers")
            choice = self._choice(question) if slip == ANSWERING[0] else "adopt 0-0"
            if choice == "abandon":
                self.judge.given_up.add(_guid(question))
            self.world.report.asked += 1
            self.world.note("a person", f"answers {choice!r}: {question.words}")
            try:
                self.world.journal.answer("books", question.token, choice, "a person")
            except JournalError as error:
                self.world.note("a person", f"is told: {error}")

    def _choice(self, question: Question) -> str:
        guid = _guid(question)
        of_guid = [known_id(one) for one in self.world.ours(*KINDS) if one.external_guid.upper() == guid]
        there = min(of_guid, key=self.judge.copies.__contains__, default=None)
        if there is not None and f"adopt {there}" in question.choices:
            return f"adopt {there}"
        if there is not None or self.judge.births.get(guid):
            return "abandon"
        similar = [choice for choice in question.choices if choice.startswith("adopt ") and choice != "adopt ID"]
        if similar and self._chooser.pick(2, "is it that one"):
            return similar[0]
        return "different"

    # --- accidents ---------------------------------------------------------------------------------------------------

    def _have(self, accident: str, told: Callable[[], set[str]]) -> None:
        if self.world.calm:
            return
        fence = next(iter(self._fences()), None)
        if fence is None or self.world.journal.company("books").file_id is None:  # nobody has met the file yet
            self.world.turns.after(30, "accident", lambda: self._have(accident, told))
            return
        if accident == "a backup is restored":
            folder = tempfile.TemporaryDirectory(prefix="storm")
            self._leaving.append(folder.cleanup)
            backup = Path(folder.name) / "backup"
            self.world.company.copy(backup)
            self.world.note("a person", "makes a backup")
            after = _SPREAD[self._accidents.pick(len(_SPREAD), "how long after the backup")]
            self.world.turns.after(after, "accident", lambda: self._restore(backup, told))
            return
        self.world.report.survived[accident] += 1
        self.world.expected = accident
        self.world.note("a person", accident)
        if accident == "the fence is deleted":
            self.world.company.as_user().delete(fence)
            return
        other = self.world.opened(self.world.scene.company)
        twin = OtherName(list_id=fence.list_id, name=FENCE_NAME, is_active=False, notes=_of_another(fence.notes))
        other.seed([twin])
        self.world.company = other
        self.judge.taken_back()

    def _fences(self) -> list[Any]:
        found: list[Any] = list(self.world.company.records("OtherName"))
        return [one for one in found if "procore-qbd" in (one.notes or "")]

    def _restore(self, backup: Path, told: Callable[[], set[str]]) -> None:
        if self.world.calm:
            return
        before = {one for ids in self.judge.there().values() for one in ids} & told()
        self.world.company.restore(backup)
        after = {one for ids in self.judge.there().values() for one in ids}
        self.lost = before - after
        self.world.report.survived["a backup is restored"] += 1
        self.world.expected = "a backup is restored"
        self.world.note("a person", f"restores the backup; lost: {', '.join(sorted(self.lost)) or 'nothing'}")
        self.judge.taken_back()


def _guid(question: Question) -> str:
    return next((word.rstrip(":") for word in question.words.split() if word.startswith("{")), "")


def _of_another(notes: str) -> str:
    """The notes of the fence, as those of another company file."""
    head, _, rest = notes.partition("file ")
    return f"{head}file ANOTHER{rest[rest.index(',') :]}"
