"""Diagrams and tables as public modellers read and write them."""
