"""The formulas of all models that are compared with ball arithmetic."""

from tests.oracles import accuracy, family_accuracy

EVERY = accuracy.FORMULAS | family_accuracy.FORMULAS
