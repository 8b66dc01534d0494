"""Policy finds people: high costs raise an alert, somebody visits, and it ends in help or a reasoned refusal."""
