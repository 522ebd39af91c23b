"""Bytes there and back: one document to QuickBooks, one readable reply from it."""

from procore_qbd.transports.base import BaseTransport, Sender, Transport
from procore_qbd.transports.memory import Memory
from procore_qbd.transports.only import Only

__all__ = ["BaseTransport", "Memory", "Only", "Sender", "Transport"]
