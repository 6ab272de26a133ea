"""The package lifetimes on the same data sets.

It is imported only where it is asked: importing it changes options of pandas and warning filters.
"""

import io
import warnings
from contextlib import redirect_stdout
from dataclasses import dataclass

import numpy as np

from tests.recovery.designs import DAYS

HORIZON_IN_DAYS = 39 * 7.0


@dataclass(frozen=True)
class Answer:
    """What lifetimes made of one data set.

    Attributes
    ----------
    error
        Name of the exception, or "".
    behind
        Log-likelihood of its parameters below that of our fit; infinite where it has none.
    errors_known, predictions_fine
        Whether all standard errors are finite, and all predictions finite and not negative.
    """

    error: str
    behind: float = np.inf
    errors_known: bool = False
    predictions_fine: bool = False


def answer(case, fit):
    """Its fit without penalty, and its predictions; warnings and what it prints are silenced."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        import lifetimes

        try:
            fitter, predictions = _ask(lifetimes, case)
        except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
            return Answer(type(error).__name__)
        value = case.kernel.log_likelihood(*case.columns, **fitter.params_[list(case.truth)]).sum()
    behind = fit.log_likelihood - value if np.isfinite(value) else np.inf
    known = bool(np.isfinite(fitter.standard_errors_).all())
    return Answer("", float(behind), known, bool((np.isfinite(predictions) & (predictions >= 0)).all()))


def _ask(lifetimes, case):
    if "alpha" in case.truth:
        fitter = lifetimes.BetaGeoFitter(penalizer_coef=0.0).fit(*case.columns)
        ahead = HORIZON_IN_DAYS / DAYS[case.unit]
        return fitter, np.asarray(fitter.conditional_expected_number_of_purchases_up_to_time(ahead, *case.columns))
    fitter = lifetimes.GammaGammaFitter(penalizer_coef=0.0).fit(*case.columns)
    return fitter, np.asarray(fitter.conditional_expected_average_profit(*case.columns))
