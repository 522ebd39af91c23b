"""Whether a QuickBooks does what the simulated company file does: the experiments of its rules, tried on one.

Each rule of the simulator has an experiment (`procore_qbd.simulator.knowledge.rules`). `probe` does all of them through
a transport: in a simulated file, to prove that each rule is what its words say; or in a real one, to find out where the
simulator is wrong. What an experiment makes, it takes away again; what cannot be taken away is named in the report.

A file of somebody's books is no place for experiments: `refuse_books` lets a sample file or an empty one pass, and no
other.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

import attrs

from procore_qbd.codes import HRESULTS, Effect, Move
from procore_qbd.errors import CompanyFileError, EngineError, RecordError, TransportError
from procore_qbd.flows import ask, run
from procore_qbd.qbxml import Dialect, Edition, Request, read_reply
from procore_qbd.qbxml.entities.company import Company, CompanyQuery
from procore_qbd.qbxml.entities.custom_fields import DataExtDef, DataExtDefDel
from procore_qbd.qbxml.entities.deletions import ListDel, TxnDel
from procore_qbd.qbxml.entities.other_names import EntityQuery
from procore_qbd.qbxml.entities.transactions import TransactionQuery
from procore_qbd.simulator.company_file import CompanyFile
from procore_qbd.simulator.knowledge.rules import Reason, Setting, Source, TextRelation
from procore_qbd.simulator.knowledge.scene import SCENE
from procore_qbd.simulator.rules import REASONS, RULES
from procore_qbd.transports.memory import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from procore_qbd.qbxml import Outcome, Record
    from procore_qbd.simulator.knowledge.rules import Behaviour, Experiment, Step
    from procore_qbd.transports.base import Transport

__all__ = ["Agreement", "Answers", "ProbeReport", "Probed", "WithSetting", "probe", "refuse_books", "with_setting_of"]

WithSetting: TypeAlias = "Callable[[Setting, Mapping[str, Any]], AbstractContextManager[Transport]]"
"""Opens a transport to a company file in which a person has set something; it is told what was answered, by name."""


class Agreement(StrEnum):
    """What came of an experiment."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_TRIED = "not tried"


@attrs.frozen
class Answers:
    """What was answered to the last document of an experiment, or is expected.

    Attributes:
        codes: The statusCodes in the order of the requests, or one HRESULT; None where each request is to be done.
        messages: The ``statusMessage`` of each.
        told: What the answers should have said beside, and did not; or ``''``.
    """

    codes: tuple[int, ...] | None
    messages: tuple[str, ...] = ()
    told: str = ""

    def __str__(self) -> str:
        codes = "done" if self.codes is None else ", ".join(map(_code, self.codes))
        return "; ".join(filter(None, (codes, *(one for one in self.messages if one), self.told)))


@attrs.frozen
class Probed:
    """An experiment and what came of it.

    Attributes:
        name: The rule's name.
        words: The rule in words.
        agreement: Whether QuickBooks did what the rule says.
        expected: What the simulator answers.
        got: What QuickBooks answered; None where it was not tried.
        why: Why it was not tried; or ``''``.
    """

    name: str
    words: str
    agreement: Agreement
    expected: Answers
    got: Answers | None = None
    why: str = ""

    @property
    def other_words(self) -> bool:
        """Whether QuickBooks answered the same in other words than the simulator."""
        return (
            self.agreement is Agreement.AGREES
            and self.got is not None
            and [_without_ids(one) for one in self.got.messages]
            != [_without_ids(one) for one in self.expected.messages]
        )


@attrs.frozen
class ProbeReport:
    """What came of all experiments.

    Attributes:
        probed: Each experiment.
        left: What could not be taken away: the kind, the id and why.
    """

    probed: tuple[Probed, ...]
    left: tuple[str, ...] = ()

    def of(self, agreement: Agreement) -> tuple[Probed, ...]:
        """The experiments of which this came."""
        return tuple(one for one in self.probed if one.agreement is agreement)


def refuse_books(transport: Transport, *, dialect: Dialect | None = None) -> None:
    """See that a company file is a sample, or holds no names and no transactions.

    Args:
        transport: Where QuickBooks answers.
        dialect: The version of qbXML that is spoken, and the edition that answers.

    Raises:
        CompanyFileError: It is somebody's books.
        TransportError: QuickBooks did not answer.
    """
    company = run(ask(Request.query(CompanyQuery())), transport, dialect=dialect).record(Company)
    if company.is_sample_company:
        return
    for query in (EntityQuery(max_returned=1, active_status="All"), TransactionQuery(max_returned=1)):
        if run(ask(Request.query(query)), transport, dialect=dialect).found:
            raise CompanyFileError("the company file is no sample, and is not empty: experiments are no part of books")


def probe(
    transport: Transport,
    *,
    dialect: Dialect | None = None,
    rules: Mapping[str, Reason | Behaviour] = RULES,
    with_setting: WithSetting | None = None,
    prefix: str | None = None,
    each: Callable[[Probed], object] | None = None,
) -> ProbeReport:
    """Do the experiments of the rules through a transport, and compare what is answered with the simulator.

    Args:
        transport: Where QuickBooks answers; a simulated file is one too.
        dialect: The version of qbXML that is spoken, and the edition that answers.
        rules: The rules, by name.
        with_setting: Gives a transport to the same file with a person's setting, as `with_setting_of` does for
            simulated files; where it is None, what needs one is not tried.
        prefix: What begins all names and numbers that are made, at most six letters, digits and hyphens; by default one
            of the second.
        each: Is told of each experiment when it is over.

    Whatever ends it, what was made is taken away first; what is left then stands in a note of the error.

    Raises:
        TransportError: QuickBooks cannot be reached. Once the scene is set, an experiment whose answer is lost is not
            tried, and what it made may be left.
        ValueError: The prefix is no such one.
    """
    dialect = dialect or Dialect()
    prefix = prefix or f"p{int(time.time()) & 0xFFFF:04x}-"
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"a prefix is at most six letters, digits and hyphens, got {prefix!r}")
    with CompanyFile.create(edition=dialect.edition or Edition.US) as simulated:
        there = _Bench(transport, dialect, prefix, with_setting)
        here = _Bench(Memory(simulated.process), dialect, prefix, with_setting_of(simulated))
        probed: list[Probed] = []
        with there.standing(), here.standing():
            for name, rule in rules.items():
                one = _probed(name, rule, there, here)
                probed.append(one)
                if each is not None:
                    each(one)
    return ProbeReport(tuple(probed), tuple(there.left))


def with_setting_of(company: CompanyFile) -> WithSetting:
    """Gives a transport to a simulated company file in which a person has set what an experiment needs.

    It leads to a twin of the file, so that nothing has to be set back.
    """

    @contextmanager
    def with_setting(setting: Setting, names: Mapping[str, _Answered]) -> Iterator[Transport]:
        with company.twin() as twin, _set(setting, twin, names) as changed:
            changed.message_sets = company.message_sets
            yield Memory(changed.process)

    return with_setting


# --- one file under experiments --------------------------------------------------------------------------------------


class _NotTriedError(Exception):
    """An experiment cannot be tried here, and why."""


@attrs.frozen
class _Answered:
    """What was answered under a name: what came back, and what stands beside it (``iterator_id``)."""

    outcome: Outcome

    @property
    def number(self) -> str:
        """What an id has before its time."""
        return _id(self.outcome.found[0]).partition("-")[0]

    @property
    def all(self) -> str:
        """The ids and names of all that came back."""
        fields = ("list_id", "txn_id", "full_name", "name", "ref_number")
        return "; ".join(" ".join(str(getattr(one, name, "")) for name in fields) for one in self.outcome.found)

    def __getattr__(self, name: str) -> Any:
        found = self.outcome.found
        return getattr(found[0] if found and hasattr(found[0], name) else self.outcome, name)


@attrs.define
class _Bench:
    """A company file, and what was made in it.

    Attributes:
        transport: The way to it.
        dialect: What is spoken.
        prefix: What stands for ``~``.
        with_setting: See `probe`.
        scene: What was answered when the scene was set.
        made: What there is to take away, the oldest first.
        left: What could not be taken away when that was last tried.
        lost: Why an answer was lost, which may have named more; or ``''``.
    """

    transport: Transport
    dialect: Dialect
    prefix: str
    with_setting: WithSetting | None
    scene: dict[str, _Answered] = attrs.field(factory=dict)
    made: list[Record] = attrs.field(factory=list)
    left: list[str] = attrs.field(factory=list)
    lost: str = ""

    @contextmanager
    def standing(self) -> Iterator[None]:
        """What experiments lean on stands in the file meanwhile, and all that was made is taken away at the end."""
        try:
            self.set_scene()
            yield
        except BaseException as error:
            for left in self._clear():
                error.add_note(f"could not be deleted: {left}")
            raise
        self._clear()

    def set_scene(self) -> None:
        """Make what experiments lean on; what is refused is missing where it is asked for."""
        for request in SCENE.values():
            self._answers(self._document(request, self.scene), self.scene)

    def _clear(self) -> list[str]:
        self._take_away(0)
        if self.lost:
            self.left.append(f"perhaps what was asked for when an answer was lost, named {self.prefix}…: {self.lost}")
        return self.left

    def tried(self, experiment: Experiment) -> Answers:
        """What is answered to the last document of an experiment; what it made is taken away again.

        Raises:
            _NotTriedError: It cannot be tried here.
        """
        begins, names = len(self.made), dict(self.scene)
        try:
            return self._tried(experiment, names)
        except TransportError as error:
            raise _NotTriedError(str(error)) from error
        finally:
            self._take_away(begins)

    def _tried(self, experiment: Experiment, names: dict[str, _Answered]) -> Answers:
        if experiment.edition not in (None, self.dialect.edition):
            raise _NotTriedError(f"it needs a QuickBooks of {experiment.edition.label}")
        *first, last = experiment.steps
        for number, step in enumerate(first, 1):
            answers = self._answers(self._step(step, names), names, step.set_status)
            if (step.expects is not None and answers.codes != step.expects) or answers.told:
                return attrs.evolve(answers, told="; ".join(filter(None, (f"document {number}", answers.told))))
            if not _as_expected(answers, step.expects):
                raise _NotTriedError(f"what must stand first was answered otherwise: {answers}")
        document = self._step(last, names)
        if experiment.setting is None:
            answers = self._answers(document, names, last.set_status)
        elif self.with_setting is None:
            raise _NotTriedError(f"a person must see to it first that {experiment.setting}")
        else:
            with self.with_setting(experiment.setting, names) as transport:
                answers = self._answers(document, names, last.set_status, transport)
        wrong = (
            f"it does not say that {told.left} {told.relation} {told.right}: {left!r}, {right!r}"
            for told in experiment.tells
            if not _HOLDS[told.relation](left := self._told(told.left, names), right := self._told(told.right, names))
        )
        return attrs.evolve(answers, told="; ".join(filter(None, (answers.told, *wrong))))

    def _told(self, text: str, names: Mapping[str, _Answered]) -> str:
        return _filled(text, names).replace("~", self.prefix)

    def _step(self, step: Step, names: Mapping[str, _Answered]) -> bytes:
        return self._document(step.asks, names, step)

    def _document(self, asks: str, names: Mapping[str, _Answered], step: Step | None = None) -> bytes:
        body = _filled(asks, names).replace("~", self.prefix)
        if body and not _IS_REQUEST.match(body):
            tag = _TAG.match(body).group(1)  # type: ignore[union-attr]
            body = f"<{tag}Rq>{body}</{tag}Rq>"
        version = (step and step.version) or self.dialect.version
        sets = ((step.new_set, "newMessageSetID"), (step.old_set, "oldMessageSetID")) if step else ()
        more = "".join(f' {name}="{known.replace("~", self.prefix)}"' for known, name in sets if known)
        on_error = step.on_error if step else "continueOnError"
        head = f'<?xml version="1.0" encoding="utf-8"?>\n<?qbxml version="{version}"?>\n'
        return f'{head}<QBXML><QBXMLMsgsRq onError="{on_error}"{more}>{body}</QBXMLMsgsRq></QBXML>'.encode()

    def _answers(
        self,
        document: bytes,
        names: dict[str, _Answered],
        set_status: int | None = None,
        transport: Transport | None = None,
    ) -> Answers:
        try:
            with (transport or self.transport).send(document) as stream:
                reply = read_reply(stream.read())
        except TransportError as error:
            if isinstance(error, EngineError) and _is_answer(error.hresult):
                return Answers((error.hresult,), (error.detail,))
            if error.effect is not Effect.NOT_DONE:
                self.lost = error.detail
            raise
        for outcome in reply.outcomes:
            if outcome.request_id:
                names[outcome.request_id] = _Answered(outcome)
            if outcome.name.endswith("AddRs") and transport is None:
                self.made += outcome.found
        told = ""
        if set_status is not None and reply.message_set_status != set_status:
            told = f"messageSetStatusCode is {reply.message_set_status}, and not {set_status}"
        return Answers(
            tuple(outcome.code for outcome in reply.outcomes), tuple(one.message for one in reply.outcomes), told
        )

    def _take_away(self, begins: int) -> None:
        """Delete what was made, the newest first, until nothing more can be; what is left is tried again later."""
        before, rest = self.made[:begins], self.made[begins:]
        kept: list[Record] = []
        while rest:
            kept, self.left = [], []
            for record in reversed(rest):
                command = _deletion(record)
                if command is not None and (why := self._not_deleted(command)) is not None:
                    kept.insert(0, record)
                    self.left.append(f"{record.__record__.tag} {_id(record)}: {why}")
            if len(kept) == len(rest):
                break
            rest = kept
        self.made = before + kept

    def _not_deleted(self, command: ListDel | TxnDel | DataExtDefDel) -> str | None:
        """Delete something; says why it is still there, or may be."""
        try:
            outcome = run(ask(Request.command(command)), self.transport, dialect=self.dialect)
        except (RecordError, TransportError) as error:  # there are transactions that no request deletes
            return str(error)
        return None if outcome.ok or outcome.code in _GONE else f"{outcome.code} {outcome.message}"


_IS_REQUEST = re.compile(r"<\w+Rq[\s/>]")
_TAG = re.compile(r"<(\w+)")
_ID = re.compile(r"\b[0-9A-F]{1,8}-\d{1,10}\b")
_PREFIX = re.compile(r"[A-Za-z0-9-]{1,6}")
_GONE = (3120, 3121)
_FAILED = 0x80040402
_OF_RULES = frozenset(
    {reason.code for reason in REASONS.values() if reason.of_document}
    | {code for rule in RULES.values() for step in rule.experiment.steps for code in step.expects or ()}
)


def _is_answer(hresult: int) -> bool:
    """Whether QuickBooks looked at a document; else it is busy or gone, or somebody must let the program in first."""
    known = HRESULTS.get(hresult)
    return hresult in _OF_RULES or hresult == _FAILED or (known is not None and known.move is Move.INTEGRATION)


def _filled(text: str, names: Mapping[str, _Answered]) -> str:
    """A text with what was answered in it.

    Raises:
        _NotTriedError: Something was not answered.
    """
    try:
        return text.format_map(names)
    except (KeyError, AttributeError, IndexError) as error:
        raise _NotTriedError(f"what it needs is not there: {error}") from None


def _deletion(record: Any) -> ListDel | TxnDel | DataExtDefDel | None:
    tag = record.__record__.tag
    if isinstance(record, DataExtDef):
        return DataExtDefDel(owner_id=record.owner_id, data_ext_name=record.data_ext_name)
    if getattr(record, "txn_id", None):
        return TxnDel(txn_del_type=tag, txn_id=record.txn_id)
    return ListDel(list_del_type=tag, list_id=record.list_id) if getattr(record, "list_id", None) else None


def _id(record: Any) -> str:
    return str(getattr(record, "txn_id", None) or getattr(record, "list_id", None) or "")


# --- comparing -------------------------------------------------------------------------------------------------------


def _probed(name: str, rule: Reason | Behaviour, there: _Bench, here: _Bench) -> Probed:
    experiment = rule.experiment
    codes = experiment.steps[-1].expects
    if codes is None and isinstance(rule, Reason):
        codes = (rule.code,)
    expected = Answers(codes)
    try:
        if rule.source is Source.OURS and there.with_setting is None:
            raise _NotTriedError("it is no rule of QuickBooks")  # noqa: TRY301
        got = there.tried(experiment)
    except _NotTriedError as why:
        return Probed(name, rule.words, Agreement.NOT_TRIED, expected, why=str(why))
    finally:
        with suppress(_NotTriedError):
            expected = attrs.evolve(expected, messages=here.tried(experiment).messages)
    agrees = _as_expected(got, codes) and not got.told
    return Probed(name, rule.words, Agreement.AGREES if agrees else Agreement.DIFFERS, expected, got)


def _as_expected(answers: Answers, codes: tuple[int, ...] | None) -> bool:
    if codes is None:
        return all(code < _ERRORS for code in answers.codes or ())
    return answers.codes == codes


_ERRORS = 1000
_HOLDS: dict[TextRelation, Callable[[str, str], bool]] = {
    TextRelation.IS: lambda left, right: left == right,
    TextRelation.IS_NOT: lambda left, right: left != right,
    TextRelation.IN: lambda left, right: left in right,
    TextRelation.NOT_IN: lambda left, right: left not in right,
}


def _code(code: int) -> str:
    return f"0x{code:08X}" if code in HRESULTS else str(code)


def _without_ids(message: str) -> str:
    return _ID.sub("#", message)


# --- what people set -------------------------------------------------------------------------------------------------


@contextmanager
def _set(setting: Setting, twin: CompanyFile, names: Mapping[str, _Answered]) -> Iterator[CompanyFile]:
    """The file in which a person has set something: the twin, or a twin of it."""
    match setting:
        case Setting.BOOKS_CLOSED:
            twin.closing_date = dt.date(2019, 12, 31)
        case Setting.CONDENSED:
            twin.condense(dt.date(2020, 1, 1))
        case Setting.INVENTORY_OFF:
            twin.prefer(is_using_inventory=False)
        case Setting.SALES_TAX_REQUIRED:
            twin.prefer(is_requiring_sales_tax_item=True)
        case Setting.MULTI_USER:
            twin.multi_user = True
        case Setting.SOMEBODY_EDITS | Setting.SOMEBODY_EDITS_A_BILL:
            name = "vendor" if setting is Setting.SOMEBODY_EDITS else "bill"
            if name not in names:
                raise _NotTriedError(f"nothing is called {name}")
            with twin.as_user().editing(names[name].outcome.found[0]):
                yield twin
            return
        case Setting.A_NIGHT_PASSES:
            with twin.twin(clock=lambda: int(time.time()) + 8 * 3600) as later:
                yield later
            return
        case Setting.FILE_BREAKS:
            twin._store._db.execute("UPDATE records SET xml = replace(xml, '<Name>', '<Nome>')")  # noqa: SLF001
            twin._store.cache.forget()  # noqa: SLF001
        case _:
            assert_never(setting)
    yield twin
