"""How many examples a property is tried with: fewer by `pytest` alone, as many as its test says on every build."""

from hypothesis import settings

WHOLE = 100  # what the profile `thorough` takes, and Hypothesis by itself
FEW = 8


def examples(many: int, least: int = FEW) -> int:
    """As many as that, or the part of it that the profile takes of a hundred, and not less than ``least``."""
    return min(many, max(least, -(-many * settings.default.max_examples // WHOLE)))
