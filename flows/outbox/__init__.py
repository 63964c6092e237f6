"""How answers leave: one module per way out."""
