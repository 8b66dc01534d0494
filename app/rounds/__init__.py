"""The round: its people, their figures with sources, member tallies, and the lists that come of them."""
