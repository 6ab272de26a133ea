"""Numbers on axes by square roots. Imported only where something is drawn, since matplotlib is loaded here."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import Locator

from clvmodels.arrays import FloatArray
from clvmodels.plots.room import extent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Points that a number below an axis takes.
_TICK = 24.0


class RootSteps(Locator):
    """Round numbers, as many as there is room for when the Axes are drawn.

    A class of a module, so that figures can be pickled.

    Parameters
    ----------
    ax
        Whose axis it is.
    ends
        The least and the greatest of the data.
    place
        0 for the horizontal axis, 1 for the vertical.
    """

    def __init__(self, ax: "Axes", ends: tuple[float, float], place: int) -> None:
        self.ax, self.ends, self.place = ax, ends, place

    def __call__(self) -> list[float]:
        """The numbers to be written, by the present size of the Axes."""
        return _steps(*self.ends, extent(self.ax)[self.place])


def root(values: FloatArray) -> FloatArray:
    """Square roots, those of losses mirrored."""
    return np.asarray(np.sign(values) * np.sqrt(np.abs(values)))


def square(values: FloatArray) -> FloatArray:
    """The inverse of `root`."""
    return np.asarray(np.sign(values) * np.square(values))


def _steps(low: float, high: float, length: float) -> list[float]:
    """0 and round numbers to either side; smaller ones would stand upon one another on so many points."""
    steps = [digit * 10.0**power for power in range(-6, 13) for digit in (1, 2, 5)]
    # Of two numbers, one twice the other, roots differ by 0.41 of the smaller one's.
    least = max(0.04, (_TICK / (0.41 * length)) ** 2) * max(-low, high)
    losses, gains = ([step for step in steps if least < step <= most] for most in (-low, high))
    return [*(-step for step in reversed(losses)), 0.0, *gains]
