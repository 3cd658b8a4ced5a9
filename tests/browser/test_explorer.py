"""The explorer in a real JupyterLab: the whole way without code, by mouse and by keys.

With a folder named in the variable SHOTS, pictures are kept there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.test_lab import (
    ERRORS,
    KERNEL,
    MINUTE,
    NOTEBOOKS,
    PANEL,
    READY,
    menu,
    run_all,
)

pytestmark = pytest.mark.browser
NOTEBOOK = "0_start_here.ipynb"
WAIT = 5 * MINUTE
ROOT = ".throughline"
ARTICLE = """Watchdog fines water company
The regulator Ofwat has fined Vale Water £5m over leaks.
“Vale Water has failed its customers and it lied to us,” said Ann Lee, the chief \
executive of Ofwat.
Vale Water rejected the criticism on Monday.
“Ofwat is wrong about the leaks,” said Tom Reed, a spokesman for Vale Water.
Ofwat accused Vale Water of misleading the public for years."""
OTHER = """Trust apologises to patients
The High Court ruled that Orchard Trust broke the law, and Orchard Trust apologised.
“Orchard Trust let its patients down,” said Mr Justice Hale."""
WIDTHS = (1280, 390)
FIRST_TWO = "a => fetch(a.href).then(r => r.text()).then(words => words.slice(0, 2))"
COLLAPSE = "window.jupyterapp.shell.collapseLeft()"
SERIOUS = ("serious", "critical")


@pytest.fixture
def explorer(page, lab):
    """The explorer, run by Run All on a notebook whose input is not seen."""
    page.set_default_timeout(WAIT)
    open_notebook(page, lab)
    return page


def go_to(page, lab, notebook: str) -> None:
    page.goto(f"{lab}/{notebook}?reset")
    page.wait_for_selector(f"{PANEL} .jp-Notebook")
    page.wait_for_function(READY)


def open_notebook(page, lab) -> None:
    go_to(page, lab, NOTEBOOK)
    menu(page, "Run", "Run All Cells")
    page.wait_for_selector(f"{ROOT} h2")
    settle(page)


def settle(page) -> None:
    """Until what was chosen is done."""
    page.wait_for_function(f"document.querySelector('{ROOT}').ariaBusy !== 'true'")


def click(page, selector: str) -> None:
    page.locator(f"{ROOT} {selector}").first.click()
    settle(page)


def tab(page, name: str) -> None:
    click(page, f"[data-tab={name}]")


def text(page, selector: str) -> str:
    return page.locator(f"{ROOT} {selector}").first.inner_text()


def shown(page) -> dict[str, str]:
    """The answers, the cells of who → whom, and the score sheet."""
    tab(page, "findings")
    sheet = page.locator(f"{ROOT} .sheet img").get_attribute("src")
    return {
        "answers": text(page, ".answers"),
        "matrix": text(page, ".matrix"),
        "sheet": sheet,
    }


def all_differ(one: dict[str, str], other: dict[str, str]) -> bool:
    return all(one[part] != other[part] for part in one)


def paste(page, words: str) -> None:
    tab(page, "choose")
    page.fill(f"{ROOT} [name=text]", words)
    click(page, "[data-do=keep_text]")
    assert text(page, "h2") == words.partition("\n")[0]


def test_the_whole_way_without_code(explorer, lab):
    page = explorer
    assert page.locator(f"{PANEL} .jp-CodeCell .cm-content").count() == 0
    paste(page, OTHER)
    paste(page, ARTICLE)
    click(page, "[data-do=kind][data-paragraph='3'][data-becomes=caption]")
    assert "caption" in (page.locator(f"{ROOT} .paragraphs li").nth(3)).get_attribute(
        "class"
    )
    tab(page, "actors")
    row = page.locator(f"{ROOT} .actors tr", has_text="Vale Water").first
    row.locator("[name=label]").fill("The water company")
    row.locator("[data-do=change_actor]").click()
    settle(page)
    click(page, "[data-do=analyse]")
    assert "The water company" in text(page, ".matrix")
    before = shown(page)
    click(page, ".matrix td button")
    click(page, "aside [data-do=stance][aria-pressed=false]")
    assert "corrected" in text(page, "aside .item")
    assert all_differ(shown(page), before)
    tab(page, "paragraphs")
    click(page, ".paragraphs [data-do=open][data-paragraph='2']")
    speaker = page.locator(f"{ROOT} aside [data-key^=speaker-]").first
    speaker.select_option("other")
    click(page, "aside [data-do=speaker]")
    assert "somebody else" in text(page, "aside .item:has([data-do=speaker])")
    assert "3 corrected" in text(page, ".about")
    click(page, "[data-do=export]")
    with page.expect_popup() as opened:
        page.locator(f"{ROOT} .exported a").first.click()
    opened.value.wait_for_selector("figure")
    assert "Watchdog fines" in opened.value.title()
    assert "The water company" in opened.value.inner_text("body")
    opened.value.close()
    word = page.locator(f"{ROOT} .exported a", has_text="Word")
    assert word.evaluate(FIRST_TWO) == "PK"  # a Word file is a ZIP file
    keep_pictures(page, "way")
    corrected = shown(page)
    restart(page)
    open_notebook(page, lab)
    assert text(page, "h2") == "Watchdog fines water company"
    assert "3 corrected" in text(page, ".about")
    click(page, "[data-do=analyse]")
    assert shown(page) == corrected
    restart(page)
    for notebook in NOTEBOOKS:
        go_to(page, lab, notebook)
        run_all(page)
        assert page.locator(ERRORS).all_text_contents() == []
        named = "Watchdog-fines" if notebook[0] in "56" else "The water company"
        assert named in page.locator(PANEL).text_content()
        restart(page)


def restart(page) -> None:
    """Close the notebook and end its kernel, unsaved."""
    page.evaluate(f"() => {KERNEL}.shutdown()")


def test_what_is_open_stays_open_when_the_page_is_loaded_again(explorer, lab):
    page = explorer
    click(page, "[data-do=choose]:text('ofwat-leaks')")
    title = text(page, "h2")
    menu(page, "File", "Save Notebook")
    page.goto(f"{lab}/{NOTEBOOK}")
    page.wait_for_selector(f"{ROOT} h2")
    assert text(page, "h2") == title
    tab(page, "actors")
    assert page.locator(f"{ROOT} .actors tr").count() > 2


def test_a_mistake_is_said_in_one_red_box(explorer):
    page = explorer
    title = text(page, "h2")
    page.fill(f"{ROOT} [name=text]", "Die Aufsicht hat das Unternehmen bestraft. " * 20)
    click(page, "[data-do=keep_text]")
    assert "English" in text(page, "[role=alert]")
    assert text(page, "h2") == title
    kept = page.locator(f"{ROOT} [name=text]").input_value()
    assert kept.startswith("Die Aufsicht")


def press_to(page, wanted: str, key: str = "Tab", most: int = 200) -> None:
    """Press a key until what is wanted has the focus."""
    for _ in range(most):
        if page.evaluate("w => document.activeElement.matches(w)", f"{ROOT} {wanted}"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached with {key}")


def enter(page, wanted: str) -> None:
    press_to(page, wanted)
    page.keyboard.press("Enter")
    settle(page)


def go_by_arrows(page, key: str, wanted: str) -> None:
    """From the chosen tab to another one, wherever the focus is."""
    press_to(page, "[role=tab][aria-selected=true]", "Shift+Tab")
    while not page.evaluate("t => document.activeElement.dataset.tab === t", wanted):
        page.keyboard.press(key)
        settle(page)


def choose_by_key(page, wanted: str, words: str) -> None:
    """Choose what a list offers with the arrow keys."""
    press_to(page, wanted)
    now = "document.activeElement.selectedOptions[0].textContent"
    for _ in range(20):
        if page.evaluate(now) == words:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{wanted} does not offer {words}")


def test_the_same_by_keys_alone(explorer):
    page = explorer
    page.evaluate(f"document.querySelector('{ROOT} [role=tab]').focus()")
    go_by_arrows(page, "ArrowLeft", "choose")
    press_to(page, "[name=text]")
    page.keyboard.insert_text(ARTICLE.replace("Vale", "Dale"))
    enter(page, "[data-do=keep_text]")
    assert "Dale Water" in text(page, ".paragraphs")
    page.evaluate(f"document.querySelector('{ROOT} .main').focus()")
    enter(page, "[data-do=analyse]")
    go_by_arrows(page, "ArrowLeft", "actors")
    press_to(page, ".actors [name=label]")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("The first one")
    enter(page, "[data-do=change_actor]")
    assert "The first one changed" in text(page, "[data-do=undo]")
    go_by_arrows(page, "ArrowLeft", "paragraphs")
    enter(page, "[data-do=kind][data-paragraph='3'][data-becomes=caption]")
    assert "1 corrected" in text(page, ".about")
    focused = "document.activeElement.dataset.becomes"
    assert page.evaluate(focused) == "caption"  # the focus is not lost
    press_to(page, ".paragraphs [data-do=open][data-paragraph='2']", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'H3'")
    settle(page)
    choose_by_key(page, "aside [data-key^=speaker-]", "somebody else")
    enter(page, "aside [data-do=speaker]")
    assert "2 corrected" in text(page, ".about")
    assert "somebody else" in text(page, "aside .item:has([data-do=speaker])")
    choose_by_key(page, "aside [data-key^=mention-]", "nobody (not a mention)")
    enter(page, "aside [data-do=mention]")
    assert "3 corrected" in text(page, ".about")
    page.keyboard.press("Escape")
    page.wait_for_function(f"document.querySelector('{ROOT} aside').hidden")
    go_by_arrows(page, "ArrowRight", "findings")
    press_to(page, ".point")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.tagName === 'H3'")
    settle(page)
    enter(page, "aside [data-do=stance][aria-pressed=false]")
    assert "4 corrected" in text(page, ".about")
    press_to(page, "aside [data-do=take_back]", "Shift+Tab")
    page.keyboard.press("Enter")
    settle(page)
    assert "3 corrected" in text(page, ".about")
    press_to(page, "aside [data-key=close]", "Shift+Tab")
    page.keyboard.press("Escape")
    page.wait_for_function(f"document.querySelector('{ROOT} aside').hidden")
    assert page.evaluate("document.activeElement.closest('.throughline') !== null")
    press_to(page, "[data-do=undo]", "Shift+Tab")
    page.keyboard.press("Enter")
    settle(page)
    assert "4 corrected" in text(page, ".about")


def test_a_point_opens_the_words_behind_it(explorer):
    page = explorer
    click(page, "[data-do=choose]:text('grok-deepfakes')")
    click(page, "[data-do=analyse]")
    click(page, ".point[data-paragraph='2']")
    page.locator(f"{ROOT} aside .item.chosen .phrase").first.wait_for()
    assert text(page, "aside h3") == "Paragraph 2"
    keep_picture_of_readme(page)


def test_nothing_serious_is_found_by_axe(explorer):
    axe = Axe()
    page = explorer
    click(page, "[data-do=choose]:text('ofwat-leaks')")
    click(page, "[data-do=analyse]")
    click(page, ".point")
    found = []
    for name in page.locator(f"{ROOT} [role=tab]").evaluate_all(
        "tabs => tabs.map(t => t.dataset.tab)"
    ):
        tab(page, name)
        response = axe.run(page, context=ROOT).response
        found += [
            (name, v["id"], [n["html"][:200] for n in v["nodes"]][:3])
            for v in response["violations"]
            if v["impact"] in SERIOUS
        ]
        keep_pictures(page, name)
    assert found == []


def keep_picture_of_readme(page) -> None:
    """The explorer down to the foot of the score sheet, as ``docs`` has it."""
    if folder := os.environ.get("SHOTS"):
        size = page.viewport_size
        page.evaluate(COLLAPSE)
        page.set_viewport_size({"width": WIDTHS[0], "height": 2400})
        page.wait_for_timeout(1000)  # until what came into view is drawn
        boxes = [page.locator(x).bounding_box() for x in (ROOT, f"{ROOT} #tl-matrix")]
        clip = {**boxes[0], "height": boxes[1]["y"] - boxes[0]["y"]}
        page.screenshot(path=Path(folder) / "explorer.png", clip=clip)
        page.set_viewport_size(size)


def keep_pictures(page, name: str) -> None:
    """Pictures at a wide and a narrow screen, for a person to look at."""
    if folder := os.environ.get("SHOTS"):
        size, view = (
            page.viewport_size,
            page.locator(f"{PANEL} .jp-WindowedPanel-outer"),
        )
        page.evaluate(COLLAPSE)  # room on a telephone
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 1000})
            height = min(6000, view.first.evaluate("e => e.scrollHeight") + 200)
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(1000)  # until what came into view is drawn
            page.screenshot(path=Path(folder) / f"explorer-{name}-{width}.png")
        page.set_viewport_size(size)
