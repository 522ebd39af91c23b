"""A company file in a box: it answers qbXML as QuickBooks does, and refuses what QuickBooks refuses.

It is for demos and test suites, never for anybody's books. Where nobody knows what QuickBooks does, it refuses rather
than lets pass: names that differ in blanks are the same, an element of another country spoils the document, one bill
takes a line of a purchase order once. It reckons the lines and sums of transactions and what of a purchase order was
received, to the cent; it keeps no accounts (a balance is what the opening balance was), and knows no taxes, markups,
groups of items, due dates by terms, or addresses that come from the vendor. What only a request can say (TaxLineID,
BarCode) it judges and does not keep.
"""

from procore_qbd.simulator.company_file import CompanyFile

__all__ = ["CompanyFile"]
