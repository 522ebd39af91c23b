"""What is in a company file, to look at: rows for the terminal, and one page of HTML."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import attrs

from procore_qbd.demo.ledger import JobTotals
from procore_qbd.simulator.window import OverviewRow
from procore_qbd.simulator.window import rows as rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from procore_qbd.simulator import CompanyFile

__all__ = ["KINDS", "money_rows", "page", "rows"]

KINDS = (
    "Account",
    "VendorType",
    "Vendor",
    "ItemService",
    "Customer",
    "Estimate",
    "PurchaseOrder",
    "Bill",
    "VendorCredit",
)
"""The lists and transactions that the demo fills, in the order in which a bookkeeper would look at them."""


def rows(company: CompanyFile, kind: str) -> Iterator[OverviewRow]:
    """The records of a list, or the transactions of a kind with their lines."""
    return rows_of(company.records(kind))


def money_rows(
    names: Mapping[str, str], procore: Mapping[str, JobTotals], quickbooks: Mapping[str, JobTotals]
) -> Iterator[tuple[str, str, Decimal, Decimal]]:
    """Job, column, Procore's amount and QuickBooks' amount, for every job that has money."""
    for job in sorted(procore.keys() | quickbooks.keys(), key=lambda job: names.get(job, job)):
        ours, theirs = procore.get(job, JobTotals()), quickbooks.get(job, JobTotals())
        for column in attrs.fields_dict(JobTotals):
            yield names.get(job, job), column, getattr(ours, column), getattr(theirs, column)


_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #1c2733; }
h1 { font-size: 1.6rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
table { border-collapse: collapse; width: 100% }
th { text-align: left; font-weight: 600; border-bottom: 2px solid #9db2c6 }
td, th { padding: .2rem .7rem .2rem 0; vertical-align: top }
tr + tr td { border-top: 1px solid #e3eaf1 }
.amount { text-align: right; font-variant-numeric: tabular-nums }
.id { color: #6a7c8e; font-size: .8rem } .off { color: #b00020; font-weight: 600 }
@media (prefers-color-scheme: dark) {
  body { background: #14191f; color: #dfe6ee } tr + tr td { border-color: #2a333d } .off { color: #ff7b8f }
}
"""


def page(company: CompanyFile, money: list[tuple[str, str, Decimal, Decimal]]) -> str:
    """One page of HTML: the money per job on both sides, and everything in the company file."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        f"<title>{html.escape(company.name)}</title><style>{_STYLE}</style>",
        f"<h1>{html.escape(company.name)}</h1>",
        "<h2>Money per job</h2>",
        "<table><tr><th>Job<th><th class=amount>Procore<th class=amount>QuickBooks<th></tr>",
    ]
    for job, column, ours, theirs in money:
        verdict = "" if ours == theirs else "<span class=off>differs</span>"
        parts.append(
            f"<tr><td>{html.escape(job)}<td>{column}<td class=amount>{ours:,.2f}"
            f"<td class=amount>{theirs:,.2f}<td>{verdict}</tr>"
        )
    parts.append("</table>")
    for kind in KINDS:
        found = list(rows(company, kind))
        if found:
            parts += [f"<h2>{kind}</h2><table>", *map(_html_row, found), "</table>"]
    return "\n".join(parts) + "\n</html>\n"


def _html_row(row: OverviewRow) -> str:
    amount = "" if row.amount is None else f"{row.amount:,.2f}"
    return (
        f'<tr><td style="padding-left:{row.depth * 1.5}rem">{html.escape(row.name)}<td>{html.escape(row.about)}'
        f"<td class=amount>{amount}<td class=id>{html.escape(row.id)}</tr>"
    )
