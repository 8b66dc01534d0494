"""Every amount explained from bills to bank line, and every closed round recomputed to the fen."""
