"""The demonstration county: invented, deterministic, of any size, and a round played in it."""
