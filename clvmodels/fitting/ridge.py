"""Proposals along the ridge of a posterior that is bent, or longer to one side, in its flattest direction.

Step by step from the mode along that direction, Newton's method finds where the density over all others is highest,
and how it falls off from there: the normal approximation of Laplace, given the one direction, as in Rue, Martino and
Chopin (2009), "Approximate Bayesian Inference for Latent Gaussian Models", Journal of the Royal Statistical Society B
71(2), section 3.2.3. Proposals are spread over what that makes of the direction's own density.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import make_interp_spline

from clvmodels.arrays import FloatArray
from clvmodels.fitting.newton import Optimum
from clvmodels.fitting.posterior import Posterior
from clvmodels.fitting.proposals import Mixture

# Steps in standard deviations at the mode, how they grow, how many there are at most, and where the ridge ends: at so
# much less log-density.
_STEP, _GROWTH, _STEPS, _DEPTH = 0.6, 1.1, 20, 9.0
# Newton steps at each: only the proposals' efficiency depends on them.
_CORRECTIONS = 2
# Most proposals follow the direction's density to a power, and a share of them a far wider one, for the tails.
_POWERS, _SHARES, _CENTRES = (0.9, 0.35), (0.75, 0.25), 60
# Each is as wide as this share of the spread of all, or of the distance to the next one where these are far apart.
_WIDTH, _APART, _FREEDOM = 0.3, 0.8, 5.0
_FEWEST = 5


@dataclass(frozen=True)
class _Crossing:
    """Where the ridge passes one place of the flattest direction.

    Attributes
    ----------
    along
        The place, from the mode.
    w
        Shape (k,).
    value
        Log-density there.
    across
        Covariance over the other directions, shape (k - 1, k - 1).
    slope
        How w moves with the place, shape (k,).
    """

    along: float
    w: FloatArray
    value: float
    across: FloatArray
    slope: FloatArray

    @property
    def mass(self) -> float:
        """Log of the density over the place alone, up to a constant."""
        return self.value + 0.5 * float(np.linalg.slogdet(self.across)[1])


def along_ridge(posterior: Posterior, mode: Optimum) -> Mixture | None:
    """Proposals centred on the ridge, or None where there is none to follow."""
    curvature, vectors = np.linalg.eigh(-mode.at.hessian)
    if not curvature[0] > 0 or len(curvature) < 2:
        return None
    axes, step = vectors, _STEP / float(np.sqrt(curvature[0]))
    here = _crossing(posterior, axes, 0.0, mode.u)
    if here is None:
        return None
    down, up = (_follow(posterior, axes, here, sign * step) for sign in (-1.0, 1.0))
    crossings = [*down[::-1], here, *up]
    return _spread(axes, crossings) if len(crossings) >= _FEWEST else None


def _follow(posterior: Posterior, axes: FloatArray, start: _Crossing, step: float) -> list[_Crossing]:
    """Crossings on one side, outward from but without the start."""
    found: list[_Crossing] = []
    last = start
    while len(found) < _STEPS and last.value > start.value - _DEPTH:
        crossing = _crossing(posterior, axes, last.along + step, last.w + step * last.slope)
        if crossing is None:
            break
        found.append(crossing)
        last, step = crossing, step * _GROWTH
    return found


def _crossing(posterior: Posterior, axes: FloatArray, along: float, w: FloatArray) -> _Crossing | None:
    """From w on, by Newton's method across the first axis; None where the density does not fall off there."""
    others = axes[:, 1:]
    for correction in range(_CORRECTIONS):
        at = posterior.objective(w)
        bend = -others.T @ at.hessian @ others
        if not (np.isfinite(at.value) and np.isfinite(bend).all() and np.linalg.eigvalsh(bend)[0] > 0):
            return None
        across = np.asarray(np.linalg.inv(bend), float)
        rise = others.T @ at.gradient
        if correction < _CORRECTIONS - 1:
            w = w + others @ (across @ rise)
    slope = axes[:, 0] + others @ (across @ (others.T @ at.hessian @ axes[:, 0]))
    value = at.value + 0.5 * float(rise @ across @ rise)
    return _Crossing(along, w + others @ (across @ rise), value, across, slope)


def _spread(axes: FloatArray, crossings: list[_Crossing]) -> Mixture:
    """Equally likely proposals at even steps of the share of the mass that lies below."""
    along = np.array([crossing.along for crossing in crossings])
    fine = np.linspace(along[0], along[-1], 400)
    mass = make_interp_spline(along, [crossing.mass for crossing in crossings], k=3)(fine)
    below = sum(share * _below(power * mass) for power, share in zip(_POWERS, _SHARES, strict=True))
    at = np.interp((np.arange(_CENTRES) + 0.5) / _CENTRES, below, fine)
    path = make_interp_spline(along, np.stack([crossing.w for crossing in crossings]), k=3)
    slopes = path.derivative()(at)
    flat = np.stack([crossing.across.ravel() for crossing in crossings])
    across = np.stack([np.interp(at, along, column) for column in flat.T], axis=1)
    across = across.reshape(_CENTRES, len(axes) - 1, len(axes) - 1)
    widths = np.maximum(_WIDTH * np.std(at), _APART * np.gradient(at))
    covariance = (
        axes[:, 1:] @ across @ axes[:, 1:].T + (widths**2)[:, None, None] * slopes[:, :, None] * slopes[:, None, :]
    )
    return Mixture(path(at), np.linalg.cholesky(covariance), _FREEDOM)


def _below(log_density: FloatArray) -> FloatArray:
    """Share of the mass on an even grid that lies below each of its points."""
    mass = np.cumsum(np.exp(log_density - log_density.max()))
    return np.asarray((mass - mass[0]) / (mass[-1] - mass[0]))
