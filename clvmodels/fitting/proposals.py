"""Where importance sampling draws from: Student's t at the mode, or a mixture of them around earlier draws."""

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from clvmodels.arrays import FloatArray

# Rows of draws times centres held at once.
_PAIRS = 400_000


@dataclass(frozen=True)
class Mixture:
    """Equally likely multivariate t distributions.

    Attributes
    ----------
    centres
        Shape (m, k).
    root
        Lower triangular, shape (k, k), or (m, k, k) where each has its own: the scale matrix is root @ root.T.
    freedom
        Degrees of freedom; below 3 the tails are wild, from 30 on they are normal.
    """

    centres: FloatArray
    root: FloatArray
    freedom: float

    def sample(self, rng: np.random.Generator, size: int) -> FloatArray:
        """Draws, shape (size, k), as many around each centre as around the others."""
        m, k = self.centres.shape
        around = np.arange(size) % m
        stretch = np.sqrt(self.freedom / rng.chisquare(self.freedom, size))
        normal = rng.standard_normal((size, k))
        off = normal @ self.root.T if self.root.ndim == 2 else np.einsum("nij,nj->ni", self.root[around], normal)
        return np.asarray(self.centres[around] + stretch[:, None] * off)

    def log_density(self, w: FloatArray) -> FloatArray:
        """Shape (n,), at w of shape (n, k)."""
        m, k = self.centres.shape
        constant = (
            gammaln(0.5 * (self.freedom + k))
            - gammaln(0.5 * self.freedom)
            - 0.5 * k * np.log(np.pi * self.freedom)
            - np.log(m)
        )
        size = np.log(np.diagonal(self.root, axis1=-2, axis2=-1)).sum(axis=-1)
        whiten = np.linalg.inv(self.root)
        whitened = np.einsum("...ij,...j->...i", whiten, self.centres)
        density = np.empty(len(w))
        step = max(1, _PAIRS // m)
        for start in range(0, len(w), step):
            rows = slice(start, start + step)
            points = np.einsum("...ij,n...j->n...i", whiten, w[rows, None, :])
            square = ((points - whitened) ** 2).sum(axis=-1)
            density[rows] = logsumexp(-0.5 * (self.freedom + k) * np.log1p(square / self.freedom) - size, axis=1)
        return np.asarray(constant + density)
