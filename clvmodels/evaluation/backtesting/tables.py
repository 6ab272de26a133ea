"""Tables of a backtest: what is printed, and what plots draw."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from clvmodels import metrics
from clvmodels.arrays import FloatArray
from clvmodels.evaluation.backtesting.asking import TARGETS
from clvmodels.evaluation.backtesting.bootstrap import Difference, Resampled
from clvmodels.evaluation.backtesting.measures import Measure, measures_of
from clvmodels.evaluation.backtesting.origin import Origin, Remark
from clvmodels.evaluation.backtesting.settings import whole
from clvmodels.metrics import Ranking

if TYPE_CHECKING:
    import pandas as pd

    from clvmodels.evaluation.backtesting.result import Backtest


@dataclass(frozen=True, eq=False)
class Pooled:
    """One contender's forecasts and outcomes, customers of its cut-offs one after the other.

    Attributes
    ----------
    contender
        Its name.
    predicted, actual
        Shape (n,).
    ranks
        Of the forecasts.
    """

    contender: str
    predicted: FloatArray
    actual: FloatArray
    ranks: Ranking


def pooled(origins: Sequence[Origin], contenders: Sequence[str], target: str, ties: str) -> Iterator[Pooled]:
    """Each contender that predicts the target."""
    for name in contenders:
        having = [origin for origin in origins if name in origin.forecasts and target in origin.forecasts[name].means]
        if having:
            predicted = np.concatenate([origin.forecasts[name].means[target] for origin in having])
            actual = np.concatenate([origin.actual[target] for origin in having])
            yield Pooled(name, predicted, actual, Ranking.of(predicted, ties))


def league(backtest: "Backtest", target: str, measure: Measure) -> "pd.DataFrame":
    """The table that `Backtest.league` describes."""
    import pandas as pd

    names = [one.name for one in measures_of(target, backtest.settings)]
    rows, losses = [], []
    for contender in backtest.contenders:
        found = [_scored(origin, contender, target, names) for origin in backtest.origins]
        given = np.array([values for values in found if values is not None]).reshape(-1, len(names))
        means = given.mean(axis=0) if len(given) else np.full(len(names), np.nan)
        complete = len(given) == len(found)
        losses.append(measure.loss(given[:, names.index(measure.name)]).mean() if complete else np.nan)
        rows.append((contender, len(given), *means))
    table = pd.DataFrame(rows, columns=["contender", "cutoffs", *names])
    table.insert(1, "rank", pd.Series(losses).rank(method="min").astype("Int64"))
    loss = np.array(losses)
    return table.iloc[np.lexsort((loss, np.isnan(loss)))].reset_index(drop=True)


def _scored(origin: Origin, contender: str, target: str, names: Sequence[str]) -> list[float] | None:
    """A contender's measures at a cut-off, or None if it failed there."""
    found = {metric: value for name, kind, metric, value in origin.scores if (name, kind) == (contender, target)}
    return [found[name] for name in names] if found else None


def differences(
    found: Resampled, contenders: Sequence[str], reference: str, what: tuple[str, Measure], level: float
) -> "pd.DataFrame":
    """The table that `Backtest.compare` describes, of a target and a measure."""
    import pandas as pd

    target, measure = what
    rows: list[dict[str, Any]] = []
    for place, name in enumerate(contenders):
        if name == reference:
            continue
        one = found.difference(measure, (place, contenders.index(reference)), level)
        names = {"contender": name, "reference": reference, "target": target, "metric": measure.name}
        rows.append(names | asdict(one))
    columns = ["contender", "reference", "target", "metric", *(field.name for field in fields(Difference))]
    table = pd.DataFrame(rows, columns=columns)
    order = np.argsort(measure.loss(table["value"].to_numpy(dtype=float)), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def cutoffs(origins: Sequence[Origin]) -> "pd.DataFrame":
    """The table that `Backtest.cutoffs` describes."""
    import pandas as pd

    rows = [
        {"cutoff": origin.cutoff, "until": origin.until, "customers": origin.customers} | dict(origin.totals)
        for origin in origins
    ]
    table = pd.DataFrame(rows).rename(columns={"activity": "active"})
    return table.astype({"purchases": "int64", "active": "int64"})


def remarks(found: Iterable[Remark], kinds: tuple[str, ...]) -> "pd.DataFrame":
    """Remarks of some kinds."""
    import pandas as pd

    names = ["cutoff", "contender", "kind", "target", "message"]
    return pd.DataFrame([asdict(remark) for remark in found if remark.kind in kinds], columns=names)


def predictions(origins: Sequence[Origin], targets: Sequence[str], contender: str | None) -> "pd.DataFrame":
    """The table that `Backtest.predictions` describes."""
    import pandas as pd

    parts = []
    for origin in origins:
        for name, forecast in origin.forecasts.items():
            if contender not in (None, name):
                continue
            columns: dict[str, Any] = {"cutoff": origin.cutoff, "contender": name, "customer_id": list(origin.ids)}
            for target in targets:
                columns[TARGETS[target]] = forecast.means.get(target, np.nan)
                columns[f"actual_{target}"] = origin.actual[target]
                spread = forecast.spreads.get(target)
                if spread is not None and spread.lower is not None:
                    columns |= {f"{target}_lower": spread.lower, f"{target}_upper": spread.upper}
            parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["cutoff", "contender"])


def calibration(cases: Iterable[Pooled], groups: int) -> "pd.DataFrame":
    """The table that `Backtest.calibration` describes."""

    def table(case: Pooled) -> dict[str, Any]:
        found = metrics.calibration_by_group(case.predicted, case.actual, groups)
        return {
            "group": np.arange(1, len(found.customers) + 1),
            "customers": found.customers.astype(np.int64),
            "predicted": found.predicted,
            "actual": found.actual,
            "standard_error": found.standard_error,
        }

    return _below(cases, table, ("group", "customers", "predicted", "actual", "standard_error"))


def lift(cases: Iterable[Pooled], groups: int) -> "pd.DataFrame":
    """The table that `Backtest.lift` describes."""

    def table(case: Pooled) -> dict[str, Any]:
        lifts = metrics.lift_by_group(case.ranks, case.actual, groups)
        sizes = np.diff(metrics.order.group_bounds(len(case.actual), groups)).astype(np.int64)
        places = np.arange(1, len(lifts) + 1)
        return {"group": places, "customers": sizes, "actual": lifts * case.actual.mean(), "lift": lifts}

    return _below(cases, table, ("group", "customers", "actual", "lift"))


def cumulative_gain(cases: Iterable[Pooled], points: int) -> "pd.DataFrame":
    """The table that `Backtest.cumulative_gain` describes."""
    shares = np.linspace(0.0, 1.0, whole(points, "points", 1) + 1)

    def table(case: Pooled) -> dict[str, Any]:
        gain = metrics.cumulative_gain(case.ranks, case.actual, shares)
        return {"share": shares, "gain": gain, "best": metrics.cumulative_gain(case.actual, case.actual, shares)}

    return _below(cases, table, ("share", "gain", "best"))


def coverage(origins: Sequence[Origin], target: str) -> "pd.DataFrame":
    """The table that `Backtest.coverage` describes."""
    import pandas as pd

    names = ["probability", "coverage", "width"]
    rows = [
        (name, one.level, origin.customers, one.probability, one.inside, one.width)
        for origin in origins
        for name, forecast in origin.forecasts.items()
        if target in forecast.spreads
        for one in forecast.spreads[target].coverage
    ]
    table = pd.DataFrame(rows, columns=["contender", "level", "customers", *names])
    table[names] = table[names].mul(table["customers"], axis=0)
    # NaN is what nobody knows, not 0.
    sums = table.groupby(["contender", "level"], sort=False)[["customers", *names]].sum(min_count=1)
    return sums[names].div(sums["customers"], axis=0).reset_index()


def pit(origins: Sequence[Origin], target: str, bins: int) -> "pd.DataFrame":
    """The table that `Backtest.pit` describes."""
    edges = np.linspace(0.0, 1.0, whole(bins, "bins", 1) + 1)
    values: dict[str, list[FloatArray]] = {}
    for origin in origins:
        for name, forecast in origin.forecasts.items():
            found = forecast.spreads[target].pit if target in forecast.spreads else None
            if found is not None:
                values.setdefault(name, []).append(found)

    def table(case: tuple[str, FloatArray]) -> dict[str, Any]:
        share = np.histogram(case[1], edges)[0] / len(case[1])
        return {"lower": edges[:-1], "upper": edges[1:], "share": share, "density": share * bins}

    joined = [(name, np.concatenate(parts)) for name, parts in values.items()]
    return _below(joined, table, ("lower", "upper", "share", "density"), lambda case: case[0])


def tracking(origins: Sequence[Origin], target: str) -> "pd.DataFrame":
    """The table that `Backtest.tracking` describes."""
    import pandas as pd

    rows = [
        (origin.cutoff, name, total, origin.totals[target], origin.customers)
        for origin in origins
        for name, kind, total in origin.expected
        if kind == target
    ]
    table = pd.DataFrame(rows, columns=["cutoff", "contender", "expected", "actual", "customers"])
    bias = table["expected"] / table["actual"].where(table["actual"] != 0) - 1.0
    table.insert(4, "bias", bias)
    return table


def _below(
    cases: Iterable[Any],
    table: Callable[[Any], dict[str, Any]],
    names: Sequence[str],
    label: Callable[[Any], str] = lambda case: case.contender,
) -> "pd.DataFrame":
    """Tables of contenders, one below the other, with their names in front."""
    import pandas as pd

    parts = [pd.DataFrame({"contender": label(case), **table(case)}) for case in cases]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["contender", *names])
