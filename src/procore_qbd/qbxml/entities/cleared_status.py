"""Whether a line of a bank account is reconciled."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import attrs

from procore_qbd.qbxml.records import Record, record
from procore_qbd.qbxml.values import MOD, Choice, Id

__all__ = ["ClearedState", "ClearedStatus"]


class ClearedState(StrEnum):
    """How far a line is reconciled."""

    CLEARED = "Cleared"
    NOT_CLEARED = "NotCleared"
    PENDING = "Pending"


@record("ClearedStatus", shapes=MOD, selective=False, since="2.0")
@attrs.frozen(kw_only=True, slots=False)
class ClearedStatus(Record):
    """Mark a transaction, or one line of it, as reconciled. QuickBooks answers with a status and no record."""

    txn_id: Annotated[str | None, Id("TxnID", required=MOD, macro=MOD)] = None
    txn_line_id: Annotated[str | None, Id("TxnLineID", macro=MOD)] = None
    cleared_status: Annotated[ClearedState | str | None, Choice("ClearedStatus", ClearedState, required=MOD)] = None
