"""Fits as HTML for notebooks."""

from typing import TYPE_CHECKING, Any

from clvmodels.markup import sentence, table
from clvmodels.priors import Prior

if TYPE_CHECKING:
    from clvmodels.fitting.fit import Fit

_LEVEL = 0.95
_GROUPS = 10


def fit_html(fit: "Fit") -> str:
    """How a fit ended, and its parameters with what they mean."""
    of = f", {fit.customers:,} customers" if fit.customers else ""
    unit = f", times in {fit.time_unit}s" if any(one.time_power for one in fit.model.parameters) else ""
    verdict = "" if fit.diagnostics.ok else "Not to be used. "
    shown = fit.parameters(level=_LEVEL)
    headings = ["parameter", "estimate", "std. error", f"{_LEVEL:.0%} from", "to", "meaning"]
    columns = ["parameter", "estimate", "std_error", "lower", "upper", "meaning"]
    rows = shown[columns].itertuples(index=False)
    return sentence(f"{verdict}{fit.diagnostics.message}", strong=f"{fit.model.name}{of}{unit}:") + table(
        headings, rows
    )


def grouped_html(fits: Any) -> str:
    """How fits by group ended, and the first of them."""
    shown = fits.outcomes().head(_GROUPS)
    more = f" The first {_GROUPS} of {len(fits)}:" if len(fits) > _GROUPS else ""
    name = f"{fits.fits[0].model.name} by {fits.groups.by}:"
    names = [str(column) for column in shown]
    return sentence(f"{fits.diagnostics.message}{more}", strong=name) + table(names, shown.itertuples(index=False))


def model_html(model: Any) -> str:
    """What a model says, and its parameters with what is believed of them."""
    says = (type(model).__doc__ or "").strip().partition("\n")[0]
    meanings = {parameter.symbol: parameter.meaning for parameter in model.parameters}
    for pair in model.pairs:
        meanings |= {part.symbol: part.meaning for part in (pair.mean, pair.concentration)}
    rows = [[name, meanings.get(name, ""), _prior(prior)] for name, prior in model.priors.items()]
    return sentence(f"{says} Not fitted yet: fit(summary).") + table(["prior of", "meaning", "distribution"], rows)


def _prior(prior: Prior) -> str:
    return str(prior)
