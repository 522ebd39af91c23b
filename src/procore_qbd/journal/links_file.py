"""Links in a JSON file beside the company file, for one person at one machine; legible, and never half written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from procore_qbd.domain.links import NO_PROCORE_ID, Link, Links, is_procore_id
from procore_qbd.domain.vocabulary import ItemKind
from procore_qbd.errors import LinkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["LinksFile"]

_FORMAT = 2
_FORMATS = (1, _FORMAT)
"""Those that are read. The first had no ``party`` and no ``shared``."""
_MOST_FAULTS = 10
_LONGEST = 300
_AWAY = (
    "Restore a backup of it, or move it away: then what was exported is found again by its name or number and our "
    "ExternalGUID. What was renamed or renumbered in QuickBooks since is not found, and is made a second time unless "
    "Procore sends its id; links made by hand and unlinkings are forgotten"
)
_NO_LOSS = "The file is as it was before, and has every link: there was none to add"
_AGAIN = (
    "The file is as it was before. What was exported since is in QuickBooks, and its links are not kept: mend this and "
    "save again, or run the export again, before anybody renames or renumbers in QuickBooks what it made; it finds "
    "that by name or number and our ExternalGUID, and makes nothing twice"
)


class LinksFile:
    """The links of one company file, in a JSON file.

    ::

        kept = LinksFile("books.links.json", company_file.file_id)
        close_out = run(perform(request, kept.links, books), transport)
        kept.links.take(close_out)
        kept.save()

    Args:
        path: Where they are kept; a file that is not there yet holds no links.
        company_file: What tells the company file from every other.
        environment: Of Procore, for a file that is new.

    Attributes:
        links: The links, to hand to `procore_qbd.erp.perform` and to add to. They are on disk once `save` has returned.
        path: Where they are kept.
        company_file: What tells the company file from every other.

    Raises:
        LinkError: The file cannot be read, is damaged, is newer than this release, or belongs to another company file
            or environment. It is left alone; the message says what is safe to do.
    """

    links: Links
    path: Path
    company_file: str

    def __init__(self, path: str | os.PathLike[str], company_file: str, *, environment: str = "production") -> None:
        self.path = Path(path)
        self.company_file = company_file
        self.links = self._read(environment)
        self._on_disk = self._text()

    def _read(self, environment: str) -> Links:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Links(environment=environment)
        except OSError as error:
            raise LinkError(f"{self.path}: cannot be read: {_words(error, self.path)}") from None
        plain = self._parsed(data)
        if faults := [*_keys(plain, _HEAD, "the file")]:
            raise self._damaged(faults)
        ours = (_FORMAT, self.company_file, environment)
        got = (_FORMAT if plain["format"] in _FORMATS else plain["format"], plain["company_file"], plain["environment"])
        for what, expected, found in zip(("format", "company file", "Procore environment"), ours, got, strict=True):
            if found != expected:
                raise LinkError(
                    f"{self.path}: is of another {what}: expected {expected!r}, got {found!r}; "
                    "put the right links file beside the company file, or move this one away"
                )
        links, faults = _links(plain, environment)
        if faults:
            raise self._damaged(faults)
        return links

    def _parsed(self, data: bytes) -> Any:
        try:
            return json.loads(data, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            cut = not error.doc[error.pos :].strip() or error.msg.startswith("Unterminated")
            raise self._damaged([f"it is cut short at {where}" if cut else f"it is not JSON from {where} on"]) from None
        except _TwiceError as error:
            raise self._damaged([f"it has the key {error.args[0]!r} twice in one place"]) from None
        except UnicodeDecodeError:
            raise self._damaged(["it is not UTF-8 text"]) from None
        except (ValueError, RecursionError):
            raise self._damaged(
                ["it is not JSON that can be read: a number is too long, or the brackets are nested too deeply"]
            ) from None

    def _damaged(self, faults: list[str]) -> LinkError:
        some = faults[:_MOST_FAULTS]
        more = [f"and {len(faults) - len(some)} faults more"] if len(faults) > len(some) else []
        return LinkError(f"{self.path}: is not a links file, or is damaged: {'; '.join(some + more)}. {_AWAY}")

    def save(self) -> None:
        """Write the links to disk: all of them or none.

        Raises:
            LinkError: They cannot be written. The file is as it was before; the links in memory are kept, so it may be
                tried again.
        """
        text = self._text()
        target = self.path.resolve()  # what a symbolic link points to
        draft = target.with_name(target.name + ".new")
        try:
            try:
                with draft.open("w", encoding="utf-8") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(file.fileno())
                draft.replace(target)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        except OSError as error:
            loss = _NO_LOSS if text == self._on_disk else _AGAIN
            raise LinkError(f"{self.path}: cannot be written: {_words(error, self.path)}. {loss}") from None
        self._on_disk = text

    def _text(self) -> str:
        data: dict[str, Any] = {
            "format": _FORMAT,
            "company_file": self.company_file,
            "environment": self.links.environment,
            "links": [_plain(link) for link in self.links],
            "generations": [
                {"kind": kind, "procore_id": procore_id, "times": times}
                for (kind, procore_id), times in self.links.generations.items()
            ],
        }
        return json.dumps(data, indent=2) + "\n"


def _words(error: OSError, path: Path) -> str:
    """What the system says, in words that say what to do where that is known."""
    if path.is_dir():
        return "it is a folder"
    if isinstance(error, PermissionError):
        return f"{error.strerror}; give this user the right to it, or close the program that has it open"
    return error.strerror or str(error)


# --- what is in it, checked value by value ---------------------------------------------------------------------------

_TEXT, _MAYBE = "a text", "a text or null"
_HEAD = {
    "format": "a whole number",
    "company_file": _TEXT,
    "environment": _TEXT,
    "links": "a list",
    "generations": "a list",
}
_LINK = {
    "kind": _TEXT,
    "procore_id": "a whole number",
    "quickbooks_id": _TEXT,
}
_MORE = {"name": _MAYBE, "edit_sequence": _MAYBE, "parent": _MAYBE, "party": _MAYBE, "shared": "true or false"}
"""What a link need not say, and what the links of a first format did not."""
_GENERATION = {"kind": _TEXT, "procore_id": "a whole number", "times": "a whole number"}
_TYPES: dict[str, tuple[type, ...]] = {
    _TEXT: (str,),
    _MAYBE: (str, type(None)),
    "a whole number": (int,),
    "true or false": (bool,),
    "a list": (list,),
}


class _TwiceError(Exception):
    """A key is there twice."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _keys(data: object, wanted: Mapping[str, str], where: str, more: Mapping[str, str] | None = None) -> Iterator[str]:
    """What is wrong with the keys and the types of an object; ``more`` are keys that need not be there."""
    if not isinstance(data, dict):
        yield f"{where}: expected an object, got {_shown(data)}"
        return
    known = {**wanted, **(more or {})}
    yield from (f"{where}: {key} is missing" for key in wanted if key not in data)
    yield from (f"{where}: unknown key {key!r}" for key in data if key not in known)
    for key, value in data.items():
        if key in known and type(value) not in _TYPES[known[key]]:
            yield f"{where}: {key}: expected {known[key]}, got {_shown(value)}"
    kind = data.get("kind")
    if "kind" in known and isinstance(kind, str) and kind not in [*ItemKind]:
        yield f"{where}: kind: there is no kind {kind!r}"


def _shown(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= _LONGEST else "a long value"


def _links(plain: Mapping[str, Any], environment: str) -> tuple[Links, list[str]]:
    """The links, and everything wrong with them; each fault says of which entry, counted from 1."""
    faults: list[str] = []
    generations: dict[tuple[ItemKind, int], int] = {}
    for number, entry in enumerate(plain["generations"], 1):
        where = f"entry {number} of generations"
        if wrong := [*_keys(entry, _GENERATION, where)]:
            faults += wrong
            continue
        item = (ItemKind(entry["kind"]), entry["procore_id"])
        if not is_procore_id(item[1]):
            faults.append(f"{where}: {NO_PROCORE_ID}, got {item[1]}")
        if item in generations or entry["times"] < 1:
            faults.append(f"{where}: {entry['kind']} {item[1]} is there twice, or fewer times than 1")
        generations[item] = entry["times"]
    links = Links(environment=environment, generations=generations)
    for number, entry in enumerate(plain["links"], 1):
        where = f"entry {number} of links"
        if wrong := [*_keys(entry, _LINK, where, _MORE)]:
            faults += wrong
            continue
        try:
            if not links.add(Link(**entry)):
                faults.append(f"{where}: {entry['kind']} {entry['procore_id']} is there twice")
        except LinkError as error:
            faults.append(f"{where}: {error}")
    return links, faults


def _plain(link: Link) -> dict[str, Any]:
    plain = {key: getattr(link, key) for key in (*_LINK, *_MORE)}
    only_where_said = {key: value for key, value in plain.items() if value or key not in ("party", "shared")}
    return only_where_said | {"quickbooks_id": str(link.quickbooks_id)}
