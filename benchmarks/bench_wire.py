"""Reading and writing qbXML, beside the parser's own speed, typed reading by others, and lxml's own tree building.

The document is a reply of bills with four item lines each, as QuickBooks writes it: no blanks between elements, every
value another one. xsdata and pydantic-xml read the beginning of it into the models of `rivals_wire.py`, each in the
fastest way that was found, record by record; they must say what we say before anything is timed.

That the cost stays flat is measured on payments of bills: a reply as long as you like, made while it is read.
"""
# ruff: noqa: E501, INP001, S311, S603  # a script beside run.py; an invented company, the same at every run

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import time
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import attrs
from lxml import etree
from run import Row

from procore_qbd.qbxml import Request, read_reply, stream, write_requests
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BILLS = 20_000
ROUNDS = 5
READING, WRITING = 2.2, 0.8
SLICE, SIX_TIMES = 2_000, 0.167
SIZES, FLAT = (1_000, 10_000, 100_000, 1_000_000), 1.25
MEMORY_MB = 20

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
    """The parser alone, dropping what it has read: elements, and no value taken from any."""
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


def bench_rivals() -> Iterator[Row]:
    """The same typed records as xsdata and pydantic-xml make, on the first tenth of the document for they are slow."""
    from rivals_wire import RIVALS, count, records, shown

    data = document(SLICE)
    said = [shown(bill) for bill in stream(data, Bill)]
    for name, make in RIVALS.items():
        if [shown(bill) for bill in records(data, make)] != said:
            raise AssertionError(f"{name} reads something else than we do")
    ours, *theirs = least(partial(read, data), *(partial(count, data, make) for make in RIVALS.values()))
    for name, other in zip(RIVALS, theirs, strict=True):
        yield Row(f"{SLICE:,} bills, {len(data) / 1e6:.0f} MB: stream, against {name}", ours, other, SIX_TIMES)


@cache
def thousand() -> bytes:
    """A thousand payments by check; ``#####`` stands for the number of the thousand."""

    def payment(number: int) -> str:
        moment = f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:00-08:00"
        return (
            f"<BillPaymentCheckRet><TxnID>{number:03}#####-1700000000</TxnID><TimeCreated>{moment}</TimeCreated>"
            f"<EditSequence>1700000000</EditSequence><TxnNumber>{number}#####</TxnNumber>"
            f"{reference('PayeeEntityRef', number % 300, f'Alder Creek Concrete {number % 300}')}"
            f"<TxnDate>{moment[:10]}</TxnDate>{reference('BankAccountRef', 5, 'Checking')}"
            f"<Amount>{number}#####.50</Amount><RefNumber>{number}</RefNumber><Memo>Invoices of the subcontractor, #####{number}</Memo></BillPaymentCheckRet>\n"
        )

    return "".join(map(payment, range(1000))).encode()


def payments(count: int) -> Iterator[bytes]:
    """A reply of so many payments, a thousand a piece; no two are alike."""
    yield HEAD.replace(b"Bill", b"BillPaymentCheck")
    for number in range(count // 1000):
        yield thousand().replace(b"#####", b"%05d" % number)
    yield TAIL.replace(b"Bill", b"BillPaymentCheck")


def read_payments(count: int) -> None:
    """Our records, one after another."""
    if sum(1 for _ in stream(payments(count), BillPaymentCheck)) != count:
        raise AssertionError("payments are missing")


def bench_cost_of_a_row() -> Iterator[Row]:
    """What a record costs in a short reply and in a long one."""
    thousand()
    taken = least(*(partial(read_payments, count) for count in SIZES))
    few, *many = (milliseconds * 1000 / count for milliseconds, count in zip(taken, SIZES, strict=True))
    for count, each in zip(SIZES[1:], many, strict=True):
        yield Row(f"a row of {count:,}, against a row of {SIZES[0]:,}", each, few, FLAT, "µs")


# Not resource's ru_maxrss, in which a new process has what the one that started it took.
PEAK = """
import sys
from bench_wire import read_payments

def peak():
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1])

before = peak()
read_payments(int(sys.argv[1]))
print(peak() - before)
"""


def bench_memory() -> Iterator[Row]:
    """The peak of a whole process that reads a million records, above what it was after the imports; only on Linux."""
    if not sys.platform.startswith("linux"):
        return
    size = sum(map(len, payments(SIZES[-1]))) / 1e6
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(SIZES[-1])],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    peak = int(done.stdout) / 1e3
    yield Row(
        f"{SIZES[-1]:,} payments, {size:.0f} MB: memory above that after import", peak, limit=MEMORY_MB, unit="MB"
    )


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
