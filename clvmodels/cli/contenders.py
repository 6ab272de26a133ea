"""Contenders by their names on the command line."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, cast

from clvmodels import heuristics
from clvmodels.cli.names import METHOD, MODEL, NAMES, OTHER_METHODS, RULES, WITH_MONEY
from clvmodels.errors import InputError
from clvmodels.fitting import MAP, MLE, NUTS, Laplace, Method
from clvmodels.heuristics import Hiatus
from clvmodels.heuristics.base import Heuristic
from clvmodels.lifetime import LifetimeValue, Pipeline
from clvmodels.models import GammaGamma, PurchaseModel, SpendModel, purchase_models


def contenders_of(names: Sequence[str], horizon: str, *, money: bool) -> dict[str, Any]:
    """Contenders of these names, by default all that a log with or without amounts allows.

    Raises
    ------
    InputError
        If a name is not known or given twice, or needs amounts that the log has not.

    Examples
    --------
    >>> from clvmodels.cli.contenders import contenders_of
    >>> list(contenders_of(["bg/nbd", "Hiatus-13-weeks"], "26 weeks", money=True))
    ['BG/NBD x Gamma-Gamma', 'hiatus 13 weeks']
    """
    spelled = (*purchase_models(), *RULES)
    known = [_known(name, spelled) for name in names]
    known = known or [MODEL, *_rules(money=money)]
    if len(set(known)) < len(known):
        raise InputError("A contender is named twice.", rows=known, advice="Name each once.")
    return dict(_contender(name, horizon, money=money) for name in known)


def beside_rules(fitted: Any, horizon: str, *, money: bool) -> dict[str, Any]:
    """The models and method of what the command `fit` saved, to be fitted anew, and the rules that a log allows."""
    valued = isinstance(fitted, LifetimeValue)
    fit = fitted.purchases if valued else fitted
    spend: SpendModel = fitted.spend.model if valued else GammaGamma()
    name, recipe = _named(fit.model, spend, method_of(fit.diagnostics.method), horizon, money=money)
    return {name: recipe} | dict(_contender(rule, horizon, money=money) for rule in _rules(money=money))


def _rules(*, money: bool) -> list[str]:
    return [name for name in RULES if money or name not in WITH_MONEY]


def _named(
    model: PurchaseModel, spend: SpendModel, method: Method, horizon: str, *, money: bool
) -> tuple[str, PurchaseModel | Pipeline]:
    if not money:
        return model.name, model
    recipe = Pipeline(purchases=model, spend=spend, method=method, horizon=horizon)
    return f"{model.name} x {spend.name}", recipe


def model_of(name: str) -> PurchaseModel:
    """The model of purchases of this name; case, hyphens and blanks are the caller's.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> from clvmodels.cli.contenders import model_of
    >>> model_of("mbg/nbd").name
    'MBG/NBD'
    """
    models = purchase_models()
    found = _spelled(name, models)
    if found is None:
        raise InputError(f"There is no model {name!r}.", advice=f"They are {', '.join(models)}.")
    return models[found]()


def method_of(name: str) -> Method:
    """The method of fitting of this name; case is the caller's.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> from clvmodels.cli.contenders import method_of
    >>> method_of("laplace").draws
    1000
    """
    methods = {METHOD: MLE, **dict(zip(OTHER_METHODS, (MAP, Laplace, NUTS), strict=True))}
    found = _spelled(name, methods)
    if found is None:
        raise InputError(f"There is no method {name!r}.", advice=f"They are {', '.join(methods)}.")
    return cast(Method, methods[found]())


def _spelled(given: str, names: Iterable[str]) -> str | None:
    """The name as it is printed, or None."""
    words = _words(given).lower()
    return next((name for name in names if name.lower() == words), None)


def _words(given: str) -> str:
    return " ".join(given.replace("-", " ").replace("_", " ").split())


def _known(given: str, names: Sequence[str]) -> str:
    """The name as it is printed, also of a hiatus of any length."""
    found = _spelled(given, names)
    if found is not None:
        return found
    rule, _, length = _words(given).partition(" ")
    if rule.lower() == "hiatus":
        return f"hiatus {length.lower()}"
    lower = {name.lower(): name for name in names}
    close = _listed(lower[name] for name in get_close_matches(_words(given).lower(), lower, n=2))
    raise InputError(
        f"There is no contender {given!r}.", advice=f"Did you mean {close}?" if close else f"They are {NAMES}."
    )


def _contender(name: str, horizon: str, *, money: bool) -> tuple[str, Any]:
    """A contender with the name under which it is printed."""
    if name in purchase_models():
        return _named(model_of(name), GammaGamma(), MLE(), horizon, money=money)
    if not money and name in WITH_MONEY:
        raise InputError(f"{name} learns from money, and no column of amounts is named.", advice="Give --amount.")
    rule = _rule(name, horizon)
    return name, rule if money else rule.purchases_only()


def _rule(name: str, horizon: str) -> Heuristic:
    if name in RULES:
        rule: Heuristic = getattr(heuristics, RULES[name])(horizon=horizon)
        return rule
    return Hiatus(name.removeprefix("hiatus "), horizon=horizon)


def _listed(names: Iterable[str]) -> str:
    return " or ".join(map(repr, names))
