"""The lists of a company file: names, items, accounts, and the short ones beside them."""
