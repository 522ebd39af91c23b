"""A company file in a box: it answers qbXML as QuickBooks does, and refuses what QuickBooks refuses.

It is for demos and test suites, never for anybody's books. It keeps every list and every kind of transaction of the
integration, posts each transaction to a ledger, and reckons from there what accounts hold, what names owe, what is in
stock, and most reports; it knows what of an order was received and what of a bill is paid, to the cent. What goes wrong
in life goes wrong to order (`faults`), and people work in it meanwhile (`people`).

Where nobody knows what QuickBooks does, it refuses rather than lets pass: names that differ in blanks are the same, an
element of another country spoils the document, one bill takes a line of a purchase order once. What it has not, it
refuses with 1030 and says so in ``CompanyFile.last_fault``. It knows one currency, no payroll, and no markups; what
only a request can say (TaxLineID, BarCode) it judges and does not keep.
"""

from procore_qbd.simulator.company_file import CompanyFile

__all__ = ["CompanyFile"]
