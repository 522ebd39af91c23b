"""Write the pages that are drawn from tables in the code, so that the two cannot differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.codes import HRESULTS, STATUSES, Effect, Hresult, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

EFFECTS = {
    Effect.DONE: "yes",
    Effect.DONE_WITH_DEFECT: "yes, with a defect",
    Effect.NOT_DONE: "no",
    Effect.UNKNOWN: "unknown",
}


def table(head: str, rows: Iterable[tuple[str, Status | Hresult]]) -> str:
    lines = [f"| {head} | meaning | done? | whose move | send again unchanged? | what to do |", "|---" * 6 + "|"]
    lines += [
        f"| {number} | {row.meaning} | {EFFECTS[row.effect]} | {row.move.value} "
        f"| {'yes' if row.retryable else 'no'} | {row.advice} |"
        for number, row in rows
    ]
    return "\n".join(lines)


def codes() -> str:
    return f"""# What QuickBooks answers

Drawn from `procore_qbd.codes`.

## statusCode: how one request ended

{table("code", ((str(code), row) for code, row in STATUSES.items()))}

## HRESULT: why a whole document was not taken

{table("number", ((f"`{row}`", row) for row in HRESULTS.values()))}
"""


def write(docs: Path) -> None:
    """Write every drawn page below the folder of the pages."""
    page = docs / "reference" / "codes.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text(codes(), encoding="utf-8")
