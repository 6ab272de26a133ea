"""What counts as slower."""

import json

import pytest

from benchmarks.compare import main


def _file(path, **contenders):
    results = [{"contender": name, **figures} for name, figures in contenders.items()]
    path.write_text(json.dumps({"fit": {"results": results}}), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("base", "head", "code"),
    [
        (1.0, 1.14, 0),  # within 15%
        (1.0, 1.16, 1),
        (0.1, 0.149, 0),  # half as slow again, but by less than 50 ms
        (0.1, 0.151, 1),
        (1.0, 0.5, 0),
    ],
)
def test_slower_is_more_than_a_share_and_some_time(tmp_path, capsys, base, head, code):
    files = [_file(tmp_path / str(place), clvmodels={"cpu": t, "wall": 9.0}) for place, t in enumerate((base, head))]
    assert main(files) == code
    said = capsys.readouterr().out
    assert "2 figures compared" in said
    assert ("slower: fit, clvmodels, cpu" in said) is bool(code)


@pytest.mark.parametrize(
    "lost", [{"stopped": "after 3 s: Error"}, {"cpu": 1.0, "wall": 1.0, "wrong": "nonsense"}, None]
)
def test_a_lost_figure_is_slower(tmp_path, lost):
    base = _file(tmp_path / "base", clvmodels={"cpu": 1.0, "wall": 1.0})
    head = _file(tmp_path / "head", **({} if lost is None else {"clvmodels": lost}))
    assert main([base, head]) == 1


def test_rivals_do_not_count(tmp_path):
    files = [
        _file(tmp_path / str(t), clvmodels={"cpu": 1.0, "wall": 1.0}, lifetimes={"cpu": t, "wall": t})
        for t in (1.0, 9.0)
    ]
    assert main(files) == 0
