"""Open a simulated company file with its links, which are kept beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from procore_qbd.cli.output import say
from procore_qbd.erp.results import record_id, record_name
from procore_qbd.errors import LinkError
from procore_qbd.journal import LinksFile
from procore_qbd.simulator import CompanyFile

__all__ = ["full_name", "open_links", "open_or_create"]


def open_or_create(path: Path, name: str) -> CompanyFile:
    """The company file; a new one where there is none yet.

    Args:
        path: Where it is.
        name: The company's name, for a new one.

    Raises:
        CompanyFileError: It cannot be opened or created.
        LinkError: It is not there, but its links are.
    """
    if path.exists():
        return CompanyFile.open(path)
    if (links := _links_path(path)).exists():
        raise LinkError(f"{links}: holds the links of a company file that is not there; put {path.name} back beside it")
    company = CompanyFile.create(path, name=name)
    say(f"made a new company file: {path}")
    return company


def open_links(path: Path, company: CompanyFile, environment: str) -> LinksFile:
    """The links of an open company file.

    Args:
        path: Where the company file is.
        company: The company file.
        environment: Procore's environment.

    Raises:
        LinkError: The file of links cannot be read, or is of another company file or environment.
    """
    return LinksFile(_links_path(path), company.file_id, environment=environment)


def _links_path(company: Path) -> Path:
    """Beside the company file itself, by whatever symbolic link it is called."""
    real = Path(os.path.realpath(company)) if company.is_symlink() else company
    return real.with_name(f"{real.name}.links.json")


def full_name(record: Any) -> str:
    """What people call a record: its name or number; its id where it has neither."""
    return record_name(record) or record_id(record)
