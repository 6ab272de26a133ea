"""What a run expects of the time after it, and how an earlier expectation turned out."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Outlook:
    """What is expected of all customers together in the first days after the end of observation.

    Attributes
    ----------
    days
        Length of the window, which begins after the end of observation.
    purchases, revenue
        Expected, undiscounted, of the customers known at the end of observation.
    purchases_variance
        Of the purchases that will be made: chance and parameters.
    """

    days: int
    purchases: float
    revenue: float
    purchases_variance: float


@dataclass(frozen=True)
class Forecast:
    """What a run said of the time after it; later runs hold it to that.

    Attributes
    ----------
    until
        End of observation.
    candidate
        Whose fit made it.
    outlooks
        By length of window, shortest first.
    """

    until: date
    candidate: str
    outlooks: tuple[Outlook, ...]


@dataclass(frozen=True)
class Account:
    """An earlier run's forecast beside what happened.

    Attributes
    ----------
    run_date, until
        Of the run that made it, and its end of observation, after which the window begins.
    days
        Length of the window.
    target
        "purchases".
    expected, lower, upper
        The forecast, and its predictive interval with the allowance for overdispersion.
    actual
        What happened, of the customers who were known then.
    expected_revenue, actual_revenue
        The same in money.
    probability
        Of a miss at least so large if the forecast was right, two-sided.
    level
        Of the interval: 1 - false-alarm rate of this comparison.
    dispersion
        Variance of weekly counts over that of a Poisson process, by which the interval was widened; 1 if not.
    season
        Actual over expected of the same weeks last year by the same specification fitted then; None if not known.
    explained
        Whether the miss agrees with last year's.
    alarm
        Outside the interval and not explained by the season.
    """

    run_date: date
    until: date
    days: int
    target: str
    expected: float
    lower: float
    upper: float
    actual: float
    expected_revenue: float
    actual_revenue: float
    probability: float
    level: float
    dispersion: float
    season: float | None
    explained: bool
    alarm: bool

    @property
    def money(self) -> float:
        """Effect in money: actual less expected revenue of the window."""
        return self.actual_revenue - self.expected_revenue

    @property
    def ratio(self) -> float:
        """Actual over expected; NaN where nothing was expected."""
        return self.actual / self.expected if self.expected else float("nan")
