"""However long a reply is, its Parquet file is written in the same memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# Not resource's ru_maxrss, in which a new process has what the one that started it took.
MEASURED = """
import itertools, sys
from procore_qbd.frames import to_parquet
from procore_qbd.qbxml import stream
from procore_qbd.qbxml.entities.vendors import Vendor

HEAD = b'<?xml version="1.0"?><QBXML><QBXMLMsgsRs><VendorQueryRs requestID="1" statusCode="0" statusSeverity="Info">'
ONE = b"<VendorRet><ListID>%d-1</ListID><Name>Vendor %d</Name><IsActive>true</IsActive><Balance>%d.25</Balance></VendorRet>"
TAIL = b"</VendorQueryRs></QBXMLMsgsRs></QBXML>"

def pieces(count):
    yield HEAD
    for number in range(count):
        yield ONE % (number, number, number)
    yield TAIL

def peak(count):
    assert to_parquet(stream(pieces(count), Vendor), sys.argv[1], Vendor)["vendor"] == count
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmHWM")).split()[1])

few = peak(int(sys.argv[2]))
print(peak(int(sys.argv[3])) - few)
"""


@pytest.mark.parametrize(
    ("few", "many"),
    [
        pytest.param(50_000, 200_000, marks=pytest.mark.slow),
        pytest.param(1_000_000, 10_000_000, marks=pytest.mark.long),
    ],
)
def test_many_times_the_records_take_no_more_memory(tmp_path, few, many):
    if not Path("/proc/self/status").exists():
        pytest.skip("how much memory a process took is asked of Linux")
    done = subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", MEASURED, str(tmp_path), str(few), str(many)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) < 60_000, "kilobytes more"
