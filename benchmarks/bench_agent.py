"""What an agent costs: its round trip against the same bytes over a bare web application and `requests`."""
# ruff: noqa: INP001  # a script's module

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import requests
from run import Row, timed

from procore_qbd import Memory, Request
from procore_qbd.qbxml import write_requests
from procore_qbd.qbxml.entities.vendors import Vendor, VendorQuery
from procore_qbd.transports import Agent, AgentStore, AgentToken, Http

sys.path.append(str(Path(__file__).parents[1] / "tests"))
from support.serving import served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOKEN = "a-token"  # noqa: S105  # of this measurement
_CALLS = 50


def bench_round_trip() -> Iterator[Row]:
    """A document that reads, which is not written down, and one that writes, which is two commits on the disk."""
    for size in (2_000, 1_000_000):
        reply = b"<r>" + b"x" * size + b"</r>"
        numbers = itertools.count()

        def bare(environ: dict[str, Any], start: Callable[..., object], reply: bytes = reply) -> list[bytes]:
            environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            start("200 OK", [("Content-Type", "application/xml"), ("Content-Length", str(len(reply)))])
            return [reply]

        with (
            tempfile.TemporaryDirectory() as folder,
            AgentStore(Path(folder) / "keys") as store,
            served(Agent(Memory(lambda _, reply=reply: reply), [AgentToken.of(_TOKEN, "t")], store)) as url,  # type: ignore[misc]
            served(bare) as bare_url,
            requests.Session() as session,
            Http(url, _TOKEN) as http,
        ):
            session.trust_env = False

            def theirs(session: requests.Session = session, url: str = bare_url) -> None:
                for _ in range(_CALLS):
                    assert session.post(url, data=_reads(), timeout=10).content  # noqa: S101

            def ours(document: Callable[[], bytes], http: Http = http) -> None:
                for _ in range(_CALLS):
                    with http.send(document()) as found:
                        assert found.read()  # noqa: S101

            bare_time, reading, writing = timed(
                theirs,
                lambda ours=ours: ours(_reads),  # type: ignore[misc]
                lambda ours=ours, numbers=numbers: ours(lambda: _writes(next(numbers))),  # type: ignore[misc]
                runs=5,
            )
            for words, timing in (("that reads", reading), ("that writes, on disk before and after", writing)):
                name = f"a document {words}, {size // 1000} KB back"
                yield Row(name, timing.least / _CALLS, bare_time.least / _CALLS)


def _reads() -> bytes:
    return write_requests([Request.query(VendorQuery())])


def _writes(number: int) -> bytes:
    return write_requests([Request.add(Vendor(name="Alder"))], new_message_set_id=f"set-{number}")
