"""From files to files: what the library and the command line do without a database."""
