"""Our integration: what Procore sends is written down in a journal, and a worker takes it to QuickBooks."""

import time
from collections.abc import Callable

from procore_qbd import Action, Books, Journal, Transport, User, can, drain, read_request

COMPANY = "acme"
BOOKS = Books(income_account="Construction Income", expense_account="Job Costs")


def take(journal: Journal, event: bytes) -> int:
    """Write down one of Procore's events; the number under which it waits."""
    return journal.submit(COMPANY, read_request(event))


def work(
    journal: Journal,
    quickbooks: Transport,
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], object] = time.sleep,
) -> bool:
    """Take all that waits to QuickBooks; whether nothing is left to do."""
    drained = drain(COMPANY, journal=journal, transport=quickbooks, books=BOOKS, clock=clock, sleep=sleep)
    return not (drained.busy or drained.waiting)


def shows_unlink(user: User, project: int) -> bool:
    """Whether our page shows somebody the button that unlinks a commitment."""
    return can(user, Action.UNLINK_COMMITMENTS, project=project).allowed
