"""The purchases of a few customers, one by one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals.stable.v2 as nw

from clvmodels.errors import InputError
from clvmodels.transactions import engines
from clvmodels.transactions.counting import PERIOD
from clvmodels.transactions.daily import FIRST, counted_purchases
from clvmodels.transactions.moments import DAY, EPOCH
from clvmodels.transactions.names import ID
from clvmodels.transactions.summarizing import Plan

if TYPE_CHECKING:
    import pandas as pd


def purchase_histories(plan: Plan, customers: Sequence[Any]) -> "pd.DataFrame":
    """Purchases of some customers as a summary counts them, by one query on any engine.

    Parameters
    ----------
    plan
        How the log is read and counted.
    customers
        Their ids.

    Returns
    -------
    pandas.DataFrame
        A row per purchase, by customer in the order given and by time: customer_id, time (datetime64), age (days since
        the first purchase), last_age (the age at the end of observation).

    Raises
    ------
    InputError
        If a customer has no purchase up to the end of observation.

    Examples
    --------
    >>> import pandas as pd
    >>> import clvmodels as clv
    >>> from clvmodels.transactions import purchase_histories
    >>> log = pd.DataFrame({"id": [7, 7, 8], "day": ["2024-01-01", "2024-01-03", "2024-01-02"]})
    >>> tx = clv.Transactions(log, customer="id", time="day")
    >>> purchase_histories(tx.plan(tx.summarize(time_unit="day").options), [7])
       customer_id       time  age  last_age
    0            7 2024-01-01  0.0       2.0
    1            7 2024-01-03  2.0       2.0
    """
    import pandas as pd

    with engines.readable():
        found = counted_purchases(plan).filter(nw.col(ID).is_in(list(customers)))
        rows = engines.records(found.select(ID, PERIOD, FIRST))
    place = {customer: number for number, customer in enumerate(customers)}
    missing = place.keys() - {row[ID] for row in rows}
    if missing:
        raise InputError(
            f"{len(missing):,} of the customers have no purchase up to {plan.until}.", rows=sorted(missing, key=str)
        )
    rows.sort(key=lambda row: (place[row[ID]], row[PERIOD]))
    end = plan.until.end if plan.options.collapse is None else plan.until.day
    return pd.DataFrame(
        {
            "customer_id": [row[ID] for row in rows],
            "time": pd.to_datetime([int(row[PERIOD]) for row in rows], unit="us", origin=pd.Timestamp(EPOCH)),
            "age": [(int(row[PERIOD]) - int(row[FIRST])) / DAY for row in rows],
            "last_age": [(end - int(row[FIRST])) / DAY for row in rows],
        }
    )
