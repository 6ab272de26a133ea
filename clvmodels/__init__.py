"""Probabilistic customer lifetime value.

Who is still active, how many purchases and how much money to expect, what that is worth, and how sure we are.

Examples
--------
>>> import clvmodels as clv
>>> log = clv.datasets.cdnow()
>>> tx = clv.Transactions(log, customer="customer_id", time="date", amount="amount")
>>> summary = tx.summarize(time_unit="week", until="1997-09-30")
>>> purchases = clv.BGNBD().fit(summary)
>>> purchases.diagnostics.ok
True
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clvmodels import datasets, errors, evaluation, heuristics, interop, metrics, plots, priors, report, segments
    from clvmodels.errors import ClvError
    from clvmodels.estimate import Estimate
    from clvmodels.evaluation import backtest, check, select
    from clvmodels.evaluation.compare import compare
    from clvmodels.fitting import MAP, MLE, NUTS, Fit, Laplace
    from clvmodels.lifetime import LifetimeValue, Pipeline
    from clvmodels.models import BGNBD, MBGNBD, NBD, GammaGamma, ParetoNBD
    from clvmodels.segments import levers, scenario, unit_economics
    from clvmodels.store import load, save
    from clvmodels.transactions import Summary, Transactions, read

__version__ = "0.1.0"

__all__ = [
    "BGNBD",
    "MAP",
    "MBGNBD",
    "MLE",
    "NBD",
    "NUTS",
    "ClvError",
    "Estimate",
    "Fit",
    "GammaGamma",
    "Laplace",
    "LifetimeValue",
    "ParetoNBD",
    "Pipeline",
    "Summary",
    "Transactions",
    "__version__",
    "backtest",
    "check",
    "compare",
    "datasets",
    "errors",
    "evaluation",
    "heuristics",
    "interop",
    "levers",
    "load",
    "metrics",
    "plots",
    "priors",
    "read",
    "report",
    "save",
    "scenario",
    "segments",
    "select",
    "unit_economics",
]

# Names are fetched on first use (PEP 562): importing the package costs milliseconds and loads no other one.
_SUBMODULES = frozenset(
    {"datasets", "errors", "evaluation", "heuristics", "interop", "metrics", "plots", "priors", "report", "segments"}
)
_HOME = {
    "BGNBD": "clvmodels.models",
    "ClvError": "clvmodels.errors",
    "Estimate": "clvmodels.estimate",
    "Fit": "clvmodels.fitting",
    "GammaGamma": "clvmodels.models",
    "Laplace": "clvmodels.fitting",
    "LifetimeValue": "clvmodels.lifetime",
    "MAP": "clvmodels.fitting",
    "MBGNBD": "clvmodels.models",
    "MLE": "clvmodels.fitting",
    "NBD": "clvmodels.models",
    "NUTS": "clvmodels.fitting",
    "ParetoNBD": "clvmodels.models",
    "Pipeline": "clvmodels.lifetime",
    "Summary": "clvmodels.transactions",
    "Transactions": "clvmodels.transactions",
    "backtest": "clvmodels.evaluation",
    "check": "clvmodels.evaluation",
    "compare": "clvmodels.evaluation",
    "levers": "clvmodels.segments",
    "load": "clvmodels.store",
    "read": "clvmodels.transactions",
    "save": "clvmodels.store",
    "scenario": "clvmodels.segments",
    "select": "clvmodels.evaluation",
    "unit_economics": "clvmodels.segments",
}


# Hidden from type checkers, which would otherwise believe that every attribute exists.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in _SUBMODULES:
            return import_module(f"clvmodels.{name}")
        if name in _HOME:
            found = getattr(import_module(_HOME[name]), name)
            globals()[name] = found
            return found
        _refuse_peers_name(name)
        raise AttributeError(_no_such_name(name))


def _refuse_peers_name(name: str) -> None:
    from clvmodels.peers import lookup, raise_missing

    if lookup(name, "package", "plots") is not None:
        raise_missing(__name__, name, "package", "plots")


def _no_such_name(name: str) -> str:
    from difflib import get_close_matches

    known = {public.lower(): public for public in __all__}
    close = [known[match] for match in get_close_matches(name.lower(), known, n=2)]
    public = ", ".join(sorted(set(__all__) - {"__version__"}, key=str.lower))
    hint = f"Did you mean {' or '.join(close)}?" if close else f"Its public names are {public}."
    return f"clvmodels has no {name!r}. {hint}"


def __dir__() -> list[str]:
    return sorted(__all__)
