"""Who may act, and where: areas, units, users, memberships, log-ins, and the trail of what they did."""
