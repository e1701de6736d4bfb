"""Fewer points that look the same when they are drawn."""

import numpy as np

from forecastle.core.panel import Floats, Integers


def largest_triangles(x: Floats, y: Floats, count: int) -> Integers:
    """The places of `count` points that keep the shape of a line: the first, the last, and one of each part between.

    Of each part the point is taken that spans the largest triangle with the one before and the mean of the part after
    (LTTB; Steinarsson 2013, Downsampling time series for visual representation). All points where there are no more.
    x: rising. y: without NaN.
    """
    total = len(x)
    if total <= count or count < 3:
        return np.arange(total) if total <= count else np.unique(np.array([0, total - 1]))
    edges = np.linspace(1, total - 1, count - 1).astype(np.int64)
    kept = np.zeros(count, dtype=np.int64)
    kept[-1] = total - 1
    for part in range(count - 2):
        begin, end = edges[part], max(edges[part + 1], edges[part] + 1)
        ahead = slice(end, edges[part + 2] if part + 2 < len(edges) else total)
        next_x, next_y = x[ahead].mean(), y[ahead].mean()
        last_x, last_y = x[kept[part]], y[kept[part]]
        area = np.abs((last_x - next_x) * (y[begin:end] - last_y) - (last_x - x[begin:end]) * (next_y - last_y))
        kept[part + 1] = begin + int(area.argmax())
    return kept
