"""What the simulator knows of QuickBooks, as data: lists, accounts, words, requests, time."""
