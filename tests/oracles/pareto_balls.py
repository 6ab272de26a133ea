"""Pareto/NBD in ball arithmetic, as `balls`: 2F1 where the package integrates, and an exponential integral for DERT.

The likelihood is taken apart as the package does; tests/kernels/test_pareto_nbd.py has the integrals it starts from.
"""

from flint import acb, arb, ctx

from tests.oracles.balls import (
    EXACT,
    FAR,
    PRECISIONS,
    UncertainError,
    _balls,
    _gauss,
    _log,
    _log_rising,
    certain,
)

# Differences of the log-likelihood at this distance, in this precision, leave more than thirty digits.
STEP, DEEP = arb(2) ** -60, 1040


def _first(s, m, beta, alpha):
    """P(a Lomax(s, beta) time is below a Lomax(m, alpha) one)."""
    front, k, u = (s, m, (beta - alpha) / alpha) if beta >= alpha else (s * alpha / beta, s + 1, (alpha - beta) / beta)
    found = _gauss(k, arb(1), m + s, m + s + 1, u) / (m + s)
    return front * (found if found.rel_accuracy_bits() > _wanted() else _integral(m + s, k, u))


def _wanted():
    """Bits that are certain enough: those of a double, or what differences in very many digits need."""
    return max(60, (ctx.prec - EXACT) // 2)


def _integral(c, k, u):
    """Integral over y > 0 of exp(-c y) (1 + u (1 - exp(-y)))^-k, by Arb's own integration, whose error is proven.

    Where no form of 2F1 is quick. The integrand is at most 1, and at least exp(-(c + k u) y).
    """

    def integrand(w, analytic):
        y = w.exp()
        return (w - c * y - k * (1 + u * (1 - (-y).exp())).log(analytic=analytic)).exp()

    least = 1 / (c + k * u)
    low = (least * arb(2) ** -(_wanted() + 20)).log()
    high = ((_wanted() + 20 + (c + k * u).log().max(0)) / c).log()
    beyond = low.exp() + (-c * high.exp()).exp() / c
    inside = acb.integral(integrand, acb(low), acb(high), eval_limit=300_000, rel_tol=arb(2) ** -(_wanted() + 10))
    return inside.real + beyond * arb(0.5, 0.5)


def _parts(x, t_x, T, r, alpha, s, beta):
    """What is certain, in logs, and the probabilities of dropping out before a purchase and of neither by T."""
    m, t_x = r + x, t_x if x else arb(0)
    seen = _log_rising(r, arb(x)) - x * (alpha + t_x).log() - r * (1 + t_x / alpha).log() - s * (1 + t_x / beta).log()
    kept = (-m * (1 + (T - t_x) / (alpha + t_x)).log() - s * (1 + (T - t_x) / (beta + t_x)).log()).exp()
    return seen, _first(s, m, beta + t_x, alpha + t_x), kept, _first(m, s, alpha + T, beta + T)


def _log_likelihood(x, *arguments):
    seen, gone, kept, back = _parts(x, *arguments)
    return seen + (gone + kept * back).log()


def _exact(function):
    """Sums of doubles must be exact, or 2F1 does not see that its parameters nearly are integers."""
    return certain(function, [max(bits, EXACT) for bits in PRECISIONS[3:]])


@_exact
def log_likelihood(x, t_x, T, r, alpha, s, beta):
    return _log(_log_likelihood(int(x), *_balls(t_x, T, r, alpha, s, beta)))


@_exact
def probability_alive(x, t_x, T, r, alpha, s, beta):
    _, gone, kept, back = _parts(int(x), *_balls(t_x, T, r, alpha, s, beta))
    return kept / (gone + kept * back)


@_exact
def log_first(s, m, beta, alpha, t):
    s, m, beta, alpha, t = _balls(s, m, beta, alpha, t)
    return _log(_first(s, m, beta + t, alpha + t).log())


@_exact
def active_if_alive(x, T, horizon, r, alpha, s, beta):
    """A next purchase that comes before the end of the lifetime, less one that does so beyond the horizon."""
    x, T, horizon, r, alpha, s, beta = _balls(x, T, horizon, r, alpha, s, beta)
    m, later = r + x, T + horizon
    kept = ((alpha + T) / (alpha + later)) ** m * ((beta + T) / (beta + later)) ** s
    return _first(m, s, alpha + T, beta + T) - kept * _first(m, s, alpha + later, beta + later)


def _survival(s, scale, horizon, delta):
    """Integral over h to the horizon of exp(-delta h) (1 + h / scale)^-s."""
    if horizon == 0:
        return arb(0)
    if delta == 0:
        later = 1 + horizon / scale
        return scale * later.log() if s == 1 else scale * (later ** (1 - s) - 1) / (1 - s)
    z = delta * scale
    if not horizon * delta < FAR:
        return scale * z.exp() * z.expint(s)
    later = 1 + horizon / scale
    return scale * z.exp() * (z.expint(s) - later ** (1 - s) * (z * later).expint(s))


@_exact
def lifetime_if_alive(_, T, horizon, delta, r, alpha, s, beta):  # noqa: ARG001 - as the package has them
    T, horizon, delta, s, beta = _balls(T, horizon, delta, s, beta)
    return _survival(s, beta + T, horizon, delta)


@_exact
def purchases_if_alive(x, T, horizon, delta, r, alpha, s, beta):
    x, T, horizon, delta, r, alpha, s, beta = _balls(x, T, horizon, delta, r, alpha, s, beta)
    return (r + x) / (alpha + T) * _survival(s, beta + T, horizon, delta)


@certain
def count_if_alive(n, x, T, horizon, r, alpha, s, beta):
    """P(n purchases in the horizon): by lifetime, with Arb's own integration, whose error is proven."""
    n = int(n)
    x, T, horizon, r, alpha, s, beta = _balls(x, T, horizon, r, alpha, s, beta)
    m, a, b = r + x, alpha + T, beta + T
    log_ways = _log_rising(m, arb(n)) - arb(n + 1).lgamma()

    def log_exactly(t, log=arb.log):
        return log_ways - m * log(1 + t / a) + n * log(t / (a + t)) if n else -m * log(1 + t / a)

    def density(y, analytic):
        t = y.exp()

        def log(value):
            return value.log(analytic=analytic)

        return (log_exactly(t, log) - (s + 1) * log(1 + t / b) + y).exp() * (s / b)

    # What lies below is at most the first lifetimes' probability, times that of n purchases by then.
    stays = (log_exactly(horizon) - s * (1 + horizon / b).log()).exp()
    low = horizon.log() - (ctx.prec + 20)
    below = s / b * low.exp() * (log_exactly(low.exp()).exp() if n else 1)
    ended = acb.integral(density, acb(low), acb(horizon.log()), eval_limit=200_000).real
    return stays + ended + below * arb(0.5, 0.5)


def log_likelihood_derivatives(x, t_x, T, *theta):
    """Gradient and upper Hessian in the logs of the parameters, by central differences in very many digits."""
    with ctx.workprec(DEEP):
        x, t_x, T = int(x), arb(float(t_x)), arb(float(T))
        at = [v.log() for v in _balls(*theta)]
        size = len(at)

        def value(*moves):
            moved = list(at)
            for place, sign in moves:
                moved[place] += sign * STEP
            found = _log_likelihood(x, t_x, T, *(v.exp() for v in moved))
            if not found.rad() < STEP**2 / 2**60 * max(abs(found), 1):
                raise UncertainError(f"derivatives at {x}, {t_x}, {T}, {theta}")
            return found.mid()

        middle = value()
        up, down = ([value((i, sign)) for i in range(size)] for sign in (1, -1))
        gradient = [float((up[i] - down[i]) / (2 * STEP)) for i in range(size)]

        def bend(i, j):
            if i == j:
                return float((up[i] + down[i] - 2 * middle) / STEP**2)
            both = value((i, 1), (j, 1)) + value((i, -1), (j, -1))
            return float((both - up[i] - down[i] - up[j] - down[j] + 2 * middle) / (2 * STEP**2))

        return (*gradient, *(bend(i, j) for i in range(size) for j in range(i, size)))
