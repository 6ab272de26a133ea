"""All checks of one log."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from clvmodels.errors import WrongTypeError
from clvmodels.evaluation.checks import calendar, customers, money, rows, seasons, timing
from clvmodels.evaluation.checks.ages import AgeTable
from clvmodels.evaluation.checks.cohorts import left_truncation, one_cohort
from clvmodels.evaluation.checks.finding import Finding, Findings
from clvmodels.transactions import Profile, Transactions
from clvmodels.units import TimeUnit

_DAYS_OF = {"day": 1.0, "week": 7.0}


def check(transactions: Transactions, *, time_unit: str = "week", until: object = None, **keywords: Any) -> Findings:
    """Look at a log before the numbers that models make of it are believed.

    Parameters
    ----------
    transactions
        The log, on any engine.
    time_unit, until, keywords
        As for `Transactions.summarize`: the checks look at what a summary so made is made of.

    Returns
    -------
    Findings
        The most severe first; nothing is found of what the log is too small to show. docs/checks.md lists the checks,
        their thresholds and sources, and what to do.

    Raises
    ------
    InputError
        As `summarize` does.
    WrongTypeError
        If `transactions` is no Transactions, or a keyword is none of summarize's.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> findings = clv.check(tx)
    >>> findings.ok, findings.worst.value
    (True, 'warning')
    >>> print(findings["one_cohort"].sentence[:99])
    The customers are one cohort: nearly all of them first bought by 1997-03-25, in the first 12 of 78
    """
    if not isinstance(transactions, Transactions):
        raise WrongTypeError(
            f"A {type(transactions).__name__} cannot be checked.",
            advice="Give clv.Transactions(frame, customer=..., time=..., amount=...).",
        )
    return check_profile(transactions.profile(time_unit=time_unit, until=until, **keywords))


def check_profile(profile: Profile) -> Findings:
    """The same of a log that has been looked at already.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation.checks.check import check_profile
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> check_profile(tx.profile(time_unit="week")).ok
    True
    """
    report = profile.report
    log = f"{report.rows:,} rows, {report.customers:,} customers until {profile.until}"
    found = (*_of_rows(profile), *_of_customers(profile), *_of_time(profile), *_of_money(profile))
    return Findings(log, tuple(finding for finding in found if finding is not None))


def _of_rows(profile: Profile) -> Iterator[Finding | None]:
    yield rows.missing_ids(profile.report, profile.money)
    yield rows.refunds(profile.report, profile.money)
    yield rows.free_orders(profile.report)
    yield rows.repeated_rows(profile.days)
    yield rows.log_end(profile.days, profile.report, profile.until, profile.last_row)


def _of_customers(profile: Profile) -> Iterator[Finding | None]:
    columns = profile.customers
    yield customers.few_customers(columns["frequency"])
    yield customers.one_time_buyers(columns["frequency"], columns["recency"], columns["T"])
    if profile.money is not None:
        yield customers.concentration(columns["total_value"])


def _of_time(profile: Profile) -> Iterator[Finding | None]:
    cohort = one_cohort(profile.weeks)
    truncated = left_truncation(profile.weeks, _cycle_in_weeks(profile)) if cohort is None else None
    table = AgeTable.of(profile.weeks)
    yield cohort
    yield truncated
    yield _regularity(profile)
    # One cohort shows no trend, and old customers taken for new ones make one that is none.
    if cohort is None and truncated is None:
        yield calendar.acquisition(profile.weeks)
        yield calendar.repeat_rate(table)
    yield seasons.seasonality(profile.weeks, table, one_cohort=cohort is not None)


def _of_money(profile: Profile) -> Iterator[Finding | None]:
    if profile.money is None or profile.sizes is None:
        return
    yield money.frequency_and_spend(profile.customers["frequency"], profile.customers["monetary_value"])
    yield money.order_scales(profile.sizes)
    yield money.large_order(profile.money)


def _cycle_in_weeks(profile: Profile) -> float:
    """Median over repeat buyers of their mean time between purchases; 0 if there are none."""
    frequency, recency = profile.customers["frequency"], profile.customers["recency"]
    repeat = frequency > 0
    gaps = recency[repeat] / frequency[repeat]
    return float(np.median(gaps)) * profile.options.time_unit.days / TimeUnit.WEEK.days if len(gaps) else 0.0


def _regularity(profile: Profile) -> Finding | None:
    columns, options = profile.customers, profile.options
    frequency, recency, log_gaps = (columns[name] for name in ("frequency", "recency", "log_gaps"))
    if options.collapse is None:
        return timing.regularity(frequency, recency, log_gaps, whole=False)
    periods = options.time_unit.days / _DAYS_OF[options.collapse]
    return timing.regularity(frequency, np.round(recency * periods), log_gaps + frequency * np.log(periods), whole=True)
