"""Who won, in a sentence that can be passed on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from clvmodels.evaluation.backtesting.measures import measures_of

if TYPE_CHECKING:
    import pandas as pd

    from clvmodels.evaluation.backtesting.result import Backtest

_MOST_NAMES = 3
# The absolute error of means rewards whoever expects little of everybody.
_NO_CONTEST = frozenset({"mae_of_means"})


def verdict(comparison: "pd.DataFrame") -> str:
    """Whether the reference won, or with whom it is tied.

    Parameters
    ----------
    comparison
        As `Backtest.compare` returns it for the best contender, its default.

    Examples
    --------
    >>> import pandas as pd
    >>> from clvmodels.evaluation import verdict
    >>> rivals = pd.DataFrame({"contender": ["past rate", "hiatus"], "verdict": ["worse", "tie"]})
    >>> rivals = rivals.assign(reference="BG/NBD", target="purchases", metric="rmse", reference_value=1.608)
    >>> verdict(rivals)
    'Purchases: by rmse BG/NBD (1.608) and hiatus are tied, their difference may be chance; past rate is worse.'
    """
    known = comparison[comparison["verdict"] != "not available"]
    if not len(known):
        return "There are no two contenders to compare."
    first = known.iloc[0]
    best = f"{first['reference']} ({first['reference_value']:,.4g})"
    parts = [_lead(best, _of(comparison, "tie"), unbeaten=not _of(comparison, "better"))]
    parts += [
        _said(_of(comparison, word), words)
        for word, words in (
            ("worse", "worse"),
            ("better", "better where there are forecasts of both"),
            ("not available", "not comparable"),
        )
        if _of(comparison, word)
    ]
    return f"{str(first['target']).capitalize()}: by {str(first['metric']).replace('_', ' ')} {'; '.join(parts)}."


def also_first(backtest: "Backtest", target: str, best: str) -> str:
    """By which other measures of means and order somebody else stands first, by chance or not; empty if by none.

    The mean absolute error of means is no contest.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import also_first
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> rivals = {"BG/NBD": clv.BGNBD(), "hiatus": clv.heuristics.Hiatus("13 weeks")}
    >>> result = clv.backtest(tx, rivals, cutoffs=["1997-09-30"], horizon="39 weeks", time_unit="week")
    >>> also_first(result, "purchases", "BG/NBD")
    'Others are first by bias (hiatus), spearman (hiatus), top decile capture (hiatus) and top decile hits (hiatus).'
    """
    found = []
    for measure in measures_of(target, replace(backtest.settings, level=None)):
        if measure.name in _NO_CONTEST:
            continue
        table = backtest.league(target, by=measure.name)
        first = list(table.loc[table["rank"] == 1, "contender"])
        if first and best not in first:
            found.append(f"{measure.name.replace('_', ' ')} ({_listed(first)})")
    return f"Others are first by {_listed(found)}." if found else ""


def _of(comparison: "pd.DataFrame", word: str) -> list[str]:
    return list(comparison.loc[comparison["verdict"] == word, "contender"])


def _lead(best: str, ties: Sequence[str], *, unbeaten: bool) -> str:
    if ties:
        differences = "difference" if len(ties) == 1 else "differences"
        return f"{_listed([best, *ties])} are tied, their {differences} may be chance"
    return f"{best} is the best{', beyond chance' if unbeaten else ' of those that forecast at every cut-off'}"


def _said(names: Sequence[str], what: str) -> str:
    if len(names) > _MOST_NAMES:
        return f"{len(names)} others are {what}"
    return f"{_listed(names)} {'is' if len(names) == 1 else 'are'} {what}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
