"""Small real data sets that ship with the package, with their sources."""

from importlib.resources import files
from typing import TYPE_CHECKING, NoReturn

import pandas as pd

from clvmodels.peers import raise_missing

__all__ = ["cdnow"]


def cdnow() -> pd.DataFrame:
    """Purchases at the CD retailer CDNOW: the 1/10 sample that the literature on "buy till you die" models uses.

    2,357 customers who bought for the first time in the first quarter of 1997, followed until 1998-06-30: 6,919 rows in
    the order of the published file. Every call returns a new frame.

    Quirks, all of them in the published file:

    - 223 rows share customer and day with an earlier row; 21 of them repeat a whole row. The papers count purchases of
      one day as one.
    - Eight rows have amount 0. Each is the customer's first row, with one CD: a free first order.
    - Dates have no time of day, and no amount is negative: the data know no refunds.
    - All customers arrive within twelve weeks; nothing can be learnt here about later cohorts.

    Returns
    -------
    pandas.DataFrame
        `customer_id` (int64, 1 to 2357), `date` (datetime64), `quantity` (int64, CDs), `amount` (float64, US dollars).

    References
    ----------
    Fader and Hardie (2001), "Forecasting Repeat Sales at CDNOW: A Case Study", Interfaces 31, S94-S107. Published for
    research and teaching without an explicit licence (brucehardie.com/datasets); taken from the package lifetimes
    0.11.3.

    Examples
    --------
    >>> from clvmodels.datasets import cdnow
    >>> log = cdnow()
    >>> log.shape
    (6919, 4)
    >>> log["customer_id"].nunique()
    2357
    >>> log.head(2)
       customer_id       date  quantity  amount
    0            1 1997-01-01         2   29.33
    1            1 1997-01-18         2   29.73
    """
    types = {"customer_id": "int64", "quantity": "int64", "amount": "float64"}
    with (files(__name__) / "cdnow.csv.gz").open("rb") as packed:
        return pd.read_csv(packed, compression="gzip", dtype=types, parse_dates=["date"], date_format="%Y-%m-%d")


# Hidden from type checkers, which would otherwise believe that every attribute exists.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> NoReturn:
        raise_missing(__name__, name, "package")
