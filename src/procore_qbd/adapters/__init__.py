"""How others' programs carry our work: one module for each, imported by nobody here, with an extra of its name."""
