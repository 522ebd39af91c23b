"""Reading and writing qbXML, beside the parser's own speed and beside building the same tree with lxml.

The document is a reply of bills with four item lines each, as QuickBooks writes it: no blanks between elements, every
value another one.
"""
# ruff: noqa: E501, INP001, S311  # a script beside run.py; an invented company, the same at every run

from __future__ import annotations

import io
import random
import time
from typing import TYPE_CHECKING, Any

import attrs
from lxml import etree
from run import Row

from procore_qbd.qbxml import Request, read_reply, stream, write_requests
from procore_qbd.qbxml.entities.bills import Bill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BILLS = 20_000
ROUNDS = 5
READING, WRITING = 2.2, 0.8

HEAD = b'<?xml version="1.0" ?>\n<QBXML><QBXMLMsgsRs><BillQueryRs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK">\n'
TAIL = b"</BillQueryRs></QBXMLMsgsRs></QBXML>"


def reference(tag: str, number: int, name: str) -> str:
    """A reference to a record of a list."""
    return f"<{tag}><ListID>8000{number:04X}-1700000000</ListID><FullName>{name}</FullName></{tag}>"


def document(count: int) -> bytes:
    """A reply of so many bills."""
    draw = random.Random(43)

    def amount() -> str:
        return f"{draw.randrange(10_000_000) / 100:.2f}"

    def line(number: int) -> str:
        code, job = draw.randrange(400), draw.randrange(60)
        return (
            f"<ItemLineRet><TxnLineID>{number:X}-1700000000</TxnLineID>{reference('ItemRef', code, f'03:{code}')}"
            f"<Desc>Footings and slab on grade, phase {draw.randrange(90)}</Desc><Quantity>{draw.randrange(99_999) / 100}</Quantity>"
            f"<Cost>{draw.randrange(9_999_999) / 100_000:.5f}</Cost><Amount>{amount()}</Amount>"
            f"{reference('CustomerRef', job, f'Pine Hollow:Job {job}')}<BillableStatus>NotBillable</BillableStatus></ItemLineRet>"
        )

    def bill(number: int) -> str:
        day = f"2026-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
        moment = f"{day}T{draw.randrange(24):02}:{draw.randrange(60):02}:{draw.randrange(60):02}-08:00"
        vendor, lines = draw.randrange(300), "".join(line(number * 10 + at) for at in range(4))
        return (
            f"<BillRet><TxnID>{number:X}-1700000000</TxnID><TimeCreated>{moment}</TimeCreated>"
            f"<TimeModified>{moment}</TimeModified><EditSequence>1700000000</EditSequence><TxnNumber>{number}</TxnNumber>"
            f"{reference('VendorRef', vendor, f'Alder Creek Concrete {vendor}, Inc.')}"
            f"{reference('APAccountRef', 7, 'Accounts Payable')}<TxnDate>{day}</TxnDate><DueDate>{day}</DueDate>"
            f"<AmountDue>{amount()}</AmountDue><RefNumber>AC-{number}</RefNumber>{reference('TermsRef', 3, 'Net 30')}"
            f"<Memo>Invoice {number} of the subcontractor</Memo><IsPaid>false</IsPaid>{lines}<OpenAmount>{amount()}</OpenAmount></BillRet>\n"
        )

    return HEAD + "".join(map(bill, range(count))).encode() + TAIL


def least(*calls: Callable[[], object]) -> list[float]:
    """Process time in milliseconds, the least of some rounds that take turns."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, times in zip(calls, taken, strict=True):
            start = time.process_time()
            call()
            times.append((time.process_time() - start) * 1000)
    return [min(times) for times in taken]


def parse(data: bytes) -> int:
    """The parser alone, dropping what it has read: what nobody can be faster than."""
    count = 0
    for _, element in etree.iterparse(io.BytesIO(data), tag="BillRet"):
        count += 1
        element.clear()
        parent = element.getparent()
        while element.getprevious() is not None:
            del parent[0]
    return count


def read(data: bytes) -> int:
    """Our records, one after another."""
    return sum(1 for _ in stream(data, Bill))


def bench_reading() -> Iterator[Row]:
    """Typed records out of 20,000 bills."""
    data = document(BILLS)
    ours, theirs = least(lambda: read(data), lambda: parse(data))
    yield Row(f"{BILLS:,} bills, {len(data) / 1e6:.0f} MB: stream, against lxml's iterparse", ours, theirs, READING)


def bench_writing() -> Iterator[Row]:
    """Requests for bills, checked and written, beside the same tree built with SubElement and serialised."""
    bills = read_reply(document(BILLS // 20)).outcomes[0].records(Bill)
    unsaid = (
        "txn_id",
        "time_created",
        "time_modified",
        "edit_sequence",
        "txn_number",
        "amount_due",
        "is_paid",
        "open_amount",
    )
    defaults: dict[str, Any] = {name: getattr(Bill(), name) for name in unsaid}
    requests = [
        Request.add(
            attrs.evolve(
                bill, item_lines=tuple(attrs.evolve(one, txn_line_id=None) for one in bill.item_lines), **defaults
            )
        )
        for bill in bills
    ]
    model = plain(etree.fromstring(write_requests(requests)))
    ours, theirs = least(lambda: write_requests(requests), lambda: etree.tostring(build(model, None), encoding="ascii"))
    yield Row(f"{len(requests):,} bills: write_requests, against lxml's SubElement", ours, theirs, WRITING)


Plain = tuple[str, dict[str, str], str | None, list[Any]]


def plain(element: etree._Element) -> Plain:
    """A tree as tuples."""
    return (
        str(element.tag),
        dict(element.attrib),
        element.text if not len(element) else None,
        [plain(one) for one in element],
    )


def build(model: Plain, parent: etree._Element | None) -> etree._Element:
    """The same tree, as somebody without a library builds it."""
    tag, attributes, text, children = model
    element = etree.Element(tag, attributes) if parent is None else etree.SubElement(parent, tag, attributes)
    element.text = text
    for child in children:
        build(child, element)
    return element
