"""How files come in: one module per kind of source."""
