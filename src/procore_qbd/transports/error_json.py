"""The error of a transport as JSON, for another process or another day."""

from __future__ import annotations

from typing import Any

from procore_qbd.codes import Effect
from procore_qbd.errors import EngineError, NotSentError, ReplyLostError, TransportError

__all__ = ["error_from_json", "error_to_json"]


def error_to_json(error: Exception) -> dict[str, str | None]:
    """What is known of an error; one that is not a transport's own may have been raised at any point.

    Args:
        error: The error.

    Returns:
        ``{"hresult": "0x80040414", "effect": "not_done", "words": "…"}``; the number may be None.
    """
    known = error if isinstance(error, TransportError) else ReplyLostError(f"{type(error).__name__}: {error}")
    return {
        "hresult": f"0x{known.hresult:08X}" if isinstance(known, EngineError) else None,
        "effect": known.effect.value,
        "words": known.detail,
    }


def error_from_json(data: Any) -> TransportError:
    """The error of which this was told. Without a number it is unknown what was written, where it is not said.

    Args:
        data: As `error_to_json` returns it; other programs may write the number as one, and leave out the rest.

    Raises:
        ValueError: It is nothing of the kind.
    """
    if not isinstance(data, dict):
        raise ValueError(f"expected hresult, effect and words, got a {type(data).__name__}")  # noqa: TRY004  it is JSON
    words, number, said = str(data.get("words") or ""), data.get("hresult"), data.get("effect")
    effect = None if said is None else Effect(said)
    if number is None:
        return NotSentError(words) if effect is Effect.NOT_DONE else ReplyLostError(words)
    if not isinstance(number, (int, str)):
        raise ValueError(f"expected an HRESULT, got a {type(number).__name__}")  # noqa: TRY004
    return EngineError(number if isinstance(number, int) else int(number, 0), words, effect)
