"""Charges to the company's own credit cards, and what is given back on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from procore_qbd.simulator.kinds.families import PAID_AT_ONCE
from procore_qbd.simulator.kinds.kind import JobShare, Kind

if TYPE_CHECKING:
    from procore_qbd.simulator.knowledge.nouns import Values

__all__ = ["CREDIT_CARD_CHARGE", "CREDIT_CARD_CREDIT"]

_CARD: Values = PAID_AT_ONCE | {"job_share": JobShare.BILLED}

CREDIT_CARD_CHARGE = Kind(tag="CreditCardCharge", title="Credit Card Charge", **_CARD, side=-1)
CREDIT_CARD_CREDIT = Kind(tag="CreditCardCredit", title="Credit Card Credit", **_CARD, side=1)
