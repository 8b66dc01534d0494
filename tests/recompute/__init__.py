"""Recomputes a played round from its papers: nothing of `app`, no decision table, only raw files and workbooks."""
