"""What must not be forgotten: the links between Procore's items and QuickBooks' records."""

from procore_qbd.journal.links_file import LinksFile

__all__ = ["LinksFile"]
