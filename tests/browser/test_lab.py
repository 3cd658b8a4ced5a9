"""Each notebook in a real JupyterLab: Run All, another article, Run All again.

With a folder named in the variable SHOTS, a picture of each run is kept there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("[1-9]_*.ipynb"))
FIRST, OTHER = "grok-deepfakes", "ftc-subscriptions"
WITH_CHARTS, WITH_ARTICLE, WITH_WIDGET, OF_ONE = "12345", "23", "34", "12346"
WITH_EVIDENCE = "3"  # that of a whole article takes a while: nobody waits for it
MINUTE = 60_000

PANEL = ".jp-NotebookPanel:not(.lm-mod-hidden)"
OUTPUT = f"{PANEL} .jp-OutputArea-output"
ERRORS = f'{OUTPUT}[data-mime-type="application/vnd.jupyter.error"]'
WARNINGS = f'{OUTPUT}[data-mime-type="application/vnd.jupyter.stderr"]'
IMAGES = f"{PANEL} .jp-RenderedImage img"
SCROLLED = ".jp-WindowedPanel-outer"
WIDGET = f"{PANEL} .widget-interact"

CURRENT = "window.jupyterapp.shell.currentWidget"
KERNEL = f"{CURRENT}?.sessionContext?.session?.kernel"
READY = (
    f"() => {KERNEL}?.connectionStatus === 'connected' && {KERNEL}.status === 'idle'"
)
RAN = f"""() => {KERNEL}.status === 'idle' && (document.querySelector('{ERRORS}') ||
    [...{CURRENT}.content.model.cells].filter(cell => cell.type === 'code')
    .every(cell => cell.executionCount !== null))"""


@pytest.fixture(params=NOTEBOOKS, ids=lambda name: name[0])
def notebook(request, page, lab) -> str:
    """A notebook that is open and whose kernel is ready."""
    page.goto(f"{lab}/{request.param}?reset")
    page.wait_for_selector(f"{PANEL} .jp-Notebook", timeout=MINUTE)
    # Run All before the session has its kernel asks for one, and runs nothing.
    page.wait_for_function(READY, timeout=MINUTE)
    return request.param


def test_runs_as_a_reader_would_run_it(page, notebook):
    if notebook[0] in OF_ONE:  # else the one that the notebook before was told of
        choose_article(page, FIRST)
    run_all(page)
    keep_picture(page, notebook, FIRST)
    check(page, notebook)
    before = pictures(page)
    if notebook[0] in WITH_WIDGET:
        check_widget(page, notebook)
    if notebook[0] not in OF_ONE:
        return
    choose_article(page, OTHER)
    run_all(page)
    keep_picture(page, notebook, OTHER)
    check(page, notebook)
    assert not before or set(before) != set(pictures(page))
    assert "Plumeria" in page.locator(PANEL).text_content() or notebook[0] == "6"


def menu(page, name: str, item: str) -> None:
    page.click(f'.lm-MenuBar-itemLabel:text-is("{name}")')
    page.click(f'.lm-Menu-itemLabel:text-is("{item}")')


def run_all(page) -> None:
    """Clear, run, and wait until every cell has its number."""
    menu(page, "Edit", "Clear Outputs of All Cells")
    menu(page, "Run", "Run All Cells")
    page.wait_for_function(RAN, timeout=4 * MINUTE)


def choose_article(page, name: str) -> None:
    """Put another file's name into the parameters cell."""
    cell = page.locator(f"{PANEL} .jp-CodeCell", has_text="ARTICLE =").first
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(
        f'ARTICLE = "../data/articles/{name}.txt"\nCODEBOOK = None'
    )


def pictures(page) -> list[str]:
    """The sources of the charts on the page; each must be drawn."""
    return page.locator(IMAGES).evaluate_all("all => all.map(image => image.src)")


def check(page, notebook: str) -> None:
    """What must be on the screen after a run."""
    for wrong in (ERRORS, WARNINGS):
        assert page.locator(wrong).all_text_contents() == []
    widths = page.locator(IMAGES).evaluate_all("all => all.map(i => i.naturalWidth)")
    assert all(width > 400 for width in widths)
    assert bool(widths) == (notebook[0] in WITH_CHARTS)
    if notebook[0] in WITH_ARTICLE:
        assert page.locator(f"{PANEL} .article span.mention").count()
        evidence = page.locator(f"{PANEL} .article span.evidence").count()
        assert bool(evidence) == (notebook[0] in WITH_EVIDENCE)


def check_widget(page, notebook: str) -> None:
    """Another choice in the widget shows something else."""
    widget = page.locator(WIDGET).first
    widget.scroll_into_view_if_needed()
    shown = widget.locator(".widget-output")
    if notebook[0] == "3":
        before = shown.text_content()
        widget.locator("select").select_option(index=1)
        now = "([output, before]) => output.textContent !== before"
    else:
        shown.locator("img").first.wait_for(timeout=MINUTE)
        before = shown.locator("img").first.get_attribute("src")
        widget.locator(".noUi-handle").press("ArrowRight")
        now = "([output, old]) => output.querySelector('img')?.src !== old"
    page.wait_for_function(now, arg=[shown.element_handle(), before], timeout=MINUTE)
    assert page.locator(ERRORS).count() == 0


def keep_picture(page, notebook: str, article: str) -> None:
    """A picture of the whole notebook, for a person to look at."""
    if folder := os.environ.get("SHOTS"):
        size, view = page.viewport_size, page.locator(f"{PANEL} {SCROLLED}")
        height = view.evaluate("e => e.scrollHeight")
        page.set_viewport_size({"width": 1300, "height": min(9000, height + 200)})
        view.evaluate("e => e.scrollTo(0, 0)")
        page.wait_for_timeout(1000)  # until what came into view is drawn
        page.screenshot(path=Path(folder) / f"{notebook[0]}-{article}.png")
        page.set_viewport_size(size)
