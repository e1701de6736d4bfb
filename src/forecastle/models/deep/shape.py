"""What goes into a network and what comes out: the contract between the harness and every network."""

from dataclasses import dataclass

TARGET, OBSERVED, KNOWN = 0, 1, 2
"""Columns of `past`: the scaled target, whether it was observed, and where what is also known ahead begins."""

OUTPUT = "quantiles"
EXPLANATION = ("attention", "past_weights", "future_weights", "static_weights")
"""What a graph answers: the quantiles; and what a network looked at, where it has a method `explained` that tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How many periods and features there are.

    A network is built as `Network(shape, settings)` and called as `forward(past, future, static)`, all of them floats:

    past: batch × window × past. Column 0 is the scaled target, 0 where not observed; column 1 is 1 where it was; then
        come the columns of `future`, for the periods of the window; then what is known of the past only.
    future: batch × horizon × future: calendar, season and plan of the periods to forecast. Each is 0 where it is not
        known, and has a column beside it that is 1 where it is.
    static: batch × static, one value a series.

    Columns may belong together, such as a value and its flag: `…_variables` has the number of each column's variable,
    from 0 on; empty where each column is one of its own.

    It answers batch × horizon × levels: quantiles in the scaled units of the target, rising along the last axis.
    """

    window: int
    horizon: int
    past: int
    future: int
    static: int
    levels: int
    past_variables: tuple[int, ...] = ()
    future_variables: tuple[int, ...] = ()
    static_variables: tuple[int, ...] = ()
