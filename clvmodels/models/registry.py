"""Models by their names, as saved models and the command line know them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from clvmodels.errors import InputError

_KNOWN: dict[str, type[Any]] = {}
# Every model whose class statement has run.
MODELS: Mapping[str, type[Any]] = MappingProxyType(_KNOWN)


def register(model: type[Any], formulas: tuple[str, ...]) -> None:
    """Make a model known by its name; a class statement does that by itself.

    Parameters
    ----------
    model
        Class with a `name` and a `kernel`. One of the same module and name, as in a notebook's cell that is run again,
        takes the place of the former.
    formulas
        What the kernel must have.

    Raises
    ------
    InputError
        If a formula is missing, or another model has the name.

    Examples
    --------
    >>> from clvmodels.models import MODELS
    >>> MODELS["NBD"].__name__
    'NBD'
    """
    missing = [formula for formula in formulas if not hasattr(model.kernel, formula)]
    if missing:
        raise InputError(
            f"The kernel of {model.name} lacks {', '.join(missing)}.",
            advice="clvmodels.fitting.PurchaseKernel and SpendKernel say what each formula takes and returns.",
        )
    other = _KNOWN.get(model.name, model)
    if (other.__module__, other.__qualname__) != (model.__module__, model.__qualname__):
        raise InputError(f"There is a model {model.name!r} already: {other.__module__}.{other.__qualname__}.")
    _KNOWN[model.name] = model
