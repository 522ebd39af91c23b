"""Blocks that several families of records share."""
