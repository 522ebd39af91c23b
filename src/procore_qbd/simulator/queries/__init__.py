"""Which records a query asks for."""
