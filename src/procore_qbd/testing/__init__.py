"""For test suites, ours and those of people who build on the library; each module says what it needs installed."""
