"""The scheduled job: refit, compare with the champion, publish what passes, and say what changed."""

from clvmodels.retrain.config import Config
from clvmodels.retrain.files import BusyError
from clvmodels.retrain.job import retrain
from clvmodels.retrain.publishing import Done
from clvmodels.retrain.rollback import put_back
from clvmodels.retrain.toml import load_config, template
from clvmodels.retrain.workspace import Stored, Workspace, holds_run, read_run, stored_run

__all__ = [
    "BusyError", "Config", "Done", "Stored", "Workspace", "holds_run", "load_config", "put_back", "read_run", "retrain",
    "stored_run", "template",
]  # fmt: skip
