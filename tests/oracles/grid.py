"""Places at which formulas are compared: everyday ones, the corners, and corners of several arguments at once.

Every argument is drawn from its whole range, evenly in its log, or is one of its corners; the same seed gives the same
places. Functions take a random number generator and a number of places, and return one row per place.
"""

import math

import numpy as np

MINUTE = 1 / 10080  # of a week
# By how much parameters run off when a fit has no maximum, and towards zero.
FAR = (1e2, 1e6, 1e12)
NEAR = (1e-6, 1e-100)
# One part in a thousand million beside a = 1, where the closed form of the expectation is 0/0.
HAIR = 1e-9
# Customers that share their parameters, and so tables: some of one age each, and many for whom ages are interpolated.
FEW, MANY = 12, 60


def spread(rng, n, low, high, corners=(), share=0.3):
    """n numbers between low and high, and one of the corners for this share of them."""
    values = np.exp(rng.uniform(math.log(low), math.log(high), n))
    return np.where(rng.random(n) < share, rng.choice(corners, n), values) if corners else values


def some(rng, n, share):
    return rng.random(n) < share


def factors(rng, n, share, values):
    """One of the values for this share, and 1 for the others."""
    return np.where(some(rng, n, share), rng.choice(values, n), 1.0)


def thetas(rng, n):
    """r, alpha, a, b."""
    r = spread(rng, n, 0.01, 50, (0.243, 1.0, 2.0, 3.0))
    alpha = spread(rng, n, 0.01, 1000, (4.414, 10.0))
    a = spread(rng, n, 0.01, 100, (1.0, 1.0 - HAIR, 1.0 + HAIR, 2.0, 0.793))
    b = spread(rng, n, 0.01, 100, (0.5, 1.0, 2.0, 2.426))
    one, less = some(rng, n, 0.06), some(rng, n, 0.06)
    sixteenths = rng.integers(1, 16, n) / 16
    a = np.where(one, sixteenths, np.where(less, a / (a + b + 0.5), a))
    b = np.where(one, 1.0 - sixteenths, np.where(less, b / (b + 1.0) * (1.0 - a), b))
    rates = factors(rng, n, 0.12, FAR)
    dropout = factors(rng, n, 0.16, FAR + NEAR)
    # Fits go no further towards 0 than about 1e-130, so that the smallest of these are not multiplied.
    near_a, near_b = (np.where(dropout < 1, 1.0, factors(rng, n, 0.03, NEAR)) for _ in range(2))
    r, alpha = r * rates * factors(rng, n, 0.02, NEAR), alpha * rates
    a, b = a * dropout * near_a, b * dropout * near_b
    return np.stack([r, alpha, a, b], axis=1)


def purchases(rng, n):
    """x, from none to 3,000."""
    return np.where(some(rng, n, 0.3), 0.0, np.round(spread(rng, n, 1, 3000, (1.0, 2.0, 26.0, 3000.0))))


def ages(rng, n, x):
    """T, down to 0 for those without a purchase."""
    T = spread(rng, n, 1e-3, 1e3, (1e-6, 1.0, 38.86, 1000.0), 0.2)
    return np.where((x == 0) & some(rng, n, 0.2), 0.0, T)


def observed(rng, n):
    """x, t_x, T, r, alpha, a, b."""
    x = purchases(rng, n)
    T = ages(rng, n, x)
    share = np.where(some(rng, n, 0.3), rng.choice((1e-6, 1.0 - HAIR, 1.0), n), rng.random(n))
    return np.column_stack([x, np.where(x > 0, T * share, 0.0), T, thetas(rng, n)])


def horizons(rng, n):
    return spread(rng, n, MINUTE, 5e4, (MINUTE, 1.0, 39.0, 52.0, 520.0))


def deltas(rng, n):
    return spread(rng, n, 1e-5, 0.2, (math.log(1.1) / 52, math.log(1.1)))


def ahead(rng, n):
    """x, T, horizon, r, alpha, a, b."""
    x = purchases(rng, n)
    return np.column_stack([x, ages(rng, n, x), horizons(rng, n), thetas(rng, n)])


def integrals(discounted, endless):
    """x, T, horizon, delta, r, alpha, a, b: one half single customers, and the other in groups of equal parameters.

    A group's rows follow each other. Either all have the same x and horizon and many ages, or few have several of each.
    """

    def places(rng, n):
        rows = [_futures(rng, n // 2, discounted, endless)]
        while (left := n - sum(map(len, rows))) > 0:
            group = np.repeat(
                _futures(rng, 1, discounted, endless), min(MANY if some(rng, 1, 0.7) else FEW, left), axis=0
            )
            size = len(group)
            if size > FEW:
                low, high = np.sort(spread(rng, 2, 1e-3, 1e3))
                group[:, 1] = spread(rng, size, low, high)
            else:
                group[:, 0] = rng.choice(purchases(rng, 3), size)
                group[:, 1] = ages(rng, size, group[:, 0])
                group[:, 2] = math.inf if endless else horizons(rng, size)
            rows.append(group)
        return np.concatenate(rows)

    return places


def _futures(rng, n, discounted, endless):
    x = purchases(rng, n)
    horizon = np.full(n, math.inf) if endless else horizons(rng, n)
    delta = deltas(rng, n) if discounted else np.zeros(n)
    return np.column_stack([x, ages(rng, n, x), horizon, delta, thetas(rng, n)])


def counted(rng, n):
    """Number of purchases ahead, and the columns of `ahead`."""
    most = rng.choice([0, 0, 1, 1, 2, 3, 10, 30, 100, 400, 1500], n)
    return np.column_stack([most, ahead(rng, n)])


def mixtures(rng, n):
    """m, a, b, u, and the places at which SciPy's 2F1 gives NaN."""
    rows = observed(rng, n)
    u = np.where(some(rng, n, 0.1), 0.0, spread(rng, n, 1e-9, 1e4, (0.3, 20.0)))
    rows = np.column_stack([rows[:, 0] + rows[:, 3] + 1, rows[:, 5], rows[:, 6] + rows[:, 0], u])
    # Euler's form of each has the arguments (4.1, 10; 2010.1), (9, 10; 1015) at .95 and (2.1, 20.2; 2023.3) at .99.
    known = [(2006.0, 4.1, 2006.0, 19.0), (1005.0, 9.0, 1006.0, 19.0), (2003.1, 2.1, 2021.2, 99.0)]
    rows[: len(known)] = known[:n]
    return rows


def orders(rng, n):
    """x, m, p, q, v."""
    x = np.round(spread(rng, n, 1, 3000, (1.0, 2.0, 3000.0)))
    p = spread(rng, n, 0.05, 1e6, (1.0, 6.25, 1e6))
    q = spread(rng, n, 0.05, 1e3, (0.5, 1.0, 1.0 + HAIR, 3.74, 1e6, 1e12))
    mean = spread(rng, n, 0.1, 1e4)
    # Mostly amounts as the model expects them, whose density is not negligible.
    v = np.where(some(rng, n, 0.8), mean * np.maximum(q, 0.3) / p, spread(rng, n, 1e-3, 1e4))
    likely = mean * np.exp(rng.normal(size=n) * np.minimum(1.0, 1.0 / np.sqrt(q) + 1.0 / np.sqrt(p * x)))
    return np.column_stack([x, np.where(some(rng, n, 0.7), likely, spread(rng, n, 0.01, 1e6)), p, q, v])


def order_values(rng, n):
    """x, m, p, q, v; also customers without an order, and ones whose mean only just is finite."""
    rows = orders(rng, n)
    x, _, p, q, _ = rows.T
    none = some(rng, n, 0.2)
    brink = some(rng, n, 0.1)
    rows[:, 0] = np.where(none, 0.0, np.where(brink, 1.0, x))
    rows[:, 2] = np.where(brink, np.minimum(p, 0.5), p)
    rows[:, 3] = np.where(brink, 1.0 - np.where(none, 0.0, rows[:, 2]) + HAIR, q)
    return rows


def shapes(rng, n):
    """z, x of rising factorials."""
    z = spread(rng, n, 1e-3, 1e6, (1e-130, 1e-100, 1.0, 11.999, 12.0, 1e6, 1e12))
    return np.column_stack([z, purchases(rng, n)])


def pairs(rng, n):
    """Two parameters of a beta function."""
    corners = (1e-130, 1.0, 11.999, 12.0, 1e12)
    return np.column_stack([spread(rng, n, 1e-3, 1e6, corners), spread(rng, n, 1e-3, 1e6, corners)])
