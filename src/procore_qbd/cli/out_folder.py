"""The folder of ``--out``: the documents, the replies and the close-out of each request."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

import attrs

from procore_qbd.cli.files import UnusableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from procore_qbd.domain import CloseOut

__all__ = ["OutFolder", "teller"]

_DIGITS = 12
_WRITTEN = re.compile(r"\.\d+\.(request|reply)\.xml|\.close-out\.json")
"""How the files of a request end."""


@attrs.frozen
class OutFolder:
    """A folder that is there and can be written to.

    Attributes:
        path: The folder.
    """

    path: Path

    def try_name(self, name: str, request: Path) -> None:
        """Find out whether the files of a request can have their names.

        Args:
            name: What they shall begin with.
            request: The file of the request.

        Raises:
            UnusableError: They cannot, for instance because they are too long.
        """
        longest = self.path / f"{name}.0000.request.xml"
        try:
            longest.touch()
            longest.unlink()
        except OSError as error:
            raise UnusableError(
                f"{request}: {longest} cannot be written: {error.strerror or error}; nothing was carried out"
            ) from None

    def clear(self, name: str) -> None:
        """Take out what an earlier run wrote under a name, or its close-out would be taken for one of this run.

        Raises:
            OSError: It cannot be taken out.
        """
        for stale in self.path.iterdir():
            if stale.name.startswith(name) and _WRITTEN.fullmatch(stale.name, len(name)):
                stale.unlink()

    def write(self, name: str, said: Iterable[tuple[str, bytes]], close_out: CloseOut | None) -> None:
        """Write the documents of a request, and replace those of an earlier run.

        Args:
            name: What its files begin with.
            said: ``"request"`` or ``"reply"``, and the document, in their order.
            close_out: How it ended; None where it broke off.

        Raises:
            OSError: Something cannot be written.
        """
        self.clear(name)
        sides: dict[str, int] = {"request": 0, "reply": 0}
        for side, document in said:
            sides[side] += 1
            (self.path / f"{name}.{sides[side]}.{side}.xml").write_bytes(document)
        if close_out is not None:
            self.write_close_out(name, close_out)

    def write_close_out(self, name: str, close_out: CloseOut) -> None:
        """Write a close-out, as the calls that tell Procore of it.

        Raises:
            OSError: It cannot be written.
        """
        from procore_qbd.procore import to_json

        (self.path / f"{name}.close-out.json").write_text(to_json(close_out) + "\n", encoding="utf-8")


def teller(folder: Path) -> Callable[[str, CloseOut], bool]:
    """What writes close-outs into a folder: one that is told twice under one name, and no two others."""
    out = OutFolder(folder)

    def keep(company: str, close_out: CloseOut) -> bool:
        from procore_qbd.procore import to_json

        content = hashlib.sha256(f"{company} {to_json(close_out)}".encode()).hexdigest()[:_DIGITS]
        first = next((str(detail.item_id) for detail in close_out.details), "nothing")
        out.write_close_out(f"{close_out.request_name}-{first}-{content}", close_out)
        return True

    return keep
