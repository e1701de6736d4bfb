"""The commands of the server's side: datasets, jobs, model versions, forecasts, and the server itself."""
