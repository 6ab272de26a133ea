"""Pages in headless Chromium: how wide they are, what is cut off, how text stands out, and what was run or fetched."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--allow-file-access-from-files", "--enable-logging=stderr", "--virtual-time-budget=8000",
)  # fmt: skip

# A window of a browser has a least width, a frame has none. The page's own policy forbids scripts in it, so what
# measures stands around it.
FRAMES = """<!DOCTYPE html><meta charset="utf-8"><body style="margin:0">{frames}<script>
const number = text => text.match(/[0-9.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
  .map(c => c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
  .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
const ground = element => {{
  for (let e = element; e; e = e.parentElement) {{
    const colour = number(e.ownerDocument.defaultView.getComputedStyle(e).backgroundColor);
    if (colour.length < 4 || colour[3] > 0) return colour;
  }}
  return [255, 255, 255];
}};
const contrast = element => {{
  const pair = [number(element.ownerDocument.defaultView.getComputedStyle(element).color), ground(element)].map(light);
  return (Math.max(...pair) + .05) / (Math.min(...pair) + .05);
}};
const measure = frame => {{
  const page = frame.contentDocument, view = frame.contentWindow, root = page.documentElement;
  page.querySelectorAll("details").forEach(details => details.open = true);
  const all = [...page.body.querySelectorAll("*")];
  const named = e => `${{e.tagName}} ${{e.textContent.trim().slice(0, 60)}}`;
  const words = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
  return {{
    frame: root.clientWidth, width: root.scrollWidth,
    cut: all.filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1)
      .filter(e => view.getComputedStyle(e).display !== "inline").map(named),
    beyond: all.filter(e => e.getClientRects().length)
      .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1).map(named),
    blank: [...page.images].filter(image => !image.naturalWidth).length,
    faint: words.filter(e => contrast(e) < 4.5).map(named), least: Math.min(...words.map(contrast)),
    small: words.filter(e => parseFloat(view.getComputedStyle(e).fontSize) < 12).map(named),
    fetched: view.performance.getEntriesByType("resource").map(e => e.name.slice(0, 80))
      .filter(name => !name.startsWith("data:")),
    styled: view.getComputedStyle(page.body).fontSize, frames: view.length,
  }};
}};
onload = () => {{
  const found = [...document.querySelectorAll("iframe")].map(measure);
  document.body.innerHTML = "<pre></pre>";
  document.querySelector("pre").textContent = JSON.stringify({{found: found, hit: window.hit ?? null}});
}};
</script></body>"""
FRAME = '<iframe src="{page}" style="width:{width}px;height:900px;border:0"></iframe>'


def look(program: str, folder: Path, pages: dict[str, str], widths: tuple[int, ...]) -> dict[str, object]:
    """Show pages at each width in one run of the browser.

    Returns a dictionary with `found`, the measurements page by page and width by width; `hit`, what a script may have
    set; and `console`, the lines that the browser logged of itself.
    """
    for name, html in pages.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    frames = "".join(FRAME.format(page=f"{name}.html", width=width) for name in pages for width in widths)
    (folder / "frames.html").write_text(FRAMES.format(frames=frames), encoding="utf-8")
    command = [program, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--window-size=1400,1000", "--dump-dom"]
    target = (folder / "frames.html").as_uri()
    done = subprocess.run([*command, target], capture_output=True, text=True, check=False, timeout=120)
    found = re.search(r"<pre>(.*?)</pre>", done.stdout, re.DOTALL)
    assert found, done.stdout[:2000] + done.stderr[-2000:]
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return {**json.loads(unescape(found[1])), "console": console}
