"""What-if: candidate standards over the list of a round side by side, and the value that spends the fund."""
