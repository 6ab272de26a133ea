"""Writes reference.json: values of every formula in the corners, computed by mpmath in `formulas`.

    python -m tests.oracles.make_reference

Deterministic; takes some minutes. The tests compare the package with the file, and a few of its rows with `formulas`.
"""

import json
import math
import random
from pathlib import Path

from mpmath import mp

from tests.oracles import formulas

FILE = Path(__file__).parent / "reference.json"
DELTA = math.log(1.1) / 52
MINUTE, ENDLESS = 1 / 10080, math.inf
TINY, HUGE = 1e-130, 1e12

# r, alpha, a, b: typical, at integer differences, and run off in every direction that a fit can take.
TYPICAL = (0.243, 4.414, 0.793, 2.426)
THETAS = (
    TYPICAL,
    (0.11, 2.24, 1.0, 2.0),
    (0.11, 2.24, 0.31, 0.5),
    (0.11, 2.24, 0.5, 0.5),
    (0.11, 2.24, 0.31, 0.69),
    (0.25, 4.0, 1 + 1e-9, 2.5),
    (3.0, 4.0, 2.0, 3.0),
    (0.243, 4.414, HUGE, 3 * HUGE),
    (HUGE, 40 * HUGE, 0.793, 2.426),
    (HUGE, 40 * HUGE, HUGE, 3 * HUGE),
    (0.243, 4.414, TINY, 2 * TINY),
    (0.243, 4.414, TINY, 1.0),
    (TINY, 30.0, 1.0, 1.0),
    (HUGE, 40 * HUGE, TINY, 2 * TINY),
    (50.0, 100.0, 0.05, 0.01),
    (0.01, 1.0, 30.0, 1000.0),
)
# x, T of customers; T = 0 is one acquired at this moment.
CUSTOMERS = ((0, 0.0), (0, 38.86), (1, 3.0), (2, 38.86), (26, 31.0), (150, 260.0), (3000, 1000.0))
HORIZONS = (MINUTE, 1.0, 39.0, 520.0, 52000.0)


def shapes():
    return [(z, x) for z in (TINY, 1e-6, 0.243, 1.0, 2.5, 11.9, 12.0, 40.0, 1e6, HUGE) for x in (0, 1, 2, 15, 3000)]


def betas():
    values = (TINY, 1e-3, 0.793, 1.0, 6.25, 187.3, 1e5, HUGE)
    return [(a, b) for a in values for b in values]


def mixtures():
    places = (0.0, 1e-9, 0.3, 20.0, 1e4)
    return [(r + x + 1, a, b + x, u) for r, _, a, b in THETAS for x in (0, 2, 3000) for u in places if r + x < 1e6]


def ahead(rng, deltas, most):
    """x, T, horizon, delta and parameters: every parameter set with some customers and horizons."""
    cases = []
    for theta in THETAS:
        pairs = [(c, h, d) for c in CUSTOMERS for d in deltas for h in HORIZONS + ((ENDLESS,) if d else ())]
        cases += [(*c, h, d, *theta) for c, h, d in rng.sample(pairs, most)]
    return cases


def active():
    return [(*c, h, r, alpha) for r, alpha in {theta[:2] for theta in THETAS} for c in CUSTOMERS for h in HORIZONS[::2]]


def counts(rng):
    pairs = [(n, *c, h) for n in (0, 1, 2, 10) for c in CUSTOMERS for h in HORIZONS[:4]]
    return [(*pair, *theta) for theta in THETAS for pair in rng.sample(pairs, 8)]


def observed():
    """x, t_x, T: silence from none to nearly all of the time."""
    silences = (1e-3, 0.5, 1.0)
    people = [(x, T * share if x else 0.0, T) for x, T in CUSTOMERS for share in (silences if x else (1.0,))]
    return [(*person, *theta) for person in people for theta in THETAS]


def orders():
    thetas = ((6.25, 3.74, 15.44), (0.05, 0.3, 2.0), (1.0, 1.0, 1.0), (6.25, HUGE, 6 * HUGE), (HUGE, 3.74, 2e-11))
    return [(x, m, *theta) for theta in thetas for x in (1, 3, 50, 3000) for m in (0.01, 35.0, 1e6)]


def cases():
    """Arguments by formula."""
    rng = random.Random(20260101)
    return {
        "log_rising": shapes(),
        "log_rising_slopes": [(z, x) for z, x in shapes() if z > 1e-9],
        "log_beta": betas(),
        "mixture": mixtures(),
        "purchases_if_alive": ahead(rng, (0.0,), 6) + ahead(rng, (DELTA, 0.1), 3),
        "lifetime_if_alive": ahead(rng, (0.0,), 6) + ahead(rng, (DELTA, 0.1), 2),
        "active_if_alive": sorted(active()),
        "count_if_alive": counts(rng),
        "log_likelihood": observed(),
        "probability_alive": observed(),
        "spend_log_likelihood": orders(),
    }


def number(value):
    """The nearest double; a number below all doubles becomes 0."""
    if isinstance(value, tuple):
        return [number(part) for part in value]
    return float(mp.nstr(value, 25))


def main():
    reference = {}
    for name, arguments in cases().items():
        formula = getattr(formulas, name)
        reference[name] = [[*args, number(formula(*args))] for args in arguments]
    lines = (f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in reference.items())
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
