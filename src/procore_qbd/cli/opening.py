"""Open a simulated company file with its journal, which is kept beside it, or in the database that is named."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procore_qbd.cli.arguments import did_you_mean
from procore_qbd.cli.files import UnusableError
from procore_qbd.cli.output import say
from procore_qbd.erp.results import record_id, record_name
from procore_qbd.errors import JournalError
from procore_qbd.journal import Journal, LinksFile
from procore_qbd.simulator import CompanyFile

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

__all__ = [
    "full_name",
    "journal_path",
    "links_path",
    "open_database",
    "open_journal",
    "open_or_create",
    "opened",
    "opened_journal",
]


def open_or_create(path: Path, name: str, url: str | None = None) -> CompanyFile:
    """The company file; a new one where there is none yet.

    Args:
        path: Where it is.
        name: The company's name, for a new one.
        url: The database that the journal is in, if it is not beside it.

    Raises:
        CompanyFileError: It cannot be opened or created.
        JournalError: It is not there, but its journal is.
    """
    if path.exists():
        return CompanyFile.open(path)
    for kept in (journal_path(path), links_path(path)):
        if kept.exists() and not (url and kept == journal_path(path)):
            raise JournalError(
                f"{kept}: is of a company file that is not there; put {path.name} back beside it, or move this away"
            )
    company = CompanyFile.create(path, name=name)
    say(f"made a new company file: {path}")
    return company


def open_journal(path: Path, company: CompanyFile, environment: str, url: str | None = None) -> Journal:
    """The journal of an open company file, which knows it by its `file_id`.

    What an earlier release kept in a file of links is read into it once; that file is renamed.

    Args:
        path: Where the company file is.
        company: The company file.
        environment: Procore's environment.
        url: The database that the journal is in, with those of other company files; None: a file beside this one.

    Raises:
        JournalError: It cannot be opened, is of another company file or environment, or the file has two.
        LinkError: There is a file of links, and it cannot be read.
    """
    where = journal_path(path)
    from procore_qbd.journal.sql import SqlTables

    journal = Journal(SqlTables(url or f"sqlite:///{where}"))
    try:
        _must_be_its_own(journal, where, company.file_id, elsewhere=url is not None)
        journal.register(company.file_id, environment=environment)
        _read_in(links_path(path), journal, company.file_id, environment)
    except BaseException:
        journal.close()
        raise
    return journal


def open_database(url: str | None) -> Journal:
    """The journal in a database, where no company file lies on this computer.

    Args:
        url: The database.

    Raises:
        UnusableError: None was named.
        JournalError: It cannot be opened.
    """
    if not url:
        raise UnusableError("name the database that the journal is in (--journal, or PROCORE_QBD_JOURNAL)")
    from procore_qbd.journal.sql import SqlTables

    return Journal(SqlTables(url))


@contextmanager
def opened(options: argparse.Namespace, patience: float = 0) -> Iterator[tuple[CompanyFile, Journal]]:
    """The simulated company file that is named (`arguments.add_company`), and its journal.

    Args:
        options: What was typed.
        patience: For how many seconds to wait for whoever has the company file open.
    """
    with (
        CompanyFile.open(options.company, patience=patience) as company,
        open_journal(options.company, company, options.environment, options.journal) as journal,
    ):
        yield company, journal


@contextmanager
def opened_journal(options: argparse.Namespace, patience: float = 0) -> Iterator[tuple[str, Journal]]:
    """What the journal calls the company file that is named (`arguments.add_company_or_name`), and the journal.

    Args:
        options: What was typed.
        patience: As for `opened`.
    """
    if options.company_name is None:
        with opened(options, patience) as (company, journal):
            yield company.file_id, journal
        return
    _must_be_there(options.journal)
    with open_database(options.journal) as journal:
        _must_know(journal, options.company_name, options.environment)
        yield options.company_name, journal


def _must_be_there(url: str | None) -> None:
    """See that a journal in a file is there: SQLite would make an empty one, of a name with a slip in it too.

    Raises:
        UnusableError: It is not.
    """
    kept = re.fullmatch(r"sqlite(?:\+pysqlite)?:///([^?:]+)", url or "")
    if kept and not Path(kept[1]).exists():
        raise UnusableError(f"{kept[1]}: there is no journal; name the one that qwc and serve use (--journal)")


def _must_know(journal: Journal, company: str, environment: str) -> None:
    """See that a journal knows a company file by a name.

    Raises:
        UnusableError: It does not.
        JournalError: It does, in another environment of Procore.
    """
    known = journal.companies()
    if company not in known:
        hint = did_you_mean(company, known, "procore-qbd qwc makes one known that the Web Connector is to serve")
        raise UnusableError(f"{company}: the journal knows no company file of that name{hint}")
    journal.register(company, environment=environment)


def _must_be_its_own(journal: Journal, where: Path, company: str, *, elsewhere: bool) -> None:
    """Refuse the journal of another company file, and a second one of this.

    Raises:
        JournalError: It is one.
    """
    known = journal.companies()
    if elsewhere and where.exists() and company not in known:
        raise JournalError(
            f"{where}: the company file has a journal beside it, and the database that was named does not know it: a "
            "file with two journals is frozen. Go on with the one beside it; or move that away, and rebuild the links "
            "(procore-qbd journal rebuild)"
        )
    others = [one for one in known if one != company]
    if others and not elsewhere:
        raise JournalError(
            f"{where}: is the journal of another company file: expected {company!r}, got {others[0]!r}; "
            "put the right journal beside the company file, or move this one away"
        )


def _read_in(path: Path, journal: Journal, company: str, environment: str) -> None:
    """Take over the links of an earlier release."""
    if not path.exists():
        return
    kept = LinksFile(path, company, environment=environment)
    journal.link(company, *kept.links)
    for (kind, procore_id), times in kept.links.generations.items():
        journal.generation(company, kind, procore_id, times)
    done = path.with_name(f"{path.name}.read-in")
    path.replace(done)
    say(f"{path.name}: its {len(kept.links)} links are in the journal now; the file is called {done.name}")


def journal_path(company: Path) -> Path:
    """Beside the company file itself, by whatever symbolic link it is called."""
    real = Path(os.path.realpath(company)) if company.is_symlink() else company
    return real.with_name(f"{real.name}.journal")


def links_path(company: Path) -> Path:
    """Where earlier releases kept the links."""
    return journal_path(company).with_name(f"{journal_path(company).stem}.links.json")


def full_name(record: Any) -> str:
    """What people call a record: its name or number; its id where it has neither."""
    return record_name(record) or record_id(record)
