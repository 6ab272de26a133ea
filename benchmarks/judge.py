"""Answers are compared before times are: what is wrong is not slow or fast."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.interfaces import Case, Contender, Result
from clvmodels.models import MODELS


def judge(case: Case, results: Sequence[Result], data: Path) -> list[Result]:
    """The results, with what is wrong about them."""
    if case.answers == "likelihood":
        return _by_likelihood(case.contenders, results, dict(np.load(data)))
    return _by_numbers(results, case.tolerance) if case.answers == "numbers" else list(results)


def _by_likelihood(contenders: Sequence[Contender], results: Sequence[Result], columns: Any) -> list[Result]:
    """The log-likelihood of everyone's parameters by one formula, ours, beside the best of the same model."""
    known = {contender.name: contender for contender in contenders}
    values = {
        result.contender: _log_likelihood(known[result.contender].model, result.says["parameters"], columns)
        for result in results
        if "parameters" in result.says
    }

    def behind(result: Result) -> Result:
        own = known[result.contender]
        best = max(value for name, value in values.items() if known[name].model == own.model)
        return _behind(result, values[own.name], best, own.close)

    return [behind(result) if result.contender in values else result for result in results]


def _log_likelihood(name: str, theta: Mapping[str, float], columns: Mapping[str, Any]) -> float:
    model, bought = MODELS[name], columns["frequency"] > 0
    values = [theta[parameter.symbol] for parameter in model.parameters]
    if name == "Gamma-Gamma":
        rows = [columns[column][bought] for column in ("frequency", "monetary_value")]
    else:
        rows = [columns[column] for column in ("frequency", "recency", "T")]
    return float(model.kernel.log_likelihood(*rows, *values).sum())


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
