"""Forecastle: from a sales file to calibrated forecasts for every series.

import forecastle as fc
data = fc.read("sales.csv")
result = fc.forecast(data, horizon=13)
"""

__version__ = "0.1.0"
