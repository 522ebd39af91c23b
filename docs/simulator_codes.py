"""The pages of the codes that a request can be refused with: one page a request, drawn from the rules.

They stand in no table of contents, which every page of the documentation would repeat: the index links to them.
"""
# ruff: noqa: E501  # a line of a page is a line

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.codes import hresult, status
from procore_qbd.simulator.refusals import REASONS_OF_ALL, SIMULATED, reasons_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from procore_qbd.simulator.knowledge.rules import Reason

    Grid = Callable[[Sequence[str], Iterable[Sequence[object]]], str]

HEADS = ("code", "name", "when", "from", "written", "whose move", "what to do")


def rows(reasons: Iterable[tuple[str, Reason]]) -> Iterator[Sequence[object]]:
    for name, reason in reasons:
        meant = hresult(reason.code) if reason.of_document else status(reason.code)
        code = f"`0x{reason.code:08X}`" if reason.of_document else reason.code
        yield code, f"`{name}`", reason.words, reason.source, meant.effect.words, meant.move.value, meant.advice


def page(request: str, grid: Grid) -> str:
    return f"""---
orphan: true
---

# {request}

What `{request}` can be refused with, and why. [What every request can be refused with](index.md), and what the columns
mean, stands on one page for all.

{grid(HEADS, rows(reasons_of(request)))}
"""


def index(grid: Grid) -> str:
    counts = ((f"[{one}]({one}.md)", len({reason.code for _, reason in reasons_of(one)})) for one in SIMULATED)
    return f"""# Codes by request

Which codes a request can be refused with, and why, as the simulated company file does it: for each of {len(SIMULATED)}
requests a page, and [a command](../../command-line.md#codes). The suite holds them against the simulator both ways: what
refuses a request anywhere in the tests stands on its page, and for all that stands there is a document that is refused so.

*From* says [where a rule is from](../rules.md); *written*, *whose move* and *what to do* are what
[the code](../../reference/codes.md) means to who sent the request. They are those of qbXML 13.0 in the United States. Beside
them every request can be refused, or its document not taken, for these reasons:

{grid(HEADS, rows(REASONS_OF_ALL.items()))}

A request that QuickBooks has and the simulator has not is 1030.

{grid(("request", "codes"), counts)}
"""


def pages(grid: Grid) -> dict[str, str]:
    """All of them, by their names."""
    return {"index": index(grid)} | {request: page(request, grid) for request in SIMULATED}
