"""The study, computed once."""

import pytest

from clvmodels.report.cdnow import Study


@pytest.fixture(scope="session")
def study() -> Study:
    return Study.run()
