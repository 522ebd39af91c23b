"""What the simulator knows of QuickBooks, as data: lists, transactions, accounts, words, requests, time."""
