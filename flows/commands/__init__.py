"""One module per command of the command line: call a procedure, show what came of it."""
