"""Back to an earlier run, when what is in force should not be."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from clvmodels.errors import ArtifactError, InputError
from clvmodels.retrain.config import Config
from clvmodels.retrain.files import locked
from clvmodels.retrain.workspace import Stored, Workspace, stored_run

_SHOWN = 5


def put_back(config: Config, run_id: str) -> Stored:
    """Put an earlier run in force again, with its model and its scores, by the same one rename as a new run.

    The next run takes its specification for the champion's. The run that was in force stays where it is.

    Parameters
    ----------
    config
        As `load_config` reads it.
    run_id
        Name of the run's folder, such as "2024-01-22-5f0c2a9e".

    Raises
    ------
    InputError
        If there is no such run, it published nothing, or it is not whole; the message lists those that can be put back.
    BusyError
        If a run is at work in the folder.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import clvmodels as clv
    >>> from clvmodels.retrain import load_config, put_back, read_run, retrain, template
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     clv.datasets.cdnow().to_csv(pathlib.Path(folder, "log.csv"), index=False)
    ...     path = pathlib.Path(folder, "clv.toml")
    ...     _ = path.write_text(template(files="log.csv", level="none", report=False, cutoffs=1))
    ...     runs = [retrain(load_config(path), day).outcome.run_id for day in ("1998-06-01", "1998-06-08")]
    ...     _ = put_back(load_config(path), runs[0])
    ...     read_run(pathlib.Path(folder, "retrain")).run_date.isoformat()
    '1998-06-01'
    """
    if not config.folder.is_dir():
        raise InputError(f"There is no folder {str(config.folder)!r} of runs.", advice="Run the job first.")
    with locked(config.folder):
        runs = _runs(config.folder)
        found = next((_published(folder) for folder in runs if folder.name == run_id), None)
        if found is None:
            raise InputError(f"There is no run {run_id!r} that is whole and published scores.", advice=_choice(runs))
        Workspace(config.folder).publish(found.folder)
        return found


def _runs(folder: Path) -> list[Path]:
    return sorted((path for path in (folder / "runs").glob("[!.]*") if path.is_dir()), reverse=True)


def _published(folder: Path) -> Stored | None:
    try:
        found = stored_run(folder)
        found.model()
    except ArtifactError:
        return None
    return found if found.outcome.verdict.published else None


def _choice(runs: Iterable[Path]) -> str:
    names = list(islice((folder.name for folder in runs if _published(folder) is not None), _SHOWN))
    if not names:
        return "No run can be put back."
    return f"Those that can be put back, the latest first: {', '.join(names)}."
