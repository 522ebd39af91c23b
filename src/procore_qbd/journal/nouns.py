"""What goes into the journal and comes out of it: values, without the rows that keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from procore_qbd.cards import Alignment, Card, Grid, GridRow, HasCard, facts
from procore_qbd.journal.states import EffectState, ExchangeState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from procore_qbd.domain import Books, CloseOut, ErpRequest

__all__ = [
    "Beginning",
    "Claim",
    "CompanyState",
    "InboxEntry",
    "Metrics",
    "Question",
    "Run",
    "RunEnd",
    "RunPart",
    "Sent",
    "Settlement",
    "Write",
]


@attrs.frozen(kw_only=True)
class Claim:
    """The right to work on a company file, until it runs out or another takes it."""

    company: str
    owner: str
    token: int


@attrs.frozen(kw_only=True)
class CompanyState(HasCard):
    """What is known of a company file.

    Attributes:
        environment: Procore's, of its items.
        file_id: What our record in the file calls the file; None before the first contact.
        fence_id: The ListID of that record.
        set_id: The id of the document that it named when it was read or written last.
        counter: How many documents of ours have been written, as the record says.
        epoch: Raised when a person says that the file was restored, or is a copy.
        clock: The last time that QuickBooks' own clock showed, as it wrote it.
        frozen: Why nothing more is sent; None where all is well.
        last_restored: When QuickBooks restored the file from a backup last, as it says; None where that is not known.
    """

    company: str
    environment: str
    file_id: str | None = None
    fence_id: str | None = None
    set_id: str | None = None
    counter: int = 0
    epoch: int = 1
    clock: str | None = None
    frozen: str | None = None
    last_restored: str | None = None

    def _card(self) -> Card:
        return Card(
            title=f"Company file {self.file_id or 'that nobody has met yet'}",
            grids=(
                facts(
                    (
                        ("Frozen", self.frozen or "no"),
                        ("Procore's environment", self.environment),
                        ("Documents written", self.counter),
                        ("Last document", self.set_id),
                        ("Our record in it", self.fence_id),
                        ("Epoch", self.epoch),
                        ("QuickBooks' clock", self.clock),
                        ("Last restored", self.last_restored),
                    )
                ),
            ),
        )


@attrs.frozen(kw_only=True)
class Metrics(HasCard):
    """How it stands with all company files of a journal.

    Attributes:
        companies: How many there are.
        due: How many somebody should look at now.
        in_work: How many somebody works on.
        frozen: How many wait for a person to look.
        oldest_doubt: For how many seconds it is not known what became of a document: of all, the longest; 0 for none.
    """

    companies: int
    due: int
    in_work: int
    frozen: int
    oldest_doubt: float

    def _card(self) -> Card:
        return Card(
            title="All company files of the journal",
            grids=(
                facts(
                    (
                        ("Company files", self.companies),
                        ("To be looked at", self.due),
                        ("In work", self.in_work),
                        ("Frozen", self.frozen),
                        ("Oldest doubt, in seconds", f"{self.oldest_doubt:,.0f}"),
                    )
                ),
            ),
        )


@attrs.frozen(kw_only=True)
class InboxEntry:
    """A request of the inbox."""

    id: int
    key: str
    request: ErpRequest
    state: str


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


@attrs.frozen
class Beginning:
    """What is to be begun of the requests that wait.

    Attributes:
        choose: Takes what may be begun, the oldest first, as far as it looks, and says what is.
        books: The bookkeeper's settings.
        some: How many it will look at, as a guess.
        renew: For how many seconds to keep the right to work from now on; None: as long as before.
        told: The close-outs that Procore has by now.
    """

    choose: Callable[[Iterator[InboxEntry]], Sequence[InboxEntry]]
    books: Books
    some: int = 64
    renew: float | None = None
    told: Sequence[int] = ()


@attrs.frozen(kw_only=True)
class RunPart:
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
class Write:
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

    @property
    def number(self) -> int:
        """Its number in the journal.

        Raises:
            ValueError: It is not written down yet.
        """
        if self.id is None:
            raise ValueError(f"{self.what}: is not in the journal yet")
        return self.id


@attrs.frozen(kw_only=True)
class Sent:
    """An exchange, as the journal knows it.

    Attributes:
        fenced: Whether its first request is for the fence: one that reads asks for it, one that writes changes it.
        counter: Which document that writes it is, by the fence, if it is begun.
        clock: What QuickBooks' clock showed last before it was sent.
    """

    id: int
    writes: bool
    set_id: str | None
    state: ExchangeState
    document: bytes
    reply: bytes | None
    parts: tuple[RunPart, ...]
    sender: str | None
    fenced: bool
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
    """How a run ended: what Procore is to be told."""

    run: int
    close_out: CloseOut


@attrs.frozen(kw_only=True)
class Question(HasCard):
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

    def _card(self) -> Card:
        whole = Alignment.WHOLE
        choices = tuple(GridRow(pair) for pair in self.choices.items())
        asked = Grid(columns=(whole,), rows=(GridRow((f"{self.token}: {self.words}",)),), indent=0)
        return Card(
            grids=(asked, Grid(columns=(whole, whole), rows=choices, least=23)),
            document=self.document,
        )
