"""Calls that are written for another package."""

from collections.abc import Callable
from functools import wraps
from types import MappingProxyType
from typing import ParamSpec, TypeVar

from clvmodels.errors import WrongTypeError
from clvmodels.peers.name import MIGRATION_PAGE

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")

_COLUMN = 'is a column of the summary: Summary.from_frame(frame, "week")'
_SETTING = "is not needed: the fit takes Newton steps until the gradient is 0"
_OURS = MappingProxyType(
    dict.fromkeys(("frequency", "recency", "T", "monetary_value", "data", "rfm_df"), _COLUMN)
    | dict.fromkeys(("t", "future_t", "time"), "is the horizon, with its unit: \"39 weeks\"")
    | dict.fromkeys(("initial_params", "tol", "verbose", "maxiter", "iterative_fitting"), _SETTING)
    | {
        "penalizer_coef": "becomes priors of the model, with method=clv.MAP() or clv.Laplace()",
        "weights": "is not needed: equal customers are merged",
        "fit_method": "is method=, such as clv.Laplace() or clv.NUTS()",
    }
)  # fmt: skip


def refuse_peers_arguments(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    """A method that says what to write instead when it is called as that of lifetimes or PyMC-Marketing.

    Raises
    ------
    WrongTypeError
        If it gets keywords of theirs, or more arguments than it has, such as three arrays.

    Examples
    --------
    >>> import clvmodels as clv
    >>> clv.GammaGamma().fit(frequency=[1], monetary_value=[9.0])
    Traceback (most recent call last):
    clvmodels.errors.WrongTypeError: GammaGamma.fit has no argument frequency, monetary_value.
      frequency is a column of the summary: Summary.from_frame(frame, "week")
      monetary_value is a column of the summary: Summary.from_frame(frame, "week")
    It takes summary, method, by; docs/migration.md shows calls side by side.
    """
    code = function.__code__
    names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]

    @wraps(function)
    def checked(*arguments: _Arguments.args, **keywords: _Arguments.kwargs) -> _Result:
        foreign = [name for name in keywords if name not in names and name in _OURS]
        surplus = len(arguments) - code.co_argcount
        if foreign or surplus > 0:
            called = f"{type(arguments[0]).__name__}.{function.__name__}"
            what = f"has no argument {', '.join(foreign)}" if foreign else f"was given {surplus} arguments too many"
            raise WrongTypeError(
                f"{called} {what}.",
                rows=[f"{name} {_OURS[name]}" for name in foreign]
                or [f"an array of frequency, recency or T {_COLUMN}"],
                advice=f"It takes {', '.join(names)}; {MIGRATION_PAGE} shows calls side by side.",
            )
        return function(*arguments, **keywords)

    return checked
