"""Cut-offs for whoever does not care which: the last windows that the log holds."""

from datetime import date, timedelta

from clvmodels.errors import InputError
from clvmodels.evaluation.backtesting.settings import whole
from clvmodels.transactions import Transactions, whole_days
from clvmodels.transactions.moments import date_of
from clvmodels.transactions.options import SummaryOptions
from clvmodels.units import Horizon, TimeUnit


def last_cutoffs(
    transactions: Transactions, number: int, horizon: object, *, time_unit: str, timezone: str | None = None
) -> tuple[date, ...]:
    """Cut-offs of the last windows before the log's end, which follow one another without overlap.

    Parameters
    ----------
    transactions
        The log.
    number
        How many.
    horizon
        Length of a window, such as "26 weeks", or a number in `time_unit`.
    time_unit, timezone
        As for `Transactions.summarize`.

    Returns
    -------
    tuple of datetime.date
        In order of time; the last window ends with the log's last whole day.

    Raises
    ------
    InputError
        If the log is too short for so many.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> [str(day) for day in clv.evaluation.last_cutoffs(tx, 2, "26 weeks", time_unit="week")]
    ['1997-07-01', '1997-12-30']
    """
    whole(number, "number of cut-offs", 1)
    length, days = _window(horizon, time_unit)
    first, last = _ends(transactions, time_unit, timezone)
    if number * days > (last - first).days:
        raise InputError(
            f"{number:,} x {length} ({number * days:,} days) up to the log's end leave nothing to learn from: "
            f"it reaches from {first} to {last} ({(last - first).days + 1:,} days).",
            advice="Take a shorter horizon or fewer cut-offs.",
        )
    return tuple(last - timedelta(days=days * place) for place in range(number, 0, -1))


def most_cutoffs(
    transactions: Transactions,
    horizon: object,
    *,
    time_unit: str,
    timezone: str | None = None,
    until: date | None = None,
) -> int:
    """How many windows the log has room for, with a day at least before them to learn from.

    Parameters
    ----------
    transactions, horizon, time_unit, timezone
        As for `last_cutoffs`.
    until
        The day with which the last window ends; by default the log's last whole day.

    Returns
    -------
    int
        At least 0.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> clv.evaluation.most_cutoffs(tx, "26 weeks", time_unit="week")
    2
    """
    _, days = _window(horizon, time_unit)
    first, last = _ends(transactions, time_unit, timezone)
    return max(0, ((until or last) - first).days // days)


def _window(horizon: object, time_unit: str) -> tuple[Horizon, int]:
    length = whole_days(horizon, TimeUnit.parse(time_unit))
    return length, round(length.in_unit(TimeUnit.DAY))


def _ends(transactions: Transactions, time_unit: str, timezone: str | None) -> tuple[date, date]:
    bounds = transactions.plan(SummaryOptions(time_unit=TimeUnit.parse(time_unit), timezone=timezone)).bounds
    return date_of(bounds.low), bounds.last_whole_day
