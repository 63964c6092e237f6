"""Letters: what is written to organisations and to the data team. The words lie in ``letters.toml``."""
