"""``plan`` and ``apply``: what requests would do to a simulated company file, and then that and nothing else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.exporting import Export
from procore_qbd.cli.files import UnusableError, read, read_bytes, read_request_file
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.opening import opened
from procore_qbd.cli.output import say
from procore_qbd.domain import Books
from procore_qbd.errors import BooksError, PayloadError, ProcoreQbdError
from procore_qbd.transports import Memory

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from procore_qbd.cli.commands import Commands
    from procore_qbd.domain import ErpRequest
    from procore_qbd.erp import Plan

__all__ = ["register"]

_FORM = 1
"""Of the file that keeps a plan."""


def register(commands: Commands) -> None:
    """Add the commands."""
    planning = commands.add(
        "plan", _plan, "Say what ERP requests would do to a simulated company file; nothing is written."
    )
    planning.add_argument(
        "requests", nargs="+", type=arguments.path, metavar="REQUEST.json", help="ERP requests as Procore sends them"
    )
    arguments.add_company(planning)
    planning.add_argument("--books", type=arguments.path, metavar="FILE", help="the bookkeeper's choices, a TOML file")
    planning.add_argument(
        "--customer", type=arguments.name, metavar="NAME", help="the QuickBooks customer that is the parent of the jobs"
    )
    arguments.add_procore_company(planning)
    arguments.add_journal(planning)
    planning.add_argument("--out", type=arguments.path, metavar="FILE", help="keep the plan there, for `apply`")
    add_json_option(planning)
    applying = commands.add("apply", _apply, "Carry out a plan, as far as it still holds.")
    applying.add_argument("plan", type=arguments.path, metavar="PLAN.json", help="a plan that `plan --out` has kept")
    arguments.add_company(applying)
    arguments.add_journal(applying)


# --- plan ------------------------------------------------------------------------------------------------------------


def _plan(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.erp import PlannedEnding, plan_exports

    books = read(options.books, Books.from_toml) if options.books else Books()
    if options.customer is not None:
        books = books.under(options.customer)
    requests = [_request(path, options.procore_company) for path in options.requests]
    with opened(options) as (company, journal):
        links = journal.links(company.file_id)
        plan = plan_exports(requests, links, books, Memory(company.process))
        if options.out is not None:
            payloads = [read_bytes(path).decode("utf-8", "surrogateescape") for path in options.requests]
            _keep(options.out, plan, payloads, options.procore_company, company.file_id)
    if options.json:
        say_json(plan.to_plain())
    else:
        say(plan)
    return ExitCode.REFUSED if PlannedEnding.REFUSED in plan.counts else ExitCode.OK


def _request(path: Path, company_id: int | None) -> ErpRequest:
    try:
        return read_request_file(path, company_id)
    except ProcoreQbdError as error:
        raise UnusableError(f"{path}: {error}") from error


def _keep(path: Path, plan: Plan, payloads: Sequence[str], company_id: int | None, company: str) -> None:
    """Write a plan into a file, with all that it was made of."""
    kept = {
        "form": _FORM,
        "company": company,
        "procore_company": company_id,
        "books": attrs.asdict(plan.books),
        "payloads": payloads,
        "plan": plan.to_plain(),
    }
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="ascii")  # a payload stays as it came, byte by byte


# --- apply -----------------------------------------------------------------------------------------------------------


def _apply(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.erp import AppliedEnding, apply

    plan, of = _kept(options.plan)
    with opened(options) as (company, journal):
        if of != company.file_id:
            raise UnusableError(f"{options.plan}: is a plan of another company file")
        export = Export(company, journal, plan.books, None)
        outcome = apply(
            plan,
            journal.links(company.file_id),
            Memory(company.process),
            lambda request: export.carry_out("", request),
        )
    for one in outcome.items:
        if one.ending is not AppliedEnding.APPLIED:
            say(f"  {one.ending.value:<10} {one.planned.called}")
            for words in one.why:
                say(f"{'':>15}{words}")
    say(outcome.summary)
    return ExitCode.OK if outcome.ok else ExitCode.REFUSED


def _kept(path: Path) -> tuple[Plan, str]:
    """A plan from its file, and the company file that it is of.

    Raises:
        UnusableError: It is none.
    """
    from procore_qbd.erp import Plan
    from procore_qbd.procore import read_request

    try:
        kept = json.loads(read_bytes(path))
        if kept["form"] != _FORM:
            raise UnusableError(f"{path}: this release reads plans of form {_FORM}, got {kept['form']!r}")
        requests = [
            read_request(payload.encode("utf-8", "surrogateescape"), company_id=kept["procore_company"])
            for payload in kept["payloads"]
        ]
        return Plan.from_plain(kept["plan"], requests, Books.from_mapping(kept["books"])), kept["company"]
    except (ValueError, LookupError, TypeError, AttributeError, BooksError, PayloadError) as error:
        raise UnusableError(f"{path}: is no plan that `procore-qbd plan --out` has kept: {error!r}") from None
