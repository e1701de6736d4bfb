"""From a source to a panel: read, find the roles, check, clean, prepare."""
