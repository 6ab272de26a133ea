"""Arguments of lifetimes 0.11 and PyMC-Marketing 0.19, and ours; docs/migration.md shows the same."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_COLUMN = 'is a column of the summary: Summary.from_frame(frame, "week")'
_SUMMARY = 'is a Summary, given to fit and to predictions: Summary.from_frame(frame, "week")'
_HORIZON = 'is the horizon, with its unit: "39 weeks"'
_FIT = "is the first argument of LifetimeValue, a fit of purchases"
_SETTING = "is not needed: the fit takes Newton steps until the gradient is 0"
_CHAIN = "belongs to the method: fit(summary, method=clv.NUTS(chains=4, seed=1))"
_NO_SAMPLER = "is not needed: clv.NUTS takes nutpie where it is installed, and else PyMC's sampler"
_UNIT = 'is time_unit, given once: summarize(time_unit="week"); it stays with the summary and the fit'
_MOST = "is max_purchases: one call gives the probabilities of 0 to max_purchases"
_UNTIL = 'is until: summarize(time_unit="week", until="1997-09-30")'
_CUTOFF = 'is the cut-off: split("1997-09-30", "39 weeks", time_unit="week")'


def _each(names: str, ours: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), ours)


KEYWORDS: Mapping[str, str] = MappingProxyType(
    _each("penalizer_coef", "becomes priors, which have defaults: fit(summary, method=clv.MAP()), or clv.Laplace()")
    | _each("q_constraint", "is not needed: priors keep q above 1, with method=clv.MAP() or clv.Laplace()")
    | _each("model_config", 'becomes priors={"r": clv.priors.LogNormal(0.0, 1.5)}; what is left out has a default')
    | _each("sampler_config", "becomes the method: fit(summary, method=clv.NUTS(draws=1000, chains=4, seed=1))")
    | _each("data rfm_df rfm_data", _SUMMARY)
    | _each("frequency recency T monetary_value", _COLUMN)
    | _each("t future_t time", _HORIZON)
    | _each("freq time_scaler", _UNIT)
    | _each("freq_multiplier", "is not needed: recency and T are exact, not counted in whole periods")
    | _each("transaction_prediction_model transaction_model", _FIT)
    | _each("initial_params tol verbose maxiter iterative_fitting", _SETTING)
    | _each("weights", "is not needed: equal customers are merged")
    | _each("index", "is not needed: tables of predictions hold the ids")
    | _each("fit_method", "is method=, such as clv.Laplace() or clv.NUTS()")
    | _each("n n_purchases", _MOST)
    | _each("draws tune chains target_accept cores", _CHAIN)
    | _each("random_seed", "is seed")
    | _each("nuts_sampler nuts_sampler_kwargs", _NO_SAMPLER)
    | _each("customer_id_col", "is customer")
    | _each("datetime_col", "is time")
    | _each("datetime_format", "is time_format")
    | _each("monetary_value_col", "is amount")
    | _each("observation_period_end", _UNTIL)
    | _each("calibration_period_end train_period_end", _CUTOFF)
    | _each("test_period_end", 'becomes the horizon, a length: split("1997-09-30", "39 weeks", time_unit="week")')
    | _each("include_first_transaction", "is include_first, which changes order values and never the frequency")
)


def explained(names: Iterable[str]) -> list[str]:
    """A line per argument of another package, in the order given; those that nobody has are left out.

    Examples
    --------
    >>> from clvmodels.peers.keywords import explained
    >>> explained(["weights", "colour"])
    ['weights is not needed: equal customers are merged']
    """
    return [f"{name} {KEYWORDS[name]}" for name in names if name in KEYWORDS]
