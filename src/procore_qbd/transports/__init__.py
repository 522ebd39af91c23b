"""Bytes there and back: one document to QuickBooks, one readable reply from it."""

from typing import TYPE_CHECKING

from procore_qbd._late import late as _offer

if TYPE_CHECKING:
    from procore_qbd.transports.agent import Agent as Agent
    from procore_qbd.transports.agent import AgentToken as AgentToken
    from procore_qbd.transports.agent import new_token as new_token
    from procore_qbd.transports.agent_store import AgentStore as AgentStore
    from procore_qbd.transports.base import BaseTransport as BaseTransport
    from procore_qbd.transports.base import Sender as Sender
    from procore_qbd.transports.base import Transport as Transport
    from procore_qbd.transports.http import Http as Http
    from procore_qbd.transports.memory import Memory as Memory

_FILES = {
    "agent": ("Agent", "AgentToken", "new_token"),
    "agent_store": ("AgentStore",),
    "base": ("BaseTransport", "Sender", "Transport"),
    "http": ("Http",),
    "memory": ("Memory",),
}
"""Each public name, by the file it lives in. The imports above say the same to type checkers."""

if not TYPE_CHECKING:
    __all__, __getattr__, __dir__ = _offer(__name__, _FILES)
