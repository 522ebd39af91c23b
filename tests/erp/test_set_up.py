"""The setup of subcontractor invoices: each thing that must be there, found or missed in the company file itself."""

import attrs
import pytest

from procore_qbd import Books, ItemKind, Link, Links, Memory, Ref, Request, User, run
from procore_qbd.erp import invoice_setup
from procore_qbd.qbxml.entities.items import ItemNonInventory, ItemService, SalesAndPurchase
from support.desk import Office

APPROVER = User(name="Amy", company_levels={"ERP Integrations": "Admin"}, privileges=["Can Push to Accounting"])
PAUL = User(name="Paul")
BOTH = SalesAndPurchase(income_account_ref=Ref(full_name="Income"), expense_account_ref=Ref(full_name="Cost"))


@pytest.fixture
def office():
    with Office() as office:
        yield office


def looked(office, *, links=None, books=None, approvers=(APPROVER,)):
    flow = invoice_setup(links or Links(), books or Books(), approvers)
    return run(flow, Memory(office.line), read_only=True)


def with_item(office, record=None, **more):
    office.ask(Request.add(record or ItemService(name="Retainage", sales_and_purchase=BOTH, **more)))


def test_all_is_set_up(office):
    with_item(office)
    found = looked(office)
    assert found.ok
    assert [check.words for check in found.checks] == [
        "'Retainage' is a Service item", "are switched on", "Amy may accept invoices",
    ]  # fmt: skip
    assert str(found).splitlines()[-1].startswith("?   whether Procore has switched")


def test_the_item_must_be_there_active_a_service_item_and_no_cost_code(office):
    assert "there is no item 'Retainage'" in looked(office).checks[0].words
    with_item(office, is_active=False)
    assert "is inactive" in looked(office).checks[0].words
    retainage = office.record("ItemService", "Retainage")
    links = Links([Link(kind=ItemKind.STANDARD_COST_CODE, procore_id=5, quickbooks_id=retainage.list_id)])
    assert "is the item of cost code 5" in looked(office, links=links).checks[0].words
    with_item(office, ItemNonInventory(name="Held", sales_and_purchase=BOTH))
    found = looked(office, books=Books(retainage_item="Held"))
    assert not found.ok
    assert "is no Service item but of the kind ItemNonInventory" in found.checks[0].words


def test_somebody_must_be_there_who_may_accept(office):
    assert "nobody is named" in looked(office, approvers=()).checks[2].words
    found = looked(office, approvers=(PAUL, attrs.evolve(APPROVER, is_active=False)))
    assert found.checks[2].words.startswith("Paul, Amy may not: it takes somebody with Admin")


def test_purchase_orders_must_be_switched_on(office):
    with_item(office)
    assert looked(office).checks[1].ok
    office.file.prefer(is_using_inventory=False)
    found = looked(office)
    assert not found.checks[1].ok
    assert "are switched off: Edit, Preferences" in found.checks[1].words
