"""``company``: look inside a simulated company file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.output import say
from procore_qbd.errors import CompanyFileError
from procore_qbd.simulator import CompanyFile

if TYPE_CHECKING:
    import argparse

    from procore_qbd.cli.commands import Commands

__all__ = ["register"]

_JOBS = "Jobs"
"""What is no list of QuickBooks: every customer and job with its money."""


def register(commands: Commands) -> None:
    """Add the command."""
    company = commands.add("company", _company, "Show what is inside a simulated company file.")
    company.add_argument("company", type=arguments.path, metavar="FILE")
    company.add_argument(
        "list",
        nargs="?",
        metavar="LIST",
        help="Jobs, with their money; or Vendor, Customer, PurchaseOrder, …; without it, all lists are counted",
    )


def _company(options: argparse.Namespace) -> ExitCode:
    with CompanyFile.open(options.company) as company:
        if options.list:
            list_ = _list(company, options.list)
            say(company.show(None if list_ == _JOBS else list_))
        else:
            _count(company)
    return ExitCode.OK


def _count(company: CompanyFile) -> None:
    """Print how many records each list has."""
    say(f"{company.name} (QuickBooks {company.edition.label}, simulated)")
    width = max(map(len, company.kinds))
    for kind in company.kinds:
        say(f"  {kind:<{width}} {sum(1 for _ in company.records(kind)):>6}")


def _list(company: CompanyFile, text: str) -> str:
    """The list that somebody means: case, blanks and a plural do not count.

    Raises:
        CompanyFileError: There is no such list.
    """
    known = {name.casefold(): name for name in (_JOBS, *company.kinds)}
    wanted = "".join(filter(str.isalnum, text.casefold()))
    for key in (wanted, wanted.removesuffix("s"), f"{wanted}s"):
        if key in known:
            return known[key]
    hint = arguments.did_you_mean(wanted, known.values(), "without one, they are all shown and counted")
    raise CompanyFileError(f"no such list: {text!r}{hint}")
