"""Tools for those who draw; not part of the product."""
