"""Links in a JSON file beside the company file, for one person at one machine; legible, and never half written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import attrs

from procore_qbd.domain.links import Link, Links
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.errors import LinkError

__all__ = ["LinksFile"]

_FORMAT = 1


class LinksFile:
    """The links of one company file.

    Args:
        path: Where they are kept; a file that is not there yet holds no links.
        company_file: What tells the company file from every other.
        environment: Of Procore, for a file that is new.

    Raises:
        LinkError: The file is something else, is newer than this release, or belongs to another company file or
            environment.
    """

    def __init__(self, path: str | os.PathLike[str], company_file: str, *, environment: str = "production") -> None:
        self.path = Path(path)
        self.company_file = company_file
        self.links = self._read(environment)

    def _read(self, environment: str) -> Links:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return Links(environment=environment)
        except (OSError, UnicodeDecodeError) as error:
            raise LinkError(f"{self.path}: cannot be read: {error}") from None
        try:
            data = json.loads(text)
            head = (data["format"], data["company_file"], data["environment"])
            links = [Link(**(link | {"kind": ItemKind(link["kind"])})) for link in data["links"]]
            generations = {
                (ItemKind(entry["kind"]), int(entry["procore_id"])): int(entry["times"])
                for entry in data["generations"]
            }
        except (KeyError, TypeError, ValueError) as error:
            raise LinkError(f"{self.path}: is no links file of this release: {error!r}") from None
        ours = (_FORMAT, self.company_file, environment)
        for what, expected, got in zip(("format", "company file", "Procore environment"), ours, head, strict=True):
            if got != expected:
                raise LinkError(
                    f"{self.path}: is of another {what}: expected {expected!r}, got {got!r}; "
                    "put the right links file beside the company file, or move this one away"
                )
        return Links(links, environment=environment, generations=generations)

    def save(self) -> None:
        """Write the links to disk: all of them or none."""
        data: dict[str, Any] = {
            "format": _FORMAT,
            "company_file": self.company_file,
            "environment": self.links.environment,
            "links": [attrs.asdict(link) for link in self.links],
            "generations": [
                {"kind": kind, "procore_id": procore_id, "times": times}
                for (kind, procore_id), times in self.links.generations.items()
            ],
        }
        draft = self.path.with_name(self.path.name + ".new")
        with draft.open("w", encoding="utf-8") as file:
            json.dump(data, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)
