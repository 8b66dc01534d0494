"""Who the people are: persons and households, categories from when to when, and the accounts they are paid to."""
