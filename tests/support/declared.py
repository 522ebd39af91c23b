"""A look at every refusal in every simulated company file: is its rule declared for its request?"""

from procore_qbd.qbxml import Edition
from procore_qbd.simulator.engine.documents import Engine
from procore_qbd.simulator.refusals import REASONS_OF_ALL, reasons_of
from procore_qbd.simulator.rules import REASONS

UNDECLARED: set[tuple[str, str]] = set()
"""The requests that were refused, and the words of the rules that are not declared for them."""

# Nobody writes a reference that says nothing into something new; random requests do, and are refused for one of these.
NOT_JUDGED_OF_ADDS = {REASONS["REQUIRED_TAKEN_AWAY"], REASONS["CANNOT_BE_CLEARED"]}

_answer = Engine._answer


def _looking(self, request, violations, dialect):
    before = len(self.last_reasons)
    outcome = _answer(self, request, violations, dialect)
    for reason in self.last_reasons[before:]:
        own = [one for _, one in reasons_of(request.name)]
        if request.name.endswith("AddRq") and reason in NOT_JUDGED_OF_ADDS:
            continue
        if dialect.edition is Edition.US and reason not in (*own, *REASONS_OF_ALL.values()):
            UNDECLARED.add((request.name, reason.words))
    return outcome


def look() -> None:
    """Look from now on."""
    Engine._answer = _looking
