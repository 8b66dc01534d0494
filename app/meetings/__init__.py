"""Steps 4 and 5: what the joint meeting decides, for whom and how much, and that exactly this is paid."""
