"""Where importance sampling draws from: Student's t at the mode, or a mixture of them around earlier draws."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from clvmodels.arrays import FloatArray

# Rows of draws times centres held at once.
_PAIRS = 400_000


@dataclass(frozen=True)
class Mixture:
    """Equally likely multivariate t distributions of one shape.

    Attributes
    ----------
    centres
        Shape (m, k).
    root
        Lower triangular, shape (k, k): the scale matrix is root @ root.T.
    freedom
        Degrees of freedom; below 3 the tails are wild, from 30 on they are normal.
    """

    centres: FloatArray
    root: FloatArray
    freedom: float

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """Draws, shape (size, k), as many around each centre as around the others."""
        m, k = self.centres.shape
        centres = self.centres[np.arange(size) % m]
        stretch = np.sqrt(self.freedom / rng.chisquare(self.freedom, size))
        return np.asarray(centres + stretch[:, None] * (rng.standard_normal((size, k)) @ self.root.T))

    def log_density(self, w: FloatArray) -> FloatArray:
        """Shape (n,), at w of shape (n, k)."""
        m, k = self.centres.shape
        whitened = np.linalg.solve(self.root, self.centres.T).T
        points = np.linalg.solve(self.root, w.T).T
        constant = (
            gammaln(0.5 * (self.freedom + k))
            - gammaln(0.5 * self.freedom)
            - 0.5 * k * np.log(np.pi * self.freedom)
            - np.log(np.diag(self.root)).sum()
            - np.log(m)
        )
        density = np.empty(len(w))
        step = max(1, _PAIRS // m)
        for start in range(0, len(w), step):
            rows = slice(start, start + step)
            square = ((points[rows, None, :] - whitened) ** 2).sum(axis=-1)
            density[rows] = logsumexp(-0.5 * (self.freedom + k) * np.log1p(square / self.freedom), axis=1)
        return np.asarray(constant + density)
