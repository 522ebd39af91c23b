"""The company file on disk: records, transactions, ledger, links, sums, in SQLite."""
