"""What a bookkeeper calls records and fields: every one has words, and no two columns of a table have the same."""

import re

import pytest

from procore_qbd.cards.words import heading, record, records, request
from procore_qbd.qbxml.entities import entity, names
from procore_qbd.qbxml.rows.records import table
from procore_qbd.qbxml.rows.values import Shape
from procore_qbd.simulator import CompanyFile

WORDS = re.compile(r"[A-Z0-9][\w.,/ ()'-]*")
SEEN = sorted(names())


def blocks(cls, found):
    """A record class, and every class of record that stands in it."""
    if cls not in found:
        found.add(cls)
        for field in table(cls).fields:
            for member in field.members.values():
                blocks(member, found)
    return found


@pytest.mark.parametrize("name", SEEN)
def test_every_field_has_words_and_no_two_of_a_message_have_the_same(name):
    for cls in blocks(entity(name), set()):
        for shape in Shape:
            fields = [field.name for field in table(cls).order(shape)]
            words = [heading(field) for field in fields]
            assert [one for one in words if not WORDS.fullmatch(one) or "_" in one] == []
            assert len({*words}) == len(words), sorted(zip(words, fields, strict=True))


@pytest.mark.parametrize("name", SEEN)
def test_every_record_has_words_one_and_several(name):
    assert re.fullmatch(r"[A-Za-z][\w. -]*", record(name))
    assert re.fullmatch(r"[A-Z][\w. -]*", records(name))
    assert not re.search(r"[a-z][A-Z]", records(name).replace("QuickBooks", ""))


def test_no_two_lists_of_a_company_file_have_the_same_words():
    with CompanyFile.create() as company:
        assert len({records(kind) for kind in company.kinds}) == len(company.kinds)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ItemService", "Service items"),
        ("ItemNonInventory", "Non-inventory items"),
        ("JournalEntry", "Journal entries"),
        ("Class", "Classes"),
        ("ReceivePayment", "Customer payments"),
        ("UnitOfMeasureSet", "Unit of measure sets"),
        ("ARRefundCreditCard", "Credit card refunds"),
    ],
)
def test_records_are_called_as_bookkeepers_do(name, words):
    assert records(name) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("VendorAddRs", "New vendor"),
        ("EstimateModRq", "Change of an estimate"),
        ("ItemServiceQueryRs", "Query: service items"),
        ("TxnVoidRs", "Voided transaction"),
        ("LeadAddRs", "New lead"),
    ],
)
def test_requests_are_called_by_what_they_do(name, words):
    assert request(name) == words
