"""Records to elements and back."""
