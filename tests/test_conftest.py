"""The fixtures that decide whether a test runs."""

import pytest

ABSENT = "no-such-program-anywhere"


def test_a_program_that_is_there_is_found(require_program):
    assert require_program(ABSENT, "git").endswith("git")


def test_a_missing_program_skips(require_program, monkeypatch):
    monkeypatch.delenv("CLVMODELS_FORBID_SKIPS", raising=False)
    with pytest.raises(pytest.skip.Exception, match=ABSENT):
        require_program(ABSENT)


def test_a_missing_program_fails_where_skips_are_forbidden(require_program, monkeypatch):
    monkeypatch.setenv("CLVMODELS_FORBID_SKIPS", "1")
    with pytest.raises(pytest.fail.Exception, match=ABSENT):
        require_program(ABSENT)


def test_a_package_that_is_there_is_found(require_package):
    assert require_package("numpy").__name__ == "numpy"


def test_a_missing_package_skips_or_fails(require_package, monkeypatch):
    monkeypatch.delenv("CLVMODELS_FORBID_SKIPS", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no_such_package is not installed"):
        require_package("no_such_package")
    monkeypatch.setenv("CLVMODELS_FORBID_SKIPS", "1")
    with pytest.raises(pytest.fail.Exception, match="forbids to skip"):
        require_package("no_such_package")


def test_missing_shared_data_skip_even_where_skips_are_forbidden(shared, monkeypatch):
    monkeypatch.setenv("CLVMODELS_FORBID_SKIPS", "1")
    with pytest.raises(pytest.skip.Exception, match="data/nothing"):
        shared("data/nothing")
