"""The scheduled job: refit, compare with the champion, publish what passes, and say what changed."""

from clvmodels.retrain.config import Config
from clvmodels.retrain.toml import load_config, template

__all__ = ["Config", "load_config", "template"]
