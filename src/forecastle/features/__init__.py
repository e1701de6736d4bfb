"""What is known about a series at a cutoff: demand classes, calendar, lags, rolling statistics, price, promotion."""
