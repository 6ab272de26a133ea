"""Formulas: pure functions of arrays, one file per model, the same function names in each."""
