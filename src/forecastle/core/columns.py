"""Column names inside Forecastle. The user's names are mapped once on the way in, and back on the way out."""

SERIES_ID = "series_id"
"""Which series a row belongs to: the user's key values, joined by ' / '."""

DS = "ds"
"""When: the first moment of the period (or the anchor the data uses, such as Saturday or month end)."""

Y = "y"
"""The target value. Null is *not observed*, which is never the same as zero."""

CLOSED = "closed"
"""True where the shop was closed or the shelf empty: what was sold then says nothing about demand."""

MEAN = "mean"
MODEL = "model"
TARGET = "target"
STEP = "step"
"""How many periods after the cutoff a forecast row lies; the first is 1."""

CUTOFF = "cutoff"
"""The last moment a model was allowed to see."""
