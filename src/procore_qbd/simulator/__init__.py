"""A company file in a box: it answers qbXML as QuickBooks does, and refuses what QuickBooks refuses.

It is for demos and test suites, never for anybody's books. Where nobody knows what QuickBooks does, it refuses rather
than lets pass: names that differ in blanks are the same, an element of another country spoils the document. It does
not count money (a balance is what the opening balance was), and what only a request can say (TaxLineID, BarCode) it
judges and does not keep.
"""

from procore_qbd.simulator.company_file import CompanyFile

__all__ = ["CompanyFile"]
