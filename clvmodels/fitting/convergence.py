"""Whether Markov chains can be relied on.

Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021), "Rank-Normalization, Folding, and Localization: An Improved
R-hat for Assessing Convergence of MCMC", Bayesian Analysis 16(2), 667-718.
"""

import numpy as np

from clvmodels.arrays import Array, FloatArray
from clvmodels.fitting.solution import Diagnostics

# Bars of the paper, section 4.
MOST_R_HAT = 1.01
FEWEST_PER_CHAIN = 100


def judge(values: FloatArray, diverging: Array) -> Diagnostics:
    """Diagnostics of the chains' values, shape (chains, draws, k), and of which draws diverged, (chains, draws)."""
    import arviz as az

    columns = np.moveaxis(values, -1, 0)
    numbers = {
        "r_hat": max(float(az.rhat(column)) for column in columns),
        "ess_bulk": min(float(az.ess(column, method="bulk")) for column in columns),
        "ess_tail": min(float(az.ess(column, method="tail")) for column in columns),
        "divergences": float(np.sum(diverging)),
        "chains": float(values.shape[0]),
        "draws": float(values.shape[0] * values.shape[1]),
    }
    faults = _faults(numbers)
    found = (
        f"{numbers['chains']:.0f} chains, R-hat {numbers['r_hat']:.3f}, "
        f"{min(numbers['ess_bulk'], numbers['ess_tail']):,.0f} effective of {numbers['draws']:,.0f} draws"
    )
    message = " ".join(faults) if faults else "The chains agree and can be relied on"
    return Diagnostics(not faults, f"{message} ({found}).", "NUTS", None, numbers)


def _faults(numbers: dict[str, float]) -> list[str]:
    faults = []
    if not numbers["r_hat"] <= MOST_R_HAT:
        faults.append("The chains disagree: tune and draw for longer, or give more informative priors.")
    if not min(numbers["ess_bulk"], numbers["ess_tail"]) >= FEWEST_PER_CHAIN * numbers["chains"]:
        faults.append(f"Too few effective draws, below {FEWEST_PER_CHAIN} per chain: draw more.")
    if numbers["divergences"]:
        faults.append(
            f"{numbers['divergences']:,.0f} transitions diverged, so a part of the posterior may be missing: raise "
            "target_accept, say to 0.95, or give more informative priors."
        )
    return faults
