"""The field maps and the examples of the documentation: complete, about real elements, and found out rather than typed."""

import sys
import typing

import attrs
import pytest

from procore_qbd.domain import (
    CreateBudget,
    CreateCommitment,
    CreateCommitmentChangeOrder,
    CreateOrUpdateJob,
    CreateRequisitions,
    CreateStandardCostCodes,
    CreateVendor,
    ErpRequest,
    UpdateBudget,
)
from procore_qbd.domain.events import EndsIn, event_of
from procore_qbd.erp import commitments
from procore_qbd.procore.requests import KNOWN_REQUESTS
from procore_qbd.qbxml.rows.records import Block, Ref, table
from procore_qbd.qbxml.rows.values import ADD, MOD
from support.places import DOCS

sys.path.append(str(DOCS))
import examples
import fieldmaps
from fieldmaps import Fate, Way

REQUESTS = list(fieldmaps.CASES)


def entry(cls, name):
    return next(entry for entry in fieldmaps.maps()[cls].entries if entry.name == name)


def ends(cls, name):
    return [place.element for place in entry(cls, name).places]


def elements(cls, shape, above=""):
    """Every element that a record has in a message, references and lines included."""
    for field in table(cls).order(shape):
        for tag, member in field.tags(shape).items():
            yield above + tag
            if isinstance(field.row, Block):
                yield from elements(member or Ref, shape, f"{above}{tag}/")


def fields(noun):
    """Every field of a noun and of those inside it, by Python's names."""
    hints = typing.get_type_hints(noun)
    for field in (one for one in attrs.fields(noun) if (noun, one.name) not in fieldmaps.OURS):
        inner = [hints[field.name]]
        while arguments := [part for each in inner for part in typing.get_args(each)]:
            inner = [part for part in arguments if part not in (type(None), ...)]
        if attrs.has(inner[0]):
            yield from (f"{field.name}.{below}" for below in fields(inner[0]))
        else:
            yield field.name


def test_there_is_a_map_of_every_request_that_exports():
    ends = {event_of(cls).ends_in for cls in REQUESTS}
    exported = {cls for cls in KNOWN_REQUESTS.values() if (event := event_of(cls)) and event.ends_in is EndsIn.EXPORT}
    assert (set(REQUESTS), ends) == (exported, {EndsIn.EXPORT})


@pytest.mark.parametrize("cls", REQUESTS)
def test_a_map_says_of_every_field_where_it_ends_or_that_it_ends_nowhere(cls):
    first = next(iter(fieldmaps.CASES[cls]()))
    leaves = [leaf for leaf in first.leaves() if leaf.path[0] == "request"]
    assert {".".join(step for step in leaf.path[1:] if isinstance(step, str)) for leaf in leaves} == set(fields(cls))
    entries = fieldmaps.maps()[cls].entries
    assert {leaf.name for leaf in leaves} == {one.name for one in entries if not one.name.startswith("books.")}
    assert all(bool(one.places) == (one.fate is Fate.MAPPED) for one in entries)
    assert any(one.places for one in entries)
    assert any(one.fate is Fate.STAYS for one in entries)


@pytest.mark.parametrize("cls", REQUESTS)
def test_a_map_names_elements_that_quickbooks_has(cls):
    found = fieldmaps.maps()[cls]
    there = set(elements(found.record, MOD if found.message.endswith("Mod") else ADD))
    named = {place.element for one in found.entries for place in one.places}
    assert named | set(found.fixed) <= there


@pytest.mark.parametrize("cls", REQUESTS)
def test_a_note_speaks_of_a_field_or_an_element_that_is_there(cls):
    found = fieldmaps.maps()[cls]
    assert set(fieldmaps.NOTES[cls]) <= {one.name for one in found.entries} | set(found.fixed)


@pytest.mark.parametrize(
    ("cls", "name", "there"),
    [
        (CreateVendor, "vendor.company", ["Name", "CompanyName"]),
        (CreateVendor, "vendor.fax_number", ["Fax"]),
        (CreateVendor, "vendor.email_address", []),
        (CreateStandardCostCodes, "request_data[].code", ["Name"]),
        (CreateOrUpdateJob, "job.zip", ["BillAddress/PostalCode"]),
        (CreateBudget, "transactions[].value", ["EstimateLineAdd/Rate", "EstimateLineAdd/Amount"]),
        (CreateBudget, "transactions[].notes", ["EstimateLineAdd/Desc"]),
        (CreateCommitment, "commitment.title", ["Memo"]),
        (CreateCommitment, "commitment_items[].uom", []),
        (CreateCommitmentChangeOrder, "change_order.description", ["Memo"]),
        (CreateRequisitions, "requisitions[].billing_date", ["TxnDate"]),
        (CreateRequisitions, "requisitions[].formatted_payment_due", []),
    ],
)
def test_what_is_known_of_a_field_is_found_out(cls, name, there):
    assert ends(cls, name) == there


def test_how_a_value_gets_there_is_found_out():
    ways = {
        name: [(place.way, place.when) for place in entry(CreateCommitment, name).places]
        for name in ("commitment.number", "commitment.id", "commitment_items[].id", "commitment_items[].amount")
    }
    assert ways == {
        "commitment.number": [(Way.AS_IT_IS, "no ERP id was given")],
        "commitment.id": [(Way.COMPUTED, "")],
        "commitment_items[].id": [(Way.WITHIN, "")],
        "commitment_items[].amount": [
            (Way.AS_IT_IS, "it is a lump sum"),
            (Way.AS_IT_IS, "quantity by unit cost is another amount"),
        ],
    }


def test_what_only_decides_or_is_only_told_is_no_field_that_stays():
    assert entry(CreateVendor, "vendor.is_active").fate is Fate.DECIDES
    assert entry(CreateCommitment, "commitment.grand_total").fate is Fate.TOLD
    assert entry(CreateCommitmentChangeOrder, "change_order_items[].commitment_line_item_id").fate is Fate.BACK


def test_a_field_that_the_translation_loses_is_seen_to_stay(monkeypatch):
    whole = commitments.to_purchase_order
    monkeypatch.setattr(commitments, "to_purchase_order", lambda *args: attrs.evolve(whole(*args), memo=None))
    found = fieldmaps.field_map(tuple(fieldmaps.CASES[CreateCommitment]()))
    assert [one.fate for one in found.entries if one.name == "commitment.title"] == [Fate.STAYS]


def test_the_lines_of_an_updated_budget_are_those_of_a_new_one():
    new, update = (
        {
            one.name: [place.element.replace("LineMod", "LineAdd") for place in one.places]
            for one in fieldmaps.maps()[cls].entries
            if one.name.startswith(("job_costs", "transactions")) and not one.name.endswith("job_origin_id")
        }
        for cls in (CreateBudget, UpdateBudget)
    )
    assert new == update


@pytest.mark.parametrize("page", examples.SCENES)
def test_every_scene_ends_as_its_page_says(page):
    told = [what for ending in (examples.REFUSED, examples.NOTED) for what, _ in examples.played(page, ending)]
    assert len(told) >= 8
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("cls", REQUESTS, ids=lambda cls: cls.request_name)
def test_every_example_goes_well(cls: type[ErpRequest]):
    close_out = examples.example(cls.request_name)
    assert close_out.request_name == cls.request_name
    assert close_out.external_data
