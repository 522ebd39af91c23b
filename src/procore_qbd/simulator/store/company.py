"""A company file that is open: what everybody needs who answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from procore_qbd.simulator.knowledge.calendar import Calendar
    from procore_qbd.simulator.store.file import Store

__all__ = ["OpenCompany"]


@attrs.frozen(eq=False)
class OpenCompany:
    """A company file that is open; `Company` is what QuickBooks says of one.

    Attributes:
        store: Where its records are.
        calendar: What time it is there.
    """

    store: Store
    calendar: Calendar
