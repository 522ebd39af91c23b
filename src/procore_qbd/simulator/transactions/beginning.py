"""What a new transaction begins with: its id and time, what it has from whom it is with, and when it is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.qbxml import Ref
from procore_qbd.qbxml.entities.shared.transactions import ENTITIES
from procore_qbd.simulator.knowledge.days import later, of_month
from procore_qbd.simulator.knowledge.lists import TEMPLATES
from procore_qbd.simulator.lists.references import resolved

if TYPE_CHECKING:
    import datetime as dt

    from procore_qbd.simulator.kinds.kind import Draft
    from procore_qbd.simulator.knowledge.nouns import Values
    from procore_qbd.simulator.transactions.company import WritableCompany

__all__ = ["begun", "dated", "inherited", "with_resolved_references"]

_USUAL_TEMPLATES = {tag: name for name, tag in reversed(TEMPLATES.items())}
"""By kind of transaction: the first of its templates."""


def with_resolved_references(draft: Draft, company: WritableCompany) -> Draft:
    """References become ListIDs and full names; what points nowhere ends it here."""
    return draft.but(record=resolved(company.store, draft.record, seeded=draft.seeded))


def begun(draft: Draft, company: WritableCompany) -> Draft:
    """It has a TxnID, a number, the time at which it was created, and a date."""
    record: Any = draft.record
    return draft.saying(
        txn_id=company.store.new_txn_id(draft.now, record.txn_id or None),
        txn_number=company.store.count_txn(record.txn_number),
        time_created=record.time_created or company.calendar.moment(draft.now),
        txn_date=record.txn_date or company.calendar.today(),
    )


def inherited(draft: Draft, company: WritableCompany) -> Draft:
    """It has what it takes from whom it is with, from its template, and whatever else its kind begins with."""
    if draft.seeded:
        return draft
    record, kind = draft.record, draft.kind
    whom = company.find(ENTITIES, getattr(record, kind.entity)) if kind.entity else None
    values: Values = {
        own: getattr(whom, theirs)
        for own, theirs in kind.inherits.items()
        if hasattr(record, own) and getattr(record, own) is None and getattr(whom, theirs, None) is not None
    }
    name = _USUAL_TEMPLATES.get(kind.tag)
    if name and record.template_ref is None and (found := company.store.find_id("Template", name)):
        values["template_ref"] = Ref(list_id=found, full_name=name)
    draft = draft.saying(**values)
    return draft if kind.begun is None else kind.begun(draft, company)


def dated(draft: Draft, company: WritableCompany) -> Draft:
    """It is shipped and expected on its date, and due by its terms."""
    if draft.seeded:
        return draft
    record = draft.record
    dates = {name: record.txn_date for name in ("ship_date", "expected_date") if hasattr(record, name)}
    if hasattr(record, "due_date") and hasattr(record, "terms_ref"):
        dates["due_date"] = _due(draft, company)
    return draft.saying(**{name: day for name, day in dates.items() if getattr(record, name) is None})


def _due(draft: Draft, company: WritableCompany) -> dt.date:
    """The day on which a transaction is due."""
    day: dt.date = draft.record.txn_date
    terms = company.find(("StandardTerms", "DateDrivenTerms"), draft.record.terms_ref)
    if terms is None:
        return later(day, draft.kind.days_due)
    if hasattr(terms, "std_due_days"):
        return later(day, terms.std_due_days or 0)
    months = 1 if day.day <= terms.day_of_month_due - (terms.due_next_month_days or 0) else 2
    return of_month(day.year, day.month - 1 + months - 1, terms.day_of_month_due)
