"""What must not be forgotten: requests, what was sent for them, what came of it, and which item is which record."""

from procore_qbd.journal.links_file import LinksFile
from procore_qbd.journal.memory import MemoryTables
from procore_qbd.journal.nouns import Claim, CompanyState, InboxEntry, Question
from procore_qbd.journal.status import JournalStatus
from procore_qbd.journal.store import Journal

__all__ = ["Claim", "CompanyState", "InboxEntry", "Journal", "JournalStatus", "LinksFile", "MemoryTables", "Question"]
