"""Tables as a backtest returns them, of few contenders and of many."""

from datetime import date

import numpy as np
import pandas as pd

CUTOFFS = (date(2023, 6, 30), date(2023, 12, 31))


def names(contenders):
    return [f"contender {place}" for place in range(1, contenders + 1)]


def _below(contenders, table):
    """The table once per contender, its columns of numbers a little smaller each time."""
    parts = [
        pd.DataFrame({"contender": name, **{key: np.asarray(value) for key, value in table(1 - 0.05 * place).items()}})
        for place, name in enumerate(names(contenders))
    ]
    return pd.concat(parts, ignore_index=True)


def calibration(contenders=2):
    return _below(
        contenders,
        lambda by: {
            "group": [1, 2, 3],
            "customers": 10,
            "predicted": np.array([0.0, 0.5, 2.0]) * by,
            "actual": [0.1, 0.4, 2.5],
            "standard_error": [0.05, 0.1, 0.4],
        },
    )


def lift(contenders=2):
    lifts = np.array([2.5, 0.4, 0.1])
    return _below(contenders, lambda by: {"group": [1, 2, 3], "customers": 10, "actual": lifts, "lift": lifts * by})


def cumulative_gain(contenders=2):
    gain = np.array([0.0, 0.8, 1.0])
    return _below(contenders, lambda by: {"share": [0.0, 0.5, 1.0], "gain": gain ** (1 / by), "best": [0.0, 1.0, 1.0]})


def coverage(contenders=2):
    return _below(
        contenders,
        lambda by: {
            "level": [0.8, 0.5],
            "probability": [0.93, 0.85],
            "coverage": np.array([0.92, 0.84]) * by,
            "width": [2.0, 1.0],
        },
    )


def pit(contenders=2):
    return _below(
        contenders,
        lambda by: {"lower": [0.0, 0.5], "upper": [0.5, 1.0], "share": [0.5, 0.5], "density": [by, 2.0 - by]},
    )


def tracking(contenders=2, cutoffs=CUTOFFS):
    return _below(
        contenders,
        lambda by: {
            "cutoff": np.array(cutoffs, dtype=object),
            "expected": np.array([1000.0, 800.0])[: len(cutoffs)] * by,
            "actual": np.array([900, 850])[: len(cutoffs)],
            "bias": 0.0,
            "customers": 30,
        },
    )


def comparison():
    """A reference, a tie, a loser, one that is infinitely bad and one of which nothing is known."""
    nan, inf = np.nan, np.inf
    table = pd.DataFrame(
        [
            ("near", 1.7, 0.1, -0.1, 0.3, "tie"),
            ("far", 3.0, 1.4, 1.0, 1.9, "worse"),
            ("endless", inf, inf, inf, inf, "worse"),
            ("absent", nan, nan, nan, nan, "not available"),
        ],
        columns=["contender", "value", "difference", "lower", "upper", "verdict"],
    )
    fixed = {"reference": "best", "target": "purchases", "metric": "poisson_deviance", "reference_value": 1.6}
    return table.assign(**fixed, cutoffs=1, customers=30)


ALL = {
    "calibration": calibration(),
    "coverage": coverage(),
    "cumulative_gain": cumulative_gain(),
    "league": comparison(),
    "lift": lift(),
    "pit": pit(),
    "totals": tracking(),
}
