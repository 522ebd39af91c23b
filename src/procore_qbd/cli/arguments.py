"""Types of arguments that several commands have; each raises `argparse.ArgumentTypeError` for an invalid one."""

from __future__ import annotations

import argparse
import difflib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from procore_qbd.domain.links import NO_PROCORE_ID, is_procore_id

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from procore_qbd.domain import ItemKind

__all__ = [
    "add_company",
    "add_company_or_name",
    "add_database",
    "add_environment",
    "add_journal",
    "add_procore_company",
    "did_you_mean",
    "kind_of",
    "name",
    "path",
    "plain_name",
    "procore_id",
    "seconds",
]

_DAY = 24 * 3600


def name(text: str) -> str:
    """A name: some text that is not blank."""
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a name, got nothing")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise argparse.ArgumentTypeError(f"expected a name, got bytes that are no text: {text!r}") from None
    return text


def plain_name(text: str) -> str:
    """A name that can stand anywhere: in a list, a file name, a user name."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", text):
        raise argparse.ArgumentTypeError(f"expected a name of letters, digits, '.', '_' and '-', got {text!r}")
    return text


def path(text: str) -> Path:
    """A file or a folder."""
    if not text.strip():  # `Path("")` is the folder where one stands
        raise argparse.ArgumentTypeError("expected a file or a folder, got nothing")
    return Path(text)


def procore_id(text: str) -> int:
    """An id of Procore's."""
    if not (re.fullmatch("[0-9]{1,19}", text) and is_procore_id(int(text))):
        raise argparse.ArgumentTypeError(f"{NO_PROCORE_ID}, got {text!r}")
    return int(text)


def kind_of(kinds: Collection[ItemKind]) -> Callable[[str], ItemKind]:
    """The type of an argument that is one of some kinds of items."""

    def kind(text: str) -> ItemKind:
        # By its name, or as the links call it, such as "subcontractor invoice"; case, blanks and hyphens do not count.
        known = {name.replace(" ", "_"): one for one in kinds for name in (one, one.label)}
        wanted = re.sub(r"[\s-]+", "_", text.strip().casefold())
        if wanted in known:
            return known[wanted]
        hint = did_you_mean(wanted, known, f"expected one of {', '.join(kinds)}")
        raise argparse.ArgumentTypeError(f"no such kind: {text!r}{hint}")

    return kind


def seconds(text: str) -> float:
    """For how long: less than a day."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number < _DAY:
        raise argparse.ArgumentTypeError(f"expected a number of seconds, got {text!r}")
    return number


def did_you_mean(wanted: str, known: Iterable[str], otherwise: str = "") -> str:
    """What follows "there is no such thing": the nearest that there is, or what to do otherwise; ``''`` for neither."""
    names = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(wanted.casefold(), names, n=1)
    hint = f"did you mean {names[near[0]]}?" if near else otherwise
    return hint and f"; {hint}"


def add_company(command: argparse.ArgumentParser) -> None:
    """Let a command be told a simulated company file, which it asks; one of the Web Connector it could not."""
    command.add_argument(
        "--company", required=True, type=path, metavar="FILE", help="a simulated company file, which is asked itself"
    )
    command.add_argument("--company-name", type=_out_of_reach, help=argparse.SUPPRESS)


def _out_of_reach(_: str) -> None:
    raise argparse.ArgumentTypeError(
        "this command asks QuickBooks, and there is no line from here to one that calls by itself: do it in a program "
        "that has a line (procore_qbd.worker), with the same journal; or name a simulated company file (--company FILE)"
    )


def add_company_or_name(command: argparse.ArgumentParser) -> None:
    """Let a command that works on the journal alone be told a simulated company file, or one that lies elsewhere."""
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument("--company", type=path, metavar="FILE", help="a simulated company file")
    which.add_argument(
        "--company-name",
        type=name,
        metavar="NAME",
        help="the company file as the journal knows it, if it is on another computer; it needs a --journal",
    )


def add_procore_company(command: argparse.ArgumentParser) -> None:
    """Let a command be told the Procore company."""
    command.add_argument(
        "--procore-company",
        type=procore_id,
        metavar="ID",
        help="the Procore company, for requests that do not name one",
    )


def add_environment(command: argparse.ArgumentParser) -> None:
    """Let a command be told Procore's environment, for ids of two overlap."""
    command.add_argument(
        "--environment",
        type=name,
        default="production",
        metavar="NAME",
        help="Procore's environment (default: production)",
    )


def add_journal(command: argparse.ArgumentParser) -> None:
    """Let a command be told where the journal is, and Procore's environment, which it is of."""
    command.add_argument(
        "--journal",
        metavar="URL",
        default=os.environ.get("PROCORE_QBD_JOURNAL") or None,
        help="the database that the journal is in, such as postgresql://HOST/DATABASE (default: what the variable "
        "PROCORE_QBD_JOURNAL of the environment says, where passwords are safer; else a file beside the company file)",
    )
    add_environment(command)


def add_database(command: argparse.ArgumentParser) -> None:
    """Let a command be told where the journal is, where no company file lies on this computer."""
    command.add_argument(
        "--journal",
        metavar="URL",
        default=os.environ.get("PROCORE_QBD_JOURNAL") or None,
        help="the database that the journal is in, such as postgresql://HOST/DATABASE, or sqlite:///FILE for one "
        "process (default: what the variable PROCORE_QBD_JOURNAL of the environment says, where passwords are safer)",
    )
