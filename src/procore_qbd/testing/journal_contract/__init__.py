"""What a store must keep, if a journal is kept in it."""

from procore_qbd.testing.journal_contract.games import BrokenPromiseError, OpenStore, in_lockstep, lockstep

__all__ = ["BrokenPromiseError", "OpenStore", "in_lockstep", "lockstep"]
