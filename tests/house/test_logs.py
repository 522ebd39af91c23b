"""The logs of the whole suite are searched for documents and secrets: `support.overheard`, after each test."""

import logging

import pytest

from procore_qbd import Memory, NotSentError
from procore_qbd.qbxml import Request, write_requests
from procore_qbd.qbxml.entities.vendors import Vendor
from support.overheard import LOGS, PLANTED


@pytest.mark.parametrize(
    "said", ["<?xml?><?qbxml version='13.0'?>", "reply: <VendorAddRs statusCode='0'>", f"token {PLANTED}word", "Authorization: Bearer x"]
)  # fmt: skip
def test_what_should_not_be_logged_is_found(said):
    logging.getLogger("procore_qbd.anywhere").debug("%s", said)
    assert len(LOGS.taken()) == 1


def test_what_an_exception_says_is_searched_too():
    try:
        int(f"{PLANTED}word")
    except ValueError:
        logging.getLogger("procore_qbd").exception("failed")
    assert len(LOGS.taken()) == 1


def test_the_library_is_heard_at_every_level_and_says_nothing_of_the_kind(caplog):
    caplog.set_level("DEBUG", logger="procore_qbd")
    document = write_requests([Request.add(Vendor(name=f"{PLANTED}vendor"))], new_message_set_id="HEARD1")
    with Memory(lambda _: document) as transport:
        transport.send(document)
    with pytest.raises(NotSentError):
        transport.send(document)
    assert [record.levelname for record in caplog.records] == ["DEBUG", "DEBUG", "INFO"]
    assert all("HEARD1" in record.getMessage() for record in caplog.records)
    assert LOGS.taken() == []
