"""Models that lifetimes fitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from clvmodels.arrays import FloatArray
from clvmodels.errors import WrongTypeError
from clvmodels.fitting import Diagnostics, Provenance, PurchaseFit, Rows, SpendFit, fit_at
from clvmodels.fitting.problem import Problem, purchase_problem, spend_problem
from clvmodels.fitting.provenance import current_versions
from clvmodels.interop.naming import Model, kind_of, knows, model_named, theta_of, unit_for
from clvmodels.models import PurchaseModel
from clvmodels.units import TimeUnit

_PACKAGE = "lifetimes"
# Its optimiser stops where the likelihood is flat to 1e-7, which leaves gradients of some 1e-4 per customer; a search
# that was cut off is farther away.
_FAR = 1e-3


def from_lifetimes(fitter: object, time_unit: str | None = None, *, model: str | None = None) -> PurchaseFit | SpendFit:
    """A fit with the parameters of a fitted model of lifetimes; its predictions are lifetimes' where these are right.

    Parameters
    ----------
    fitter
        A fitted `BetaGeoFitter` or `GammaGammaFitter` (or another whose model exists here), also one that was loaded;
        or its parameters alone, `fitter.params_` or a dictionary.
    time_unit
        In which recency and T were when it was fitted, which lifetimes does not know; order values need none.
    model
        For parameters alone: which model they are of, by its name here or that of lifetimes' class.

    Returns
    -------
    PurchaseFit or SpendFit
        With lifetimes' covariance, where it has one, so that predictions have intervals. lifetimes scales only the
        columns of that matrix by the parameters; here its rows are scaled too. With its data, `log_likelihood`, `aic`
        and `customers` are of them, in their own unit, and `diagnostics` says whether this is near a maximum. Of
        parameters alone there are no intervals.

    Raises
    ------
    WrongTypeError
        If it is something else, not fitted, or the unit or the model is not given.
    InputError
        If there is no such model here, or parameters are missing or no positive numbers.

    Examples
    --------
    >>> import clvmodels as clv
    >>> params = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    >>> fit = clv.interop.from_lifetimes(params, time_unit="week", model="BetaGeoFitter")
    >>> round(fit.expected_purchases_new_customer("52 weeks"), 4)
    np.float64(1.4461)
    """
    if isinstance(fitter, Mapping) or (hasattr(fitter, "to_dict") and not hasattr(fitter, "params_")):
        return _given(dict(fitter), time_unit, model)  # type: ignore[call-overload]
    source = _Fitter.of(fitter, model)
    unit = unit_for(source.model, time_unit, _PACKAGE)
    theta = theta_of(source.model, dict(source.fitter.params_))
    problem = source.problem(unit)
    diagnostics, value = _judged(source, problem, theta)
    return kind_of(source.model)(
        source.model,
        theta[None, :],
        source.covariance(theta),
        value,
        0 if problem is None else problem.customers,
        diagnostics,
        Provenance("" if problem is None else problem.fingerprint(), None, unit, current_versions()),
    )


def _given(values: Mapping[str, float], time_unit: str | None, name: str | None) -> PurchaseFit | SpendFit:
    if name is None:
        raise WrongTypeError(
            f"Parameters {', '.join(map(str, values))} alone do not say of which model they are.",
            advice='Name it, such as model="BetaGeoFitter", or give the fitted object.',
        )
    model = model_named(name)
    unit = unit_for(model, time_unit, _PACKAGE)
    return fit_at(kind_of(model), model, {str(symbol): float(value) for symbol, value in values.items()}, unit)


@dataclass(frozen=True)
class _Fitter:
    """A fitted object of lifetimes, and our model of it."""

    fitter: Any
    name: str
    model: Model

    @classmethod
    def of(cls, fitter: object, model: str | None) -> "_Fitter":
        """The object, told by the names of its classes: lifetimes need not be installed."""
        names = [kind.__name__ for kind in type(fitter).__mro__]
        name = next((name for name in names if knows(name)), names[0])
        if getattr(fitter, "params_", None) is None:
            fault = "is not fitted" if knows(name) else "is no fitted model of lifetimes"
            raise WrongTypeError(
                f"This {names[0]} {fault}: it has no params_.", advice="Give a fitted BetaGeoFitter, or its params_."
            )
        return cls(fitter, name, model_named(model or name))

    @property
    def penalty(self) -> float:
        """Its penalizer_coef."""
        return float(getattr(self.fitter, "penalizer_coef", 0.0) or 0.0)

    def covariance(self, theta: FloatArray) -> FloatArray | None:
        """Its covariance, put right, or None where it has none that is one.

        Its matrix is the inverse of the Hessian in logs with column j multiplied by theta_j squared; a covariance has
        theta_i theta_j there. Diagonals agree.
        """
        found = getattr(self.fitter, "variance_matrix_", None)
        if found is None:
            return None
        symbols = [parameter.symbol for parameter in self.model.parameters]
        matrix = np.asarray(found.loc[symbols, symbols], float) * theta[:, None] / theta[None, :]
        matrix = (matrix + matrix.T) / 2.0
        if not np.isfinite(matrix).all() or np.linalg.eigvalsh(matrix / np.outer(theta, theta)).min() <= 0:
            return None
        return matrix

    def problem(self, unit: TimeUnit) -> Problem | None:
        """The customers that it was fitted to, if it still has them."""
        data = getattr(self.fitter, "data", None)
        if data is None:
            return None
        spend = not isinstance(self.model, PurchaseModel)
        names = ("frequency", "monetary_value") if spend else ("frequency", "recency", "T")
        columns = tuple(np.asarray(data[name], float) for name in names)
        rows = Rows(columns, np.asarray(data["weights"], float))
        return (spend_problem if spend else purchase_problem)(self.model, rows, unit)


def _judged(source: _Fitter, problem: Problem | None, theta: FloatArray) -> tuple[Diagnostics, float]:
    """How far from a maximum it is, and the log-likelihood there."""
    taken = f"Parameters of a {source.name} of lifetimes, not fitted here"
    if problem is None:
        return Diagnostics(True, f"{taken}; without its data nobody can say whether it converged.", _PACKAGE), np.nan
    at = problem.objective(np.log(theta))
    steepness = float(np.abs(at.gradient).max() / problem.customers)
    numbers = {"gradient_per_customer": steepness, "penalizer_coef": source.penalty}
    if source.penalty > 0:
        message = f"{taken}; a penalizer of {source.penalty:g} pulled them away from the maximum."
        return Diagnostics(True, message, _PACKAGE, None, numbers), at.value
    ok = steepness < _FAR
    found = "near a maximum" if ok else "far from a maximum: it did not converge. Fit again, by clv's own model"
    message = f"{taken}; {found} (gradient {steepness:.1e} per customer)."
    return Diagnostics(ok, message, _PACKAGE, None, numbers), at.value
