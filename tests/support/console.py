"""What tests of the command line share: requests to type, what stands in the files afterwards, lines that break."""

import json
import os
import subprocess
import sys

from procore_qbd.simulator import CompanyFile


def vendor(folder, procore_id=35, name="Alder Creek", file="vendor.json", **more):
    payload = {
        "request_name": "create_vendor",
        "request_data": {"vendor": {"id": procore_id, "company": name, "name": name} | more},
    }
    (folder / file).write_text(json.dumps(payload))
    return file


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def in_the_file(folder):
    with CompanyFile.open(folder / "books.company") as company:
        return [record.name for record in company.records("Vendor")]


def linked(folder):
    return [link["name"] for link in json.loads((folder / "books.company.links.json").read_text())["links"]]


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
