"""Who leads: the rules by which a new version takes over, an old one returns, and files are let go."""
