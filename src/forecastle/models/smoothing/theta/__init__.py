"""The Theta method: a long-term line and a short-term curve."""
