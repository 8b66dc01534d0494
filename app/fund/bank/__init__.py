"""Everything between us and the bank: the file that goes out, the answers that come back, what they mean."""
