"""What tests of the command line share: requests to type, what stands in the files afterwards, lines that break."""

import json
import os
import subprocess
import sys

import attrs

from procore_qbd.journal import Journal
from procore_qbd.journal.sql import SqlTables
from procore_qbd.simulator import CompanyFile


def vendor(folder, procore_id=35, name="Alder Creek", file="vendor.json", **more):
    payload = {
        "request_name": "create_vendor",
        "request_data": {"vendor": {"id": procore_id, "company": name, "name": name} | more},
    }
    (folder / file).write_text(json.dumps(payload))
    return file


def tree(folder):
    """The files of a folder; a journal only by its name, for it notes every run."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: b"" if name.endswith(".journal") else path.read_bytes() for name, path in files.items()}


def in_the_file(folder):
    with CompanyFile.open(folder / "books.company") as company:
        return [record.name for record in company.records("Vendor")]


def kept(company):
    """The links in the journal of a company file, as plain values."""
    with Journal(SqlTables(f"sqlite:///{company}.journal")) as journal:
        (known,) = journal.companies()
        found = sorted(journal.all_links(known), key=lambda link: (link.kind, link.procore_id))
    return [attrs.asdict(link, recurse=False) | {"quickbooks_id": str(link.quickbooks_id)} for link in found]


def linked(folder):
    return [link["name"] for link in kept(folder / "books.company")]


def breaks_at(monkeypatch, words, error, *, after):
    """The line breaks at the first document with these words, before or after QuickBooks carried it out."""
    process = CompanyFile.process

    def break_(self, document):
        reply = process(self, document) if after or words not in document else b""
        if words in document:
            raise error
        return reply

    monkeypatch.setattr(CompanyFile, "process", break_)


def file_id(folder):
    with CompanyFile.open(folder / "books.company") as company:
        return company.file_id


def program(folder, *arguments, encoding="utf-8", **settings):
    """The command as a program of its own, on a console of some encoding."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    command = [sys.executable, "-m", "procore_qbd", *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, **settings)  # noqa: S603  our own
