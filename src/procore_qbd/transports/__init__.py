"""Bytes there and back: one document to QuickBooks, one readable reply from it."""

from procore_qbd.transports.base import BaseTransport, Sender, Transport
from procore_qbd.transports.files import Files, answer_files
from procore_qbd.transports.memory import Memory

__all__ = ["BaseTransport", "Files", "Memory", "Sender", "Transport", "answer_files"]
