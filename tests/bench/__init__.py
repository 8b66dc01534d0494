"""`make bench`: the figures of the house's quality table, each beside the raw floor measured in the same run."""
