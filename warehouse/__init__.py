"""The archive of what was handed in, and the DuckDB that is derived from it.

The only package that speaks DuckDB.
"""
