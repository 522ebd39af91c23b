"""A flow is planned: what it reads is real, what it writes is echoed as QuickBooks would answer, and nothing is sent."""

from decimal import Decimal

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procore_qbd import Memory, Ref, Request, ask, ask_all, changes
from procore_qbd.errors import RecordError, RefusedError
from procore_qbd.flows import Rehearsal, plan
from procore_qbd.flows.echoing import MADE_UP, MadeUp, added
from procore_qbd.qbxml import read_requests
from procore_qbd.qbxml.entities.bills import Bill, BillQuery, ItemLine, LinkToTxn, PaidStatus
from procore_qbd.qbxml.entities.customers import Customer, CustomerQuery
from procore_qbd.qbxml.entities.deletions import ListDel
from procore_qbd.qbxml.entities.estimates import Estimate, EstimateLine, EstimateLineGroup
from procore_qbd.qbxml.entities.items import ItemService, SalesAndPurchase
from procore_qbd.qbxml.entities.other_names import EntityQuery
from procore_qbd.qbxml.entities.purchase_orders import PurchaseOrder, PurchaseOrderLine, PurchaseOrderQuery
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from support.examples import examples
from support.office import D, Office
from support.shown import leaves, number


@pytest.fixture(scope="module")
def office():
    with Office() as found:
        yield found


def reading(office):
    def line(document):
        assert not any(request.writes for request in read_requests(document).requests), document
        return office.file.process(document)

    return Memory(line)


def add(record):
    outcome = yield from ask(Request.add(record))
    return outcome


def query(record):
    outcome = yield from ask(Request.query(record))
    return outcome


# --- echoes ----------------------------------------------------------------------------------------------------------

AMOUNTS = st.integers(-10_000, 10_000_000).map(lambda cents: D(cents) / 100)
QUANTITIES = st.integers(1, 10_000_000).map(lambda number: D(number) / 100_000)
SIZES = st.one_of(
    st.tuples(st.none(), st.none(), AMOUNTS),
    st.tuples(QUANTITIES, st.none(), AMOUNTS),
    st.tuples(QUANTITIES, QUANTITIES, st.none()),
    st.tuples(st.none(), QUANTITIES, st.none()),
    st.tuples(QUANTITIES, QUANTITIES, AMOUNTS),
)
OF_QUICKBOOKS = {"ListID", "TxnID", "TxnLineID", "EditSequence"}


def differing(echo, real):
    """Where an echo says something that QuickBooks does not."""
    there = dict(leaves(real))
    return [
        (where, said, there.get(where))
        for where, said in leaves(echo)
        if where.rpartition("/")[2] not in OF_QUICKBOOKS and number(said) != number(there.get(where))
    ]


def tried(office, request, cls):
    """What a plan says of a request, and what QuickBooks then does."""
    foreseen = plan(ask(request), reading(office)).result
    (real,) = office.ask_whatever(request)
    assert foreseen.code == real.code, (foreseen.message, real.message)
    return (foreseen.record(cls), real.record(cls)) if real.ok else None


@pytest.fixture(scope="module", autouse=True)
def _asking(office):
    from procore_qbd import run

    office.ask_whatever = lambda *requests: run(ask_all(requests), Memory(office.file.process))


@settings(max_examples=examples(40, least=8), deadline=None)
@given(sizes=st.lists(SIZES, min_size=1, max_size=3), more=st.lists(SIZES, max_size=2), data=st.data())
def test_orders_and_bills_are_echoed_as_quickbooks_answers(office, sizes, more, data):
    job, item = Ref(list_id=office.job), Ref(list_id=office.items[0])

    def lines(sizes, cls, price):
        return tuple(
            cls(item_ref=item, customer_ref=job, quantity=quantity, amount=amount, **{price: rate})
            for quantity, rate, amount in sizes
        )

    order = PurchaseOrder(
        vendor_ref=Ref(full_name="alder"), ref_number="E-1", lines=lines(sizes, PurchaseOrderLine, "rate")
    )
    answers = tried(office, Request.add(order), PurchaseOrder)
    if answers is None:
        return
    assert differing(*answers) == []
    (_, there) = answers
    wanted = attrs.evolve(there, memo="more", lines=(*there.lines, *lines(more, PurchaseOrderLine, "rate")))
    answers = tried(office, Request.mod(changes(there, wanted)), PurchaseOrder)
    if answers is None:
        return
    assert differing(*answers) == []
    (_, there) = answers
    part = data.draw(st.sampled_from([D(1), D(3), D(2)]))
    billed = tuple(
        ItemLine(
            quantity=(line.quantity or D(1)) * part,
            amount=line.amount,
            link_to_txn=LinkToTxn(txn_id=there.txn_id, txn_line_id=line.txn_line_id),
        )
        for line in there.lines
    )
    bill = Bill(vendor_ref=Ref(list_id=office.vendor), item_lines=billed, ref_number="E-1")
    flow = ask_all([Request.add(bill)])

    def then(flow):
        (outcome,) = yield from flow
        orders = yield from ask(Request.query(PurchaseOrderQuery(txn_ids=(there.txn_id,), include_line_items=True)))
        return outcome, orders

    foreseen, later = plan(then(flow), reading(office)).result
    (real,) = office.ask_whatever(Request.add(bill))
    assert foreseen.code == real.code, (foreseen.message, real.message)
    if real.ok:
        assert differing(foreseen.record(Bill), real.record(Bill)) == []
        (now,) = (one for one in office.all("PurchaseOrder") if one.txn_id == there.txn_id)
        (echo,) = later.records(PurchaseOrder)
        untold = attrs.evolve(
            echo, lines=tuple(attrs.evolve(line, unbilled_quantity=None, is_billed=None) for line in echo.lines)
        )
        assert differing(attrs.evolve(untold, linked_txns=(), time_modified=None), now) == []


def test_an_estimate_and_lists_are_echoed_as_quickbooks_answers(office):
    lines = (EstimateLine(item_ref=Ref(list_id=office.items[1]), rate=D("5.005"), amount=D("5.01")),)
    for record in (
        Estimate(customer_ref=Ref(list_id=office.gym), lines=lines),
        Vendor(name="Echo", company_name="Echo"),
        Customer(name="Phase 2", parent_ref=Ref(full_name="gym"), is_active=False),
    ):
        assert differing(*tried(office, Request.add(record), type(record))) == []


# --- what comes later sees it ----------------------------------------------------------------------------------------


def test_a_later_flow_sees_what_an_earlier_one_would_make(office):
    rehearsal = Rehearsal(reading(office))
    made = rehearsal.plan(add(Vendor(name="Larch"))).result.record(Vendor)
    for asked in (EntityQuery(full_names=(" larch",)), VendorQuery(list_ids=(made.list_id, office.vendor))):
        found = rehearsal.plan(query(asked)).result
        assert made.list_id in [one.list_id for one in found.records(Vendor)]
    assert [one.name for one in found.records(Vendor)] == ["Alder", "Larch"]
    assert rehearsal.plan(query(CustomerQuery(full_names=("Larch",)))).result.found == ()
    assert rehearsal.plan(add(Customer(name="LARCH"))).result.code == 3100
    order = PurchaseOrder(
        vendor_ref=Ref(full_name="Larch"), lines=(PurchaseOrderLine(item_ref=Ref(full_name="01"), amount=D(5)),)
    )
    echo = rehearsal.plan(add(order)).result.record(PurchaseOrder)
    assert echo.vendor_ref == Ref(list_id=made.list_id, full_name="Larch")
    assert "Larch" not in [one.name for one in office.all("Vendor")]


def test_a_record_that_would_be_renamed_has_its_old_name_no_more(office):
    rehearsal = Rehearsal(reading(office))
    gym = next(one for one in office.all("Customer") if one.list_id == office.gym)
    mod = changes(gym, attrs.evolve(gym, name="Gymnasium"))
    assert rehearsal.plan(ask(Request.mod(mod))).result.record(Customer).full_name == "Gymnasium"
    assert rehearsal.plan(query(CustomerQuery(full_names=("Gym",)))).result.found == ()
    (found,) = rehearsal.plan(query(CustomerQuery(full_names=("gymnasium",)))).result.records(Customer)
    assert found.list_id == office.gym
    assert rehearsal.plan(add(Vendor(name="Gym"))).result.code == 0


def test_made_up_ids_are_of_the_form_of_real_ones_and_never_asked_for(office):
    rehearsal = Rehearsal(reading(office))
    made = rehearsal.plan(add(Vendor(name="Larch"))).result.record(Vendor)
    assert MADE_UP.fullmatch(made.list_id)
    assert Request.query(VendorQuery(list_ids=(made.list_id,))).faults(rehearsal._dialect) == []
    asked = []
    rehearsal._transport = Memory(lambda document: asked.append(document) or office.file.process(document))
    assert rehearsal.plan(query(VendorQuery(list_ids=(made.list_id,)))).result.found == (made,)
    assert asked == []
    assert MadeUp(3).id() == MadeUp(3).id() != MadeUp(4).id()
    with pytest.raises(OverflowError):
        MadeUp(16**5).id()


# --- what is not foreseen, and what is an error ----------------------------------------------------------------------


def test_a_filter_that_cannot_be_judged_is_told(office):
    rehearsal = Rehearsal(reading(office))
    line = ItemLine(item_ref=Ref(full_name="01"), amount=D(5))
    assert rehearsal.plan(add(Bill(vendor_ref=Ref(full_name="Alder"), item_lines=(line,)))).unsure == ()
    found = rehearsal.plan(query(BillQuery(paid_status=PaidStatus.PAID_ONLY)))
    assert found.unsure == ("whether BillQuery would find what the plan makes (paid_status)",)


def test_a_command_is_not_foreseen(office):
    with pytest.raises(NotImplementedError, match="ListDelRq cannot be foreseen"):
        plan(ask(Request.command(ListDel(list_del_type="Vendor", list_id=office.vendor))), reading(office))
    assert "Alder" in [one.name for one in office.all("Vendor")]


def test_what_cannot_be_written_is_told_to_the_flow(office):
    with pytest.raises(RecordError, match="at most 41"):
        plan(add(Vendor(name="x" * 42)), reading(office))


def test_a_flow_that_needs_a_refused_record_ends_as_it_would(office):
    def needs():
        outcome = yield from ask(Request.add(Vendor(name="Alder")))
        return outcome.record(Vendor)

    with pytest.raises(RefusedError, match="3100"):
        plan(needs(), reading(office))


def test_a_mod_of_what_is_not_there_is_refused(office):
    found = plan(ask(Request.mod(Vendor(list_id="7-7", edit_sequence="1", phone="1"))), reading(office))
    assert found.result.code == 3120
    assert Decimal(0) == sum(one.after is not None for one in found.writes)


def test_taxes_and_groups_are_not_guessed():
    """What only other editions have, or only the item knows."""
    code = Ref(list_id="9-9", full_name="G")
    both = SalesAndPurchase(
        income_account_ref=Ref(full_name="Income"),
        expense_account_ref=Ref(full_name="Cost"),
        purchase_tax_code_ref=code,
    )
    taxed = ItemService(list_id="8-8", name="Taxed", sales_and_purchase=both, sales_tax_code_ref=code)
    customer = Customer(list_id="7-7", name="Taxed too", item_sales_tax_ref=code)

    def refer(row, _ref):
        return taxed if "ItemService" in row.to else customer if "Customer" in row.to else None

    order = PurchaseOrder(lines=(PurchaseOrderLine(item_ref=Ref(list_id="8-8"), amount=D(5)),))
    estimate = Estimate(
        customer_ref=Ref(list_id="7-7"), lines=(EstimateLine(item_ref=Ref(list_id="8-8"), amount=D(5)),)
    )
    group = Estimate(customer_ref=Ref(list_id="7-7"), lines=(EstimateLineGroup(item_group_ref=Ref(full_name="G")),))
    assert [added(one, MadeUp(), refer).unsure for one in (order, estimate, group)] == [
        ("the tax that QuickBooks adds to what is bought",),
        ("the sales tax that QuickBooks adds",),
        ("the lines that QuickBooks makes of a group of items",),
    ]
