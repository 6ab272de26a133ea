"""What a backtest found."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clvmodels.errors import InputError
from clvmodels.evaluation.backtesting import tables, words
from clvmodels.evaluation.backtesting.asking import TARGETS
from clvmodels.evaluation.backtesting.bootstrap import Resampling, resampled
from clvmodels.evaluation.backtesting.measures import measure_named, measures_of
from clvmodels.evaluation.backtesting.origin import Origin
from clvmodels.evaluation.backtesting.settings import Settings

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Backtest:
    """Forecasts of several contenders at several cut-offs beside what happened; `backtest` makes it.

    Printed, it is the league table of every target. Measures are explained in `clvmodels.metrics`.

    Attributes
    ----------
    settings
        What all were asked.
    contenders
        Their names.
    origins
        The cut-offs, in order of time.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> result = clv.backtest(tx, {"BG/NBD": clv.BGNBD()}, cutoffs=["1997-09-30"], horizon="39 weeks", time_unit="week")
    >>> result
    <Backtest of 1 contender at 1 cut-off, 39 weeks ahead>
    >>> result.tracking()[["cutoff", "expected", "actual", "bias"]].round(3)
           cutoff  expected  actual   bias
    0  1997-09-30  1653.409  1882.0 -0.121
    """

    settings: Settings
    contenders: tuple[str, ...]
    origins: tuple[Origin, ...]

    @property
    def ok(self) -> bool:
        """Whether nobody failed and every fit converged."""
        return not any(remark.kind in {"failed", "not converged"} for remark in self._remarks())

    @property
    def targets(self) -> tuple[str, ...]:
        """What was judged: purchases, with money revenue and value, and activity."""
        return tuple(target for target in TARGETS if target in self.origins[0].totals)

    @property
    def scores(self) -> "pd.DataFrame":
        """Every measure: cutoff, contender, target, metric, value (NaN if not available), customers."""
        import pandas as pd

        rows = [(origin.cutoff, *score, origin.customers) for origin in self.origins for score in origin.scores]
        return pd.DataFrame(rows, columns=["cutoff", "contender", "target", "metric", "value", "customers"])

    @property
    def cutoffs(self) -> "pd.DataFrame":
        """A row per cut-off: cutoff, until, customers, and what happened in the window.

        That is purchases, with money revenue and value, and active, the number of customers who bought at least once.
        Customers are those who had bought by the cut-off; who came later is in no figure.
        """
        return tables.cutoffs(self.origins)

    @property
    def failures(self) -> "pd.DataFrame":
        """Contenders that failed, with what they raised: cutoff, contender, message."""
        return tables.remarks(self._remarks(), ("failed",))[["cutoff", "contender", "message"]]

    @property
    def notes(self) -> "pd.DataFrame":
        """What scores do not tell: cutoff, contender, kind, target, message.

        Kinds are "not converged", "at a boundary", and "not available", which says why a target has no forecast or a
        contender no predictive distribution of it.
        """
        return tables.remarks(self._remarks(), ("not converged", "at a boundary", "not available"))

    def league(self, target: str = "purchases", by: str | None = None) -> "pd.DataFrame":
        """All contenders by all measures of a target, the best first.

        Parameters
        ----------
        target
            "purchases", "revenue", "value" or "activity".
        by
            The measure that ranks; by default squared error (rmse), and the Brier score for activity.

        Returns
        -------
        pandas.DataFrame
            A row per contender: contender, rank, cutoffs (at how many it gave a forecast), and means of measures over
            them, NaN where not available. Who failed at a cut-off, or has no such measure, stands below without a rank:
            its figures are of other customers. Bias is the mean of signed biases; by="bias" ranks by their mean size.
        """
        measure = measure_named(by, self._known(target), self.settings)
        return tables.league(self, target, measure)

    def compare(
        self,
        reference: str | None = None,
        target: str = "purchases",
        metric: str | None = None,
        *,
        level: float = 0.95,
        replicates: int = 1_000,
        seed: int = 0,
    ) -> "pd.DataFrame":
        """Differences to a reference with intervals: who is better, who is worse, and what is a tie.

        Customers are resampled with replacement, the same for all contenders, and with all their cut-offs together. The
        interval says how much of a difference is chance of which customers there are. It does not know that another
        year may be another year: a few cut-offs are few years. With many contenders one in twenty ties will look like a
        difference at 95%; where the reference is the best of many, its lead is flattered.

        Parameters
        ----------
        reference
            A contender's name; by default the best by the metric.
        target, metric
            As for `league`.
        level
            Of the intervals.
        replicates, seed
            Resamples, and the seed of their random numbers.

        Returns
        -------
        pandas.DataFrame
            A row per other contender: contender, reference, target, metric, value, reference_value (means over the
            cut-offs at which both gave a forecast; of bias, of its size), difference (value - reference_value), lower,
            upper, verdict ("better" or "worse" than the reference, "tie", or "not available"), cutoffs, customers.

        Raises
        ------
        InputError
            If predictions were not kept, or a name is not known.
        """
        measure, how = measure_named(metric, self._known(target), self.settings), Resampling(level, replicates, seed)
        chosen = tables.league(self, target, measure)["contender"].iloc[0] if reference is None else reference
        self._known_contender(chosen)
        found = resampled(self.kept(), self.contenders, target, measure, self.settings.ties, how)
        return tables.differences(found, self.contenders, chosen, (target, measure), level)

    def predictions(self, contender: str | None = None, cutoff: object = None) -> "pd.DataFrame":
        """Forecast and outcome of every customer, of one contender or cut-off or of all.

        Returns
        -------
        pandas.DataFrame
            cutoff, contender, customer_id; for each target its forecast (expected_purchases, expected_revenue, clv,
            probability_active) and what happened, such as `actual_purchases`; with a level also lower and upper bounds,
            such as purchases_lower.
        """
        if contender is not None:
            self._known_contender(contender)
        return tables.predictions(self.kept(cutoff), self.targets, contender)

    def calibration(self, target: str = "purchases", groups: int = 10, cutoff: object = None) -> "pd.DataFrame":
        """Mean forecast beside mean outcome, in groups of customers of like forecasts, lowest first.

        Parameters
        ----------
        target
            As for `league`.
        groups
            How many.
        cutoff
            One of them; by default all together, a customer counting at each.

        Returns
        -------
        pandas.DataFrame
            contender, group (from 1), customers, predicted, actual, standard_error (of actual).
        """
        return tables.calibration(self.cases(target, cutoff), groups)

    def lift(self, target: str = "purchases", groups: int = 10, cutoff: object = None) -> "pd.DataFrame":
        """Mean outcome over everybody's mean, in groups from the highest forecasts to the lowest.

        Returns
        -------
        pandas.DataFrame
            contender, group (from 1), customers, actual (mean), lift.
        """
        return tables.lift(self.cases(target, cutoff), groups)

    def cumulative_gain(self, target: str = "purchases", points: int = 100, cutoff: object = None) -> "pd.DataFrame":
        """Share of the actual total that the customers with the highest forecasts hold.

        Returns
        -------
        pandas.DataFrame
            contender, share (of customers), gain, best (the gain in the order of what happened).
        """
        return tables.cumulative_gain(self.cases(target, cutoff), points)

    def coverage(self, target: str = "purchases") -> "pd.DataFrame":
        """Intervals at several levels: what they hold beside what they claim.

        Returns
        -------
        pandas.DataFrame
            contender, level (nominal), probability (that the forecast puts on its own intervals: more than the level
            for counts, which have steps), coverage, width; means over customers of all cut-offs. Empty without level=.
        """
        return tables.coverage(self.kept(), self._known(target))

    def pit(self, target: str = "purchases", bins: int = 10, cutoff: object = None) -> "pd.DataFrame":
        """Histogram of where outcomes fell in their predictive distributions; flat if these are right.

        Returns
        -------
        pandas.DataFrame
            contender, lower, upper (bounds of the bin), share (of customers), density (1 if flat).
        """
        return tables.pit(self.kept(cutoff), self._known(target), bins)

    def tracking(self, target: str = "purchases") -> "pd.DataFrame":
        """Totals cut-off by cut-off: cutoff, contender, expected, actual, bias, customers."""
        return tables.tracking(self.origins, self._known(target))

    def cases(self, target: str, cutoff: object = None) -> Iterator[tables.Pooled]:
        """Forecasts and outcomes of each contender, at one cut-off or at all it has, one after the other."""
        return tables.pooled(self.kept(cutoff), self.contenders, self._known(target), self.settings.ties)

    def kept(self, cutoff: object = None) -> tuple[Origin, ...]:
        """The cut-offs, or one of them, with what was said of every customer.

        Raises
        ------
        InputError
            If there is no such cut-off, or predictions were not kept.
        """
        chosen = [origin for origin in self.origins if cutoff is None or str(origin.cutoff) == str(cutoff)[:10]]
        if not chosen:
            known = ", ".join(str(origin.cutoff) for origin in self.origins)
            raise InputError(f"There is no cut-off {cutoff}.", advice=f"They are {known}.")
        if not all(origin.ids for origin in chosen):
            raise InputError(
                "Predictions of every customer were not kept, for they are large or that was not wanted.",
                advice="Use backtest(..., keep_predictions=True), fewer contenders or fewer cut-offs.",
            )
        return tuple(chosen)

    def __repr__(self) -> str:
        many = words.number(len(self.contenders), "contender"), words.number(len(self.origins), "cut-off")
        return f"<Backtest of {many[0]} at {many[1]}, {self.origins[0].horizon} ahead>"

    def __str__(self) -> str:
        return words.text(self)

    def _repr_html_(self) -> str:
        return words.html(self)

    def _remarks(self) -> Iterator[Any]:
        return (remark for origin in self.origins for remark in origin.remarks)

    def _known(self, target: str) -> str:
        measures_of(target, self.settings)
        if target not in self.targets:
            raise InputError(f"{target} was not judged: the log has no amounts.", advice="Name them: amount=.")
        return target

    def _known_contender(self, name: object) -> None:
        if name not in self.contenders:
            raise InputError(f"There is no contender {name!r}.", advice=f"They are {', '.join(self.contenders)}.")
