"""The built web client: the desk at /, the phone at /m/, and what they load."""
