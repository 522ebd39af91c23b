"""Records without a company file: their shape, what an item brings to a line, links, entries of the ledger."""
