"""Saved models."""

from clvmodels.store.artifact import SCHEMA, load, read_manifest, save

__all__ = ["SCHEMA", "load", "read_manifest", "save"]
