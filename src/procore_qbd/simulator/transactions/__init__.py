"""The transactions of a company file, and the ledger that they post to."""
