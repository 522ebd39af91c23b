"""Procrastinate carries the drains of many company files, on any number of machines; the extra is `procrastinate`.

Procrastinate keeps its jobs in PostgreSQL. Where that is the database of the journal, a job is put in within the very
transaction in which a request comes in, or is found to be looked at again: both are there, or neither. A company file
has a lock of its own, so its drains come one after the other. Nothing hangs on that: `drain` claims the company file
itself, and a job that runs twice finds nothing to do.

A worker that is killed leaves its job in state ``doing``, and its lock with it. So every minute somebody puts such jobs
back, and looks whether a company file is due that has no job::

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=...))
    drains = Drains(app)
    journal = Journal(SqlTables("postgresql://..."), on_due=drains.on_due)  # in every program that submits
    drains.serve(journal, transport=..., books=..., tell=...)  # in the workers, before app.run_worker()
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from procore_qbd.errors import JournalError
from procore_qbd.worker import WorkerSettings, drain

try:
    from procrastinate import exceptions
except ImportError as error:
    raise JournalError(
        'Procrastinate is not installed: pip install "procore-qbd[procrastinate]" "psycopg[binary]"'
    ) from error

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from procrastinate import App, JobContext

    from procore_qbd.domain import Books, CloseOut
    from procore_qbd.journal.store import Journal
    from procore_qbd.journal.tables import Rows
    from procore_qbd.transports.base import Transport

__all__ = ["Drains"]

_DRAIN, _LOOK_AFTER = "procore_qbd.drain", "procore_qbd.look_after"
_SOME = 1000


class Drains:
    """Jobs that drain company files.

    Args:
        app: Procrastinate's, with a connector for psycopg to the database of the journal.
        queue: The queue of the jobs.
    """

    def __init__(self, app: App, *, queue: str = "procore_qbd") -> None:
        self.app, self.queue = app, queue

    def on_due(self, rows: Rows, company: str, delay: float) -> None:
        """Put a job in, within the transaction of the journal: for ``Journal(on_due=...)``.

        Args:
            rows: Of the transaction.
            company: Which company file.
            delay: In how many seconds it shall run.

        Raises:
            JournalError: The journal is not in PostgreSQL.
        """
        driver: Any = getattr(rows, "driver", None)
        if not hasattr(driver, "transaction"):
            raise JournalError("Procrastinate needs the journal in PostgreSQL, in the same database: SqlTables(url)")
        with suppress(exceptions.AlreadyEnqueued), driver.transaction():  # who waits already is not put in once more
            self._job(company, delay, connection=driver).defer(company=company)

    def _job(self, company: str, delay: float, **more: Any) -> Any:
        lock = f"procore_qbd {company}"
        if delay > 0:  # a lock of its own, or what is to be done at once would wait for it
            lock, more = f"{lock}, later", more | {"schedule_in": {"seconds": delay}}
        return self.app.configure_task(_DRAIN, lock=lock, queueing_lock=lock, queue=self.queue, **more)

    def serve(
        self,
        journal: Journal,
        *,
        transport: Callable[[str], AbstractContextManager[Transport]],
        books: Callable[[str], Books],
        tell: Callable[[str, CloseOut], bool | None] | None = None,
        settings: WorkerSettings | None = None,
    ) -> None:
        """Add the tasks to the app, so that its workers carry the jobs out.

        Args:
            journal: Where the requests wait.
            transport: Opens the line to the QuickBooks of a company file, for one drain: a context manager.
            books: The bookkeeper's settings for a company file.
            tell: Takes how a request ended to Procore, as for `procore_qbd.worker.drain`, with the company file.
            settings: How to work.
        """
        how = settings or WorkerSettings()

        def drain_one(context: JobContext, company: str) -> None:
            with transport(company) as line:
                ended = drain(
                    company,
                    journal=journal,
                    transport=line,
                    books=books(company),
                    tell=partial(tell, company) if tell is not None else None,
                    settings=how,
                    stop=context.should_abort,
                )
            if ended.busy:  # somebody works on it who is none of Procrastinate's
                with suppress(exceptions.AlreadyEnqueued):
                    self._job(company, max(how.retry_after, 1)).defer(company=company)

        async def look_after(timestamp: int) -> None:  # noqa: ARG001  Procrastinate says when
            manager = self.app.job_manager
            for job in await manager.get_stalled_jobs(queue=self.queue):
                await manager.retry_job(job)
            for company in await asyncio.to_thread(journal.due, _SOME):
                with suppress(exceptions.AlreadyEnqueued):
                    await self._job(company, 0).defer_async(company=company)

        self.app.task(name=_DRAIN, queue=self.queue, pass_context=True)(drain_one)
        looked_after = self.app.task(name=_LOOK_AFTER, queue=self.queue, queueing_lock=_LOOK_AFTER)(look_after)
        self.app.periodic(cron="* * * * *")(looked_after)
