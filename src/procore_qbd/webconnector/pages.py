"""The pages that people see: that the service is there, and for who signed in how the updates of a company file went.

What stands there is for a bookkeeper: no ids of sessions, no passwords, nothing of what was sent.
"""

from __future__ import annotations

import datetime as dt
from html import escape
from typing import TYPE_CHECKING

from procore_qbd.journal.states import SessionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from procore_qbd.journal.sessions import Login, Sessions, UpdateSession

__all__ = ["company_page", "page", "support_page"]

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ccc}"
    "td{vertical-align:top}"
)


_STATES = (
    ("waiting", "wait for the next update of the Web Connector"),
    ("working", "were begun, and go on with the next update"),
    ("asked", "wait for the answer of a person"),
    ("ended", "ended"),
    ("failed", "were set aside, because a fault in the service stopped them; whoever runs it must look"),
)
"""The states of requests, and what they mean to a bookkeeper."""


_FOR_ANYBODY = (
    "The service is running. The QuickBooks Web Connector calls it by itself; there is nothing to do here.",
    "To see how the updates of your company file went, and what waits for whom, sign in as in your .qwc file.",
)


def page(title: str, paragraphs: Iterable[str], *more: str) -> str:
    """A page: a title, paragraphs of plain text, and then what is HTML already."""
    told = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>{told}{''.join(more)}</body></html>\n"
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _link(path: str, words: str) -> str:
    return f'<p><a href="{escape(path)}">{escape(words)}</a></p>'


def support_page(name: str, path: str) -> str:
    """What anybody may see."""
    return page(
        name,
        _FOR_ANYBODY,
        _link(f"{path}/company", "Your company file"),
        _link(f"{path}/company.qwc", "Your .qwc file"),
    )


def company_page(name: str, path: str, login: Login, sessions: Sessions) -> str:
    """How it stands with a company file, for who signed in for it."""
    journal, company = sessions.journal, login.company
    ready = sessions.readiness(company)
    counts = journal.count(company)
    questions = journal.questions(company)
    doubts = journal.doubts(company)
    paragraphs = [f"User {login.user}."]
    if ready.frozen is not None:
        paragraphs.append(f"Nothing is sent to this company file: {ready.frozen}")
    if doubts:
        paragraphs.append(
            f"{len(doubts)} document(s) went to QuickBooks and are not answered yet; the next update looks what became "
            "of them."
        )
    tables = (
        (
            "Requests",
            ("how many", "where they stand"),
            [(str(counts[one]), told) for one, told in _STATES if counts.get(one)],
        ),
        ("Questions for a person", ("question", "choices"), [(one.words, _choices(one.choices)) for one in questions]),
        ("Last updates", ("when (UTC)", "documents", "how it went"), list(map(_told, sessions.recent(company)))),
    )
    parts = [f"<h2>{title}</h2>{_table(heads, rows)}" for title, heads, rows in tables if rows]
    return page(name, paragraphs, *parts, _link(f"{path}/company.qwc", "Your .qwc file"))


def _choices(choices: object) -> str:
    return "; ".join(f"{key}: {words}" for key, words in choices.items()) if isinstance(choices, dict) else str(choices)


def _told(session: UpdateSession) -> tuple[str, str, str]:
    when = dt.datetime.fromtimestamp(session.opened, dt.UTC).strftime("%Y-%m-%d %H:%M")
    words = session.words or ("under way" if session.live else session.state.value)
    if session.state is SessionState.SUPERSEDED:
        words = f"cut off: {words}"
    return when, str(session.handed), words
