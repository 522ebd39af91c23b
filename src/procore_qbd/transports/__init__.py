"""Bytes there and back: one document to QuickBooks, one readable reply from it."""

from procore_qbd.transports.base import BaseTransport, Sender, Transport
from procore_qbd.transports.com import Com, InProcess
from procore_qbd.transports.com_calls import (
    AuthFlags,
    ComCall,
    Connection,
    PersonalData,
    Unattended,
    UserMode,
    effect_of,
)
from procore_qbd.transports.com_host import PowerShell32
from procore_qbd.transports.memory import Memory

__all__ = [
    "AuthFlags",
    "BaseTransport",
    "Com",
    "ComCall",
    "Connection",
    "InProcess",
    "Memory",
    "PersonalData",
    "PowerShell32",
    "Sender",
    "Transport",
    "Unattended",
    "UserMode",
    "effect_of",
]
