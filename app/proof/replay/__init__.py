"""A round recomputed from its frozen snapshots, figures, tables and resolutions; nothing is written."""
