"""Bytes to cells with positions, and back: reading what offices send, writing the template."""
