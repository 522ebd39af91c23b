"""What must not be forgotten: requests, what was sent for them, what came of it, and which item is which record."""

from procore_qbd.journal.links_file import LinksFile
from procore_qbd.journal.memory import MemoryTables
from procore_qbd.journal.store import Claim, Company, Entry, Journal, Question

__all__ = ["Claim", "Company", "Entry", "Journal", "LinksFile", "MemoryTables", "Question"]
