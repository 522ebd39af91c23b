"""A plan says what would become of exports, writes nothing, and is carried out only if it still holds."""

import json
from collections import Counter

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import ItemKind, Link, Links, Memory, Ref, Request
from procore_qbd.domain import RefusalCode
from procore_qbd.erp.layered_links import LayeredLinks
from procore_qbd.erp.planning import AppliedEnding, apply, plan_exports
from procore_qbd.erp.plans import JobAmount, Plan, PlannedEnding
from procore_qbd.qbxml import read_requests
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine
from support.examples import examples
from support.jobs import ACCOUNTS, codes, job
from support.office import FIRST, D, Office, budget
from support.portfolios import DEEDS, TODAY, done, portfolios
from support.shown import leaves, number

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


@settings(max_examples=examples(24, least=5), deadline=None)
@given(portfolios())
def test_a_plan_says_what_an_export_then_does(portfolio):
    check(portfolio)


@pytest.mark.long
@settings(max_examples=2000, deadline=None)
@given(portfolios(most=12))
def test_a_plan_names_every_refusal_of_thousands(portfolio):
    check(portfolio)


def check(portfolio):
    """Plan a portfolio, then export it: every refusal, difference, field and amount is as it was planned."""
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


@settings(max_examples=examples(16, least=4), deadline=None)
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


# --- one by one ------------------------------------------------------------------------------------------------------


@pytest.fixture
def office():
    with Office() as found:
        yield found


def portfolio_of(office):
    """A vendor, its job with a cost code, a commitment with a change order, a budget: each stands on those before it."""
    return [
        office.vendor_request(50, "Birch"),
        codes(office),
        job(office),
        office.commitment(office.line(177, "1000.00"), office.line(178, "33.33", 1, "3", "11.11")),
        office.change_order(office.line(188, "50.00")),
        budget(office, *FIRST),
    ]


def test_a_whole_portfolio_is_planned_in_one_go(office):
    plan = planned(office, portfolio_of(office))
    endings = [item.ending for item in plan.items]
    assert endings == [*[PlannedEnding.MADE] * 4, PlannedEnding.CHANGED, PlannedEnding.MADE]
    money = {(one.name, one.what): (one.before, one.after) for one in plan.money}
    assert money == {
        ("Harbour View", JobAmount.COMMITTED): (D(0), D("1083.33")),
        ("Harbour View", JobAmount.BUDGET): (D(0), D("1500.50")),
    }
    assert [office.all(kind) for kind in ("PurchaseOrder", "Estimate")] == [[], []]
    assert {one.ending for one in applied(office, plan).items} == {AppliedEnding.APPLIED}
    assert {one.ending for one in applied(office, plan).items} == {AppliedEnding.STALE}


def test_a_plan_is_read_from_its_json_which_has_no_floats(office):
    plan = planned(office, [*portfolio_of(office), office.vendor_request(51, "x" * 42)])
    text = plan.to_json()

    def no_float(said):
        raise AssertionError(f"a float: {said}")

    again = Plan.from_plain(json.loads(text, parse_float=no_float), [one.request for one in plan.requests], ACCOUNTS)
    assert again.to_json() == text == planned(office, [*portfolio_of(office), plan.requests[-1].request]).to_json()
    assert str(again) == str(plan)
    with pytest.raises(ValueError, match="other requests"):
        Plan.from_plain(json.loads(text), [one.request for one in reversed(plan.requests)], ACCOUNTS)


def test_a_plan_reads_as_text_and_as_html(office):
    plan = planned(office, [office.vendor_request(50, "A <b> & Co"), office.vendor_request(51, "x" * 42)])
    assert str(plan).splitlines()[:2] == ["made         vendor A <b> & Co", f"{'':>15}Name: A <b> & Co"]
    assert str(plan).endswith("1 made, 1 refused: this is a plan, and nothing was written")
    assert "A &lt;b&gt; &amp; Co" in plan._repr_html_()
    assert "<b>" not in plan._repr_html_()
    assert b"VendorAddRq" in plan.items[0].qbxml.encode()
    assert plan.items[1].qbxml == ""


def test_what_quickbooks_would_refuse_is_told_as_what_it_would_do(office):
    books = attrs.evolve(ACCOUNTS, terms="Net 30")
    (item,) = planned(office, [office.vendor_request(50, "Birch")], books).items
    (refusal,) = item.refusals
    assert (refusal.code, refusal.status) == (RefusalCode.NOT_SET_UP, 3140)
    assert refusal.words.startswith("QuickBooks would refuse it with 3140")
    assert "Net 30" in refusal.words


def test_a_record_that_somebody_touched_makes_stale_what_depends_on_it_and_nothing_else(office):
    plan = planned(office, portfolio_of(office))
    vendor = next(one for one in office.all("Vendor") if one.list_id == office.vendor)
    office.user.edit(attrs.evolve(vendor, phone="555-0100"))
    outcome = applied(office, plan)
    stale = [one.planned.name for one in outcome.items if one.ending is AppliedEnding.STALE]
    assert stale == ["SC-001 Concrete", "SC-001 1 More"]
    assert outcome.items[3].why == (f"Vendor 'Alder' ({office.vendor}) was changed in QuickBooks since it was planned",)
    assert "would be refused now" in outcome.items[4].why[0]
    assert office.all("PurchaseOrder") == []
    assert not outcome.ok


def test_what_was_refused_in_the_plan_is_not_sent(office):
    request, sent = office.vendor_request(50, "x" * 42), []
    outcome = applied(office, planned(office, [request]), sent)
    assert (outcome.items[0].ending, sent) == (AppliedEnding.REFUSED, [])
    assert outcome.items[0].why == outcome.items[0].planned.messages


def test_who_comes_between_the_second_look_and_the_writing_is_told(office):
    plan = planned(office, [office.vendor_request(50, "Birch")])

    def carry_out(request):
        office.perform(office.vendor_request(51, "Birch"))
        return office.perform(request)

    (one,) = apply(plan, office.links, reading(office), carry_out).items
    assert one.ending is AppliedEnding.OTHERWISE
    assert "vendor 'Birch' already" in one.why[0]


def test_what_only_quickbooks_knows_is_not_guessed(office):
    """A line without a price gets the item's own; the plan says that it does not know it."""
    line = PurchaseOrderLine(item_ref=Ref(list_id=office.items[0]), quantity=D(2))
    found = planned_flow(office, Request.add(PurchaseOrder(vendor_ref=Ref(list_id=office.vendor), lines=(line,))))
    assert found.unsure == ("PurchaseOrderAddRq: a price that only the item has",)


def planned_flow(office, request):
    from procore_qbd import ask
    from procore_qbd.flows import plan

    return plan(ask(request), reading(office))


IDS = st.sampled_from(["1-1", "2-2", "3-3"])
LINKS = st.builds(
    Link,
    kind=st.sampled_from([ItemKind.VENDOR, ItemKind.WORK_ORDER_CONTRACT, ItemKind.LINE_ITEM, ItemKind.REQUISITION]),
    procore_id=st.integers(1, 3),
    quickbooks_id=IDS,
    name=st.sampled_from([None, "A", "B"]),
    parent=st.none() | IDS,
    party=st.none() | IDS,
)


@settings(max_examples=examples(200))
@given(st.lists(LINKS, max_size=6), st.lists(LINKS, max_size=6))
def test_links_that_a_plan_would_make_are_seen_as_if_they_were_kept(kept, more):
    below, whole = Links(), Links()
    for link in kept:
        if whole.find(link.kind, link.procore_id) is None and whole.holder(link.kind, link.quickbooks_id) is None:
            below.add(link)
            whole.add(link)
    view = LayeredLinks(below)
    for link in more:
        if whole.find(link.kind, link.procore_id) is None and whole.holder(link.kind, link.quickbooks_id) is None:
            view.add([link])
            whole.add(link)
    for kind in (ItemKind.VENDOR, ItemKind.WORK_ORDER_CONTRACT, ItemKind.LINE_ITEM, ItemKind.REQUISITION):
        for at in (1, 2, 3):
            assert view.find(kind, at) == whole.find(kind, at)
            assert view.guid(kind, at, 7) == whole.guid(kind, at, 7)
            assert view.holder(kind, f"{at}-{at}") == whole.holder(kind, f"{at}-{at}")
    for record_id in ("1-1", "2-2", "3-3"):
        assert view.parts(record_id) == whole.parts(record_id)
        assert view.of_party(record_id) == whole.of_party(record_id)
        assert view.name_of(record_id) == whole.name_of(record_id)
    assert len(below) <= len(whole)
