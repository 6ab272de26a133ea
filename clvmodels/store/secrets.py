"""Nothing that opens a door goes into an artifact."""

import re
from collections.abc import Mapping
from typing import Any

from clvmodels.errors import ArtifactError

_NAMES = re.compile(r"pass(?:word|wd|phrase)|secret|token|api_?key|access_?key|credential", re.IGNORECASE)
_ADDRESS = re.compile(r"://[^/@\s]+:[^/@\s]+@|[?&](?:sig|signature|token|key|password|x-amz-[a-z-]+)=", re.IGNORECASE)


def refuse_secrets(settings: Any, name: str = "settings") -> None:
    """Refuse settings with names or addresses that look like credentials.

    Raises
    ------
    ArtifactError
        Naming the place, not the value.

    Examples
    --------
    >>> from clvmodels.store.secrets import refuse_secrets
    >>> refuse_secrets({"log": "s3://user:pass@bucket/log.parquet"})
    Traceback (most recent call last):
    clvmodels.errors.ArtifactError: settings.log looks like a credential, which must not be saved with a model.
    Leave it out, or put it where the program that reads the data looks for it.
    """
    if isinstance(settings, Mapping):
        for key, value in settings.items():
            if value is not None and _NAMES.search(str(key)):
                raise _refused(f"{name}.{key}")
            refuse_secrets(value, f"{name}.{key}")
    elif isinstance(settings, (list, tuple)):
        for place, value in enumerate(settings):
            refuse_secrets(value, f"{name}[{place}]")
    elif isinstance(settings, str) and _ADDRESS.search(settings):
        raise _refused(name)


def _refused(place: str) -> ArtifactError:
    return ArtifactError(
        f"{place} looks like a credential, which must not be saved with a model.",
        advice="Leave it out, or put it where the program that reads the data looks for it.",
    )
