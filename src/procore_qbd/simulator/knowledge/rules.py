"""What a rule of the simulator is: a name, a code, words, where it is from, and an experiment that shows it.

Nothing in the simulator refuses by a bare number. A rule is an object with a name, and stands in the file that keeps
it, right where a reader looks for it::

    OVERPAID = Reason(
        3210,
        "A payment gives a bill or an invoice more than is open of it.",
        Source.RECORDED,
        tried("<BillPaymentCheckAdd>…</BillPaymentCheckAdd>", bill="<BillAdd>…</BillAdd>"),
        quickbooks="You cannot pay more than the amount due.",
    )
    …
    raise OVERPAID(str(asked), "AppliedToTxnAdd payment amount")

All that is published about the rules is drawn from these objects: the page of rules, the codes of each request, and
``procore-qbd probe``, which does the experiments in a simulated file or in a real one and tells where the two disagree.
So an experiment is written for a real QuickBooks: it is plain qbXML, and it makes what it needs itself, under names
that nobody has.

In the qbXML of an experiment ``~`` begins every name and number of its own; in its place comes what tells the run from
others. ``{bill.txn_id}`` stands for what QuickBooks answered to the request named ``bill``: names are requestIDs. What
every experiment may lean on is in `scene`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import attrs

from procore_qbd.codes import HRESULTS
from procore_qbd.simulator.knowledge.wording import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from procore_qbd.qbxml import Edition
    from procore_qbd.simulator.knowledge.asked import RequestType

__all__ = [
    "MEANS",
    "Behaviour",
    "Experiment",
    "Reason",
    "Refusal",
    "Setting",
    "Source",
    "Step",
    "TextRelation",
    "Told",
    "tried",
]


class Source(StrEnum):
    """Where a rule is from; what it is worth falls from the first to the last."""

    RECORDED = "recorded"
    LIVE_REPORT = "live report"
    SCHEMA = "schema"
    REFERENCE = "reference"
    TABLE = "table"
    DECIDED = "decided"
    OURS = "not simulated"


MEANS = {
    Source.RECORDED: "Requests and replies of a real QuickBooks that others published show it.",
    Source.LIVE_REPORT: "People and programs that work with a real QuickBooks report it, often in QuickBooks' words.",
    Source.SCHEMA: "The published schemas have it.",
    Source.REFERENCE: "Intuit's reference, guides or samples say so, or comments that follow them closely.",
    Source.TABLE: "Intuit's tables of statusCodes and HRESULTs have a code for it; when it comes is our reading.",
    Source.DECIDED: "Nobody says. It was decided here, mostly for refusing.",
    Source.OURS: "No rule of QuickBooks: the simulator does not have it.",
}
"""What the words of the sources mean."""


class Setting(StrEnum):
    """What a person must have done before an experiment: no program can."""

    BOOKS_CLOSED = "the books are closed up to the end of 2019"
    CONDENSED = "the company file is condensed before 2020"
    A_NIGHT_PASSES = "eight hours pass, and the file stays open"
    INVENTORY_OFF = "the preference for inventory and purchase orders is off"
    SALES_TAX_REQUIRED = "sales tax is charged, and no usual tax is set"
    SOMEBODY_EDITS = "somebody has the vendor of the experiment open in a window"
    SOMEBODY_EDITS_A_BILL = "somebody has the bill of the experiment open in a window"
    MULTI_USER = "the company file is open in multi-user mode"
    FILE_BREAKS = "the company file breaks while QuickBooks is at work"


@attrs.frozen
class Step:
    """One document of an experiment.

    Attributes:
        asks: The requests; an element of a record alone stands for one request to add, change or ask for it.
        expects: The codes of the answers in their order, or an HRESULT alone; None where each is done.
        new_set: The ``newMessageSetID``.
        old_set: The ``oldMessageSetID``.
        set_status: The ``messageSetStatusCode`` that is expected, where it matters.
        on_error: What becomes of requests behind one that is refused.
        version: The version of qbXML, where it matters.
    """

    asks: str
    expects: tuple[int, ...] | None = None
    new_set: str | None = None
    old_set: str | None = None
    set_status: int | None = None
    on_error: str = "continueOnError"
    version: str | None = None


class TextRelation(StrEnum):
    """What two texts must be to each other."""

    IS = "is"
    IS_NOT = "is not"
    IN = "is among"
    NOT_IN = "is not among"


@attrs.frozen
class Told:
    """Something that the answers of an experiment must say.

    Attributes:
        left: A text with what was answered in it: ``"{after.name}"``.
        relation: What it must be to the other.
        right: The same, or what is expected; ``"{gone.all}"`` is all that came back.
    """

    left: str
    relation: TextRelation
    right: str


@attrs.frozen
class Experiment:
    """What is asked of a company file to see a rule at work.

    Attributes:
        steps: The documents; of a `Reason`, the last one is refused with its code.
        tells: What the answers must say beside their codes.
        setting: What a person must have done; None where programs can do it all.
        edition: The edition of QuickBooks that it needs, None where any does.
    """

    steps: tuple[Step, ...]
    tells: tuple[Told, ...] = ()
    setting: Setting | None = None
    edition: Edition | None = None


def tried(
    asks: str,
    *,
    setting: Setting | None = None,
    edition: Edition | None = None,
    expects: tuple[int, ...] | None = None,
    **first: str,
) -> Experiment:
    """An experiment of one request that is refused.

    Args:
        asks: The request.
        setting: See `Experiment`.
        edition: See `Experiment`.
        expects: The codes, where there is more than the one of the rule.
        **first: What must stand in the file before, by the names under which the request refers to it.
    """
    before = (Step(named(text, name)) for name, text in first.items())
    return Experiment((*before, Step(asks, expects)), setting=setting, edition=edition)


def named(asks: str, name: str) -> str:
    """A request with a requestID, so that what is answered has a name."""
    tag = asks[1 : asks.index(">")]
    if tag.endswith("Rq"):
        return f'<{tag} requestID="{name}">{asks[len(tag) + 2 :]}'
    return f'<{tag}Rq requestID="{name}">{asks}</{tag}Rq>'


@attrs.frozen
class Refusal(Exception):  # noqa: N818  QuickBooks' no is an answer, not an error of ours
    """QuickBooks' answer to a request that it does not carry out.

    Attributes:
        code: The statusCode.
        value: The value that it is about.
        field: Where that stands.
        record: In what.
        note: What QuickBooks does not say, for `CompanyFile.last_fault`.
        reason: The rule; None where the answer was ordered.
    """

    code: int
    value: str = ""
    field: str = ""
    record: str = ""
    note: str = attrs.field(default="", kw_only=True)
    reason: Reason | None = attrs.field(default=None, kw_only=True)

    @property
    def message(self) -> str:
        """The ``statusMessage``."""
        return words(self.code, self.value, self.field, self.record)


@attrs.frozen(eq=False)
class Behaviour:
    """Something that QuickBooks does.

    Attributes:
        words: What it does, in a sentence.
        source: Where that is from.
        experiment: What shows it.
    """

    words: str
    source: Source
    experiment: Experiment


@attrs.frozen(eq=False)
class Reason:
    """Why QuickBooks does not do something.

    Attributes:
        code: The statusCode of the request, or the HRESULT of the whole document.
        words: When it comes, in a sentence.
        source: Where that is from.
        experiment: What shows it.
        quickbooks: QuickBooks' own words behind those of the code, where they are known.
        refuses: Which requests it can refuse; None for the last one of the experiment alone.
    """

    code: int
    words: str
    source: Source
    experiment: Experiment
    quickbooks: str = ""
    refuses: Callable[[RequestType], object] | None = attrs.field(default=None, kw_only=True)

    @property
    def of_document(self) -> bool:
        """Whether it is the answer to a whole document, of which then nothing is done."""
        return self.code in HRESULTS

    def __call__(self, value: str = "", field: str = "", record: str = "", *, note: str = "") -> Refusal:
        """The refusal, to be raised.

        Args:
            value: What it is about.
            field: Where that stands.
            record: In what; QuickBooks' own words, where they are known, follow it.
            note: What QuickBooks does not say, for `CompanyFile.last_fault`.
        """
        if self.quickbooks:
            record = f"{record}{'.' if record else ''}  QuickBooks error message: {self.quickbooks}"
        return Refusal(self.code, value, field, record, note=note, reason=self)
