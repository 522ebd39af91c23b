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
    from procore_qbd.transports.base import TransportWrapper as TransportWrapper
    from procore_qbd.transports.canonical import Redact as Redact
    from procore_qbd.transports.cassette import Player as Player
    from procore_qbd.transports.cassette import Recorder as Recorder
    from procore_qbd.transports.com import Com as Com
    from procore_qbd.transports.com import InProcess as InProcess
    from procore_qbd.transports.com_calls import AuthFlags as AuthFlags
    from procore_qbd.transports.com_calls import ComCall as ComCall
    from procore_qbd.transports.com_calls import Connection as Connection
    from procore_qbd.transports.com_calls import PersonalData as PersonalData
    from procore_qbd.transports.com_calls import Unattended as Unattended
    from procore_qbd.transports.com_calls import UserMode as UserMode
    from procore_qbd.transports.com_calls import effect_of as effect_of
    from procore_qbd.transports.com_host import PowerShell32 as PowerShell32
    from procore_qbd.transports.files import Files as Files
    from procore_qbd.transports.files import answer_files as answer_files
    from procore_qbd.transports.http import Http as Http
    from procore_qbd.transports.memory import Memory as Memory
    from procore_qbd.transports.only import Only as Only

_PLACES = {
    "agent": (
        "Agent",
        "AgentToken",
        "new_token",
    ),
    "agent_store": ("AgentStore",),
    "base": (
        "BaseTransport",
        "Sender",
        "Transport",
    ),
    "canonical": ("Redact",),
    "cassette": (
        "Player",
        "Recorder",
    ),
    "com": (
        "Com",
        "InProcess",
    ),
    "com_calls": (
        "AuthFlags",
        "ComCall",
        "Connection",
        "PersonalData",
        "Unattended",
        "UserMode",
        "effect_of",
    ),
    "com_host": ("PowerShell32",),
    "files": (
        "Files",
        "answer_files",
    ),
    "http": ("Http",),
    "memory": ("Memory",),
    "only": ("Only",),
}
"""Each public name, by the module it lives in. The imports above say the same to type checkers."""

if not TYPE_CHECKING:
    __all__, __getattr__, __dir__ = _offer(__name__, _PLACES)
