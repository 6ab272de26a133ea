"""The README's picture is that of the measurements that are kept, and of the code as it is."""

import copy
from xml.etree import ElementTree as ET

from docs.site import figures


def seconds():
    return figures.cpu_seconds(figures.measured())


def test_the_picture_is_current():
    drawn = figures.picture(figures.errors(), seconds())
    assert drawn == figures.PICTURE.read_text(encoding="utf-8"), "Run python -m docs.site.figures."


def test_other_measurements_make_another_picture():
    cases = copy.deepcopy(figures.measured())
    (case,) = (one for one in cases["fit-1m"]["results"] if one["contender"] == "lifetimes")
    case["cpu"] *= 2
    slower = figures.picture({"BG/NBD": 50.0}, figures.cpu_seconds(cases))
    assert slower != figures.picture({"BG/NBD": 50.0}, seconds())


def test_bars_are_as_long_as_their_numbers():
    error = {"BG/NBD": 50.0, "rule": 200.0}
    drawn = ET.fromstring(figures.picture(error, seconds()))
    widths = [float(bar.get("width")) for bar in drawn.findall("{*}rect")[1:]]
    assert widths[0] * 4 == widths[1]
    ours, theirs = seconds()["one million customers, maximum likelihood"].values()
    # Short bars are drawn with a tenth of a pixel, and never shorter than a line.
    assert abs(widths[2] / widths[3] - max(ours / theirs, 1.5 / widths[3])) < 0.1 / widths[3]
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert {"BG/NBD", "50", "rule", "200"} <= set(texts)
