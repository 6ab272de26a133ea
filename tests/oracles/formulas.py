"""The package's formulas once more, in mpmath and from other starting points: slow, and exact to many digits.

Where the package integrates numerically, these use closed forms (2F1 and the exponential integral), and the other way
round: likelihoods and probabilities are sums and integrals over a customer's own rate and dropout probability.
Numbers go in as floats and are taken as exact.
"""

from itertools import pairwise

from mpmath import mp, mpf

# Parameters as small as 1e-130 are added to 1 and must still be seen.
DIGITS = 340
# A parameter that makes a closed form 0/0 (a = 1, m = 1, a + b = 1) is moved by this much.
NUDGE = mpf(10) ** -60
# A parameter below this changes no digit that anybody sees.
NOTHING = mpf(10) ** -40


def log_rising(z, x):
    with mp.workdps(DIGITS):
        return mp.loggamma(mpf(z) + mpf(x)) - mp.loggamma(mpf(z))


def log_rising_slopes(z, x):
    with mp.workdps(80):
        z, x = mpf(z), mpf(x)
        return mp.digamma(z + x) - mp.digamma(z), mp.polygamma(1, z + x) - mp.polygamma(1, z)


def log_beta(a, b):
    with mp.workdps(80):
        a, b = mpf(a), mpf(b)
        return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def mixture(m, a, b, u):
    """E[(1 + p u)^-m], p ~ Beta(a, b), as 2F1."""
    with mp.workdps(max(mp.dps, 22)):
        m, a, b, u = mpf(m), mpf(a), mpf(b), mpf(u)
        if a < NOTHING:  # then p is 0 or, where b is as small, 1; all between has a probability of order a
            return 1 if b > NOTHING else (b + a * (1 + u) ** -m) / (a + b)
        return hypergeometric(m, a, a + b, u)


def hypergeometric(m, a, c, u):
    """2F1(m, a; c; -u); where parameters are huge, by Pfaff's transformation, whose terms do not cancel."""
    if max(m, a, c) < 1e9:
        return mp.hyp2f1(m, a, c, -u)
    w, term, total, n = u / (1 + u), mpf(1), mpf(1), 0
    while n < 10 or abs(term) > abs(total) * mp.eps:
        term *= (m + n) * (c - a + n) / ((c + n) * (n + 1)) * w
        total, n = total + term, n + 1
    return total * (1 + u) ** -m


def mixture_over_p(m, a, b, u):
    """The same as an integral over p, for parameters near 1."""
    with mp.workdps(30):
        m, a, b, u = mpf(m), mpf(a), mpf(b), mpf(u)
        return _over_p(lambda p: (1 + p * u) ** -m, a, b, _breaks(a, b, u))


def integral(m, a, b, scale, horizon):
    """Integral over s from 0 to the horizon of E[(1 + p s / scale)^-m]: the antiderivative is a 2F1 too."""
    with mp.workdps(200):  # two nudges of 1e-60 are divided by
        m, a, b, scale, horizon = (mpf(v) for v in (m, a, b, scale, horizon))
        m = m + 3 * NUDGE if abs(m - 1) < NUDGE else m
        if a < NOTHING:
            gone = scale * (1 - (1 + horizon / scale) ** (1 - m)) / (m - 1)
            return horizon if b > NOTHING else (b * horizon + a * gone) / (a + b)
        a = a + NUDGE if abs(a - 1) < NUDGE or abs(a + b - 1) < NUDGE else a
        front = scale * (a + b - 1) / ((a - 1) * (m - 1))
        return front * (1 - hypergeometric(m - 1, a - 1, a + b - 1, horizon / scale))


def discounted_integral(m, a, b, scale, horizon, delta):
    """The same with exp(-delta s): 2F1 integrated over log time."""
    if delta == 0:
        return integral(m, a, b, scale, horizon)
    with mp.workdps(22):
        m, a, b, scale, delta = (mpf(v) for v in (m, a, b, scale, delta))
        end = min(mpf(horizon), 60 / delta)

        def rate(v):
            s = scale * mp.expm1(v)
            return mp.exp(-delta * s + v) * scale * mixture(m, a, b, mp.expm1(v))

        last = mp.log1p(end / scale)
        corner = 1 / (1 + m * a / (a + b))
        marks = {mpf(0), last, *(mp.log1p(k / delta / scale) for k in (1, 10)), *(corner * k for k in (1, 5, 25))}
        return mp.quad(rate, sorted(v for v in marks if v <= last))


def discounted_integral_over_p(m, a, b, scale, horizon, delta):
    """The same with the integral over time in closed form, and p outside."""
    with mp.workdps(22):
        m, a, b, scale, delta = (mpf(v) for v in (m, a, b, scale, delta))

        def given(p):
            z = delta * scale / p
            later = mpf(0) if mp.isinf(horizon) else 1 + p * mpf(horizon) / scale
            rest = later ** (1 - m) * mp.expint(m, z * later) if later else 0
            return scale / p * mp.exp(z) * (mp.expint(m, z) - rest)

        return _over_p(given, a, b, _breaks(a, b, m / (delta * scale)))


def purchases_if_alive(x, T, horizon, delta, r, alpha, a, b):
    shape, scale, b = _ahead(x, T, r, alpha, b)
    return shape / scale * discounted_integral(shape + 1, a, b, scale, horizon, delta)


def lifetime_if_alive(x, T, horizon, delta, r, alpha, a, b):
    shape, scale, b = _ahead(x, T, r, alpha, b)
    return discounted_integral(shape, a, b, scale, horizon, delta)


def active_if_alive(x, T, horizon, r, alpha):
    with mp.workdps(DIGITS):
        shape, scale, _ = _ahead(x, T, r, alpha, 1)
        return 1 - (scale / (scale + mpf(horizon))) ** shape


def count_if_alive(n, x, T, horizon, r, alpha, a, b):
    """P(n purchases in the horizon), with the sum over the negative binomial that equation 8 has."""
    with mp.workdps(DIGITS):
        shape, scale, b = _ahead(x, T, r, alpha, b)
        a, share = mpf(a), mpf(horizon) / (scale + mpf(horizon))

        def binomial(j):
            return mp.rf(shape, j) / mp.factorial(j) * (1 - share) ** shape * share**j

        never = mp.beta(a, b + n) / mp.beta(a, b) * binomial(n)
        if n == 0:
            return never
        return never + mp.beta(a + 1, b + n - 1) / mp.beta(a, b) * (1 - mp.fsum(binomial(j) for j in range(n)))


def likelihood_parts(x, t_x, T, r, alpha, a, b, at_zero=0):
    """Of a customer still alive at T, and of one that left after the last purchase (equation 6 as the paper has it).

    A customer has had x chances to leave, and one more at time zero in MBG/NBD.
    """
    x, chances = int(x), int(x) + at_zero
    with mp.workdps(DIGITS):
        t_x, T, r, alpha, a, b = (mpf(v) for v in (t_x, T, r, alpha, a, b))
        front = mp.rf(r, x) * alpha**r
        alive = mp.rf(b, chances) / mp.rf(a + b, chances) * front * (alpha + T) ** -(r + x)
        if chances == 0:
            return alive, mpf(0)
        return alive, a * mp.rf(b, chances - 1) / mp.rf(a + b, chances) * front * (alpha + t_x) ** -(r + x)


def log_likelihood(x, t_x, T, r, alpha, a, b):
    with mp.workdps(DIGITS):
        return mp.log(mp.fsum(likelihood_parts(x, t_x, T, r, alpha, a, b)))


def mbg_log_likelihood(x, t_x, T, r, alpha, a, b):
    with mp.workdps(DIGITS):
        return mp.log(mp.fsum(likelihood_parts(x, t_x, T, r, alpha, a, b, at_zero=1)))


def nbd_log_likelihood(x, t_x, T, r, alpha):  # noqa: ARG001 - columns as of every model
    with mp.workdps(DIGITS):
        x, T, r, alpha = int(x), mpf(T), mpf(r), mpf(alpha)
        return mp.log(mp.rf(r, x) * (alpha / (alpha + T)) ** r / (alpha + T) ** x)


def log_likelihood_integrated(x, t_x, T, r, alpha, a, b):
    """The same as integrals over a customer's own rate and dropout probability."""
    with mp.workdps(30):
        t_x, T, r, alpha, a, b = (mpf(v) for v in (t_x, T, r, alpha, a, b))

        def rates(until):
            return _over_rate(lambda rate: rate**x * mp.exp(-rate * until), r, alpha)

        breaks = _breaks(a, b, mpf(x))
        alive = _over_p(lambda p: (1 - p) ** x, a, b, breaks) * rates(T)
        left = _over_p(lambda p: p * (1 - p) ** (x - 1), a, b, breaks) * rates(t_x) if x else 0
        return mp.log(alive + left)


def probability_alive(x, t_x, T, r, alpha, a, b):
    with mp.workdps(DIGITS):
        alive, left = likelihood_parts(x, t_x, T, r, alpha, a, b)
        return alive / (alive + left)


def spend_log_likelihood(x, m, p, q, v):
    """Gamma-Gamma (Fader and Hardie 2013, equation 1a as the paper has it)."""
    with mp.workdps(80):
        x, m, p, q, v = (mpf(value) for value in (x, m, p, q, v))
        gammas = mp.loggamma(p * x + q) - mp.loggamma(p * x) - mp.loggamma(q)
        powers = q * mp.log(v) + (p * x - 1) * mp.log(m) + p * x * mp.log(x)
        return gammas + powers - (p * x + q) * mp.log(v + m * x)


def spend_log_likelihood_integrated(x, m, p, q, v):
    """The same as an integral over the customer's own nu: the mean of x Gamma(p, nu) orders is Gamma(p x, nu x)."""
    with mp.workdps(30):
        x, m, p, q, v = (mpf(value) for value in (x, m, p, q, v))

        def density(nu):
            return (nu * x) ** (p * x) * m ** (p * x - 1) * mp.exp(-nu * x * m) / mp.gamma(p * x)

        return mp.log(_over_rate(density, q, v))


def _ahead(x, T, r, alpha, b):
    with mp.workdps(DIGITS):
        return mpf(r) + mpf(x), mpf(alpha) + mpf(T), mpf(b) + mpf(x)


def _breaks(a, b, u):
    """Places in logit(p) where an integrand over p bends."""
    return {mp.log(a / b), -mp.log1p(abs(u)), mpf(0)}


def _over_p(function, a, b, breaks):
    """E[function(p)], p ~ Beta(a, b), over y = logit(p)."""

    def term(y):
        p, q = 1 / (1 + mp.exp(-y)), 1 / (1 + mp.exp(y))
        return p**a * q**b * function(p)

    marks = [-160 / a, *sorted(breaks), 160 / b]
    return mp.quad(term, _filled(marks), maxdegree=8) / mp.beta(a, b)


def _over_rate(function, r, alpha):
    """E[function(rate)], rate ~ Gamma(r, alpha), over log rate."""

    def term(y):
        rate = mp.exp(y)
        return rate**r * mp.exp(-alpha * rate) * function(rate)

    middle = mp.log(r / alpha)
    return mp.quad(term, _filled([middle - 160 / r, middle, middle + 8]), maxdegree=8) * alpha**r / mp.gamma(r)


def _filled(marks):
    """Marks with others between them where they are far apart."""
    filled = [marks[0]]
    for left, right in pairwise(marks):
        pieces = max(1, int((right - left) / 10))
        filled += [left + (right - left) * k / pieces for k in range(1, pieces + 1)]
    return filled
