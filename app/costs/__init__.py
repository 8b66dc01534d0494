"""Medical bills and their payers: settlements imported once, frozen in snapshots, added up to year costs."""
