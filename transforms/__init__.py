"""Functions of values: bytes to cells, cells to rows, rows to findings, figures to pages.

No path, socket, clock, environment or database is touched here; bytes are values.
"""
