"""Customers beside each other: when they came, purchased, and until when they were observed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels.errors import InputError
from clvmodels.transactions import Summary, Transactions, purchase_histories

if TYPE_CHECKING:
    import pandas as pd


def timelines(
    summary: Summary,
    transactions: Transactions | None = None,
    *,
    customers: int | Sequence[Any] = 30,
    seed: int = 0,
) -> "pd.DataFrame":
    """Purchases of some customers over the time of observation.

    Parameters
    ----------
    summary
        Customers.
    transactions
        The log that it was made from. Without it only the first and the last purchase are known.
    customers
        How many, drawn at random; or their ids.
    seed
        Of the random numbers.

    Returns
    -------
    pandas.DataFrame
        A row per purchase, customers in the order in which they came: customer_id, time (before the end of
        observation, so at most 0, in the summary's unit), first (whether it is the customer's first), time_unit, until
        (the end of observation as datetime64; missing if the summary does not know it).

    Raises
    ------
    InputError
        If there is no such customer, or the summary was not made from this log.

    Examples
    --------
    >>> import pandas as pd
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import timelines
    >>> frame = pd.DataFrame({"customer_id": ["a"], "frequency": [2], "recency": [5.0], "T": [8.0]})
    >>> timelines(clv.Summary.from_frame(frame, time_unit="week"))[["customer_id", "time", "first"]]
      customer_id  time  first
    0           a  -8.0   True
    1           a  -3.0  False
    """
    import pandas as pd

    ids = summary.ids()
    chosen = _chosen(ids, customers, seed)
    known = _of_summary(summary, ids, chosen) if transactions is None else _of_log(summary, transactions, chosen)
    order = known.groupby("customer_id", sort=False)["time"].transform("min")
    known = known.assign(_first=order).sort_values(["_first", "time"], kind="stable").drop(columns="_first")
    # Those who came on one day stay apart: a customer's rows are next to each other.
    place = {customer: number for number, customer in enumerate(dict.fromkeys(known["customer_id"]))}
    known = known.sort_values("customer_id", key=lambda column: column.map(place), kind="stable")
    until: Any = pd.NaT if summary.until is None else pd.Timestamp(summary.until)
    first = ~known["customer_id"].duplicated()
    known = known.assign(first=first, time_unit=str(summary.time_unit), until=until)
    return known.reset_index(drop=True)


def _chosen(ids: Sequence[Any], customers: int | Sequence[Any], seed: int) -> list[Any]:
    if isinstance(customers, int):
        if customers < 1:
            raise InputError(f"customers={customers!r} leaves none.", advice="Give a number of at least 1, or ids.")
        places = np.random.default_rng(seed).choice(len(ids), min(customers, len(ids)), replace=False)
        return [ids[place] for place in np.sort(places)]
    chosen = list(dict.fromkeys(customers))
    missing = set(chosen) - set(ids)
    if missing or not chosen:
        raise InputError(f"{len(missing):,} of the customers are not in the summary.", rows=sorted(missing, key=str))
    return chosen


def _of_summary(summary: Summary, ids: Sequence[Any], chosen: Sequence[Any]) -> "pd.DataFrame":
    import pandas as pd

    wanted = set(chosen)
    rows = np.array([place for place, customer in enumerate(ids) if customer in wanted])
    x, t_x, T = (summary.column(name)[rows] for name in ("frequency", "recency", "T"))
    again = x > 0
    names = pd.Series([ids[place] for place in rows])
    return pd.DataFrame(
        {
            "customer_id": pd.concat([names, names[again]], ignore_index=True),
            "time": np.concatenate([-T, (t_x - T)[again]]),
        }
    )


def _of_log(summary: Summary, transactions: Transactions, chosen: Sequence[Any]) -> "pd.DataFrame":
    if summary.options is None:
        raise InputError("The summary was not made from this log.", advice="Make it by transactions.summarize(...).")
    history = purchase_histories(transactions.plan(summary.options), chosen)
    time = (history["age"] - history["last_age"]) / summary.time_unit.days
    return history[["customer_id"]].assign(time=time)
