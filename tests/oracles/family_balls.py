"""MBG/NBD and NBD in ball arithmetic; see `balls`."""

from flint import arb, ctx

from tests.oracles import balls
from tests.oracles.balls import EXACT, certain


@certain
def log_likelihood(x, t_x, T, *theta):
    return balls._log(balls._log_likelihood(int(x), *balls._balls(t_x, T, *theta), at_zero=1))


@certain
def log_likelihood_derivatives(x, t_x, T, *theta):
    x, t_x, T = int(x), arb(float(t_x)), arb(float(T))
    return balls._derivatives(lambda *at: balls._log_likelihood(x, t_x, T, *at, at_zero=1), theta)


@certain
def probability_alive(x, t_x, T, *theta):
    t_x, T, *theta = balls._balls(t_x, T, *theta)
    alive, left = balls._log_parts(int(x), t_x, T, theta, at_zero=1)
    return 1 / (1 + (left - alive).exp())


def _survived(function):
    """What is ahead of a customer of BG/NBD whose b is larger by 1, exactly."""

    def ahead(*arguments):
        with ctx.workprec(EXACT):
            more = arb(float(arguments[-1])) + 1
        return function(*arguments[:-1], more)

    return ahead


purchases_if_alive = _survived(balls.purchases_if_alive)
lifetime_if_alive = _survived(balls.lifetime_if_alive)
count_if_alive = _survived(balls.count_if_alive)


def _nbd(x, T, r, alpha):
    return (r + x).lgamma() - r.lgamma() + r * alpha.log() - (r + x) * (alpha + T).log()


@certain
def nbd_log_likelihood(x, t_x, T, r, alpha):  # noqa: ARG001 - columns as of every model
    return balls._log(_nbd(int(x), *balls._balls(T, r, alpha)))


@certain
def nbd_log_likelihood_derivatives(x, t_x, T, *theta):  # noqa: ARG001 - columns as of every model
    return balls._derivatives(lambda r, alpha: _nbd(int(x), arb(float(T)), r, alpha), theta)


@certain
def nbd_purchases(x, T, horizon, delta, r, alpha):
    x, T, delta, r, alpha = balls._balls(x, T, delta, r, alpha)
    return (r + x) / (alpha + T) * _discounted(float(horizon), delta)


def _discounted(horizon, delta):
    if delta == 0:
        return arb(horizon)
    return 1 / delta if horizon == float("inf") else (1 - (-delta * arb(horizon)).exp()) / delta


@certain
def nbd_count(n, x, T, horizon, r, alpha):
    n, x, T, horizon, r, alpha = balls._balls(n, x, T, horizon, r, alpha)
    share, shape = horizon / (alpha + T + horizon), r + x
    ways = (shape + n).lgamma() - shape.lgamma() - (n + 1).lgamma()
    return (ways + shape * (1 - share).log() + n * share.log()).exp()
