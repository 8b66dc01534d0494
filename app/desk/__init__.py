"""The desk: what each person finds on coming in, and how the rounds stand, put together from all rooms below."""
