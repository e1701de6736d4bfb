"""The use cases: what a person or a program can ask for. The only thing a door calls."""
