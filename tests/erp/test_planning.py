"""A plan says what would become of exports, writes nothing, and is carried out only if it still holds."""

import json
from collections import Counter
from decimal import Decimal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import ItemKind, Link, Links, Memory, Ref, Request
from procore_qbd.domain import RefusalCode
from procore_qbd.erp.layered_links import LayeredLinks
from procore_qbd.erp.planning import AppliedEnding, apply, plan_exports
from procore_qbd.erp.plans import JobAmount, Plan, PlannedEnding
from procore_qbd.qbxml import RET, Record, read_requests
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from procore_qbd.qbxml.rows.records import table
from support.examples import examples
from support.jobs import ACCOUNTS, codes, job
from support.office import FIRST, D, Office, budget
from support.portfolios import DEEDS, TODAY, done, portfolios

WRITTEN = {PlannedEnding.MADE, PlannedEnding.CHANGED}


def reading(office):
    """A line on which nothing that writes may travel."""

    def line(document):
        assert not any(request.writes for request in read_requests(document).requests), document
        return office.file.process(document)

    return Memory(line)


def planned(office, requests, books=ACCOUNTS):
    return plan_exports(requests, office.links, books, reading(office))


def applied(office, plan, carried_out=None):
    """Apply a plan by an export without a journal."""

    def carry_out(request):
        close_out = office.perform(request, books=plan.books)
        if carried_out is not None:
            carried_out.append(request)
        return close_out

    return apply(plan, office.links, reading(office), carry_out)


def said(item):
    """What a plan and a close-out both say of an item. What QuickBooks' calendar shows, no query tells."""
    return (
        [(refusal.code, refusal.status) for refusal in item.refusals],
        [(one.field, one.procore, None if one.quickbooks == TODAY else one.quickbooks) for one in item.differences],
    )


KINDS = {
    "PurchaseOrder": (JobAmount.COMMITTED, 1),
    "Bill": (JobAmount.BILLED, 1),
    "VendorCredit": (JobAmount.BILLED, -1),
    "Estimate": (JobAmount.BUDGET, 1),
}


def on_jobs(office):
    """What each job has, by all that is in the company file."""
    sums = Counter()
    for kind, (what, sign) in KINDS.items():
        for record in office.all(kind):
            for line in getattr(record, "lines", ()) or getattr(record, "item_lines", ()):
                ref = getattr(line, "customer_ref", None) or getattr(record, "customer_ref", None)
                sums[ref and ref.list_id, what] += sign * line.amount
    return {key: amount for key, amount in sums.items() if amount}


def moved(before, after):
    return {key: found for key in before | after if (found := after.get(key, 0) - before.get(key, 0))}


def leaves(record, path=""):
    """Every value of a record as a reply would show it, by the names of elements."""
    for field in table(type(record)).order(RET):
        value = getattr(record, field.name)
        for at, one in enumerate(value if field.plural else (value,), 1):
            tag = next((tag for tag, cls in field.members.items() if cls is type(one)), field.row.tag)
            where = f"{path}{tag} {at}" if field.plural else f"{path}{tag}"
            if isinstance(one, Ref):
                yield where.removesuffix("Ref"), one.full_name
            elif isinstance(one, Record):
                yield from leaves(one, f"{where}/")
            elif one is not None:
                yield where, {True: "true", False: "false"}[one] if isinstance(one, bool) else str(one)


def number(text):
    try:
        return Decimal(text)
    except (ArithmeticError, TypeError):
        return text


def as_written(office, close_out, item):
    """Whether each field that a plan says would be written is what QuickBooks has now."""
    ids = {(link.kind, link.procore_id): str(link.quickbooks_id).split("|")[0] for link in close_out.links}
    record_id = ids[item.kind, item.id]
    kinds = ("Vendor", "Customer", "ItemService", *KINDS)
    records = (record for kind in kinds for record in office.all(kind))
    (record,) = (one for one in records if record_id in (getattr(one, "list_id", ""), getattr(one, "txn_id", "")))
    there = dict(leaves(record))
    return [
        (one.field, one.after, there.get(one.field))
        for one in item.changes
        if number(there.get(one.field)) != number(one.after)
    ]


@settings(max_examples=examples(300, least=20), deadline=None)
@given(portfolios())
def test_a_plan_says_what_an_export_then_does(portfolio):
    with portfolio.office() as office:
        requests = portfolio.requests(office)
        plan = planned(office, requests, portfolio.books)
        before = on_jobs(office)
        for request, one in zip(requests, plan.requests, strict=True):
            close_out = office.perform(request, books=portfolio.books)
            for item, detail in zip(one.items, close_out.details, strict=True):
                assert said(item) == said(detail)
                assert (item.ending in WRITTEN) is detail.changed
                assert (item.ending is PlannedEnding.REFUSED) is bool(detail.refusals)
                assert bool(item.changes) is bool(item.qbxml) is detail.changed
                if detail.changed:
                    assert as_written(office, close_out, item) == []
        sums = {(one.job, one.what): one.after - one.before for one in plan.money}
        assert {key: amount for key, amount in sums.items() if amount} == moved(before, on_jobs(office))


@settings(max_examples=examples(150, least=10), deadline=None)
@given(portfolios(), st.sampled_from([*DEEDS]))
def test_what_is_applied_is_what_was_planned_whatever_people_do_in_between(portfolio, deed):
    with portfolio.office() as office:
        plan = planned(office, portfolio.requests(office), portfolio.books)
        plan = Plan.from_plain(json.loads(plan.to_json()), [one.request for one in plan.requests], plan.books)
        done(office, deed)
        before, carried_out = on_jobs(office), []
        outcome = applied(office, plan, carried_out)
        assert len(outcome.close_outs) == len(carried_out)
        for one in outcome.items:
            if one.ending is AppliedEnding.APPLIED:
                assert said(one.outcome) == said(one.planned)
                assert one.outcome.changed is (one.planned.ending in WRITTEN)
            else:
                assert one.why
                assert one.ending is AppliedEnding.STALE or one.planned.ending is PlannedEnding.REFUSED
        if deed == "nothing":
            assert not any(one.ending is AppliedEnding.STALE for one in outcome.items)
        done_items = [one.planned for one in outcome.items if one.ending is AppliedEnding.APPLIED]
        sums = Counter()
        for money in (money for item in done_items for money in item.money):
            sums[money.job, money.what] += money.after - money.before
        assert {key: amount for key, amount in sums.items() if amount} == moved(before, on_jobs(office))
