"""Outcomes as what JSON has, and back."""

import math
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar, Union

_T = TypeVar("_T")


def to_plain(value: Any) -> Any:
    """Dictionaries, lists, text and numbers; figures that JSON lacks become text.

    Examples
    --------
    >>> from datetime import date
    >>> from clvmodels.runs import Forecast, from_plain, to_plain
    >>> plain = to_plain(Forecast(date(2024, 1, 31), "BG/NBD", ()))
    >>> plain
    {'until': '2024-01-31', 'candidate': 'BG/NBD', 'outlooks': []}
    >>> from_plain(Forecast, plain).until
    datetime.date(2024, 1, 31)
    """
    if is_dataclass(value):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): to_plain(entry) for name, entry in value.items()}
    if isinstance(value, (tuple, list)):
        return [to_plain(entry) for entry in value]
    if isinstance(value, date):
        return value.isoformat()
    lacking = isinstance(value, float) and not math.isfinite(value)
    return str(value) if lacking or isinstance(value, StrEnum) else value


def from_plain(kind: type[_T], plain: Any) -> _T:
    """The value of this kind that `to_plain` turned into plain ones.

    Raises
    ------
    ValueError, TypeError, KeyError
        If the plain values are not of such a kind.
    """
    found: _T = _read(kind, plain)
    return found


def _read(kind: Any, plain: Any) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {Union, types.UnionType}:
        return None if plain is None else _read(next(one for one in inner if one is not types.NoneType), plain)
    if origin is tuple:
        return tuple(_read(inner[0], entry) for entry in _of(list, plain))
    if origin is not None:
        return {_of(str, name): _read(inner[1], entry) for name, entry in _of(dict, plain).items()}
    if is_dataclass(kind):
        return _dataclass(kind, _of(dict, plain))
    return _word(kind, plain)


def _dataclass(kind: Any, plain: Mapping[str, Any]) -> Any:
    hints = typing.get_type_hints(kind)
    known = {one.name for one in fields(kind)}
    if set(plain) - known:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(map(str, set(plain) - known)))}")
    return kind(**{name: _read(hints[name], entry) for name, entry in plain.items()})


def _word(kind: Any, plain: Any) -> Any:
    if kind is float:
        return _number(plain)
    if kind is date:
        return date.fromisoformat(_of(str, plain))
    if issubclass(kind, StrEnum):
        return kind(_of(str, plain))
    return _of(kind, plain)


def _number(plain: Any) -> float:
    if isinstance(plain, str) and plain in {"nan", "inf", "-inf"}:
        return float(plain)
    if isinstance(plain, bool) or not isinstance(plain, (int, float)):
        raise TypeError(f"{plain!r:.40} is no number")
    return float(plain)


def _of(kind: Any, plain: Any) -> Any:
    if not isinstance(plain, kind) or (kind is int and isinstance(plain, bool)):
        raise TypeError(f"{plain!r:.40} is no {kind.__name__}")
    return plain
