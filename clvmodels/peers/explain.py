"""What is said to whoever looks for a name that is not here."""

from inspect import currentframe
from typing import TYPE_CHECKING, NoReturn

from clvmodels.peers.name import Place
from clvmodels.peers.table import lookup


def missing_name(owner: str, name: str, *places: Place) -> str:
    """The message for a missing name, which names ours if another package has it.

    Examples
    --------
    >>> from clvmodels.peers import missing_name
    >>> missing_name("PurchaseFit", "params_", "fit")
    "PurchaseFit has no 'params_'. params_ of lifetimes is fit.estimates here; ..."
    """
    known = lookup(name, *places)
    return f"{owner} has no {name!r}." if known is None else f"{owner} has no {name!r}. {known.message}"


def raise_missing(module: str, name: str, *places: Place) -> NoReturn:
    """End a module's `__getattr__` for a name that it does not have.

    Raises
    ------
    AttributeError
        As `hasattr` expects.
    ImportError
        Of a name of another package in `from module import name`, which would put words of its own for any other.
    """
    message = missing_name(module, name, *places)
    if lookup(name, *places) is not None and _asked_by_import():
        raise ImportError(message, name=module)
    raise AttributeError(message)


def _asked_by_import() -> bool:
    """Whether `from module import name` asks: then importlib's own function looks first whether the name is there."""
    frame = currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] == "clvmodels":
        frame = frame.f_back
    return frame is not None and frame.f_code.co_name == "_handle_fromlist"


class ExplainsPeerNames:
    """Something on which users of other packages look for names of theirs."""

    # Hidden from type checkers, which would otherwise believe that every attribute exists.
    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> NoReturn:
            raise AttributeError(missing_name(type(self).__name__, name, "fit"), name=name, obj=self)
