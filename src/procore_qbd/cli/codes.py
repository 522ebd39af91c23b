"""``codes``: which codes a request can be answered with, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from procore_qbd.cli import arguments
from procore_qbd.cli.exits import ExitCode
from procore_qbd.cli.files import UnusableError
from procore_qbd.cli.json_output import add_json_option, say_json
from procore_qbd.cli.output import say
from procore_qbd.codes import Effect, hresult, status

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from procore_qbd.cli.commands import Commands
    from procore_qbd.simulator.knowledge.rules import Reason

__all__ = ["register"]


def register(commands: Commands) -> None:
    """Add the command."""
    command = commands.add("codes", _codes, "List the codes that a request can be refused with, and why.")
    command.add_argument("request", nargs="?", help="the request, such as BillAdd; without it, list the requests")
    add_json_option(command)


def _codes(options: argparse.Namespace) -> ExitCode:
    from procore_qbd.simulator.refusals import ASKED, REASONS_OF_ALL, SIMULATED, reasons_of

    if options.request is None:
        _tell_requests(SIMULATED, as_json=options.json)
        return ExitCode.OK
    wanted = options.request.removesuffix("Rq")
    request = {name.casefold(): name for name in ASKED}.get(wanted.casefold())
    if request is None:
        raise UnusableError(f"QuickBooks has no request {wanted!r}{arguments.did_you_mean(wanted, ASKED)}")
    own, every = reasons_of(request), REASONS_OF_ALL.items()
    if options.json:
        say_json({"request": request, "reasons": _as_json(own), "of_every_request": _as_json(every)})
    else:
        _tell(own)
        say()
        say("Every request can be refused, and its document not taken:")
        _tell(every)
    return ExitCode.OK


def _tell_requests(requests: Iterable[str], *, as_json: bool) -> None:
    if as_json:
        say_json(list(requests))
    else:
        for request in requests:
            say(request)


def _as_json(reasons: Iterable[tuple[str, Reason]]) -> list[dict[str, Any]]:
    return [{"name": name, **_facts(reason)} for name, reason in reasons]


def _facts(reason: Reason) -> dict[str, Any]:
    meant = hresult(reason.code) if reason.of_document else status(reason.code)
    return {
        "code": f"0x{reason.code:08X}" if reason.of_document else reason.code,
        "when": reason.words,
        "quickbooks": reason.quickbooks,
        "source": str(reason.source),
        "written": meant.effect.value,
        "move": meant.move.value,
        "retryable": meant.retryable,
        "meaning": meant.meaning,
        "advice": meant.advice,
    }


def _tell(reasons: Iterable[tuple[str, Reason]]) -> None:
    for name, reason in reasons:
        facts = _facts(reason)
        effect = Effect(facts["written"])
        say(f"{facts['code']} {name} ({facts['source']})")
        say(f"    {reason.words}")
        again = ", send it again unchanged" if facts["retryable"] else ""
        say(f"    written: {effect.words}; whose move: {facts['move']}{again}; {facts['advice']}")
