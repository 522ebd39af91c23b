"""Which request can be refused, and why: each rule says by itself which requests it looks at.

>>> [name for name, _ in reasons_of("TransferAdd") if name.endswith("ACCOUNT")]
['NOT_A_TRANSFER_ACCOUNT', 'SAME_ACCOUNT']
>>> len(reasons_of("BillAdd")) > len(reasons_of("BillQuery"))
True

A rule that says nothing of that (`Reason.refuses`) refuses the requests of its own experiment, and no other. The suite
holds this against the simulator both ways: what refuses a request anywhere in the tests is declared here, and what is
declared is shown.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from procore_qbd.qbxml import ADD, MOD
from procore_qbd.qbxml.entities import find
from procore_qbd.qbxml.messages.catalogue import KNOWN
from procore_qbd.simulator.engine.processor import simulates
from procore_qbd.simulator.kinds import KINDS
from procore_qbd.simulator.knowledge.asked import RequestType, anything
from procore_qbd.simulator.knowledge.lists import LISTS
from procore_qbd.simulator.rules import REASONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from procore_qbd.simulator.knowledge.rules import Experiment, Reason

__all__ = ["ASKED", "REASONS_OF_ALL", "SIMULATED", "last_request", "reasons_of"]


def _asked(request: str) -> RequestType:
    known = find(request)
    if known is None or not simulates(*known):
        return RequestType(request)
    record, shape = known
    stem, writes = record.__record__.tag, shape in (ADD, MOD)
    return RequestType(
        name=request,
        record=record,
        shape=shape,
        kind=KINDS.get(stem) if writes else None,
        of_list=writes and stem in LISTS,
    )


ASKED: Mapping[str, RequestType] = {name: _asked(name) for name in sorted(one.removesuffix("Rq") for one in KNOWN)}
"""Every request of QuickBooks by its name, without ``Rq``."""
SIMULATED: tuple[str, ...] = tuple(name for name, asked in ASKED.items() if asked.simulated)
"""The requests that the simulator answers."""
REASONS_OF_ALL: Mapping[str, Reason] = {
    name: reason for name, reason in REASONS.items() if reason.refuses is anything or reason.of_document
}
"""The rules that refuse any request, or the whole document."""


@cache
def reasons_of(request: str) -> tuple[tuple[str, Reason], ...]:
    """The rules that can refuse a request, by their names, in the order of their codes; without `REASONS_OF_ALL`.

    Args:
        request: Its name, such as ``BillAdd`` or ``BillAddRq``.

    Raises:
        KeyError: QuickBooks has no such request.
    """
    asked = ASKED[request.removesuffix("Rq")]
    found = [(name, reason) for name, reason in REASONS.items() if _refuses(name, reason, asked)]
    return tuple(sorted(found, key=lambda one: one[1].code))


def _refuses(name: str, reason: Reason, asked: RequestType) -> bool:
    if name in REASONS_OF_ALL:
        return False
    if reason.refuses is None:
        return asked.name == last_request(reason.experiment)
    return bool(reason.refuses(asked))


_REQUEST = re.compile(r"<(\w+)Rq[\s/>]")
_TAG = re.compile(r"<(\w+)")


def last_request(experiment: Experiment) -> str:
    """The request that an experiment ends with."""
    asks = experiment.steps[-1].asks
    found: list[str] = _REQUEST.findall(asks) or _TAG.findall(asks)[:1]
    return found[-1]
