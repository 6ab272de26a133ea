"""One customer over time: purchases, and how likely it was on each day that there would be more."""

from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.evaluation.spreads import bounds_of, draws_of
from clvmodels.fitting import PurchaseFit
from clvmodels.predictor import PurchasePredictor
from clvmodels.transactions import Summary, Transactions, purchase_histories

if TYPE_CHECKING:
    import pandas as pd

# Longer histories are looked at so many times, and before and after every purchase.
_MOST_DAYS = 1_500


def alive_path(
    transactions: Transactions,
    summary: Summary,
    purchases: PurchasePredictor,
    customer: Any,
    *,
    level: float | None = 0.9,
    seed: int = 0,
) -> "pd.DataFrame":
    """Probability that a customer is alive, from the first purchase to the end of observation, as known on each day.

    Parameters
    ----------
    transactions
        The log.
    summary
        Made from it, which says how purchases are counted and where observation ends.
    purchases
        A fit, or a rule of thumb.
    customer
        An id.
    level
        Of the bounds of the probability, which know about parameters only; None for none.
    seed
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        Rows in order of time: customer_id, time (datetime64), age (days), frequency (repeat purchases until then),
        purchase (whether it is the moment after one), probability_alive and, with a level, probability_alive_lower,
        probability_alive_upper and level, which are left out where nothing is known of the parameters' spread. At a
        repeat purchase there are two rows, just before and just after.

    Raises
    ------
    InputError
        If the summary was not made from a log, or the customer has no purchase in it.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import alive_path
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> path = alive_path(tx, summary, clv.BGNBD().fit(summary), 1)
    >>> path.loc[path["purchase"], ["time", "frequency"]]
              time  frequency
    0   1997-01-01          0
    18  1997-01-18          1
    215 1997-08-02          2
    >>> round(float(path["probability_alive"].iloc[-1]), 3)
    0.727
    """
    import pandas as pd

    if summary.options is None:
        raise InputError("The summary was not made from this log.", advice="Make it by transactions.summarize(...).")
    history = purchase_histories(transactions.plan(summary.options), [customer])
    ages, last = history["age"].to_numpy(), float(history["last_age"].iloc[0])
    age, bought = _moments(ages, last)
    frequency = np.cumsum(bought) - 1
    recency = ages[frequency]
    columns = {"frequency": frequency, "recency": recency, "T": age}
    days = Summary.from_frame(pd.DataFrame({"customer_id": np.arange(len(age)), **columns}), "day")
    table = pd.DataFrame(
        {
            "customer_id": history["customer_id"].iloc[0],
            "time": history["time"].iloc[0] + pd.to_timedelta(age, unit="D"),
            "age": age,
            "frequency": frequency,
            "purchase": bought,
            "probability_alive": purchases.probability_alive(days),
        }
    )
    theta = None if level is None or not isinstance(purchases, PurchaseFit) else draws_of(purchases, seed)
    if theta is None or level is None or not isinstance(purchases, PurchaseFit):
        return table
    kernel, times = purchases.model.kernel, purchases.times(days)
    alive = kernel.probability_alive(*(column[None, :] for column in times), *theta.T[:, :, None])
    return table.assign(**bounds_of("probability_alive", alive, level))


def _moments(purchases: FloatArray, last: float) -> tuple[FloatArray, FloatArray]:
    """Ages at which to look, and whether each is the moment after a purchase."""
    grid = np.linspace(0.0, last, min(int(last), _MOST_DAYS) + 1)
    before = np.union1d(grid[~np.isin(grid, purchases)], purchases[1:])
    ages = np.concatenate([before, purchases])
    bought = np.concatenate([np.zeros(len(before), dtype=bool), np.ones(len(purchases), dtype=bool)])
    order = np.lexsort((bought, ages))
    return ages[order], bought[order]
