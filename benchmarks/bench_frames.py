"""Records to Parquet, beside reading them alone: what typed columns cost, and that memory stays flat."""
# ruff: noqa: INP001, S603  # a script beside run.py

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

from bench_wire import document, least, payments
from run import Row

from procore_qbd.frames import to_parquet
from procore_qbd.qbxml import stream
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
from procore_qbd.qbxml.entities.bills import Bill

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS, BILLS = 100_000, 20_000
LIMIT = 1.5
SIZES, FLAT = (100_000, 1_000_000), 1.25


def bench_parquet() -> Iterator[Row]:
    """100,000 payments, one row each; and bills with four lines each, which are 100,000 rows in two tables."""
    for name, cls, data in (
        (f"{ROWS:,} payments", BillPaymentCheck, b"".join(payments(ROWS))),
        (f"{BILLS:,} bills with {4 * BILLS:,} lines", Bill, document(BILLS)),
    ):
        with tempfile.TemporaryDirectory() as folder:
            ours, theirs = least(
                lambda data=data, cls=cls: to_parquet(stream(data, cls), folder, cls),
                lambda data=data, cls=cls: sum(1 for _ in stream(data, cls)),
            )
        yield Row(f"{name}, {len(data) / 1e6:.0f} MB: to Parquet, against stream alone", ours, theirs, LIMIT)


# Not resource's ru_maxrss, in which a new process has what the one that started it took.
PEAK = """
import sys, tempfile
sys.path.insert(0, {here!r})
from bench_wire import payments
from procore_qbd.frames import to_parquet
from procore_qbd.qbxml import stream
from procore_qbd.qbxml.entities.bill_payments import BillPaymentCheck
with tempfile.TemporaryDirectory() as folder:
    to_parquet(stream(payments({count}), BillPaymentCheck), folder, BillPaymentCheck)
with open("/proc/self/status") as file:
    print(int(next(line for line in file if line.startswith("VmHWM")).split()[1]) / 1024)
"""


def peak(count: int) -> float:
    """The most memory that a process takes to write so many payments to Parquet, in MB."""
    program = PEAK.format(here=os.path.dirname(__file__), count=count)  # noqa: PTH120
    return float(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True).stdout)


def bench_memory() -> Iterator[Row]:
    """Ten times the rows in the same memory; processes of their own, only on Linux."""
    if not sys.platform.startswith("linux"):
        return
    small, large = (peak(count) for count in SIZES)
    yield Row(f"{SIZES[1]:,} payments to Parquet, against {SIZES[0]:,}: memory", large, small, FLAT, "MB")
