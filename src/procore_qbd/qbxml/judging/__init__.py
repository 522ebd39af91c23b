"""What QuickBooks would not take, and why."""
