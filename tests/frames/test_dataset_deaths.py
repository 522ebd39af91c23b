"""Data sets whose writers are killed in earnest, one company file and a fleet of them."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from procore_qbd import CompanyFile
from procore_qbd.frames import frame, read_dataset
from procore_qbd.frames.asking import topic
from procore_qbd.frames.layout import MANIFEST
from procore_qbd.frames.tables import tables_of
from support.dataset_deaths import TABLES
from support.places import TESTS

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="nothing can be forked there")


def started(*words):
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    program = [sys.executable, "-m", "support.dataset_deaths", *map(str, words)]
    return subprocess.Popen(program, env=environment)  # noqa: S603  our own words


def said(path, company=None):
    """Every row of a data set, by table, whatever their order."""
    manifests = [json.loads(one.read_text("utf-8")) for one in path.glob(f"company=*/{MANIFEST}")]
    names = {name for facts in manifests for name, parts in facts["parts"].items() if parts}
    found = {}
    for name in sorted(names - {"names", "deleted"}):
        rows = read_dataset(path, name, company).to_table().to_pylist()
        found[name] = sorted(map(repr, rows))
        assert len({*found[name]}) == len(found[name])
    return found


@pytest.mark.parametrize("times", [pytest.param(30, marks=pytest.mark.slow), pytest.param(200, marks=pytest.mark.long)])
def test_killed_often_over_a_file_that_people_work_in_it_is_the_file(tmp_path, times):
    assert started("kills", tmp_path, times, 7).wait() == 0
    assert (tmp_path / "killed").read_text() == str(times)
    with CompanyFile.open(tmp_path / "a.company") as company:
        for name in TABLES:
            cls = topic(name).cls
            found = list(company.records(cls.__record__.tag))
            for sheet in tables_of(cls).walk():
                wanted = frame(found, cls, to="arrow", table=sheet.name).to_pylist()
                if not wanted:
                    continue
                there = read_dataset(tmp_path / "out", sheet.name).to_table(columns=sheet.schema.names).to_pylist()
                assert sorted(map(repr, there)) == sorted(map(repr, wanted)), sheet.name


def compare_fleets(tmp_path, count, after):
    assert started("make", tmp_path, count).wait() == 0
    assert started("forwards", tmp_path, tmp_path / "alone").wait() == 0
    one, other = (started(way, tmp_path, tmp_path / "both") for way in ("forwards", "backwards"))
    while len([*tmp_path.glob(f"both/company=*/{MANIFEST}")]) < after and one.poll() is None:
        time.sleep(0.01)
    one.send_signal(signal.SIGKILL)
    assert one.wait() == -signal.SIGKILL
    assert other.wait() == 0
    assert said(tmp_path / "both") == said(tmp_path / "alone")
    assert len([*tmp_path.glob("both/company=*")]) == count


@pytest.mark.parametrize(
    ("count", "after"),
    [pytest.param(4, 1, marks=pytest.mark.slow), pytest.param(200, 60, marks=pytest.mark.long)],
)
def test_many_company_files_by_two_processes_of_which_one_is_killed_are_the_same_data_set(tmp_path, count, after):
    compare_fleets(tmp_path, count, after)
