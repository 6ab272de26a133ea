"""The formulas of all models that are compared with ball arithmetic."""

from tests.oracles import accuracy, family_accuracy, pareto_accuracy

EVERY = accuracy.FORMULAS | family_accuracy.FORMULAS | pareto_accuracy.FORMULAS
