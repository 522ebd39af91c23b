"""The settings of the ERP Integrations tool: what an administrator decides, and when something is due.

Who may change which is in `procore_qbd.permissions.moves`. What the bookkeeper decides about QuickBooks, the item for
retainage among it, stands in `procore_qbd.domain.Books`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

import attrs

from procore_qbd.domain.choices import Choices, Kinds, one_of
from procore_qbd.domain.erp_items import ErpItem
from procore_qbd.domain.frozen import FrozenDict
from procore_qbd.domain.lifecycle import DIRECT
from procore_qbd.domain.vocabulary import ExplainedWord
from procore_qbd.errors import QuestionError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["DirectExport", "Schedule", "Sync", "ToolSettings"]


class DirectExport(StrEnum):
    """Whether items of a kind are exported without an accounting approver.

    ``OFF``: an approver decides. ``ON``: sending is exporting. ``WITH_WORKFLOW``: the same, once the item's workflow in
    Procore is complete.
    """

    OFF = "off"
    ON = "on"
    WITH_WORKFLOW = "with_workflow"


class Schedule(StrEnum):
    """How often payments are taken over from QuickBooks."""

    HOURLY = "hourly"
    EVERY_2_HOURS = "every_2_hours"
    EVERY_4_HOURS = "every_4_hours"
    DAILY = "daily"
    NEVER = "never"

    @property
    def interval(self) -> timedelta | None:
        """The time between two; None for never."""
        hours = _HOURS[self]
        return None if hours is None else timedelta(hours=hours)


_HOURS = {
    Schedule.HOURLY: 1,
    Schedule.EVERY_2_HOURS: 2,
    Schedule.EVERY_4_HOURS: 4,
    Schedule.DAILY: 24,
    Schedule.NEVER: None,
}


class Sync(ExplainedWord):
    """What is taken over from QuickBooks from time to time."""

    COMPANIES = "companies", "Vendors, every hour."
    JOBS = "jobs", "Customers and jobs, every hour."
    JOB_COSTS = "job costs", "Job costs, every two hours."
    PAYMENTS = "payments", "Payments of subcontractor invoices, as the settings say."


_BACKGROUND = {Sync.COMPANIES: timedelta(hours=1), Sync.JOBS: timedelta(hours=1), Sync.JOB_COSTS: timedelta(hours=2)}


# --- what a setting may be: each a function that yields the value, or raises ValueError with what is wrong -----------


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"expected true or false, got {value!r}")


def _text_or_none(value: object) -> str | None:
    if value is None or (isinstance(value, str) and value.strip() and value.isprintable()):
        return value
    raise ValueError(f"expected a name on one line, or nothing, got {value!r}")


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) and one.strip() for one in value):
        return tuple(value)
    raise ValueError(f"expected a list of names, got {value!r}")


def _pairs(value: object) -> Iterable[tuple[Any, Any]]:
    try:
        return dict(value).items()  # type: ignore[call-overload, no-any-return]
    except (TypeError, ValueError):
        raise ValueError(f"expected a kind of item to {', '.join(DirectExport)} for each, got {value!r}") from None


def _direct_export(value: object) -> Mapping[ErpItem, DirectExport]:
    found = {}
    for name, mode in _pairs(value):
        try:
            kind = ErpItem.of(name)
        except QuestionError as error:
            raise ValueError(str(error)) from None
        if kind not in DIRECT:
            raise ValueError(f"{kind.label}: only {', '.join(sorted(one.label for one in DIRECT))} can be")
        if kind in found:
            raise ValueError(f"{kind.label}: is given twice")
        if mode not in [*DirectExport]:
            raise ValueError(f"{kind.label}: expected one of {', '.join(DirectExport)}, got {mode!r}")
        found[kind] = DirectExport(mode)
    return FrozenDict({kind: mode for kind, mode in found.items() if mode is not DirectExport.OFF})


_KINDS: Kinds = {
    "gate": _yes_or_no,
    "direct_export": _direct_export,
    "retry_without_reject": _yes_or_no,
    "use_procore_contract_number": _yes_or_no,
    "default_project_template": _text_or_none,
    "add_new_cost_codes_to_budgets": _yes_or_no,
    "direct_costs_editable": _yes_or_no,
    "vendor_types_to_import": _names,
    "payments_schedule": one_of(Schedule),
}


# --- the settings ----------------------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ToolSettings(Choices):
    """What an administrator decided; as Procore has it where nobody did.

    Attributes:
        gate: Whether the journal takes a request only from the tool, so that nothing is exported that nobody with the
            permission has accepted. Off, requests of Procore's own tool, which has asked before, are taken as they
            come.
        direct_export: For kinds of items that are exported without an approver: how. Those that are off are left out.
        retry_without_reject: Whether what failed may be accepted again as it is; Procore's pages say that it is
            rejected and sent again, which nobody needs where the fault lay in QuickBooks.
        use_procore_contract_number: Whether a commitment goes to QuickBooks under its number in Procore where the
            approver gives no other; otherwise the approver must.
        default_project_template: For projects that are made of QuickBooks' jobs.
        add_new_cost_codes_to_budgets: Whether new cost codes go into budgets that lack them.
        direct_costs_editable: Whether the columns of direct costs may be edited in Procore.
        vendor_types_to_import: Which vendors are offered to Procore; empty for all.
        payments_schedule: How often payments are taken over.

    Raises:
        SettingsError: A value is none of what it may be; everything wrong is listed.
    """

    gate: bool = True
    direct_export: Mapping[ErpItem, DirectExport] = attrs.field(factory=FrozenDict)
    retry_without_reject: bool = True
    use_procore_contract_number: bool = True
    default_project_template: str | None = None
    add_new_cost_codes_to_budgets: bool = False
    direct_costs_editable: bool = False
    vendor_types_to_import: tuple[str, ...] = ()
    payments_schedule: Schedule = Schedule.DAILY

    _kinds: ClassVar = _KINDS
    _subject: ClassVar = "settings of the ERP tool"
    _error: ClassVar = SettingsError

    def to_dict(self) -> dict[str, Any]:
        """Plain data, for JSON; `from_mapping` reads it."""
        plain = {name: getattr(self, name) for name in _KINDS}
        direct = {kind.label: mode.value for kind, mode in self.direct_export.items()}
        return plain | {"direct_export": direct, "vendor_types_to_import": list(self.vendor_types_to_import)}

    def directly(self, kind: ErpItem) -> DirectExport:
        """Whether items of a kind are exported without an approver."""
        return self.direct_export.get(kind, DirectExport.OFF)

    def due(self, last: Mapping[Sync, datetime], now: datetime) -> tuple[Sync, ...]:
        """What is to be taken over from QuickBooks now.

        Args:
            last: When each was last, as far as it ever was.
            now: The moment, with its time zone.

        Raises:
            ValueError: A moment has no time zone.
        """
        every = {**_BACKGROUND, Sync.PAYMENTS: self.payments_schedule.interval}
        for moment in (now, *last.values()):
            if moment.tzinfo is None:
                raise ValueError(f"expected a moment with its time zone, got {moment.isoformat()}")
        passed = {sync: now.astimezone(UTC) - at.astimezone(UTC) for sync, at in last.items()}
        return tuple(
            sync for sync in Sync if (one := every[sync]) is not None and (sync not in passed or passed[sync] >= one)
        )
