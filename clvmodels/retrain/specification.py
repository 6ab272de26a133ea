"""From names in the configuration to recipes that can be fitted."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from difflib import get_close_matches
from typing import Any

from clvmodels import fitting, heuristics
from clvmodels.errors import ClvError, InputError
from clvmodels.evaluation.backtesting.measures import Measure, measure_named
from clvmodels.evaluation.backtesting.settings import Settings
from clvmodels.heuristics.base import Heuristic
from clvmodels.lifetime import Pipeline, Terms
from clvmodels.models import MODELS, PurchaseModel, SpendModel
from clvmodels.priors import DISTRIBUTIONS
from clvmodels.retrain.config import CandidateKeys, Config, Value


@dataclass(frozen=True)
class Specification:
    """A candidate: its keys and the recipe that they make.

    Attributes
    ----------
    label
        Its name in this run.
    keys
        As in the configuration, of this run or of the one that made it champion.
    recipe
        Not fitted.
    """

    label: str
    keys: CandidateKeys
    recipe: Pipeline

    @classmethod
    def of(cls, keys: CandidateKeys, value: Value) -> "Specification":
        """The recipe of a candidate.

        Raises
        ------
        InputError
            If a model, prior or method is not known, or has no such setting.
        """
        recipe = Pipeline(
            purchases=_model(keys.purchases, PurchaseModel, keys),
            spend=_model(keys.spend, SpendModel, keys),
            method=_method(keys),
            **terms_of(value),
        )
        _require_used(keys, recipe)
        return cls(keys.label, keys, recipe)

    @property
    def plain(self) -> dict[str, Any]:
        """The keys as plain values, from which `of` makes the same."""
        return {name: entry for name, entry in asdict(self.keys).items() if entry is not None}

    def same_as(self, other: "Specification") -> bool:
        """Whether both are fitted alike, whatever they are called."""
        return _unnamed(self) == _unnamed(other)


def _unnamed(specification: Specification) -> str:
    return json.dumps({**specification.plain, "name": ""}, sort_keys=True, default=str)


def specifications(config: Config) -> tuple[Specification, ...]:
    """All candidates of a configuration, in its order."""
    return tuple(Specification.of(keys, config.value) for keys in config.candidates)


def with_champion(candidates: tuple[Specification, ...], champion: Specification | None) -> tuple[Specification, ...]:
    """The candidates, and the champion's own specification if the configuration has it no more."""
    if champion is None or any(one.same_as(champion) for one in candidates):
        return candidates
    taken = {one.label for one in candidates}
    label = champion.label if champion.label not in taken else f"{champion.label} (before)"
    return (replace(champion, label=label), *candidates)


def terms_of(value: Value) -> dict[str, Any]:
    """The settings of a valuation by name."""
    return {term.name: getattr(value, term.name) for term in fields(Terms)}


def rules(config: Config) -> dict[str, Heuristic]:
    """The rules of thumb of the backtest by name.

    Raises
    ------
    InputError
        If a name is not known, or the rule needs more settings than a horizon.
    """
    horizon = config.backtest.horizon
    return {name: _rule(name, horizon) for name in dict.fromkeys(config.backtest.heuristics)}


def metrics_of(config: Config) -> tuple[tuple[str, Measure], ...]:
    """Targets and measures of the gates.

    Raises
    ------
    InputError
        If one is not known or cannot rank.
    """
    settings = Settings(horizon=config.backtest.horizon, time_unit="week")
    found = []
    for name in config.gates.metrics:
        target, _, metric = name.strip().partition(" ")
        measure = measure_named(metric.strip().replace(" ", "_"), target, settings)
        if not measure.better:
            raise InputError(f"{name!r} does not say who is better.", advice='Such as "purchases rmse".')
        found.append((target, measure))
    return tuple(found)


def _model(name: str, kind: Any, keys: CandidateKeys) -> Any:
    known = {model.name: model for model in MODELS.values() if issubclass(model, kind)}
    if name not in known:
        close = get_close_matches(name, known, n=1, cutoff=0.4)
        advice = f"Did you mean {close[0]!r}? " if close else ""
        raise InputError(f"There is no such model {name[:80]!r}.", advice=f"{advice}They are {', '.join(known)}.")
    model = known[name]
    return model({symbol: _prior(symbol, entry) for symbol, entry in _own(model, keys).items()})


def _own(model: Any, keys: CandidateKeys) -> Mapping[str, Any]:
    """The priors that speak of this model's parameters; both models share one table."""
    pairs = {part.symbol for pair in model.pairs for part in (pair.mean, pair.concentration)}
    symbols = {parameter.symbol for parameter in model.parameters} | pairs | set(model.default_priors)
    return {symbol: entry for symbol, entry in (keys.priors or {}).items() if symbol in symbols}


def _prior(symbol: str, entry: Mapping[str, Any]) -> Any:
    numbers = dict(entry)
    kind = DISTRIBUTIONS.get(numbers.pop("distribution"))
    if kind is None:
        raise InputError(
            f"The prior of {symbol} has no known distribution.", advice=f"Known: {', '.join(DISTRIBUTIONS)}."
        )
    try:
        return kind(**numbers)
    except TypeError as error:
        names = ", ".join(one.name for one in fields(kind))
        raise InputError(f"The prior of {symbol} is no {kind.__name__}.", advice=f"It has {names}.") from error


def _method(keys: CandidateKeys) -> Any:
    kind = getattr(fitting, keys.method)
    given = {name: getattr(keys, name) for name in ("draws", "seed") if getattr(keys, name) is not None}
    unknown = set(given) - {one.name for one in fields(kind)}
    if unknown:
        raise InputError(f"{keys.method} has no {', '.join(sorted(unknown))}.", advice="Leave it out, or use Laplace.")
    return kind(**given)


def _require_used(keys: CandidateKeys, recipe: Pipeline) -> None:
    """Refuse priors that nobody would look at."""
    if not keys.priors:
        return
    used = {symbol for model in (recipe.purchases, recipe.spend) for symbol in _own(type(model), keys)}
    unknown = [symbol for symbol in keys.priors if symbol not in used]
    if unknown:
        raise InputError(
            f"{keys.label} has no parameter {unknown[0][:80]!r}.", advice="Name its parameters as papers do."
        )
    if keys.method == "MLE":
        raise InputError(f"{keys.label} has priors, which MLE does not use.", advice="Use MAP, Laplace or NUTS.")


def _rule(name: str, horizon: str) -> Heuristic:
    known = {_plain(kind): getattr(heuristics, kind) for kind in heuristics.__all__}
    words = _plain(name)
    try:
        if words in known:
            rule: Heuristic = known[words](horizon=horizon)
            return rule
        if words.startswith("hiatus"):
            return heuristics.Hiatus(name.strip()[len("hiatus") :].strip(" -"), horizon=horizon)
    except (ClvError, TypeError, AttributeError) as error:
        raise InputError(f"The rule {name[:80]!r} cannot be used: {error}.", advice="Leave it out.") from error
    close = get_close_matches(words, known, n=1)
    advice = f"Did you mean {known[close[0]].__name__}? " if close else ""
    raise InputError(f"There is no rule {name[:80]!r}.", advice=f"{advice}They are {', '.join(heuristics.__all__)}.")


def _plain(name: str) -> str:
    return name.lower().replace(" ", "").replace("-", "").replace("_", "")
