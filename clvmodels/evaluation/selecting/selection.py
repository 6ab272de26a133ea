"""What comparing candidates found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clvmodels import markup
from clvmodels.errors import InputError
from clvmodels.evaluation.backtesting import Backtest
from clvmodels.evaluation.histogram import frequency_histogram
from clvmodels.evaluation.tracking import tracking
from clvmodels.fitting import PurchaseFit
from clvmodels.transactions import Calibration, Summary, Transactions

if TYPE_CHECKING:
    import pandas as pd

_DIFFERENCE = (
    "elpd_difference is by how much customers left out are less likely than under the best candidate, to be read "
    "beside difference_se, its standard error."
)


@dataclass(frozen=True, eq=False, repr=False)
class Selection:
    """Candidates beside each other, and which one to take; `select` makes it.

    Printed, it is the table and the sentence.

    Attributes
    ----------
    summary
        The customers.
    fits
        Every candidate by maximum likelihood, by name.
    posteriors
        Every candidate by Laplace's method, from which elpd_loo is.
    table
        A row per candidate, the best elpd_loo first; `select` describes its columns.
    choice
        Name of the candidate to take.
    reason
        Why, in a sentence.
    backtest
        The forecasts of the holdout, judged; None without a log.

    Examples
    --------
    >>> import clvmodels as clv
    >>> tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
    >>> summary = tx.summarize(time_unit="week", until="1997-09-30")
    >>> found = clv.select(summary, {"BG/NBD": clv.BGNBD(), "NBD": clv.NBD()}, draws=200)
    >>> found.best.model.name
    'BG/NBD'
    >>> found.frequency_histogram(most=2).query("model == 'BG/NBD'")[["purchases", "actual", "expected"]].round(1)
      purchases  actual  expected
    0         0    1411    1407.7
    1         1     439     460.3
    2        2+     507     489.0
    """

    summary: Summary
    fits: Mapping[str, PurchaseFit]
    posteriors: Mapping[str, PurchaseFit]
    table: "pd.DataFrame"
    choice: str
    reason: str
    backtest: Backtest | None = None

    @property
    def best(self) -> PurchaseFit:
        """The fit of the candidate to take, by maximum likelihood."""
        return self.fits[self.choice]

    def frequency_histogram(self, most: int = 10) -> "pd.DataFrame":
        """How many customers made how many repeat purchases, and how many each candidate expects, below each other.

        Parameters
        ----------
        most
            So many purchases or more are one group.

        Returns
        -------
        pandas.DataFrame
            model, and the columns of `evaluation.frequency_histogram`.
        """
        return _below_each_other(
            {name: frequency_histogram(self.summary, fit, most, level=None) for name, fit in self.fits.items()}
        )

    def tracking(self, transactions: Transactions, *, until: object = None, every: str = "week") -> "pd.DataFrame":
        """Repeat purchases over calendar time, and what each candidate expects of them, below each other.

        Parameters
        ----------
        transactions
            The log that the summary was made of, which may go on after it.
        until, every
            As for `evaluation.tracking`.

        Returns
        -------
        pandas.DataFrame
            model, and the columns of `evaluation.tracking`.

        Raises
        ------
        InputError
            If the summary does not say until when it observed.
        """
        if self.summary.until is None:
            raise InputError(
                "The summary does not say until when it observed.", advice="Make it by Transactions.summarize."
            )
        cut = Calibration(transactions, self.summary, self.summary.until)
        return _below_each_other(
            {
                name: tracking(transactions, cut, fit, until=until, every=every, level=None)
                for name, fit in self.fits.items()
            }
        )

    def __repr__(self) -> str:
        return f"<Selection of {len(self.fits)} candidates: {self.reason}>"

    def __str__(self) -> str:
        numbers = self._shown().to_string(index=False, float_format=lambda value: f"{value:,.3f}")
        return f"{numbers}\n{self.reason}"

    def _repr_html_(self) -> str:
        shown = self._shown()
        parts = [markup.sentence(self.reason, strong=f"{self.choice}:")]
        parts += [
            markup.table([str(name) for name in shown], shown.itertuples(index=False)),
            markup.sentence(_DIFFERENCE),
        ]
        return "".join(parts)

    def _shown(self) -> "pd.DataFrame":
        """The columns to be read first."""
        shown = ["fit", "parameters", "log_likelihood", "aic", "bic", "elpd_loo", "elpd_difference", "difference_se"]
        held = [] if self.backtest is None else ["holdout_bias", "holdout_rmse", "holdout"]
        return self.table[[*shown, *held]]


def _below_each_other(tables: "Mapping[str, pd.DataFrame]") -> "pd.DataFrame":
    import pandas as pd

    for name, table in tables.items():
        table.insert(0, "model", name)
    return pd.concat(tables.values(), ignore_index=True)
