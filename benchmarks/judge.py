"""Answers are compared before times are: what is wrong is not slow or fast."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.interfaces import Case, Contender, Result
from clvmodels.kernels import bgnbd, gamma_gamma


def judge(case: Case, results: Sequence[Result], data: Path) -> list[Result]:
    """The results, with what is wrong about them."""
    if case.answers == "likelihood":
        return _by_likelihood(case.contenders, results, dict(np.load(data)))
    return _by_numbers(results, case.tolerance) if case.answers == "numbers" else list(results)


def _by_likelihood(contenders: Sequence[Contender], results: Sequence[Result], columns: Any) -> list[Result]:
    """The log-likelihood of everyone's parameters by one formula, ours."""
    close = {contender.name: contender.close for contender in contenders}
    values = {
        result.contender: _log_likelihood(result.says["parameters"], columns)
        for result in results
        if "parameters" in result.says
    }
    best = max(values.values(), default=0.0)
    return [
        _behind(result, values[result.contender], best, close[result.contender])
        if result.contender in values
        else result
        for result in results
    ]


def _log_likelihood(parameters: Any, columns: Any) -> float:
    x, theta = columns["frequency"], parameters
    if "alpha" in theta:
        names = ("r", "alpha", "a", "b")
        return float(bgnbd.log_likelihood(x, columns["recency"], columns["T"], *(theta[n] for n in names)).sum())
    bought, m = x > 0, columns["monetary_value"]
    return float(gamma_gamma.log_likelihood(x[bought], m[bought], *(theta[n] for n in ("p", "q", "v"))).sum())


def _behind(result: Result, value: float, best: float, close: float) -> Result:
    says = dict(result.says) | {"log_likelihood": value, "below_best": best - value}
    if "own_log_likelihood" in says:
        says["own_formula_differs_by"] = says["own_log_likelihood"] - value
    wrong = None if best - value < close else f"log-likelihood {best - value:.3g} below the best"
    return replace(result, says=says, wrong=wrong)


def _by_numbers(results: Sequence[Result], tolerance: float) -> list[Result]:
    """Numbers that should be those of the first that has any."""
    right = next((result.says["answer"] for result in results if "answer" in result.says), {})
    return [replace(result, wrong=_differs(result.says.get("answer", {}), right, tolerance)) for result in results]


def _differs(answer: dict[str, float], right: dict[str, float], tolerance: float) -> str | None:
    for name in answer.keys() & right.keys():
        if not abs(answer[name] - right[name]) <= tolerance * abs(right[name]):
            return f"{name} is {answer[name]:.6g} and not {right[name]:.6g}"
    return None
