"""Documents that a coverage-guided fuzzer makes up, for the simulated company file; `nox -s fuzz` runs it.

To any bytes at all, and to any request that the schema lets pass, the file owes an answer or an HRESULT, and never
another exception; and what it answers can be read. It begins with the documents of all experiments, and goes on from
there. Bytes that begin with ``!`` are no document, but choices by which requests are drawn from the rows.

Arguments are libFuzzer's: ``-max_total_time=600``; a file ``crash-…`` as its argument shows again what was found.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import atheris

with atheris.instrument_imports(include=["procore_qbd"]):
    import attrs
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st

    from procore_qbd.errors import EngineError
    from procore_qbd.qbxml import Ref, read_reply, write_requests
    from procore_qbd.simulator import CompanyFile
    from procore_qbd.simulator.knowledge.scene import SCENE
    from procore_qbd.simulator.rules import RULES
    from procore_qbd.testing.probe import probe, with_setting_of
    from procore_qbd.testing.strategies import requests
    from procore_qbd.transports import Memory

if TYPE_CHECKING:
    from procore_qbd.qbxml import Request

_MADE = (b"<BillAdd>", b"<PurchaseOrderAdd>", b"<InvoiceAdd>")


def documents() -> list[bytes]:
    """Those of all experiments."""
    seen: list[bytes] = []
    with CompanyFile.create() as company:
        line = Memory(company.process, lambda side, document: seen.append(document) if side == "request" else None)
        probe(line, with_setting=with_setting_of(company), rules=RULES, prefix="p")
    return list(dict.fromkeys(seen))


SEEN = documents()


def furnished() -> CompanyFile:
    """A file with the scene, a bill, an order and an invoice in it."""
    company = CompanyFile.create()
    made = [next(document for document in SEEN if word in document) for word in _MADE]
    for document in (*SEEN[: len(SCENE)], *made):
        company.process(document)
    return company


COMPANY = furnished()
IDS = [
    (getattr(record, "list_id", None) or getattr(record, "txn_id", None), getattr(record, "edit_sequence", None))
    for kind in COMPANY.kinds
    for record in COMPANY.records(kind)
]
NAMES = [
    getattr(record, "full_name", None) or getattr(record, "name", None)
    for kind in COMPANY.kinds
    for record in COMPANY.records(kind)
]


def answered(document: bytes) -> None:
    """See that a document is answered, or not taken."""
    with COMPANY.twin() as company:
        try:
            reply = company.process(document)
        except EngineError:
            return
        assert read_reply(reply) is not None


def at_home(value: Any, number: int) -> Any:
    """A record that names what is in the file, here and there."""
    if isinstance(value, Ref):
        return Ref(full_name=NAMES[number % len(NAMES)]) if number % 3 else value
    if isinstance(value, tuple):
        return tuple(at_home(one, number + at) for at, one in enumerate(value))
    if not attrs.has(type(value)) or not hasattr(value, "__record__"):
        return value
    known, sequence = IDS[number % len(IDS)]
    wanted = {
        name: at_home(getattr(value, name), number + at) for at, name in enumerate(vars(value)) if name != "unknown"
    }
    if number % 2 and wanted.get("edit_sequence"):
        name = "txn_id" if "txn_id" in wanted else "list_id"
        wanted |= {name: known, "edit_sequence": sequence or "1"}
    return type(value)(**{name: one for name, one in wanted.items() if one is not None})


@settings(database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(requests(), min_size=1, max_size=3), st.integers(0, 10_000))
def any_requests(asked: list[Request], number: int) -> None:
    """Requests that the schema lets pass, which now and then name what is in the file."""
    plain = [attrs.evolve(one, record=at_home(one.record, number), request_id=None) for one in asked]
    try:
        document = write_requests(plain)
    except Exception:  # noqa: BLE001  at home it may be none any more
        return
    answered(document)


def one(data: bytes) -> None:
    """A document as it stands, or as it is drawn."""
    try:
        any_requests.hypothesis.fuzz_one_input(data[1:]) if data.startswith(b"!") else answered(data)
    except BaseException:
        sys.stderr.write(f"data: {data!r}\n")
        raise


def main() -> None:
    """Run libFuzzer with these documents, and the arguments of the command line."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [sys.argv[0], "-timeout=60", "-rss_limit_mb=4096", "-max_len=4000", *sys.argv[1:]]
        if all(argument.startswith("-") for argument in sys.argv[1:]):
            corpus = Path(folder) / "corpus"
            corpus.mkdir()
            drawn = [b"!" + bytes(range(start, 256)) * 4 for start in range(0, 256, 16)]
            for number, beginning in enumerate((*SEEN, *drawn)):
                (corpus / str(number)).write_bytes(beginning)
            arguments.append(str(corpus))
        atheris.Setup(arguments, one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
