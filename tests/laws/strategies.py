"""What the laws are tried on: parameters and customers as they occur, and a little beyond."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

import clvmodels as clv


def positive(low, high):
    """Numbers whose logarithm is spread evenly."""
    return st.floats(np.log(low), np.log(high)).map(lambda u: float(np.exp(u)))


thetas = st.tuples(positive(0.02, 30), positive(0.05, 500), positive(0.02, 30), positive(0.02, 300))
spend_thetas = st.tuples(positive(0.3, 50), positive(1.1, 50), positive(0.5, 500))
horizons = positive(1e-3, 1e4)
rates = st.floats(0.001, 0.9)


@st.composite
def customers(draw, most=12):
    """x, t_x, T in columns, whole days in weeks."""
    n = draw(st.integers(1, most))
    T = draw(st.lists(st.integers(1, 2000), min_size=n, max_size=n))
    x = [draw(st.integers(0, min(days, 60))) for days in T]
    t_x = [draw(st.integers(count, days)) if count else 0 for count, days in zip(x, T, strict=True)]
    return np.array(x, float), np.array(t_x) / 7, np.array(T) / 7


def summary(x, t_x, T, unit="week", **more):
    columns = {"customer_id": np.arange(len(x)), "frequency": x, "recency": t_x, "T": T}
    return clv.Summary.from_frame(pd.DataFrame(columns | more), time_unit=unit)


def fit(theta, unit="week"):
    return clv.BGNBD().at(**dict(zip(("r", "alpha", "a", "b"), theta, strict=True)), time_unit=unit)
