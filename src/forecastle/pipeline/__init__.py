"""The ten steps of an execution, and the loop that runs them; knows no database, no files and no HTTP."""
