"""Asking a simulated company file, and its clock."""

import subprocess
import sys
import textwrap
from functools import cache

import attrs
from lxml import etree

from procore_qbd import Request, changes, erase
from procore_qbd.qbxml import read_reply, write_requests
from procore_qbd.qbxml.codec.elements import write
from procore_qbd.qbxml.entities.items import ItemService, SalesOrPurchase
from procore_qbd.qbxml.rows.values import BARE
from procore_qbd.testing.clock import Clock
from support.shared import SHARED

NOON = Clock().now


def say(company, *requests, **how):
    """Send requests in one document; their outcomes."""
    return read_reply(company.process(write_requests(requests, **how))).match(requests)


def code(company, request):
    (outcome,) = say(company, request)
    return outcome.code


def put(company, record):
    """Add a record; as it came back."""
    (outcome,) = say(company, Request.add(record))
    return outcome.record(type(record))


def mod(company, before, *erased, **to):
    """Change a record; the outcome."""
    after = erase(attrs.evolve(before, **to), *erased)
    (outcome,) = say(company, Request.mod(changes(before, after)))
    return outcome


def modded(company, before, *erased, **to):
    return mod(company, before, *erased, **to).record(type(before))


def ask(company, query, **how):
    """What a query finds."""
    (outcome,) = say(company, Request.query(query, **how))
    return outcome.found


def names(found):
    return [getattr(record, "full_name", None) or record.name for record in found]


def item(name, **more):
    return ItemService(name=name, sales_or_purchase=SalesOrPurchase(desc="labour"), **more)


def unjudged(request):
    """The document of a request as it stands, whatever our own judges would say of it."""
    out = []
    if request.shape in BARE:
        write(request.record, request.shape, request.name, out)
    else:
        write(request.record, request.shape, request.body, out)
        out = [f"<{request.name}>", *out, f"</{request.name}>"]
    return document("".join(out))


def unjudged_answer(company, request):
    """The answer to a request that our own judges would not write."""
    (outcome,) = read_reply(company.process(unjudged(request))).outcomes
    return outcome


def document(inside, head='<?xml version="1.0"?><?qbxml version="13.0"?>', attributes='onError="continueOnError"'):
    return f"{head}<QBXML><QBXMLMsgsRq {attributes}>{inside}</QBXMLMsgsRq></QBXML>".encode()


@cache
def schema():
    return etree.XMLSchema(etree.parse(SHARED / "qbxml" / "xsd" / "qbxmlops130.xsd"))


def validated(reply):
    root = etree.fromstring(reply)
    assert schema().validate(root), str(schema().error_log)
    return reply


def child(script, *arguments):
    """Another process, with a company file in its hands."""
    source = textwrap.dedent(PREAMBLE) + textwrap.dedent(script)
    command = [sys.executable, "-c", source, *map(str, arguments)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603  our own


PREAMBLE = """
    import os, signal, sys
    from procore_qbd import Memory, Request, ask_all, run
    from procore_qbd.qbxml.entities.vendors import Vendor
    from procore_qbd.simulator import CompanyFile
    from procore_qbd.testing.clock import Clock
    from procore_qbd.simulator.store.file import Store

    def die(*_):
        os.kill(os.getpid(), signal.SIGKILL)
"""
