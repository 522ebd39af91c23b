"""How many examples a property is tried with: fewer by `pytest` alone, as many as its test says on every build."""

from hypothesis import settings

WHOLE = 100  # what the profile `thorough` takes, and Hypothesis by itself
FEW = 8  # of so few none is left out


def examples(many: int) -> int:
    """As many as that, or the part of it that the profile takes of a hundred."""
    return min(many, max(FEW, -(-many * settings.default.max_examples // WHOLE)))
