"""Whether a line of a bank account is reconciled."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml import rows as q

__all__ = ["ClearedState", "ClearedStatus"]


class ClearedState(StrEnum):
    """How far a line is reconciled."""

    CLEARED = "Cleared"
    NOT_CLEARED = "NotCleared"
    PENDING = "Pending"


@q.record("ClearedStatus", shapes=q.MOD, selective=False, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class ClearedStatus(q.Record):
    """Mark a transaction, or one line of it, as reconciled. QuickBooks answers with a status and no record."""

    txn_id: Annotated[str | None, q.Id("TxnID", required=q.MOD, macro=q.MOD)] = None
    txn_line_id: Annotated[str | None, q.Id("TxnLineID", macro=q.MOD)] = None
    cleared_status: Annotated[ClearedState | str | None, q.Choice("ClearedStatus", ClearedState, required=q.MOD)] = None
