"""What a contract raises where what it is about does not keep it."""

__all__ = ["BrokenPromiseError"]


class BrokenPromiseError(AssertionError):
    """A promise is not kept."""
