"""Judgements about a return that has been read: one function each, the German text stands in the catalogue."""
