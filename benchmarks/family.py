"""CPU seconds of fits of Pareto/NBD by maximum likelihood, beside BG/NBD and, at a size that it finishes, lifetimes.

    python -m benchmarks.family [customers [customers for lifetimes]]

One process, one simulated population of daily data per size; ratios are of this run.
"""

import json
import sys
import time

import numpy as np
import pandas as pd

import clvmodels as clv
from clvmodels.kernels import pareto_nbd

THETA = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}


def population(customers, seed=1, on_grid=True):
    """A summary of customers first seen over 13 of 39 weeks, whole days unless not on the grid."""
    rng = np.random.default_rng(seed)
    T = np.ceil(7 * rng.uniform(26, 39, customers)) / 7 if on_grid else rng.uniform(26, 39, customers)
    x, t_x = np.zeros(customers), np.zeros(customers)
    for group in np.array_split(np.arange(customers), 50):
        few = [np.full(len(group), value) for value in THETA.values()]
        lives = pareto_nbd.simulate_if_alive(rng, np.zeros(len(group)), np.zeros(len(group)), 39.0, *few)
        for who, when in lives.times(rng):
            inside = when < T[group][who]
            np.add.at(x, group[who[inside]], 1.0)
            np.maximum.at(t_x, group[who[inside]], when[inside])
    if on_grid:
        t_x = np.minimum(np.ceil(7 * t_x) / 7, T)
    table = pd.DataFrame({"customer_id": np.arange(customers), "frequency": x, "recency": t_x, "T": T})
    return table, clv.Summary.from_frame(table, time_unit="week")


def timed(work):
    begun = time.process_time()
    result = work()
    return result, time.process_time() - begun


def ours(summary):
    (bg, bg_seconds), (pareto, seconds) = (timed(lambda m=m: m().fit(summary)) for m in (clv.BGNBD, clv.ParetoNBD))
    return pareto, {
        "bgnbd_seconds": bg_seconds,
        "pareto_seconds": seconds,
        "ratio_to_bgnbd": seconds / bg_seconds,
        "ok": pareto.diagnostics.ok and bg.diagnostics.ok,
        "log_likelihood": pareto.log_likelihood,
    }


def beside_lifetimes(customers):
    """Its log-likelihood at its own parameters is computed by our formula: its own is of rescaled time."""
    from lifetimes import ParetoNBDFitter

    table, summary = population(customers)
    theirs, seconds = timed(lambda: ParetoNBDFitter().fit(table["frequency"], table["recency"], table["T"]))
    theta = [float(theirs.params_[symbol]) for symbol in THETA]
    reached = pareto_nbd.log_likelihood(table["frequency"], table["recency"], table["T"], *theta).sum()
    _, numbers = ours(summary)
    return numbers | {
        "customers": customers,
        "lifetimes_seconds": seconds,
        "lifetimes_log_likelihood": float(reached),
        "times_less": seconds / numbers["pareto_seconds"],
    }


def main():
    customers = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    rival = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    for on_grid in (True, False):
        _, numbers = ours(population(customers, on_grid=on_grid)[1])
        sys.stdout.write(json.dumps({"customers": customers, "on_grid": on_grid} | numbers) + "\n")
        sys.stdout.flush()
    sys.stdout.write(json.dumps(beside_lifetimes(rival)) + "\n")


if __name__ == "__main__":
    main()
