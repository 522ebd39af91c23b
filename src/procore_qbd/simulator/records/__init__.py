"""What records are made of, without a company file: their shape, what they bring to lines, links and entries."""
