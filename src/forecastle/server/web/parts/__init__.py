"""What pages are made of: one of each kind, so that everything looks and behaves alike."""
