"""Bytes there and back: one document to QuickBooks, one readable reply from it."""

from procore_qbd.transports.base import BaseTransport, Sender, Transport
from procore_qbd.transports.canonical import Redact
from procore_qbd.transports.cassette import Player, Recorder
from procore_qbd.transports.files import Files, answer_files
from procore_qbd.transports.memory import Memory
from procore_qbd.transports.only import Only

__all__ = [
    "BaseTransport",
    "Files",
    "Memory",
    "Only",
    "Player",
    "Recorder",
    "Redact",
    "Sender",
    "Transport",
    "answer_files",
]
