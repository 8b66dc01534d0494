"""The ground floor: settings, errors, database, money, dates, identity numbers and encryption."""
