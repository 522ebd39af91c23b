"""The ``.qwc`` file: what a bookkeeper opens in the Web Connector, once, so that it knows a company file's server.

Most of what can go wrong with the Web Connector is written in this file, and is found out in front of the bookkeeper.
So a `QwcFile` that would be refused, or that would let two company files be taken for each other, cannot be made. The
password is not in it: the bookkeeper types it in.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit, urlunsplit
from xml.sax.saxutils import escape

import attrs
from lxml import etree

from procore_qbd.transports.com_calls import AuthFlags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult

__all__ = ["QwcFile"]

_FILE_IDS: Final = uuid.UUID("6c1f4c34-5d6e-4c0b-9a37-3f4d0a5f7d21")  # never to change: every FileID comes from it
_GUID: Final = re.compile(r"\{[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\}")
_UNWRITABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_URL: Final = re.compile(r"[!-~]+")
_NUMBER: Final = re.compile(r"[0-9]{1,10}|0[xX][0-9A-Fa-f]{1,8}")
_MOST_CHARACTERS: Final = 80
_MOST_MINUTES: Final = 2**31 - 1
_MOST_FLAGS: Final = 0xFFFFFFFF
_A_GUID: Final = "{01234567-89ab-cdef-0123-456789abcdef}"
_LAST_NUMBER: Final = re.compile(r"(?:[0-9]+|0[xX][0-9A-Fa-f]*)")

_TEXTS: Final = {
    "app_name": "AppName",
    "app_id": "AppID",
    "url": "AppURL",
    "description": "AppDescription",
    "support_url": "AppSupport",
    "display_name": "AppDisplayName",
    "unique_name": "AppUniqueName",
    "user": "UserName",
    "owner_id": "OwnerID",
    "file_id": "FileID",
}
_MAY_BE_EMPTY: Final = {"app_id", "display_name", "unique_name"}

_ALWAYS: Final[Mapping[str, tuple[str, str]]] = {
    "QBType": ("QBFS", "it is for QuickBooks Desktop, not for Point of Sale"),
    "Style": ("Document", "that is how this library speaks SOAP"),
    "IsReadOnly": (
        "false",
        "the Web Connector writes the FileID into the company file, and refuses a .qwc file that forbids it",
    ),
    "Notify": ("false", "nobody is told of every update"),
    "PersonalDataPref": ("pdpNotNeeded", "nothing that this library reads or writes is personal data"),
}


def _support(qwc: QwcFile) -> str:
    """The support page below the application's URL; nothing where that is none, which is told once."""
    parts = _split(qwc.url)
    if parts is None:
        return ""
    return urlunsplit((parts.scheme, parts.netloc, f"{parts.path.rstrip('/')}/support", "", ""))


@attrs.frozen(kw_only=True)
class QwcFile:
    """What is in a ``.qwc`` file.

    It is written for work that writes to QuickBooks (never read only), over SOAP in its usual form (style
    ``Document``), without notices and without personal data; those need no choice.

    Attributes:
        app_name: The application, as QuickBooks knows it. Another name is another application to QuickBooks: it asks
            the bookkeeper anew, and does not find the replies that it kept for the first.
        app_id: The id that Intuit gave out, or ``''``.
        url: Where the Web Connector calls: https, and the host by name. Only ``localhost`` goes without https.
        support_url: A page for people, on the same host, that answers without a login: the Web Connector asks for it
            when the file is opened. If it is not given, it is ``/support`` below ``url``.
        description: What the bookkeeper reads about the application: 80 characters at the most.
        user: The name that the Web Connector logs in with. Each company file has one of its own.
        owner_id: The application's GUID, with braces: the same for every company file, and for every version of the
            application.
        file_id: The company file's GUID, with braces, which QuickBooks keeps in the company file; see `file_id_of`.
        every_minutes: How often it runs by itself, while the bookkeeper leaves it on; None for only when it is told to.
        unattended: Whether it must also run while nobody has the company file open in QuickBooks.
        auth_flags: With which editions of QuickBooks it works: any of those that are named. ``ALL`` is not written.
        display_name: The name that is shown instead of ``app_name``, or ``''``.
        unique_name: The name by which the Web Connector replaces an application that it has already, without a
            question, or ``''``.

    Raises:
        ValueError: The Web Connector, or this library, would not take such a file. All that is wrong is named.
    """

    app_name: str
    app_id: str = ""
    url: str
    support_url: str = attrs.field(default=attrs.Factory(_support, takes_self=True))
    description: str
    user: str
    owner_id: str
    file_id: str
    every_minutes: int | None = None
    unattended: bool = False
    auth_flags: AuthFlags = AuthFlags.ALL
    display_name: str = ""
    unique_name: str = ""

    def __attrs_post_init__(self) -> None:
        faults = [fault for name in _TEXTS for fault in _text_faults(name, getattr(self, name))]
        if not faults:  # or the same fault would be told twice
            faults += _url_faults("url", self.url)
            if self.support_url != _support(self):
                faults += _support_faults(self.support_url, self.url)
            faults += [fault for name in ("owner_id", "file_id") for fault in _guid_faults(name, getattr(self, name))]
            if len(self.description) > _MOST_CHARACTERS:
                faults.append(
                    f"description (AppDescription) has {len(self.description)} characters, {self.description!r}; the "
                    f"Web Connector shows {_MOST_CHARACTERS}: say it in fewer words"
                )
        faults += _minutes_faults(self.every_minutes)
        if not 0 <= self.auth_flags <= _MOST_FLAGS:
            faults.append(f"auth_flags (AuthFlags) is {self.auth_flags!r}; combine members of AuthFlags with |")
        if faults:
            raise ValueError(f"this .qwc file would not work: {'; '.join(faults)}")

    @staticmethod
    def file_id_of(app: str, company: str, generation: int = 1) -> str:
        """The GUID of a company file for an application: the same each time it is asked.

        Opening the same ``.qwc`` file again then does no harm. Where the Web Connector says that the pair of OwnerID
        and FileID is not unique, because the company file remembers an application that was removed, the next
        generation gives it another.

        Args:
            app: The application, for instance its ``owner_id``.
            company: The company file, by the name that the program knows it by.
            generation: How many times the company file has been registered anew, and 1.

        Raises:
            ValueError: A name is empty, or the generation is less than 1.
        """
        if not app or not company or generation < 1:
            raise ValueError(
                f"expected an application, a company file and a generation of 1 or more, got {app!r}, {company!r} and "
                f"{generation}"
            )
        name = json.dumps([app, company, int(generation)])  # unlike names put end to end, no two are the same text
        return f"{{{uuid.uuid5(_FILE_IDS, name)}}}"

    def xml(self) -> bytes:
        """The file."""
        rows = [(element, getattr(self, name)) for name, element in _TEXTS.items()]
        rows = [(element, text) for element, text in rows if text or element == "AppID"]
        rows += [(element, text) for element, (text, _) in _ALWAYS.items()]
        rows.append(("UnattendedModePref", "umpRequired" if self.unattended else "umpOptional"))
        if self.auth_flags:
            rows.append(("AuthFlags", f"0x{self.auth_flags:X}"))
        lines = [f"  <{element}>{escape(text)}</{element}>" for element, text in rows]
        if self.every_minutes is not None:
            minutes = f"<RunEveryNMinutes>{self.every_minutes}</RunEveryNMinutes>"
            lines.append(f"  <Scheduler>{minutes}</Scheduler>")
        text = "\n".join(['<?xml version="1.0" encoding="utf-8"?>', "<QBWCXML>", *lines, "</QBWCXML>", ""])
        return text.encode()

    def write(self, path: str | os.PathLike[str]) -> bool:
        """Write the file, down to the disk; what is there already is never written over.

        Args:
            path: Where.

        Returns:
            Whether it was written; it was not where the same is there already.

        Raises:
            FileExistsError: Something else is there.
            OSError: It cannot be written.
        """
        path, data = Path(path), self.xml()
        try:
            file = path.open("xb")
        except FileExistsError:
            with suppress(OSError):
                if path.read_bytes() == data:
                    return False
            raise FileExistsError(f"{path}: something else is there; write to another path, or remove it") from None
        try:
            with file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise
        return True

    @classmethod
    def read(cls, data: bytes) -> Self:
        """What a ``.qwc`` file says, in whatever order; what this library has no use for is passed over.

        Args:
            data: The file.

        Raises:
            ValueError: It is none, it says what no `QwcFile` says, or it breaks one of its rules.
        """
        elements = _elements(data)
        rows = {str(one.tag): _content(one) for one in elements if one.tag != "Scheduler"}
        faults = [f"{name} stands twice: leave one" for name in _twice([str(one.tag) for one in elements])]
        faults += [
            f"{name} is missing"
            for field, name in _TEXTS.items()
            if name not in rows and field not in {*_MAY_BE_EMPTY, "support_url"}
        ]
        faults += [
            f"{name} is {rows[name]!r}, and must be {wanted!r}: {why}"
            for name, (wanted, why) in _ALWAYS.items()
            if name in rows and rows[name].lower() != wanted.lower()
        ]
        unattended = rows.get("UnattendedModePref", "umpOptional")
        if unattended not in {"umpOptional", "umpRequired"}:
            faults.append(f"UnattendedModePref is {unattended!r}: write umpOptional or umpRequired")
        flags = rows.get("AuthFlags") or "0"
        if not _NUMBER.fullmatch(flags):
            faults.append(f"AuthFlags is {flags!r}: write a number like 0xC, or leave it out for every edition")
        minutes = None
        try:
            minutes = _minutes([one for one in elements if one.tag == "Scheduler"])
        except ValueError as error:
            faults.append(str(error))
        if faults:
            raise ValueError(f"this .qwc file cannot be used: {'; '.join(faults)}")
        texts = {field: rows[name] for field, name in _TEXTS.items() if name in rows}
        return cls(
            **texts,
            unattended=unattended == "umpRequired",
            auth_flags=AuthFlags(int(flags, 16 if flags[:2].lower() == "0x" else 10)),
            every_minutes=minutes,
        )


# --- the rules -------------------------------------------------------------------------------------------------------


def _named(field: str) -> str:
    return f"{field} ({_TEXTS[field]})"


def _text_faults(field: str, text: object) -> list[str]:
    """What is amiss with a text, whatever it is for."""
    if not isinstance(text, str):
        return [f"{_named(field)} is {text!r}; expected a text"]
    if not text and field not in _MAY_BE_EMPTY and field != "support_url":
        return [f"{_named(field)} is empty; it is required"]
    if text != text.strip():
        return [f"{_named(field)} is {text!r}; leave out the white space around it"]
    if found := _UNWRITABLE.search(text):
        return [f"{_named(field)} is {text!r}; leave out {found[0]!r}: it has one line of plain characters"]
    return []


def _guid_faults(field: str, text: str) -> list[str]:
    if _GUID.fullmatch(text):
        return []
    return [f"{_named(field)} is {text!r}; write a GUID with its braces, like {_A_GUID}"]


def _minutes_faults(minutes: object) -> list[str]:
    # True would be written as a word
    if minutes is None or (type(minutes) is int and 1 <= minutes <= _MOST_MINUTES):
        return []
    return [f"every_minutes (RunEveryNMinutes) is {minutes!r}; write a number of minutes, 1 or more, or None"]


def _split(url: object) -> SplitResult | None:
    """The parts of a URL that has all of them."""
    if not isinstance(url, str) or not _URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme and parts.hostname else None


def _url_faults(field: str, url: str) -> list[str]:
    """What is amiss with a URL, by itself."""
    name = f"{_named(field)} is {_without_user(url)!r}"
    parts = _split(url)
    if parts is None:
        return [f"{name}; write a URL in ASCII with a host, like https://qb.example.com/quickbooks"]
    host = (parts.hostname or "").lower()
    faults = []
    if _is_address(host):
        faults.append(f"{name}; write the host's name: the Web Connector refuses an IP address (QBWC1001, QBWC1002)")
    elif parts.scheme != "https" and not (parts.scheme == "http" and host == "localhost"):
        faults.append(f"{name}; write https:// — only localhost goes without it, by http://")
    if host == "intuit.com" or host.endswith(".intuit.com"):
        faults.append(f"{name}; write a page of your own: it may not be one of Intuit's")
    if parts.username is not None or parts.password is not None:
        faults.append(f"{name}; leave out what stands before the @: whoever sees the file would read it")
    if parts.fragment:
        faults.append(f"{name}; leave out the # and what follows: it is never sent")
    return faults


def _support_faults(support: str, url: str) -> list[str]:
    """What is amiss with a support page that is not simply below the URL."""
    ours, theirs = _split(support), _split(url)
    faults = _url_faults("support_url", support)
    if ours and theirs and ours.hostname != theirs.hostname:
        faults.append(
            f"{_named('support_url')} is on {ours.hostname}, and {_named('url')} on {theirs.hostname}; write both with "
            "the same host: the Web Connector refuses anything else (QBWC1000)"
        )
    return faults


def _without_user(url: str) -> str:
    """A URL to be shown: what stands before the ``@`` may be a password."""
    return re.sub(r"//[^/]*@", "//…@", url)


def _is_address(host: str) -> bool:
    """Whether a host is an IP address, in any way that Windows reads one: ``10.1``, ``0x7f000001`` and ``[::1]``."""
    with suppress(ValueError):
        ipaddress.ip_address(host)
        return True
    return ":" in host or bool(_LAST_NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]))


# --- reading ---------------------------------------------------------------------------------------------------------


def _elements(data: bytes) -> list[etree._Element]:
    """What stands in the file, read safely: no DOCTYPE, no entities, no network."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"this is no .qwc file: it is no XML: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise ValueError("this is no .qwc file: it has a DOCTYPE, and was not read any further")
    if root.tag != "QBWCXML":
        raise ValueError(f"this is no .qwc file: it begins with {str(root.tag)!r}, and not with QBWCXML")
    return list(root)


def _content(element: etree._Element) -> str:
    return (element.text or "").strip()


def _twice(names: list[str]) -> list[str]:
    known = {*_TEXTS.values(), *_ALWAYS, "AuthFlags", "UnattendedModePref", "Scheduler"}
    return sorted({name for name in names if name in known and names.count(name) > 1})


def _minutes(schedulers: list[etree._Element]) -> int | None:
    """How often it runs: the Web Connector takes the first that is said."""
    said = [one for scheduler in schedulers for one in scheduler]
    if not said:
        return None
    tag = str(said[0].tag)
    per_minute = {"RunEveryNMinutes": 1, "RunEveryNSeconds": 60}.get(tag)
    if per_minute is None:
        raise ValueError(f"Scheduler has {tag}: write RunEveryNMinutes")
    text = _content(said[0])
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(_MOST_MINUTES))) or int(text) % per_minute:
        raise ValueError(f"{tag} is {text!r}: write RunEveryNMinutes with a whole number of minutes")
    return int(text) // per_minute
