"""Errors: the message's three parts, how they are caught, and that they survive a trip between processes."""

import pickle

import pytest

from clvmodels import errors
from clvmodels.errors import ClvError, InputError, LazyFrameError, WrongTypeError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ClvError)]


def test_there_are_kinds():
    assert {"ClvError", "InputError", "WrongTypeError", "ArtifactError"} <= {kind.__name__ for kind in KINDS}


def test_the_message_says_what_which_rows_and_what_to_do():
    error = ClvError("Bad amounts.", rows=["row 1", "row 2"], advice="Drop them.")
    assert str(error) == "Bad amounts.\n  row 1\n  row 2\nDrop them."


def test_only_three_rows_are_shown():
    assert ClvError("Bad.", rows=range(10)).rows == ("0", "1", "2")


def test_an_endless_stream_of_rows_is_read_no_further_than_shown():
    stream = iter(range(10))
    ClvError("Bad.", rows=stream)
    assert next(stream) == 3


@pytest.mark.parametrize(("rows", "advice"), [((), ""), (["row 1"], ""), ((), "Do this.")])
def test_absent_parts_leave_no_empty_lines(rows, advice):
    lines = str(ClvError("Bad.", rows=rows, advice=advice)).split("\n")
    assert len(lines) == 1 + len(rows) + bool(advice)
    assert all(lines)


@pytest.mark.parametrize("kind", KINDS)
def test_pickling_keeps_kind_and_parts(kind):
    error = kind("Bad.", rows=[7], advice="Do this.")
    # Twice, as through a worker of a worker: a message that wraps itself would grow.
    copy = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(error))))  # noqa: S301  (our own bytes)
    assert type(copy) is kind
    assert (copy.what, copy.rows, copy.advice) == ("Bad.", ("7",), "Do this.")
    assert str(copy) == str(error)


@pytest.mark.parametrize(
    ("kind", "builtin"), [(InputError, ValueError), (WrongTypeError, TypeError), (LazyFrameError, ClvError)]
)
def test_errors_are_caught_by_their_builtin_kind(kind, builtin):
    with pytest.raises(builtin, match="Bad"):
        raise kind("Bad.")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_clv_error_and_says_when_it_is_raised(kind):
    assert issubclass(kind, ClvError)
    assert kind.__doc__
    assert kind.__doc__ != ClvError.__doc__ or kind is ClvError
