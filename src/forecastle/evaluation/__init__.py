"""How good the forecasts are: measures, cutoff windows, backtests, leaderboards and tests of "better"."""
