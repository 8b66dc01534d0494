"""One case told from its bills to the bank line, for a person and for a program."""
