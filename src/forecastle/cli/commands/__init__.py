"""The commands, a group of them a file. Heavy libraries are imported inside, so that `--help` answers at once."""
