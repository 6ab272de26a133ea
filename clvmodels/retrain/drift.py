"""Whether the data themselves changed: the last weeks of a log beside those before them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.evaluation import Finding, Severity
from clvmodels.evaluation.checks.finding import percent
from clvmodels.retrain.chance import FEWEST_WEEKS, dispersion, mean_probability, pearson, rate_probability
from clvmodels.transactions import CohortWeeks, WeeklySums

_YEAR = 52
# Customers count as early repeaters by what they buy in so many weeks after the one in which they came.
_EARLY = 4
# So many more of the new rows than of the old ones may lack a customer.
MISSING_IDS_UP = 0.05


@dataclass(frozen=True)
class Weekly:
    """A figure by week.

    Attributes
    ----------
    name
        Of the finding.
    what
        In words, as the start of a sentence.
    counts, exposures
        Of which it is the ratio, shape (weeks,) each; exposures of 1 for a plain count.
    spread
        From counts and exposures to their dispersion; None for means of money, whose weeks are compared as they are.
    """

    name: str
    what: str
    counts: FloatArray
    exposures: FloatArray
    spread: Callable[[FloatArray, FloatArray], float] | None


@dataclass(frozen=True)
class Change:
    """The last weeks of a figure beside those before.

    Attributes
    ----------
    recent, reference
        Its value now and before.
    probability
        Of a difference at least so large if nothing changed.
    """

    recent: float
    reference: float
    probability: float

    @property
    def relative(self) -> float:
        """Change as a share of what was before."""
        return self.recent / self.reference - 1.0 if self.reference > 0 else np.inf if self.recent > 0 else 0.0


def figures(weeks: CohortWeeks, sums: WeeklySums | None) -> tuple[Weekly, ...]:
    """The figures of a log that are watched: customers won, early repeat purchases, order values and refunds.

    Parameters
    ----------
    weeks
        Purchases by week and cohort; the first week may be cut off and is left out.
    sums
        Rows and orders by week, or None.
    """
    acquired = weeks.acquired()[1:]
    cohorts, early = _early(weeks)
    found = [
        Weekly("acquisition", "New customers per week", acquired, np.ones(len(acquired)), lambda c, _: dispersion(c)),
        Weekly("repeat_rate", f"Purchases in the {_EARLY} weeks after a customer's first one", early, cohorts, pearson),
    ]
    if sums is not None:
        found += [
            Weekly("spend", "The mean order value", sums.order_total[1:], sums.orders[1:], None),
            Weekly("refunds", "The share of refunds among rows", sums.refund_rows[1:], sums.rows[1:], pearson),
        ]
    return tuple(found)


def _early(weeks: CohortWeeks) -> tuple[FloatArray, FloatArray]:
    """Customers by week of their first purchase, and what they bought in the weeks after it, of weeks old enough."""
    young = (weeks.week > weeks.cohort) & (weeks.week <= weeks.cohort + _EARLY)
    early = np.bincount(weeks.cohort[young], weights=weeks.repeat[young], minlength=weeks.weeks).astype(np.float64)
    whole = slice(1, max(weeks.weeks - _EARLY, 1))
    return weeks.acquired()[whole], early[whole]


def change(figure: Weekly, recent: int, reference: int, ago: int = 0) -> Change | None:
    """The last weeks of a figure beside those before, as of so many weeks ago; None where weeks are too few.

    Parameters
    ----------
    figure
        By week.
    recent, reference
        Numbers of weeks.
    ago
        Weeks to leave out at the end.

    Examples
    --------
    >>> import numpy as np
    >>> from clvmodels.retrain.drift import Weekly, change
    >>> from clvmodels.retrain.chance import pearson
    >>> figure = Weekly("x", "X", np.array([9.0] * 20 + [4.0] * 4), np.ones(24), pearson)
    >>> found = change(figure, recent=4, reference=20)
    >>> found.recent, found.reference, round(found.probability, 4)
    (4.0, 9.0, 0.0067)
    """
    end = len(figure.counts) - ago
    counts, exposures = figure.counts[:end], figure.exposures[:end]
    before = slice(max(end - recent - reference, 0), max(end - recent, 0))
    if end < recent + FEWEST_WEEKS:
        return None
    now, then = (counts[-recent:], exposures[-recent:]), (counts[before], exposures[before])
    if not now[1].sum() > 0 or not then[1].sum() > 0:
        return None
    means = (float(now[0].sum() / now[1].sum()), float(then[0].sum() / then[1].sum()))
    if figure.spread is None:
        return _change_of_means(now, then)
    probability = rate_probability(
        (float(now[0].sum()), float(now[1].sum())), then, float(figure.spread(then[0], then[1]))
    )
    return Change(*means, probability)


def _change_of_means(now: tuple[FloatArray, FloatArray], then: tuple[FloatArray, FloatArray]) -> Change | None:
    """In logarithms, in which a few large orders move a week less."""
    logs = []
    for counts, exposures in (now, then):
        with_orders = (exposures > 0) & (counts > 0)
        logs.append(np.log(counts[with_orders] / exposures[with_orders]))
    if not len(logs[0]) or len(logs[1]) < FEWEST_WEEKS:
        return None
    return Change(float(np.exp(logs[0].mean())), float(np.exp(logs[1].mean())), mean_probability(*logs))


@dataclass(frozen=True)
class Watch:
    """How figures are watched.

    Attributes
    ----------
    recent, reference
        Numbers of weeks.
    share
        Probability of a false alarm of one figure.
    min_change
        Smaller relative changes are not reported.
    """

    recent: int
    reference: int
    share: float
    min_change: float


def drifted(figure: Weekly, watch: Watch) -> Finding | None:
    """A finding if a figure changed by more than chance, a note if it did so last year too."""
    found = change(figure, watch.recent, watch.reference)
    if found is None or not found.probability < watch.share or abs(found.relative) < watch.min_change:
        return None
    last_year = change(figure, watch.recent, watch.reference, ago=_YEAR)
    seasonal = last_year is not None and _alike(found, last_year)
    also = "" if last_year is None else f" A year ago it changed by {last_year.relative:+.0%}."
    shown = percent if figure.name == "refunds" else "{:,.3g}".format
    return Finding(
        figure.name,
        Severity.NOTE if seasonal else Severity.WARNING,
        {
            "change": found.relative, "recent": found.recent, "reference": found.reference,
            "probability": found.probability,
        },
        f"{figure.what}: {shown(found.recent)} in the last {watch.recent} weeks after {shown(found.reference)} in the "
        "weeks before them, which is more than chance." + also,
        _ADVICE[figure.name],
    )  # fmt: skip


def _alike(now: Change, then: Change) -> bool:
    """Whether last year's change was in the same direction and at least half as large."""
    return now.relative * then.relative > 0 and abs(then.relative) >= 0.5 * abs(now.relative)


_ADVICE: Mapping[str, str] = {
    "acquisition": "Forecasts of the customers there are stand; revenue as a whole depends on those yet to come.",
    "repeat_rate": "New customers may not be like those from whom the model learnt; look at forecasts by cohort.",
    "spend": "See whether prices, currency or the column of amounts changed before values are believed.",
    "refunds": "See whether refunds are booked otherwise, or goods came back; values are before refunds yet to come.",
}


def changed_schema(now: Mapping[str, str], before: Mapping[str, str]) -> Finding | None:
    """A finding if columns of the source came, went or changed their type.

    Examples
    --------
    >>> from clvmodels.retrain.drift import changed_schema
    >>> changed_schema({"id": "BIGINT"}, {"id": "VARCHAR", "note": "VARCHAR"}).sentence
    "The source's columns changed: 'note' is gone; 'id' is BIGINT and was VARCHAR."
    """
    said = [f"{name[:40]!r} is new" for name in now if name not in before]
    said += [f"{name[:40]!r} is gone" for name in before if name not in now]
    said += [
        f"{name[:40]!r} is {kind} and was {before[name]}"
        for name, kind in now.items()
        if name in before and kind != before[name]
    ]
    if not said:
        return None
    shown = "; ".join(said[:5]) + (f" and {len(said) - 5} more" if len(said) > 5 else "")
    return Finding(
        "schema",
        Severity.WARNING,
        {"columns": len(said)},
        f"The source's columns changed: {shown}.",
        "Ask whoever writes the log whether the columns still mean the same.",
    )


def missing_ids(now: Mapping[str, float], before: Mapping[str, float]) -> Finding | None:
    """A finding if many more of the rows that came since the last run lack a customer.

    Examples
    --------
    >>> from clvmodels.retrain.drift import missing_ids
    >>> missing_ids({"rows": 200.0, "missing_ids": 60.0}, {"rows": 100.0, "missing_ids": 2.0}).figure
    0.58
    """
    rows = now.get("rows", 0.0) - before.get("rows", 0.0)
    if not rows > 0 or not before.get("rows"):
        return None
    share = (now.get("missing_ids", 0.0) - before.get("missing_ids", 0.0)) / rows
    earlier = before.get("missing_ids", 0.0) / before["rows"]
    if share - earlier < MISSING_IDS_UP:
        return None
    return Finding(
        "missing_ids",
        Severity.WARNING,
        {"share": share, "before": earlier},
        f"{percent(share)} of the rows since the last run have no customer; before it were {percent(earlier)}.",
        "Find out where the ids are lost: purchases without one are missing from every forecast.",
    )


def findings(watched: tuple[Weekly, ...], watch: Watch) -> Iterator[Finding]:
    """What changed among the figures that are watched."""
    return (found for figure in watched if (found := drifted(figure, watch)) is not None)
