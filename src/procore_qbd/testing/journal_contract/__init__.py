"""What a store must keep, if a journal is kept in it; a journal in memory is the measure.

Who keeps the journal's tables somewhere else (a `procore_qbd.journal.tables.Tables`) proves with it that this place
keeps every promise: `PROMISES` one by one, and `lockstep` all operations of a journal in every order, beside memory.
"""

from procore_qbd.testing.journal_contract.games import OpenStore, in_lockstep, lockstep
from procore_qbd.testing.journal_contract.promises import LASTING, PROMISES
from procore_qbd.testing.promises import BrokenPromiseError

__all__ = ["LASTING", "PROMISES", "BrokenPromiseError", "OpenStore", "in_lockstep", "lockstep"]
