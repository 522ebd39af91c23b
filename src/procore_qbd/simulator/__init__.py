"""A company file in a box: it answers qbXML as QuickBooks does, and refuses what QuickBooks refuses.

It is for demos and test suites, never for anybody's books.
"""

from procore_qbd.simulator.company_file import CompanyFile

__all__ = ["CompanyFile"]
