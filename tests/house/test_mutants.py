"""The rules that keep money right, broken one at a time: each mutant is killed by a test that has a name."""

import operator
from contextlib import contextmanager
from importlib import import_module
from math import floor
from pkgutil import resolve_name

import pytest

from procore_qbd.domain.money import cents
from procore_qbd.flows import Conversation
from procore_qbd.simulator import CompanyFile
from procore_qbd.translate import bills as translate_bills
from support import desk
from support.office import Office


def each_by_itself(amounts, *_):
    return tuple(cents(amount) for amount in amounts)


def without_the_rest(amount, weights):
    return tuple(cents(amount * weight / sum(weights)) for weight in weights)


def cut_to_the_cent(exact, _whole):
    return list(map(floor, exact))


def age_of_anything(fact):
    due = getattr(fact.record, "due_date", None)
    return ((fact.as_of or fact.scope.last) - due).days if due else None


receive = Conversation.receive


def answered_and_left_standing(self, reply):
    before = self.current
    try:
        receive(self, reply)
    finally:
        self.current = self.current or before


@contextmanager
def a_gym():
    reports = import_module("simulator.test_reports")
    with reports.company() as books:
        yield reports.with_a_gym(books)


def procore_is_believed(_links, _kind, _procore_id, *said, what):  # noqa: ARG001
    return next(filter(None, said), None), None


def links_are_believed(links, kind, procore_id, *said, what):  # noqa: ARG001
    link = links.find(kind, procore_id) if procore_id is not None else None
    return (link.quickbooks_id if link else None), None


def only_what_is_there(item, order, _number, _known):
    there = translate_bills._lines(order)
    named = (item.change_order_line_item_origin_id or item.commitment_item_origin_id or "").split("|")
    return [there[one] for one in named if one in there]


def all_in_one_round(invoices, _):
    return [list(range(len(invoices)))]


def nothing(*_, **__):
    return ()


def no_flow(*_, **__):
    return ()
    yield


class Everything:
    def __contains__(self, _):
        return True


def only_what_is_below(below, above):
    return below.parent == above.quickbooks_id


MUTANTS = {
    "share without the rest": (
        "procore_qbd.translate.bills.share",
        without_the_rest,
        ("erp.test_trials:test_a_whole_change_order_is_shared_to_the_cent", {}),
    ),
    "the last does not take what is left": (
        "procore_qbd.translate.bills.share",
        without_the_rest,
        (
            "erp.test_trials:test_a_hundred_over_three_equal_lines_is_a_hundred",
            {"amount": "100.00", "parts": "33.34 33.33 33.33"},
        ),
    ),
    "the cents that are lacking go to nobody": (
        "procore_qbd.domain.money._to_whole",
        cut_to_the_cent,
        (
            "erp.test_trials:test_a_hundred_over_three_equal_lines_is_a_hundred",
            {"amount": "200.00", "parts": "66.67 66.67 66.66"},
        ),
    ),
    "what is not open any more grows older": (
        "procore_qbd.simulator.reports.facts._aging.__code__",  # the table of columns holds the function itself
        age_of_anything.__code__,
        ("simulator.test_reports:test_what_is_paid_has_no_age_any_more", {}, a_gym),
    ),
    "a document stands after it was answered": (
        "procore_qbd.flows.Conversation.receive",
        answered_and_left_standing,
        ("flows.test_flows:test_what_was_answered_is_no_document_any_more", {}, CompanyFile.create),
    ),
    "a document stands after its flow failed": (
        "procore_qbd.flows.Conversation.receive",
        answered_and_left_standing,
        (
            "flows.test_flows:test_what_was_answered_is_no_document_any_more_although_the_flow_fails",
            {},
            CompanyFile.create,
        ),
    ),
    "round each amount by itself": (
        "procore_qbd.translate.purchase_orders.round_together",
        each_by_itself,
        ("erp.test_trials:test_lump_sums_with_parts_of_cents_come_to_procores_total", {}),
    ),
    "compare numbers with ==": (
        "procore_qbd.erp.finding.same_text",
        operator.eq,
        (
            "erp.test_trials:test_a_bill_that_a_clerk_typed_in_another_case_or_with_blanks_is_not_made_again",
            {"typed": "a-1"},
        ),
    ),
    "compare names with ==": (
        "procore_qbd.erp.finding.same_text",
        operator.eq,
        ("erp.test_exports:test_a_name_that_a_customer_has_is_explained", {}, desk.Office),
    ),
    "believe Procore": (
        "procore_qbd.translate.known.agreed",
        procore_is_believed,
        (
            "erp.test_trials:test_where_procore_and_our_links_name_different_records_neither_is_believed",
            {"what": "vendor"},
        ),
    ),
    "believe the links": (
        "procore_qbd.translate.known.agreed",
        links_are_believed,
        (
            "erp.test_trials:test_where_procore_and_our_links_name_different_records_neither_is_believed",
            {"what": "cost code"},
        ),
    ),
    "marks without a kind": (
        "procore_qbd.translate.lines.LineMark.__str__",
        lambda mark: f"Procore {mark.id}",
        ("erp.test_trials:test_a_change_order_line_with_the_id_of_a_commitment_line_is_another_line", {}),
    ),
    "skip verification on adoption of an order": (
        "procore_qbd.erp.commitments._differences",
        nothing,
        ("erp.test_trials:test_an_order_that_a_person_lowered_before_the_rerun_is_told", {}),
    ),
    "skip verification on adoption of a bill": (
        "procore_qbd.erp.invoices.compared",
        nothing,
        ("erp.test_trials:test_a_bill_that_a_person_voided_is_told", {"remember": False}),
    ),
    "skip verification of links": (
        "procore_qbd.erp.bills.links_of",
        lambda _: Everything(),
        ("erp.test_trials:test_a_bill_that_was_not_linked_is_told_although_its_reply_was_lost", {}),
    ),
    "skip verification of lines known by their marks": (
        "procore_qbd.erp.budgets.compare_lines",
        nothing,
        ("erp.test_trials:test_a_budget_transaction_that_is_there_with_another_value_is_a_difference", {}),
    ),
    "drop named lines that are gone": (
        "procore_qbd.translate.bills._billed",
        only_what_is_there,
        ("erp.test_trials:test_a_named_line_that_is_gone_is_refused_although_another_is_there", {}),
    ),
    "bill more than is open in silence": (
        "procore_qbd.translate.bills.Billing.beyond_open",
        nothing,
        ("erp.test_trials:test_billing_more_than_is_open_is_told_per_line", {}),
    ),
    "all invoices of a batch at once": (
        "procore_qbd.erp.invoices._rounds",
        all_in_one_round,
        ("erp.test_trials:test_invoices_of_one_batch_on_one_line_end_as_one_by_one", {}),
    ),
    "do not compare what is due": (
        "procore_qbd.erp.bills.totals",
        nothing,
        ("erp.test_trials:test_what_procore_shows_as_payment_due_is_compared", {}),
    ),
    "release more than is held in silence": (
        "procore_qbd.erp.invoices.over_released",
        no_flow,
        ("erp.test_trials:test_more_retainage_released_than_held_is_told", {}),
    ),
    "unlink a change order without its lines": (
        "procore_qbd.domain.links._is_part",
        only_what_is_below,
        ("erp.test_trials:test_delete_unlink_and_send_again_works_for_a_change_order", {}),
    ),
    "do not look whether vendor, job and items stand": (
        "procore_qbd.erp.commitments.unusable",
        no_flow,
        ("erp.test_trials:test_an_inactive_vendor_job_or_item_is_refused_by_name", {}),
    ),
    "no similar bills": (
        "procore_qbd.erp.similar.NearBills.alike",
        lambda *_: None,
        ("erp.test_trials:test_a_bill_of_nearly_the_same_number_vendor_and_amount_is_told", {"typed": "A1"}),
    ),
    "export whatever its status": (
        "procore_qbd.translate.purchase_orders.check_status",
        nothing,
        ("erp.test_trials:test_a_status_with_which_nothing_is_exported_is_refused", {"status": "Draft"}),
    ),
    "leave empty requests open": (
        "procore_qbd.erp.invoices.batch",
        nothing,
        ("erp.test_trials:test_an_empty_request_is_closed", {"detail_id": 5}),
    ),
    "take a record that is another item's": (
        "procore_qbd.erp.finding.taken",
        lambda *_: None,
        ("erp.test_money:test_another_purchase_order_of_that_number_is_never_adopted", {}),
    ),
    "another GUID each time": (
        "procore_qbd.domain.links.external_guid",
        lambda *_, **__: next(guids),
        ("erp.test_exports:test_after_a_lost_reply_the_vendor_is_recognised_by_its_guid", {}, desk.Office),
    ),
}

KILLED = (AssertionError, LookupError, ValueError)  # a test may also miss what it takes out of the answer
guids = (f"{{00000000-0000-0000-0000-{number:012}}}" for number in range(1000))


@pytest.mark.parametrize("name", MUTANTS)
def test_each_mutant_is_killed_by_a_test_with_a_name(name, monkeypatch):
    target, mutant, (test, arguments, *world) = MUTANTS[name]
    killer = resolve_name(test)
    with (world[0] if world else Office)() as office:
        killer(office, **arguments)  # the rule as it is
    monkeypatch.setattr(target, mutant)
    with (world[0] if world else Office)() as office, pytest.raises(KILLED):
        killer(office, **arguments)
