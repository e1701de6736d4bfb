"""What charts draw, as data: few enough points to be sent and drawn at once, whatever the length of a series."""
