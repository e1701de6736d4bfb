"""Models: kept in versions, led by a champion, and served."""
