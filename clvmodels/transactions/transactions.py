"""Transactions: the caller's log, its columns named once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from clvmodels.errors import InputError, WrongTypeError
from clvmodels.peers import ExplainsPeerCalls
from clvmodels.transactions.daily import purchases_by_day
from clvmodels.transactions.engines import readable
from clvmodels.transactions.log import Columns, Log, read_log
from clvmodels.transactions.moments import Moment, require_format
from clvmodels.transactions.names import listed
from clvmodels.transactions.options import SummaryOptions
from clvmodels.transactions.pages import transactions_html
from clvmodels.transactions.profile import Profile
from clvmodels.transactions.split import Calibration, Cut, Holdout
from clvmodels.transactions.summarizing import Plan, summarize
from clvmodels.transactions.summary import Summary
from clvmodels.units import TimeUnit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False, init=False)
class Transactions(ExplainsPeerCalls):
    """A log of purchases and refunds, one row each, in a frame of any engine.

    The rows are checked once, here. The caller's frame is never changed.

    Parameters
    ----------
    frame
        A pandas, Polars (eager or lazy), PyArrow or PySpark frame, or a DuckDB relation.
    customer, time, amount
        Names of columns. Ids are integers of any width, text, UUIDs or categories. Times are dates, naive or aware
        datetimes, or text in ISO 8601. Without `amount` there are no columns of money.
    attributes
        Columns that describe the customer, such as the channel of the first purchase.
    time_format
        How times written as text or as numbers such as 31032024 are read, in the codes of `strptime`.

    Raises
    ------
    InputError
        If a column is missing or empty, or times, amounts or ids cannot be used; the message shows the rows.
    WrongTypeError
        If `frame` is no frame.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.transactions import Transactions
    >>> log = pd.DataFrame({"who": ["a", "a", "b"], "when": ["2024-01-01", "2024-01-15", "2024-01-08"]})
    >>> transactions = Transactions(log, customer="who", time="when")
    >>> transactions
    Transactions(customer='who', time='when')
    >>> summary = transactions.summarize(time_unit="week", until="2024-01-29")
    >>> summary.frame[["customer_id", "frequency", "recency", "T"]].to_dict("list")
    {'customer_id': ['a', 'b'], 'frequency': [1, 0], 'recency': [2.0, 0.0], 'T': [4.0, 3.0]}
    """

    _log: Log

    def __init__(
        self,
        frame: object,
        customer: str,
        time: str,
        amount: str | None = None,
        attributes: Sequence[str] = (),
        time_format: str | None = None,
    ) -> None:
        named = listed(attributes, "Attributes")
        roles = listed([customer, time, *([] if amount is None else [amount])], "Columns")
        for name in (*roles, *named):
            if not name or name == "*" or (name.startswith("^") and name.endswith("$")):
                raise InputError(
                    f"{name!r} names no column: engines read it as a pattern for many, or as none.",
                    advice="Rename the column.",
                )
        if len(set(named)) < len(named):
            raise InputError("An attribute is named twice.", advice="Name each once.")
        if len(set(roles)) < len(roles):
            raise InputError(
                f"customer, time and amount are {', '.join(map(repr, roles))}: one column cannot be two of them.",
                advice="Name a column for each.",
            )
        require_format(time_format)
        columns = Columns(customer, time, amount, named, time_format)
        with readable():
            object.__setattr__(self, "_log", read_log(frame, columns))

    def __repr__(self) -> str:
        columns = self._log.columns
        named = {"customer": columns.customer, "time": columns.time, "amount": columns.amount}
        return f"Transactions({', '.join(f'{key}={name!r}' for key, name in named.items() if name is not None)})"

    def _repr_html_(self) -> str:
        return transactions_html(self._log)

    def summarize(  # noqa: PLR0913 - the contract's keywords, turned into a value at once
        self,
        *,
        time_unit: str,
        until: object = None,
        collapse: str | None = "day",
        refunds: str = "net",
        missing_ids: str = "drop",
        after_until: str = "drop",
        timezone: str | None = None,
        include_first: bool = False,
        first_seen_after: object = None,
    ) -> Summary:
        """One row per customer, as known at the end of observation.

        Parameters
        ----------
        time_unit
            Unit of recency and T: hour, day, week, month or year. It does not change what is counted.
        until
            Last day (or, as a datetime, last instant) that is observed, inclusive; a pandas Timestamp at midnight is
            that day. By default the log's last day, or the day before it if the log has times of day.
        collapse
            Purchases within a "day", a "week" (Monday to Sunday) or, with None, a microsecond count once, at the first
            day of the period.
        refunds
            "net": a period with negative amounts that nets to nothing or less is no purchase, and lowers total_value
            only; "ignore": negative rows are set aside; "error".
        missing_ids, after_until
            "drop" rows without a customer or after `until`, or "error".
        timezone
            In which aware times are cut into days, such as "Europe/Berlin".
        include_first
            Whether monetary_value and spend_periods include the first purchase.
        first_seen_after
            Keep only customers whose first purchase lies after this day: those before may have bought before the log
            begins.

        Raises
        ------
        InputError
            If no row or no customer is left, a policy of "error" finds rows, or time zones do not fit.
        ClvError
            If the log holds a single day with times of day and `until` is not given.

        Examples
        --------
        >>> import pandas as pd
        >>> from clvmodels.transactions import Transactions
        >>> log = pd.DataFrame({"id": [7, 7], "day": ["2024-01-01", "2024-01-15"], "paid": [20.0, 30.0]})
        >>> summary = Transactions(log, customer="id", time="day", amount="paid").summarize(time_unit="day")
        >>> summary.column("monetary_value")
        array([30.])
        """
        options = SummaryOptions(
            time_unit=TimeUnit.parse(time_unit),
            until=until,
            collapse=collapse,
            refunds=refunds,
            missing_ids=missing_ids,
            after_until=after_until,
            timezone=timezone,
            include_first=include_first,
            first_seen_after=first_seen_after,
        )
        with readable():
            return summarize(self._log, options)

    def split(
        self, cutoff: object, horizon: object, *, time_unit: str, observed_until: object = None, **keywords: Any
    ) -> tuple[Calibration, Holdout]:
        """What was known at the end of the cut-off day, and what happened in the horizon after it.

        A horizon that is no whole number of days (a month is 30.4375 days) is rounded down to whole days; the length
        that was used is `holdout.horizon`. With collapse="week" a week that the cut-off divides counts on both sides,
        each with its own rows.

        Parameters
        ----------
        cutoff
            The last day of the calibration.
        horizon
            "39 weeks", or a number in `time_unit`.
        observed_until
            Last day that the log covers, if that is not the day of its last row.
        time_unit, keywords
            As for `summarize`; `until` is the cut-off.

        Raises
        ------
        InputError
            If the window ends after the log's last whole day.

        Examples
        --------
        >>> import pandas as pd
        >>> from clvmodels.transactions import Transactions
        >>> log = pd.DataFrame({"id": [7, 7, 7], "day": ["2024-01-01", "2024-01-15", "2024-01-31"]})
        >>> transactions = Transactions(log, customer="id", time="day")
        >>> calibration, holdout = transactions.split("2024-01-10", "3 weeks", time_unit="week")
        >>> calibration.summary.column("frequency"), holdout.column("purchases")
        (array([0.]), array([2.]))
        """
        if "until" in keywords:
            raise InputError("split has no until=: observation ends with the cut-off.", advice="Leave it out.")
        options = _options("split", time_unit, keywords)
        with readable():
            cut = Cut.of(self._log, cutoff, horizon, options, observed_until)
            summary = summarize(cut.before, cut.summary_options)
            return Calibration(_of(cut.before), summary, cut.cutoff), cut.holdout(summary)

    def purchases_by_day(
        self, *, until: object = None, acquired_until: object = None, options: SummaryOptions | None = None
    ) -> "pd.DataFrame":
        """Purchases day by day, counted as `summarize` counts them.

        Parameters
        ----------
        until
            Last day of the table; by default the log's last whole day.
        acquired_until
            Keep only customers whose first purchase lies on this day or before, such as those of a calibration.
        options
            The counting rule, such as the `options` of a summary; its `until` is not used.

        Returns
        -------
        pandas.DataFrame
            A row per day from the first purchase to `until`, also for days without any: day (datetime64),
            first_purchases (customers who bought for the first time), repeat_purchases. With collapse="week" purchases
            stand on Mondays.

        Examples
        --------
        >>> import pandas as pd
        >>> from clvmodels.transactions import Transactions
        >>> log = pd.DataFrame({"id": [7, 7, 8], "day": ["2024-01-01", "2024-01-03", "2024-01-03"]})
        >>> Transactions(log, customer="id", time="day").purchases_by_day()
                 day  first_purchases  repeat_purchases
        0 2024-01-01                1                 0
        1 2024-01-02                0                 0
        2 2024-01-03                1                 1
        """
        rule = options or SummaryOptions(time_unit=TimeUnit.DAY)
        acquired = None if acquired_until is None else Moment.parse(acquired_until, "acquired_until", rule.zone).value
        return purchases_by_day(Plan.of(self._log, replace(rule, until=until, after_until="drop")), acquired)

    def plan(self, options: SummaryOptions) -> Plan:
        """How the log is read and counted under the keywords of a summary, such as its `options`."""
        return Plan.of(self._log, options)

    def profile(self, *, time_unit: str, **keywords: Any) -> Profile:
        """The log in small tables, which `clv.check` looks at; no frame of rows leaves the engine.

        Parameters
        ----------
        time_unit, keywords
            As for `summarize`.

        Raises
        ------
        InputError
            As `summarize` does.

        Examples
        --------
        >>> import pandas as pd
        >>> from clvmodels.transactions import Transactions
        >>> log = pd.DataFrame({"id": [7, 7, 8], "day": ["2024-01-01", "2024-01-03", "2024-01-03"]})
        >>> Transactions(log, customer="id", time="day").profile(time_unit="day").days.rows
        array([1, 2])
        """
        options = _options("profile", time_unit, keywords)
        with readable():
            return Profile.of(Plan.of(self._log, options))


def _options(function: str, time_unit: str, keywords: Mapping[str, Any]) -> SummaryOptions:
    known = {field.name for field in fields(SummaryOptions)}
    if not known.issuperset(keywords):
        unknown = ", ".join(sorted(set(keywords) - known))
        raise WrongTypeError(f"{function} has no keyword {unknown}.", advice=f"It takes {', '.join(sorted(known))}.")
    return SummaryOptions(time_unit=TimeUnit.parse(time_unit), **keywords)


def _of(log: Log) -> Transactions:
    transactions = object.__new__(Transactions)
    object.__setattr__(transactions, "_log", log)
    return transactions
