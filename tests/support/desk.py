"""Exports into a company file, one request after the other."""

import itertools

from procore_qbd import (
    Books,
    Links,
    Memory,
    Request,
    ask_all,
    perform,
    run,
)
from procore_qbd.qbxml.entities.accounts import Account, AccountType
from procore_qbd.simulator import CompanyFile

BOOKS = Books(income_account="Income", expense_account="Cost")


class Office:
    """A company file with two accounts, its links, and a line that counts documents."""

    def __init__(self):
        ticks = itertools.count(1_795_000_000)
        self.file = CompanyFile.create(clock=lambda: next(ticks))
        self.links = Links()
        self.documents = 0
        accounts = [
            Account(name="Income", account_type=AccountType.INCOME),
            Account(name="Cost", account_type=AccountType.EXPENSE),
        ]
        self.ask(*map(Request.add, accounts))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.file.close()

    def line(self, document):
        self.documents += 1
        return self.file.process(document)

    def ask(self, *requests):
        return run(ask_all(requests), Memory(self.file.process))

    def perform(self, request, *, remember=True, books=None):
        close_out = run(perform(request, self.links, books or BOOKS), Memory(self.line))
        if remember:
            self.links.take(close_out)
        return close_out

    def one(self, request, **how):
        (detail,) = self.perform(request, **how).details
        return detail

    def names(self, list_):
        return [getattr(record, "full_name", None) or record.name for record in self.file.records(list_)]

    def record(self, list_, full_name):
        return next(
            record
            for record in self.file.records(list_)
            if (getattr(record, "full_name", None) or record.name) == full_name
        )
