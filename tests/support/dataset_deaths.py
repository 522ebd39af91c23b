"""Processes that write data sets and are killed in earnest: ``python -m support.dataset_deaths``.

Nothing of Arrow runs in the process that forks, so its children have threads of their own.
"""

import os
import random
import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

import attrs

from procore_qbd import CompanyFile, Memory
from procore_qbd.errors import CompanyFileError, DatasetError
from procore_qbd.frames import write_dataset
from procore_qbd.testing.clock import Clock
from support import people

TABLES = ("vendor", "bill", "bill_payment_check")
DAY = 86_400


def write(path, out, now):
    with CompanyFile.open(path, clock=Clock(now)) as company:
        write_dataset(Memory(company.process), out, company=path.stem, tables=TABLES)


def forked(work):
    """A child that does some work; its process id."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return child


def work_on(company, clock, dice, backup):
    """What people do in an hour: enter, change, delete, pay, rename, restore, rebuild."""
    user, bills = company.as_user(), list(company.records("Bill"))
    what = dice.choice(("enter", "enter", "change", "delete", "pay", "rename", "backup", "restore", "rebuild"))
    vendors = list(company.records("Vendor"))
    with suppress(CompanyFileError):  # people are refused too: a bill that is paid is not deleted
        if what == "enter":
            vendor = people.Ref(list_id=dice.choice(vendors).list_id)
            user.add(people.bill(dice.randrange(1, 900), vendor, ref_number=f"N{clock.now}"))
        elif what == "rename":
            user.rename(dice.choice(vendors), f"Vendor {clock.now}")
        elif what == "backup":
            backup.unlink(missing_ok=True)
            company.copy(backup)
        elif what == "restore" and backup.exists():
            company.restore(backup)
        elif what == "rebuild":
            rebuild(company, clock.now)
        elif bills and what in {"change", "delete", "pay"}:
            bill = dice.choice(bills)
            if what == "change":
                user.edit(attrs.evolve(bill, memo=f"at {clock.now}"))
            elif what == "delete":
                user.delete(bill)
            else:
                user.pay(bill, "Bank")


def rebuild(company, now):
    """Touch every stamp."""
    store = company._store
    with store.transaction():
        for record in [*store.all("Bill"), *store.all("BillPaymentCheck")]:
            store.book.touch(record.txn_id, company._calendar.moment(now), now, stamped=True)
    store.cache.forget()


def kills(folder, times, seed):
    """One company file, people, and a writer that is killed so many times; then a run that is left alone."""
    path, out, dice, clock = folder / "a.company", folder / "out", random.Random(seed), Clock()  # noqa: S311  the same at every run
    with CompanyFile.create(path, name="a", clock=clock) as company:
        people.furnish(company)
        for number in range(12):
            company.as_user().add(people.bill(number + 1, ref_number=f"B{number}"))
    killed, longest = 0, 0.2
    while killed < times:
        clock.now += dice.randrange(60, 2 * DAY)
        with CompanyFile.open(path, clock=clock) as company:
            for _ in range(dice.randrange(1, 4)):
                clock.now += 61
                work_on(company, clock, dice, folder / "backup.company")
        begun = time.monotonic()
        child = forked(lambda: write(path, out, clock.now))
        time.sleep(dice.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            killed += 1
            longest *= 1.02
        elif status == 0:
            longest = max(0.05, (time.monotonic() - begun) * 0.95)
        else:
            raise SystemExit("a run ended with an error")
    for _ in range(2):
        if os.waitpid(forked(lambda: write(path, out, clock.now)), 0)[1]:
            raise SystemExit("the last run ended with an error")
    (folder / "killed").write_text(str(killed))


def fleet(folder, out, backwards):
    """Write every company file of a folder, one after the other, and those again that somebody else had."""
    left = sorted(folder.glob("*.company"), reverse=backwards)
    while left:
        path = left.pop(0)
        try:
            write(path, out, Clock().now)
        except (CompanyFileError, DatasetError):
            left.append(path)
            time.sleep(0.01)


def make_fleet(folder, count):
    """So many company files, no two with the same bills."""
    first = folder / "first"
    with CompanyFile.create(first, name="fleet", clock=Clock()) as company:
        people.furnish(company)
    for number in range(count):
        path = folder / f"c{number:03}.company"
        shutil.copy(first, path)
        with CompanyFile.open(path, clock=Clock()) as company:
            for at in range(number % 3 + 1):
                company.as_user().add(people.bill(number + 1, ref_number=f"{number}-{at}"))


def main(what, folder, *more):
    if what == "kills":
        kills(Path(folder), int(more[0]), int(more[1]))
    elif what == "make":
        make_fleet(Path(folder), int(more[0]))
    else:
        fleet(Path(folder), Path(more[0]), what == "backwards")


if __name__ == "__main__":
    main(*sys.argv[1:])
