"""Calls that are written for another package."""

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import CO_VARARGS, CO_VARKEYWORDS
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from clvmodels.errors import WrongTypeError
from clvmodels.peers.keywords import explained
from clvmodels.peers.name import MIGRATION_PAGE

_Arguments = ParamSpec("_Arguments")
_Result = TypeVar("_Result")


class ExplainsPeerCalls:
    """Something that says what to write instead when it is made or called as by lifetimes or PyMC-Marketing.

    That holds of the constructor and of all public methods of a subclass. Any other wrong keyword fails as in Python.

    Raises
    ------
    WrongTypeError
        If keywords of theirs are given, or more arguments than there are, such as three arrays.

    Examples
    --------
    >>> import clvmodels as clv
    >>> clv.BGNBD(penalizer_coef=0.01)
    Traceback (most recent call last):
    clvmodels.errors.WrongTypeError: BGNBD has no argument penalizer_coef.
      penalizer_coef becomes priors, which have defaults: fit(summary, method=clv.MAP()), or clv.Laplace()
    It takes priors; docs/migration.md shows calls side by side.
    >>> clv.GammaGamma().fit(frequency=[1], monetary_value=[9.0])
    Traceback (most recent call last):
    clvmodels.errors.WrongTypeError: GammaGamma.fit has no argument frequency, monetary_value.
      frequency is a column of the summary: Summary.from_frame(frame, "week")
      monetary_value is a column of the summary: Summary.from_frame(frame, "week")
    It takes summary, method, by=; docs/migration.md shows calls side by side.
    """

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for name, value in tuple(vars(cls).items()):
            if isinstance(value, FunctionType) and not name.startswith("_"):
                setattr(cls, name, _explaining(value))

    # Hidden from type checkers, which know the constructors. __init__ is made later, by dataclass, so that it cannot be
    # wrapped here as methods are; whoever asks for the signature is still shown that of __init__, which stands nearer.
    if not TYPE_CHECKING:

        def __new__(cls, *arguments: object, **keywords: object) -> Self:
            """Refuse what `__init__` does not take."""
            _refuse(cls.__name__, cls.__init__, (None, *arguments), keywords)
            return super().__new__(cls)


def _explaining(function: Callable[_Arguments, _Result]) -> Callable[_Arguments, _Result]:
    @wraps(function)
    def checked(*arguments: _Arguments.args, **keywords: _Arguments.kwargs) -> _Result:
        _refuse(f"{type(arguments[0]).__name__}.{function.__name__}", function, arguments, keywords)
        return function(*arguments, **keywords)

    return checked


def _refuse(called: str, function: Any, arguments: tuple[object, ...], keywords: Mapping[str, object]) -> None:
    code: CodeType | None = getattr(function, "__code__", None)
    if code is None:
        return
    names = _names(code)
    unknown = () if code.co_flags & CO_VARKEYWORDS else tuple(name for name in keywords if name not in names)
    rows = explained(unknown)
    surplus = 0 if code.co_flags & CO_VARARGS else len(arguments) - code.co_argcount
    if not rows and surplus <= 0:
        return
    foreign = ", ".join(row.partition(" ")[0] for row in rows)
    too_many = f"was given {surplus} argument{'s' if surplus > 1 else ''} too many"
    raise WrongTypeError(
        f"{called} {f'has no argument {foreign}' if rows else too_many}.",
        rows=rows or explained(["frequency", "recency", "T"] if any(map(_many, arguments)) else []),
        advice=f"It takes {', '.join(names.values())}; {MIGRATION_PAGE} shows calls side by side.",
    )


def _names(code: CodeType) -> dict[str, str]:
    """The arguments without the first, by name; those that only a keyword reaches end in =."""
    names = code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount]
    return {name: name if place < code.co_argcount else f"{name}=" for place, name in enumerate(names, start=1)}


def _many(argument: object) -> bool:
    return hasattr(argument, "__array__")
