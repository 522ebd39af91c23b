"""What a request is about, where its name does not say."""

from __future__ import annotations

from typing import Any

__all__ = ["deleted_kind"]


def deleted_kind(request: Any) -> str | None:
    """The kind of record that a request deletes or voids; None where it does something else."""
    record = getattr(request, "record", None)
    kinds = (getattr(record, name, None) for name in ("list_del_type", "txn_del_type", "txn_void_type"))
    return next(filter(None, kinds), None)
