"""Models of other libraries: each is told series as plain arrays, and all of them are one kind of family."""
