"""Every setting of the catalogue: a result, or an error of the package."""

import pytest

from clvmodels.errors import ClvError
from tests.inputs import settings
from tests.inputs.cases import Call, Gives
from tests.inputs.harness import assert_refused, assert_unchanged, snapshot

BEFORE = snapshot(settings.FRAME)


@pytest.mark.parametrize("case", settings.CASES, ids=lambda case: case.name[:60])
def test_settings(case: Call) -> None:
    if isinstance(case.then, Gives):
        assert case.do() is not None
    else:
        with pytest.raises(ClvError) as caught:
            case.do()
        assert_refused(caught.value, case.then)
    assert_unchanged(BEFORE, settings.FRAME)
