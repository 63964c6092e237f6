"""What a valid delivery, row, finding and figure is.

The data in ``schemas/data`` is the one definition of the contract; the modules give it types.
Nothing here reads a delivery, a clock or a database, and nothing here imports the other packages.
"""
