"""What a model makes of frequency and recency, as a matrix."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import InputError
from clvmodels.lifetime import LifetimeValue
from clvmodels.predictor import PurchasePredictor
from clvmodels.transactions import Summary
from clvmodels.units import Horizon, TimeUnit


@dataclass(frozen=True, eq=False)
class FrequencyRecencyGrid:
    """Predictions for repeat customers of one age who differ in frequency and recency alone.

    Attributes
    ----------
    frequency
        Repeat purchases, shape (f,).
    recency
        Age at the last purchase, shape (g,): small for a customer who has been silent for long.
    probability_alive, value
        Shape (f, g), a row per frequency.
    age
        Age T of these customers, in `time_unit` like recency.
    order_value
        The mean of each customer's past orders, the population's mean.
    terms
        Over what horizon and at which discount rate they are valued, in words.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import frequency_recency_grid
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> grid = frequency_recency_grid(clv.LifetimeValue(purchases, spend, horizon="1 year"), 39, time_unit="week")
    >>> grid.frequency[-1], grid.recency[-1], round(grid.order_value, 2)
    (np.float64(15.0), np.float64(39.0), 35.22)
    """

    frequency: FloatArray
    recency: FloatArray
    probability_alive: FloatArray
    value: FloatArray
    age: float
    time_unit: TimeUnit
    order_value: float
    terms: str


@dataclass(frozen=True, eq=False)
class PurchaseGrid:
    """Predicted purchases of repeat customers of one age who differ in frequency and recency alone.

    Attributes
    ----------
    frequency, recency, probability_alive, age, time_unit
        As of a `FrequencyRecencyGrid`.
    expected_purchases
        Within the horizon, shape (f, g), a row per frequency.
    terms
        The horizon in words.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import purchase_grid
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> purchase_grid(fit, 39.0, "1 year", time_unit="week").terms
    '1 year'
    """

    frequency: FloatArray
    recency: FloatArray
    probability_alive: FloatArray
    expected_purchases: FloatArray
    age: float
    time_unit: TimeUnit
    terms: str


def purchase_grid(
    purchases: PurchasePredictor, age: float, horizon: object, *, time_unit: str, most_purchases: int = 15
) -> PurchaseGrid:
    """Probability of being alive and expected purchases over frequency and recency.

    Parameters
    ----------
    purchases
        A fit, or a rule of thumb.
    age, time_unit, most_purchases
        As for `frequency_recency_grid`.
    horizon
        Text with a unit, or a number in `time_unit`.

    Raises
    ------
    InputError
        If the age is below one unit or there is no purchase.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import purchase_grid
    >>> fit = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> purchase_grid(fit, 39.0, "39 weeks", time_unit="week").expected_purchases[[0, 9], 38].round(2).tolist()
    [0.72, 6.79]
    """
    frequency, recency = _axes(age, most_purchases)
    customers = _customers(frequency, recency, age, None, time_unit)
    shape = len(frequency), len(recency)
    alive = purchases.probability_alive(customers).reshape(shape)
    expected = purchases.expected_purchases(customers, horizon).reshape(shape)
    length = Horizon.parse(horizon)
    words = str(length if length.unit is not None else Horizon(length.amount, customers.time_unit))
    return PurchaseGrid(frequency, recency, alive, expected, float(age), customers.time_unit, words)


def frequency_recency_grid(
    value: LifetimeValue, age: float, *, time_unit: str, most_purchases: int = 15
) -> FrequencyRecencyGrid:
    """Probability of being alive and value over frequency and recency.

    Parameters
    ----------
    value
        Fitted models with their terms; the horizon gives that of the values.
    age
        Age of the customers, such as the largest T of a summary; recency goes in steps of one unit up to it.
    time_unit
        Unit of `age`.
    most_purchases
        Frequencies are 1 to this number. Customers without a repeat purchase have recency 0 and are no matrix.

    Raises
    ------
    InputError
        If the age is below one unit or there is no purchase, or the mean order value is infinite.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation import frequency_recency_grid
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> value = clv.LifetimeValue(purchases, spend, horizon="1 year", discount_rate=0.1)
    >>> grid = frequency_recency_grid(value, 39.0, time_unit="week", most_purchases=10)
    >>> grid.probability_alive.shape
    (10, 39)
    >>> grid.probability_alive[[0, 9], 38].round(2).tolist()
    [0.75, 0.94]
    """
    frequency, recency = _axes(age, most_purchases)
    mean = float(value.spend.population_mean)
    if not np.isfinite(mean):
        raise InputError("The mean order value of the population is infinite.", advice="Use a spend fit with q > 1.")
    customers = _customers(frequency, recency, age, mean, time_unit)
    shape = len(frequency), len(recency)
    return FrequencyRecencyGrid(
        frequency=frequency,
        recency=recency,
        probability_alive=value.purchases.probability_alive(customers).reshape(shape),
        value=value.customer_values(customers).reshape(shape),
        age=float(age),
        time_unit=customers.time_unit,
        order_value=mean,
        terms=terms_in_words(value),
    )


def _axes(age: float, most_purchases: int) -> tuple[FloatArray, FloatArray]:
    if not (age >= 1 and most_purchases >= 1):
        raise InputError(f"There is no matrix for age {age:g} and {most_purchases} purchases.", advice="At least 1.")
    return np.arange(1.0, most_purchases + 1), np.append(np.arange(1.0, age), age)


def _customers(x: FloatArray, t_x: FloatArray, age: float, mean: float | None, time_unit: str) -> Summary:
    import pandas as pd

    frequency, recency = (matrix.ravel() for matrix in np.meshgrid(x, t_x, indexing="ij"))
    columns: dict[str, Any] = {"frequency": frequency, "recency": recency, "T": age}
    if mean is not None:
        columns["monetary_value"] = mean
    return Summary.from_frame(pd.DataFrame({"customer_id": np.arange(len(frequency)), **columns}), time_unit)


def terms_in_words(value: LifetimeValue) -> str:
    """Horizon and discount rate of a valuation.

    Examples
    --------
    >>> import clvmodels as clv
    >>> from clvmodels.evaluation.grid import terms_in_words
    >>> purchases = clv.BGNBD().at(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> spend = clv.GammaGamma().at(p=6.25, q=3.74, v=15.44)
    >>> terms_in_words(clv.LifetimeValue(purchases, spend, horizon="1 year", discount_rate=0.1))
    '1 year at 10% a year'
    """
    rate = f" at {100 * value.discount_rate:g}% a year" if value.discount_rate else ""
    return f"{Horizon.parse(value.horizon)}{rate}"
