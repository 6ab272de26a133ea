"""What a model's parameter is: its symbol, its meaning, and how it scales when the unit of time or money does."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clvmodels.arrays import FloatArray


@dataclass(frozen=True)
class Parameter:
    """A positive parameter of a model.

    Attributes
    ----------
    symbol
        The letter of the paper.
    meaning
        One sentence for a reader who has not read the paper.
    time_power, money_power
        If the numbers that express time (money) grow by a factor c, the parameter grows by c to this power.

    Examples
    --------
    >>> from clvmodels.parameters import Parameter
    >>> Parameter("alpha", "Rate parameter of the purchase rates, in units of time.", time_power=1).time_power
    1
    """

    symbol: str
    meaning: str
    time_power: int = 0
    money_power: int = 0


@dataclass(frozen=True)
class BetaPair:
    """Parameters a and b of a Beta distribution, by what can be said of them: its mean and its concentration a + b.

    Attributes
    ----------
    a, b
        Their symbols, which follow each other among the model's parameters.
    mean, concentration
        Their names and meanings.
    """

    a: str
    b: str
    mean: Parameter
    concentration: Parameter


def rescaling(parameters: Sequence[Parameter], *, time: float = 1.0, money: float = 1.0) -> FloatArray:
    """Factors, shape (k,), by which parameters grow when numbers of time and money grow by `time` and `money`.

    Examples
    --------
    >>> from clvmodels.parameters import Parameter, rescaling
    >>> rescaling([Parameter("r", ""), Parameter("alpha", "", time_power=1)], time=7.0).tolist()
    [1.0, 7.0]
    """
    return np.array([time**p.time_power * money**p.money_power for p in parameters])
