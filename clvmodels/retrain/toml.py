"""Reading and writing the configuration."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from difflib import get_close_matches
from pathlib import Path
from textwrap import wrap
from typing import Any

from clvmodels.errors import InputError
from clvmodels.retrain.config import SECTIONS, Config

_LARGEST = 1_000_000
_MANY = "candidates"


def load_config(path: str | Path) -> Config:
    r"""Read and check a configuration.

    Parameters
    ----------
    path
        A TOML file; docs/retrain.md lists its keys.

    Raises
    ------
    InputError
        Naming the key, its value and what is allowed.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from clvmodels.retrain import load_config
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "clv.toml")
    ...     _ = path.write_text('[value]\nhorizn = "1 year"')
    ...     load_config(path)
    Traceback (most recent call last):
    clvmodels.errors.InputError: clv.toml: [value] has no key 'horizn'.
    Did you mean 'horizon'?
    """
    file = Path(path)
    tables = _parsed(file)
    _refuse_unknown(tables, SECTIONS, f"{file.name}: the file", "section")
    # Misspelt keys before missing ones, which they may be.
    found = {name: _tables(name, tables[name], file) for name in tables}
    made = {
        name: tuple(_section(SECTIONS[name], one, _where(name, file)) for one in ones) for name, ones in found.items()
    }
    for name in ("source", "value"):
        if name not in made:
            made[name] = (_section(SECTIONS[name], {}, _where(name, file)),)
    sections: dict[str, Any] = {name: ones if name == _MANY else ones[0] for name, ones in made.items()}
    config = Config(file, **sections)
    _check(config)
    return config


def _parsed(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(f"{str(file)!r} is too large for a configuration.", advice="Name the TOML file.")
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise InputError(f"{file.name} is no TOML: {what}.", advice="Mend it; clvmodels init writes one.") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{str(file)!r} cannot be read: {error}.", advice="clvmodels init writes one.") from error


def _where(name: str, file: Path) -> str:
    return f"{file.name}: [[{name}]]" if name == _MANY else f"{file.name}: [{name}]"


def _tables(name: str, entry: Any, file: Path) -> list[dict[str, Any]]:
    """The tables of a section, all of whose keys are known."""
    where = _where(name, file)
    tables = entry if name == _MANY else [entry]
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"{where} is no table.", advice=f"Write {where.partition(': ')[2]} on a line of its own.")
    for table in tables:
        _refuse_unknown(table, {one.name: one for one in fields(SECTIONS[name])}, where, "key")
    return tables


def _section(kind: type, table: Mapping[str, Any], where: str) -> Any:
    known = {one.name: one for one in fields(kind)}
    missing = [name for name, one in known.items() if one.default is MISSING and name not in table]
    if missing:
        one = known[missing[0]]
        raise InputError(
            f"{where} lacks {missing[0]}.", advice=f"{one.metadata['text']} It is {one.metadata['kind'].allowed}."
        )
    return kind(**{name: read_value(known[name], value, where) for name, value in table.items()})


def read_value(one: "Field[Any]", value: Any, where: str) -> Any:
    """A value of a key, checked.

    Raises
    ------
    InputError
        Naming the key, the value and what is allowed.
    """
    try:
        return one.metadata["kind"].read(value)
    except ValueError as error:
        raise InputError(
            f"{where} {one.name} = {shown(value)[:200]} is not possible.",
            advice=f"{one.metadata['text']} It is {one.metadata['kind'].allowed}.",
        ) from error


def _refuse_unknown(table: Mapping[str, Any], known: Mapping[str, Any], where: str, what: str) -> None:
    for name in table:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            advice = f"Did you mean {close[0]!r}?" if close else f"It has {', '.join(known)}."
            raise InputError(f"{where} has no {what} {name[:80]!r}.", advice=advice)


def _check(config: Config) -> None:
    source, where = config.source, f"{config.path.name}: [source]"
    if bool(source.files) == (source.database is not None):
        raise InputError(f"{where} names not one of files and database.", advice="Give either, not both.")
    if (source.database is None) != (source.query is None):
        raise InputError(f"{where} has a database or a query, and not both.", advice="Give both, or files.")
    labels = [candidate.label for candidate in config.candidates]
    twice = [label for label in labels if labels.count(label) > 1]
    if twice:
        raise InputError(f"Two candidates are called {twice[0]!r}.", advice="Give each a name of its own.")


def shown(value: Any) -> str:
    """A value as it is written in TOML.

    Examples
    --------
    >>> from clvmodels.retrain.toml import shown
    >>> shown(True), shown(("a", 2)), shown(None)
    ('true', '["a", 2]', '"none"')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(shown, value))}]"
    if value is None:
        return '"none"'
    # Text of JSON is text of TOML too, but for one letter.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f") if isinstance(value, str) else repr(value)


def template(**given: Any) -> str:
    """The text of a commented configuration in which every key stands, those with a default as comments.

    Parameters
    ----------
    given
        Values by key, such as files="shop.csv"; others are examples.

    Examples
    --------
    >>> from clvmodels.retrain import template
    >>> print(template(files="shop.csv").partition("[summary]")[0].splitlines()[4])
    [source]
    """
    head = "# Configuration of `clvmodels retrain`. Keys that begin with # have the value that is shown unless set.\n"
    parts = [f"{head}# docs/retrain.md explains gates, drift and what is written.\n"]
    for name, kind in SECTIONS.items():
        title = f"[[{name}]]" if name == _MANY else f"[{name}]"
        about = wrap((kind.__doc__ or "").partition("\n")[0], 110, initial_indent="# ", subsequent_indent="# ")
        parts.append("\n".join([*about, title, *(_lines(one, given) for one in fields(kind))]) + "\n")
    return "\n".join(parts)


def _lines(one: "Field[Any]", given: Mapping[str, Any]) -> str:
    text = f"{one.metadata['text']} It is {one.metadata['kind'].allowed}."
    comment = wrap(text, 110, initial_indent="# ", subsequent_indent="# ")
    value = given.get(one.name, one.metadata["example"])
    if value is not None:
        return "\n".join([*comment, f"{one.name} = {shown(value)}"])
    unset = "" if one.default is None else shown(one.default)
    return "\n".join([*comment, f"# {one.name} = {unset}".rstrip()])
