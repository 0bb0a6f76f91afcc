"""What is seen: window, charts, panels, tray, notifications.  No fetching, no statistics, no threads."""
