"""The outside world: sources, the store, settings, secrets, the calendar.  Knows no Qt."""
