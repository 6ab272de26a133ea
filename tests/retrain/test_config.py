"""The configuration: every key is checked, documented and written by init; errors name what is wrong."""

from dataclasses import fields
from pathlib import Path

import pytest

from clvmodels.errors import InputError
from clvmodels.retrain import Config, load_config, template
from clvmodels.retrain.config import SECTIONS
from clvmodels.retrain.specification import specifications
from tests.retrain.worlds import QUICK, toml

DOCS = (Path(__file__).parents[2] / "docs" / "retrain.md").read_text(encoding="utf-8")
KEYS = [(section, one) for section, kind in SECTIONS.items() for one in fields(kind)]


def load(folder: Path, text: str) -> Config:
    (folder / "clv.toml").write_text(text, encoding="utf-8")
    return load_config(folder / "clv.toml")


def test_the_template_is_read_as_the_defaults(tmp_path):
    config = load(tmp_path, template())
    assert config.source.files == ("log/*.parquet",)
    plain = load(
        tmp_path,
        '[source]\ncustomer = "customer_id"\ntime = "date"\namount = "amount"\nfiles = "log/*.parquet"\n'
        '[value]\nhorizon = "26 weeks"',
    )
    assert config == plain
    assert specifications(config)[0].label == "BG/NBD x Gamma-Gamma"


def test_what_stands_in_comments_is_possible_too(tmp_path):
    lines = []
    for line in template().splitlines():
        name, _, value = line.removeprefix("# ").partition(" = ")
        known = {one.name for _, one in KEYS}
        lines.append(line.removeprefix("# ") if name in known and value else line)
    assert load(tmp_path, "\n".join(lines)) == load(tmp_path, template())


@pytest.mark.parametrize(("section", "one"), KEYS, ids=lambda value: getattr(value, "name", value))
def test_every_key_is_documented_and_in_the_template(section, one):
    rows = DOCS.partition(f"[{section}]")[2].partition("\n### ")[0]
    row = next(line for line in rows.splitlines() if line.startswith(f"| `{one.name}` |"))
    assert one.metadata["text"] in row
    assert one.metadata["kind"].allowed in row
    assert f"{one.name} =" in template().partition(f"[{section}]")[2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": {"horizn": "1 year"}}, ("no key 'horizn'", "'horizon'")),
        ({"valu": {"horizon": "1 year"}}, ("no section 'valu'", "'value'")),
        ({"value": {"margin": 35}}, ("[value] margin = 35", "from 0 to 1")),
        ({"value": {"level": 1.0}}, ("level = 1.0", "up to 0.999")),
        ({"value": {"horizon": "soon"}}, ("horizon = \"soon\"", "13 weeks")),
        ({"value": {"retention_cost": "5"}}, ("retention_cost", "0.5 per year")),
        ({"summary": {"refunds": "nett"}}, ("refunds = \"nett\"", '"ignore"')),
        ({"summary": {"include_first": "yes"}}, ("include_first", "true or false")),
        ({"source": {"files": []}}, ("files = []", "a list of them")),
        ({"source": {"database": "x.db"}}, ("files and database", "Give either")),
        ({"backtest": {"cutoffs": 0}}, ("cutoffs = 0", "from 1 to 100")),
        ({"backtest": {"cutoffs": True}}, ("cutoffs = true", "whole number")),
        ({"drift": {"windows": ["10 days"]}}, ("windows", "whole weeks")),
        ({"drift": {"false_alarm_rate": 0.0}}, ("false_alarm_rate", "above 0")),
        ({"drift": {"overdispersion": "lern"}}, ("overdispersion", '"learn"')),
    ],
)  # fmt: skip
def test_what_is_not_possible_is_named(tmp_path, change, words):
    with pytest.raises(InputError) as caught:
        load(tmp_path, toml(QUICK, change))
    assert all(word in str(caught.value) for word in words), str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = [", "is no TOML"),
        ("x = " + "[" * 3000, "is no TOML"),
        ("[source]\ncustomer = 'id'", "lacks time"),
        ("source = 3", "no table"),
        ("candidates = []", "no table"),
    ],
)
def test_files_that_are_no_configuration(tmp_path, text, words):
    with pytest.raises(InputError, match=words):
        load(tmp_path, text)


@pytest.mark.parametrize(
    ("candidate", "words"),
    [
        ({"purchases": "BG/NDB"}, "Did you mean 'BG/NBD'"),
        ({"spend": "BG/NBD"}, "no such model"),
        ({"method": "MLE", "draws": 10}, "MLE has no draws"),
        ({"priors": {"r": {"distribution": "LogNormal", "mu": 0.0, "sigma": 1.0}}}, "MLE does not use"),
        ({"method": "MAP", "priors": {"zeta": {"distribution": "LogNormal"}}}, "no parameter 'zeta'"),
        ({"method": "MAP", "priors": {"r": {"distribution": "Cauchy"}}}, "no known distribution"),
        ({"method": "MAP", "priors": {"r": {"distribution": "LogNormal", "nu": 1.0}}}, "is no LogNormal"),
    ],
)
def test_candidates_that_cannot_be(tmp_path, candidate, words):
    config = load(tmp_path, toml(QUICK, candidates=(candidate,)))
    with pytest.raises(InputError, match=words):
        specifications(config)


def test_two_candidates_of_one_name_are_refused(tmp_path):
    with pytest.raises(InputError, match="Two candidates"):
        load(tmp_path, toml(QUICK, candidates=({}, {})))


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_config(tmp_path / "none.toml")
