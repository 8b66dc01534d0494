"""Runs folders of the public DMN compatibility kit: `python -m tests.tck DIR`."""
