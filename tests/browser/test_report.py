"""The report in a real browser: opened, searched, filtered, followed, printed, read on a phone."""

import base64
import os
import shutil
import time
from pathlib import Path

import pytest

import files
from verify import run

pytestmark = pytest.mark.browser

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PRINTED = """
user = Theorem(
    id="several/theorem-3", title="a sum", uses=["several/theorem-1"],
    statement=f"It is $2d$, and not $f({'x+' * 80}x)$, and these are words.",
    claims=[Derivation("own", left=d + d, equals=2 * d)],
)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Write the report of a file with three theorems; return where it is."""
    here, before = tmp_path_factory.mktemp("report"), Path.cwd()
    os.chdir(here)
    try:
        Path("several.py").write_text(files.SEVERAL + PRINTED)
        run("several.py", jobs=1).to_html("report.html")
    finally:
        os.chdir(before)
    return (here / "report.html").as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A headless browser with a profile of its own."""
    webdriver = pytest.importorskip(
        "selenium.webdriver", reason="selenium is not installed: pip install '.[browser]'"
    )
    binary = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if binary is None or driver is None:
        missing = "chromedriver" if binary else f"a browser ({', '.join(BROWSERS)})"
        pytest.skip(f"there is no {missing} on the path")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = webdriver.ChromeService(executable_path=driver)
    with webdriver.Chrome(options=options, service=service) as chrome:
        yield chrome


@pytest.fixture
def page(browser, address):
    """The report, freshly opened on a desk; no test leaves an error in the console."""
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    browser.set_window_size(1280, 1000)
    browser.get("about:blank")
    browser.get(address)
    yield browser
    assert not [one for one in browser.get_log("browser") if one["level"] != "INFO"]


def find(page, selector):
    return page.find_element("css selector", selector)


def shown(page):
    """The addresses of the claims that are to be seen."""
    every = page.find_elements("css selector", "details.claim")
    return {one.get_attribute("id") for one in every if one.is_displayed()}


def until(condition, seconds=5):
    """Wait for something that happens soon; fail if it does not."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.05)


def choose(page, name, value):
    (option,) = [
        one
        for one in find(page, f"select[name={name}]").find_elements("css selector", "option")
        if one.text == value
    ]
    option.click()


def test_it_opens_with_every_claim_and_fits_the_window(page):
    assert len(shown(page)) == 8
    assert find(page, "#count").text == "8 of 8 claims"
    assert page.execute_script("return document.documentElement.scrollWidth <= innerWidth")
    height = page.execute_script("return document.querySelector('math msup').clientHeight")
    assert height > 5


def test_a_picture_is_made_when_its_claim_is_opened(page):
    assert not page.find_elements("css selector", "svg.plot")
    find(page, "[id='several/theorem-1/mean'] summary").click()
    until(lambda: len(page.find_elements("css selector", "svg.plot")) == 1)
    assert find(page, "svg.plot").size["height"] > 100
    find(page, "#open").click()
    until(lambda: len(page.find_elements("css selector", "svg.plot")) == 4)


def test_it_is_searched(page):
    find(page, "#search").send_keys("moments rare")
    until(lambda: shown(page) == {"several/theorem-1/rare"})
    assert find(page, "#count").text == "1 of 8 claims"
    assert not find(page, "[id='several/lemma-2']").is_displayed()
    find(page, "#search").send_keys(" nowhere")
    until(lambda: shown(page) == set())
    assert find(page, "#nothing").is_displayed()
    find(page, "button[type=reset]").click()
    until(lambda: len(shown(page)) == 8)


def test_it_is_filtered_by_verdict_kind_and_strength_together(page):
    choose(page, "verdict", "broken")
    until(lambda: shown(page) == {"several/theorem-1/wrong", "several/lemma-2/false"})
    choose(page, "kind", "derivation")
    until(lambda: shown(page) == {"several/lemma-2/false"})
    choose(page, "strength", "measured")
    until(lambda: shown(page) == set())
    choose(page, "kind", "all")
    until(lambda: shown(page) == {"several/theorem-1/wrong"})


def test_a_click_on_a_node_leads_to_its_statement(page):
    node = find(page, "a.node[aria-label^='Theorem 3']")
    node.click()
    until(lambda: page.current_url.endswith("#several/theorem-3"))
    statement = find(page, "[id='several/theorem-3']")
    until(lambda: page.switch_to.active_element == statement)
    place = (
        "const r = arguments[0].getBoundingClientRect(); return r.top >= 0 && r.top < innerHeight"
    )
    until(lambda: page.execute_script(place, statement))


def test_an_address_opens_its_claim_though_a_filter_hides_it(page):
    choose(page, "verdict", "broken")
    until(lambda: len(shown(page)) == 2)
    page.execute_script("location.hash = 'several/theorem-1/rare'")
    claim = find(page, "[id='several/theorem-1/rare']")
    until(lambda: claim.get_attribute("open") and claim.is_displayed())
    until(lambda: find(page, "[id='several/theorem-1/rare'] svg.plot").size["height"] > 100)


def test_it_is_used_with_the_keyboard_alone(page):
    from selenium.webdriver.common.keys import Keys

    find(page, "body").send_keys("/")
    until(lambda: page.switch_to.active_element == find(page, "#search"))
    summary = find(page, "[id='several/theorem-1/mean'] summary")
    page.execute_script("arguments[0].focus()", summary)
    page.switch_to.active_element.send_keys(Keys.ENTER)
    until(lambda: find(page, "[id='several/theorem-1/mean']").get_attribute("open"))
    for node in page.find_elements("css selector", "a.node"):
        page.execute_script("arguments[0].focus()", node)
        assert page.switch_to.active_element == node


def test_a_reader_of_the_screen_is_told_what_there_is(page):
    tree = page.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    named = {}
    for node in tree:
        if not node.get("ignored"):
            role = node.get("role", {}).get("value", "")
            named.setdefault(role, []).append(node.get("name", {}).get("value", ""))
    assert {"main", "search", "heading", "link", "combobox", "searchbox", "status"} <= named.keys()
    for role in ("link", "combobox", "searchbox", "button", "image"):
        assert all(named.get(role, [])), f"a {role} has no name"
    assert any(name.startswith("Theorem 3:") for name in named["link"])


def test_it_prints_to_pdf_with_every_claim_open(page):
    printed = page.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    data = base64.b64decode(printed["data"])
    assert data.startswith(b"%PDF") and len(data) > 30_000
    assert not page.find_elements("css selector", "details.claim[open]")


def test_on_a_phone_nothing_is_wider_than_the_screen(page):
    phone = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    find(page, "#open").click()
    until(lambda: page.execute_script("return document.documentElement.scrollWidth") <= 390)
    until(lambda: find(page, "svg.plot").size["width"] > 250)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_long_formula_is_scrolled_and_the_words_beside_it_stay(page, width):
    screen = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500}
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    page.execute_script("arguments[0].scrollIntoView()", find(page, "[id='several/theorem-3']"))
    wide = "return arguments[0].scrollWidth > arguments[0].clientWidth"
    said = "[id='several/theorem-3'] .said"
    until(lambda: page.execute_script(wide, find(page, f"{said} .formula")))
    assert not page.execute_script(wide, find(page, said))


LUMINANCE = """
const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
const luminance = (colour) => {
  const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map(channel);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (one) => {
  for (; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor;
    if (!/, 0\\)$/.test(colour) && colour !== "transparent") return colour;
  }
  return getComputedStyle(document.body).backgroundColor;
};
const worst = [99, ""];
const texts = "body, .small, .badge, a, dt, .name, code, .node text, th, label";
for (const one of document.querySelectorAll(texts)) {
  const style = getComputedStyle(one);
  const front = luminance(one.tagName === "text" ? style.fill : style.color);
  const back = luminance(behind(one));
  const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
  if (ratio < worst[0]) { worst[0] = ratio; worst[1] = one.outerHTML.slice(0, 120); }
}
return worst;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_in_light_and_dark(page, scheme):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    find(page, "#open").click()
    ratio, where = page.execute_script(LUMINANCE)
    assert ratio >= 4.5, where
    background = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(13, 17, 23)"}[scheme]
