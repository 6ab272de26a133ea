"""Log-posteriors written from the papers and SciPy's distributions; nothing of the package is computed with."""

import numpy as np
from scipy import stats
from scipy.special import betaln, expit, gammaln

# From a prior of the package to SciPy's distribution of the same parameter.
SCIPY = {
    "Beta": lambda prior: stats.beta(prior.alpha, prior.beta),
    "Gamma": lambda prior: stats.gamma(prior.alpha, scale=1.0 / prior.beta),
    "HalfNormal": lambda prior: stats.halfnorm(scale=prior.sigma),
    "InverseGamma": lambda prior: stats.invgamma(prior.alpha, scale=prior.beta),
    "LogNormal": lambda prior: stats.lognorm(prior.sigma, loc=prior.lower_bound, scale=np.exp(prior.mu)),
    "Pareto": lambda prior: stats.pareto(prior.alpha, scale=prior.m),
    "Weibull": lambda prior: stats.weibull_min(prior.alpha, scale=prior.beta),
}


def distribution(prior):
    """SciPy's distribution."""
    return SCIPY[type(prior).__name__](prior)


def value_of(prior, w):
    """The parameter at coordinates w: a share's logit, or the log of what is above the lower bound."""
    return expit(w) if prior.support == "share" else distribution(prior).support()[0] + np.exp(w)


def log_prior(prior, w):
    """Log-density over w: that of the parameter, times how much of it a step in w passes."""
    passed = np.log(expit(w)) + np.log(expit(-w)) if prior.support == "share" else w
    return distribution(prior).logpdf(value_of(prior, w)) + passed


def purchases_log_likelihood(x, t_x, T, r, alpha, a, b):
    """Fader, Hardie and Lee (2005), equation 6, of each customer; plain, and so for everyday numbers only."""
    stays = np.exp(betaln(a, b + x) - betaln(a, b)) * (alpha + T) ** -(r + x)
    left = np.exp(betaln(a + 1.0, b + np.maximum(x, 1.0) - 1.0) - betaln(a, b)) * (alpha + t_x) ** -(r + x)
    return gammaln(r + x) - gammaln(r) + r * np.log(alpha) + np.log(stays + np.where(x > 0, left, 0.0))


def spend_log_likelihood(x, m, p, q, v):
    """Fader and Hardie (2013), equation 1a, of each customer."""
    return (
        gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + (p * x - 1.0) * np.log(m)
        + p * x * np.log(x) - (p * x + q) * np.log(x * m + v)
    )  # fmt: skip


def purchases_log_posterior(columns, priors, w):
    """At coordinates w, shape (4,), of the priors on r, alpha, mean_dropout and dropout_concentration."""
    r, alpha, mean, concentration = (value_of(prior, at) for prior, at in zip(priors.values(), w, strict=True))
    likelihood = purchases_log_likelihood(*columns, r, alpha, mean * concentration, (1.0 - mean) * concentration)
    return float(likelihood.sum() + _priors(priors, w))


def spend_log_posterior(columns, priors, w):
    """At coordinates w, shape (3,), of the priors on p, q and v."""
    values = (value_of(prior, at) for prior, at in zip(priors.values(), w, strict=True))
    return float(spend_log_likelihood(*columns, *values).sum() + _priors(priors, w))


def _priors(priors, w):
    return sum(log_prior(prior, at) for prior, at in zip(priors.values(), w, strict=True))
