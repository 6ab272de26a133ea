"""The package's formulas in ball arithmetic (Arb, through python-flint): numbers carry a proven bound of their error.

Ten to fifty times quicker than mpmath, which is what makes a comparison at 100,000 points possible. The starting points
are other ones than the package's, which integrates numerically: 2F1 by its series and transformations, and a recurrence
for the moments of 2F1 over time. The precision rises until the ball is narrower than the spacing of doubles, and if it
never is, that is an error. Numbers go in as floats and are taken as exact; results are the nearest floats.
"""

import math
import time
from functools import wraps

from flint import arb, arb_series, ctx

PRECISIONS = (128, 192, 320, 640, 1600, 4000, 10000)
# Bits in which sums of two doubles, 1e-130 among them, are exact.
EXACT = 640
# Radius over value; a log, which may pass through 0, is content with an absolute one; what is below all doubles is 0.
RELATIVE, ABSOLUTE, NOTHING = arb(2) ** -57, arb(2) ** -60, arb(2) ** -1080
# A parameter at which a formula is 0/0 is taken this far to both sides; the integrals are monotone in all parameters.
ASIDE, CLOSE = arb(2) ** -70, arb(2) ** -60
# exp(-42) of what is discounted by a time constant remains: a double sees nothing beyond so many of them.
FAR = 42
# Terms that a series may have.
MOST_TERMS = 60_000
# Seconds for one sum over dropout probabilities: exponential integrals of order 1e5 can take as long each.
PATIENCE = 2.0


class UncertainError(ArithmeticError):
    """The last precision is spent, and the ball still is wide."""


def certain(function, precisions=PRECISIONS):
    """The function's value, or tuple of values, at the first precision that makes all of them certain."""

    @wraps(function)
    def rising(*arguments):
        for bits in precisions:
            with ctx.workprec(bits):
                values = function(*arguments)
                if all(map(_narrow, values if isinstance(values, tuple) else (values,))):
                    return tuple(map(float, values)) if isinstance(values, tuple) else float(values)
        raise UncertainError(f"{function.__name__}{arguments}")

    return rising


def _narrow(value):
    radius = value.rad()
    return value.is_finite() and (radius <= RELATIVE * abs(value.mid()) or radius <= NOTHING)


def _log(value):
    """A log is content with an absolute radius as well."""
    return value.mid() if value.is_finite() and value.rad() <= ABSOLUTE else value


def _balls(*values):
    return (v if isinstance(v, arb) else arb(float(v)) for v in values)


@certain
def log_rising(z, x):
    return _log(_log_rising(*_balls(z, x)))


def _log_rising(z, x):
    return arb(0) if x == 0 else (z + x).lgamma() - z.lgamma()


@certain
def log_rising_slopes(z, x):
    z, x = _balls(z, x)
    if x == 0:
        return arb(0), arb(0)
    series = arb_series([z, 1], prec=3)
    _, first, second = _coefficients((series + x).lgamma() - series.lgamma(), 3)
    return first, 2 * second


@certain
def log_beta(a, b):
    a, b = _balls(a, b)
    return _log(a.lgamma() + b.lgamma() - (a + b).lgamma())


def mixture(m, a, b, u):
    """E[(1 + p u)^-m], p ~ Beta(a, b)."""
    with ctx.workprec(EXACT):
        m, a, b, u = (*map(_whole, _balls(m, a, b)), arb(float(u)))
        try:
            return certain(lambda: _gauss(m, a, b, a + b, u))()
        except UncertainError:
            return certain(lambda: _over_dropout(lambda p: (1 + p * u) ** -m, a, b), PRECISIONS[2:4])()


def _gauss(m, a, b, c, u):
    """2F1(m, a; c; -u) with c = a + b, all positive, from whichever of its forms is quickest."""
    if u == 0:
        return arb(1)
    w, other = u / (1 + u), c - m
    forms = [
        # Pfaff's: all terms are positive, and there are somewhat more of them than purchases.
        (_terms(m, b, c, w), lambda most: _series(m, b, c, w, most) * (1 + u) ** -m),
        # Euler's: the number of purchases stands in c alone.
        (_terms(a, other, c, w, cancels=not other > 0), lambda most: _series(a, other, c, w, most) * (1 + u) ** -a),
        (_terms(m, a, c, u, cancels=True), lambda most: _series(m, a, c, -u, most, enveloping=True)),
        (_asymptotic_terms(m, a, b, u), lambda most: _asymptotic(m, a, b, u, most // 2)),
        (_library_terms(a, other, c), lambda _: w.hypgeom_2f1(a, other, c) * (1 + u) ** -a),
    ]
    forms.sort(key=lambda pair: pair[0])
    for terms, form in forms[:1] + [pair for pair in forms[1:] if pair[0] < 30 * ctx.prec]:
        if terms < MOST_TERMS:
            found = form(2 * terms)
            if _narrow(found):
                return found
    if forms[0][0] >= MOST_TERMS and float(m * u) > 1:
        # Too far out for all of them; it falls with u, and may be small enough much nearer already.
        return arb(0).union(_gauss(m, a, b, c, u / 16))
    return arb("nan")


def _terms(a, b, c, w, *, cancels=False):
    """About how many terms of 2F1(a, b; c; w) reach the working precision; very many where too many digits cancel."""
    a, b, c, w = (max(abs(float(v)), 5e-324) for v in (a, b, c, w))  # 1e-400 has no double
    largest, terms = 0.0, 8
    while terms < 2 * MOST_TERMS:
        size = _rising(a, terms) + _rising(b, terms) - _rising(c, terms) - math.lgamma(terms + 1) + terms * math.log(w)
        largest = max(largest, size)
        if size < largest - 0.7 * ctx.prec and w * (a + terms) * (b + terms) < (c + terms) * (terms + 1):
            return terms if not cancels or largest < 0.2 * ctx.prec else 2 * MOST_TERMS
        terms *= 2
    return terms


def _rising(z, n):
    z = max(z, 1e-300)
    return math.lgamma(z + n) - math.lgamma(z) if z < 1e8 else n * math.log(z + 0.5 * n)


def _library_terms(a, b, c):
    """What the library's 2F1 costs at arguments near 1, in terms of a series summed here: measured.

    It has limits for differences that are integers, but takes seconds where one nearly is and bits are short.
    """
    for v in (a, b, c, c - a - b):
        off = abs(v - round(float(v)))
        if off != 0 and off < arb(2) ** (40 - ctx.prec // 2):
            return 2 * MOST_TERMS
    return 150 * (1 + max(abs(float(v)) for v in (a, b, c)) / 30) ** 2 * (ctx.prec / 128) ** 2


def _asymptotic_terms(m, a, b, u):
    """About how many terms of the series in 1 / (m u) reach the working precision."""
    m, a, b, u = (float(v) for v in (m, a, b, u))
    if m * math.log1p(u / 2) < 2 * ctx.prec:
        return 2 * MOST_TERMS
    size, k = 0.0, 0
    while size > -0.7 * ctx.prec:
        ratio = (b + k) * (a + k) / ((k + 1) * (m - a - k - 1) * u) if m > 4 * (a + k + 1) else 1.0
        if ratio > 0.5:
            return 2 * MOST_TERMS
        size, k = size + math.log(ratio), k + 1
    return max(k, b) + 1


def _asymptotic(m, a, b, u, most):
    """The same for many purchases: (1 - p)^(b - 1) expanded in p, and each power integrated over all p > 0.

    Up to p = 1/2 the rest of the expansion is below twice its first term, as b > 0; beyond, (1 + p u)^-m is below
    (1 + u / 2)^(-m / 2) (1 + p u)^(-m / 2).
    """

    def power(k, m):
        return ((a + k).lgamma() + (m - a - k).lgamma() - m.lgamma() - (a + k) * u.log()).exp()

    count = int(most)
    total, beyond, share = arb(0), arb(0), arb(1)
    for k in range(count):
        total += share * power(k, m)
        beyond += abs(share) * power(k, m / 2)
        share *= (1 - b + k) / (k + 1)
    front = ((a + b).lgamma() - a.lgamma() - b.lgamma()).exp()
    far = (1 + u / 2) ** (-m / 2)
    left_out = front * (2 * abs(share) * power(count, m) + far * beyond) + far
    return front * total + arb(0, abs(left_out).upper())


def _series(a, b, c, w, most, *, enveloping=False):
    """2F1(a, b; c; w) by its terms, with a bound of the others; nothing if `most` terms are not enough.

    If `enveloping`, it is the mean of (1 + p u)^-a: each truncation of that is off by less than the next term.
    """
    term, total, n = arb(1), arb(1), 0
    tiny = arb(2) ** -ctx.prec
    while n < most:
        term = term * (w * (a + n) * (b + n) / ((c + n) * (n + 1)))
        n += 1
        total += term
        if n % 4 or not abs(term) < tiny * abs(total):
            continue
        if enveloping:
            return total + arb(0, abs(term).upper())
        rest = _others(a, b, c, w, n)
        if rest is not None:
            return total + arb(0, (abs(term) * rest).upper())
    return arb("nan")


def _others(a, b, c, w, n):
    """A bound of the sum of all terms after the n-th, as a share of it, or None if n is too small for one.

    (n + a)(n + b) / (n + 1) = n + a + b - 1 + (a - 1)(b - 1) / (n + 1), so that the ratio of successive terms is at
    most w (n + y) / (n + c) from n on: the tail is below a geometric series, or below 2F1(n + y, 1; n + c; 1).
    """
    if not (a + n > 0 and b + n > 0 and c + n > 0):
        return None
    more = (a - 1) * (b - 1) / (n + 1)
    y = a + b - 1 + (max(0, more))
    if y + 1 < c:
        return (n + y) / (c - y - 1)
    ratio = abs(w) * (n + y) / (n + c)
    return ratio / (1 - ratio) if ratio < 1 and y > c else None


def _sides(value, poles):
    """The value, or places left and right of it if it is within a hair of one of the integers from 1 to `poles`."""
    nearest = round(min(float(value), 1e15))
    if not 1 <= nearest <= poles or not abs(value - nearest) < CLOSE:
        return [value]
    return [value - ASIDE, value + ASIDE]


def _integral(front, m, a, b, scale, horizon, delta):
    """Integral over s from 0 to the horizon of front exp(-delta s) E[(1 + p s / scale)^-m]."""
    if horizon == 0:
        return 0.0
    m, a, b = map(_whole, (m, a, b))
    cut = not horizon * delta < FAR
    end = FAR / delta if cut else horizon
    # What is expected per time falls, so that what lies beyond the end is a share exp(-FAR) of the whole at most.
    front = front * end * (1 + arb(-FAR).exp() * arb(1, 1)) if cut else front * end
    arguments = (front, m, a, b, end / scale, end * delta)
    for formula, precisions in ((_by_moments, PRECISIONS[:6]), (_by_dropout, PRECISIONS[1:4])):
        try:
            return certain(formula, precisions)(*arguments)
        except UncertainError:
            pass
    raise UncertainError(f"{[float(v) for v in arguments]}")


def _whole(value):
    """The integer that a parameter is but for 1e-27: what it changes is as small, and the library has limits there."""
    nearest = round(float(value)) if value < 1e15 else 0
    return arb(nearest) if nearest and abs(value - nearest) < arb(2) ** -90 else value


def _by_moments(front, m, a, b, u, discount):
    gone = m * u * a / (a + b)
    if gone < RELATIVE / 4:  # even by the end: 1 - E[(1 + p u)^-m] is below m u E[p]
        stays = (1 - (-discount).exp()) / discount if discount != 0 else 1
        return front * stays * (1 - gone * arb(0.5, 0.5))
    if a + b < arb(2) ** -150:  # p is 0 or 1; all between has a probability of this order
        stays = (1 - (-discount).exp()) / discount if discount != 0 else 1
        gone = _given_dropout(m, u, discount, arb(1))
        return front * (b * stays + a * gone) / (a + b)
    powers = _terms(m, a, a + b, u, cancels=True)
    if powers < 1000:
        return front * _by_powers(m, a, a + b, u, discount, 2 * powers)
    terms = _discount_terms(discount, m * u)
    sides = [(m_side, a_side) for m_side in _sides(m, terms) for a_side in _sides(a, terms)]
    # Digits that dividing by nearly 0 costs, that exp(-discount) does, and that steps of the recurrence may cost.
    steps = terms * max(0.0, math.log2(float((a + b) / (m * u)) + 1e-300)) if terms > 1 else 0.0
    bits = 60 + 160 * (len(sides) > 1) + 2 * float(discount) + steps
    if ctx.prec < bits or (bits > 1600 and min(a, b) > 0.02):
        return arb("nan")
    return front * _hull([_moments(m_, a_, b, u, discount, terms) for m_, a_ in sides])


def _by_powers(m, a, c, u, discount, count):
    """Integral over t from 0 to 1 of exp(-discount t) 2F1(m, a; c; -u t), power by power, where few powers count.

    It is a mean of (1 + p u t)^-m, of which each truncation is off by less than the next term.
    """
    last = (-discount).exp()
    # Backwards, each integral of t^j exp(-discount t) is better known than the one it is found from.
    start = 2 * count + 2 * int(float(discount)) + ctx.prec
    weight, weights = arb(0.5, 0.5) / (start + 1), []
    for j in range(start, 0, -1):
        weight = (discount * weight + last) / j
        if j <= count + 1:
            weights.append(weight)
    term, total = arb(1), arb(0)
    for j in range(count):
        total += term * weights[-1 - j]
        term *= -u * (m + j) * (a + j) / ((c + j) * (j + 1))
    return total + abs(term) * weights[0] * arb(0, 1)


def _by_dropout(front, m, a, b, u, discount):
    """The integral over time in closed form for each dropout probability, and then their mean."""
    return front * _over_dropout(lambda p: _given_dropout(m, u, discount, p), a, b)


def _given_dropout(m, u, discount, p):
    """Integral over t of exp(-discount t) (1 + p u t)^-m, to 1, or to infinity where the discount reaches FAR."""
    later = 1 + p * u
    if discount == 0:
        return later.log() / (p * u) if m == 1 else (1 - later ** (1 - m)) / ((m - 1) * p * u)
    z = discount / (p * u)
    far = later ** (1 - m) * (z * later).expint(m) if discount < FAR else 0
    return z.exp() / (p * u) * (z.expint(m) - far)


def _over_dropout(function, a, b):
    """E[function(p)], p ~ Beta(a, b), by the trapezoidal rule over logit(p): at two steps, which must agree.

    The functions fall from 1 and may be at work far out in the density's tail: sums end where they see no more of it.
    For the few places where no series is short; here the error is seen, and not proven.
    """
    if min(a, b) < 0.02:
        return arb("nan")
    width = min((1 / a + 1 / b).sqrt(), arb(1))
    peak = (a / b).log()
    norm = (a + b).lgamma() - a.lgamma() - b.lgamma()
    deadline = time.process_time() + PATIENCE

    def half(step, total):
        k = 0
        while True:
            y = peak + k * step
            log_density = a * y - (a + b) * (1 + y.exp()).log() + norm
            total += log_density.exp() * function(1 / (1 + (-y).exp())) / (2 if k == 0 else 1)
            k += 1
            if time.process_time() > deadline:
                raise UncertainError("out of patience")
            if not total.is_finite():  # a function is unknown at this precision
                return total
            if k % 16 == 0 and log_density < max(float(total.log()) - 50, -800):  # functions are at most 1
                return total

    # Where dropout is rarer the functions are larger, so that this half tells what the other must reach.
    return _hull([step * half(step, half(-step, arb(0))) for step in (width / 4, width / 5)])


def _hull(values):
    total = values[0]
    for value in values[1:]:
        total = total.union(value)
    return total


def _discount_terms(discount, decays):
    """How many terms of exp(-discount) are seen beside an integral that may be as small as 1 / decays."""
    size, n = float(discount), 1
    if size == 0:
        return 1
    log_term, seen = math.log(size), -60.0 - math.log1p(float(decays)) - math.log1p(size)
    while log_term > seen or n < 2 * size:
        n += 1
        log_term += math.log(size / n)
    return n


def _moments(m, a, b, u, discount, terms):
    """Integral over t from 0 to 1 of exp(-discount t) 2F1(m, a; a + b; -u t), as a series in the discount.

    Multiplying the differential equation of 2F1 by t^k and integrating by parts ties the k-th moment of 2F1 to the one
    before; the first is its antiderivative.
    """
    c = a + b
    f = _gauss(m, a, b, c, u)
    slope = -m * a / c * _gauss(m + 1, a + 1, b, c + 1, u) * (1 + u)
    moment, weight, total = arb(0), arb(1), arb(0)
    for k in range(terms):
        before = k * moment if k else 1
        top = (c - (k + 1)) * (before - f) / u - (m + a - (k + 1)) * f - slope
        moment = top / ((m - (k + 1)) * (a - (k + 1)))
        total += weight * moment
        weight *= -discount / (k + 1)
    # Moments lie between 0 and 1 / (k + 1), and from here on the weights fall by half at least.
    return total + (abs(weight) * arb(0, 2) if discount else 0)


def discounted_integral(m, a, b, scale, horizon, delta):
    with ctx.workprec(EXACT):
        return _integral(arb(1), *_balls(m, a, b, scale, horizon, delta))


def purchases_if_alive(x, T, horizon, delta, r, alpha, a, b):
    with ctx.workprec(EXACT):
        x, T, horizon, delta, r, alpha, a, b = _balls(x, T, horizon, delta, r, alpha, a, b)
        shape, scale = r + x, alpha + T
        return _integral(shape / scale, shape + 1, a, b + x, scale, horizon, delta)


def lifetime_if_alive(x, T, horizon, delta, r, alpha, a, b):
    with ctx.workprec(EXACT):
        x, T, horizon, delta, r, alpha, a, b = _balls(x, T, horizon, delta, r, alpha, a, b)
        return _integral(arb(1), r + x, a, b + x, alpha + T, horizon, delta)


@certain
def active_if_alive(x, T, horizon, r, alpha):
    x, T, horizon, r, alpha = _balls(x, T, horizon, r, alpha)
    return 1 - ((alpha + T) / (alpha + T + horizon)) ** (r + x)


@certain
def count_if_alive(n, x, T, horizon, r, alpha, a, b):
    """P(n purchases in the horizon), with the sum over the negative binomial that equation 8 has."""
    x, T, horizon, r, alpha, a, b = _balls(x, T, horizon, r, alpha, a, b)
    n, shape, b = int(n), r + x, b + x
    share = horizon / (alpha + T + horizon)
    exactly, fewer = (1 - share) ** shape, arb(0)
    for j in range(n):
        fewer += exactly
        exactly *= (shape + j) * share / (j + 1)
    survived = (_log_rising(b, arb(n)) - _log_rising(a + b, arb(n))).exp()
    left = a / (b + (n - 1)) * survived * (1 - fewer) if n else 0
    return survived * exactly + left


def _log_parts(x, t_x, T, theta, at_zero=0):
    """Log-likelihood of a customer still alive at T, and of one that left after the last purchase (equation 6).

    A customer has had x chances to leave, and so many more at time zero.
    """
    r, alpha, a, b = theta
    n = x + at_zero
    gammas = (r + x).lgamma() - r.lgamma() + (b + n).lgamma() - b.lgamma() + (a + b).lgamma() - (a + b + n).lgamma()
    front = gammas + r * alpha.log()
    alive = front - (r + x) * (alpha + T).log()
    left = front - (r + x) * (alpha + t_x).log() + (a / (b + (n - 1))).log() if n else None
    return alive, left


def _log_likelihood(x, t_x, T, *theta, at_zero=0):
    alive, left = _log_parts(x, t_x, T, theta, at_zero)
    return alive if left is None else left + ((alive - left).exp() + 1).log()


@certain
def log_likelihood(x, t_x, T, r, alpha, a, b):
    return _log(_log_likelihood(int(x), *_balls(t_x, T, r, alpha, a, b)))


@certain
def probability_alive(x, t_x, T, r, alpha, a, b):
    t_x, T, *theta = _balls(t_x, T, r, alpha, a, b)
    alive, left = _log_parts(int(x), t_x, T, theta)
    return arb(1) if left is None else 1 / (1 + (left - alive).exp())


def _spend_log_likelihood(x, m, p, q, v):
    gammas = (p * x + q).lgamma() - (p * x).lgamma() - q.lgamma()
    return gammas + q * v.log() + p * x * (m * x).log() - m.log() - (p * x + q) * (v + m * x).log()


@certain
def spend_log_likelihood(x, m, p, q, v):
    return _log(_spend_log_likelihood(*_balls(x, m, p, q, v)))


def expected_order_value(x, m, p, q, v):
    with ctx.workprec(EXACT):
        x, m, p, q, v = _balls(x, m, p, q, v)
        weight = p * x + q - 1
        return float(p * (v + x * m) / weight) if weight > 0 else math.inf


@certain
def log_likelihood_derivatives(x, t_x, T, *theta):
    """Gradient and upper Hessian, row by row, in the logs of the parameters."""
    x, t_x, T = int(x), arb(float(t_x)), arb(float(T))
    return _derivatives(lambda *at: _log_likelihood(x, t_x, T, *at), theta)


@certain
def spend_log_likelihood_derivatives(x, m, *theta):
    x, m = _balls(x, m)
    return _derivatives(lambda *at: _spend_log_likelihood(x, m, *at), theta)


def _derivatives(function, theta):
    """Exact Taylor coefficients along each axis and each sum of two axes."""
    theta, size = list(_balls(*theta)), len(theta)

    def along(*axes):
        moved = [v * arb_series([0, int(i in axes)], prec=3).exp() for i, v in enumerate(theta)]
        return _coefficients(function(*moved), 3)

    single = [along(i) for i in range(size)]
    gradient = [_log(one[1]) for one in single]
    hessian = [
        _log(2 * single[i][2] if i == j else along(i, j)[2] - single[i][2] - single[j][2])
        for i in range(size)
        for j in range(i, size)
    ]
    return (*gradient, *hessian)


def _coefficients(series, count):
    return [series[k] for k in range(count)]
