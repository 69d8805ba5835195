"""Input that means harm, or that is merely broken: safe, clear, nothing lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from steps import act_on, answer_to, ask, drop, line_of, notice, open_sheet, turns, wait_until_ready

HTML = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><b>bold</b>'
ROWS = f"""question,answer,url
How do I open the {HTML.replace('"', '""')} door?,"Turn {HTML.replace('"', '""')} the key. \
[Go](javascript:window.hit=1) or [see](https://door.example/ok) or <javascript:window.hit=1>",\
javascript:window.hit=1
How do I close the window?,Push it.,data:text/html;base64,PHNjcmlwdD4=
How do I paint the wall?,With paint.,https://door.example/paint
"""


@pytest.fixture(autouse=True)
def unharmed(request: pytest.FixtureRequest) -> Iterator[None]:
    """In every test of this file no foreign script has run and nothing has popped up."""
    [name] = {"talk", "page"} & set(request.fixturenames) or [""]
    page = request.getfixturevalue(name) if name else None
    yield
    if page:
        assert page.evaluate("() => window.hit") is None
        assert page.locator("#turns img, #turns script, #turns iframe").count() == 0


def hostile_file(folder: Path, name: str = "doors.csv") -> Path:
    """Write an FAQ whose questions, answers and sources try to run something."""
    file = folder / name
    file.write_text(ROWS, encoding="utf-8")
    return file


def test_html_in_a_question_is_text(talk: Page) -> None:
    """In the talk, in the list, in its name, and in what is exported."""
    ask(talk, HTML)
    answer_to(talk, HTML)
    expect(turns(talk).locator(".question")).to_have_text(HTML)
    expect(line_of(talk, HTML).locator(".choice")).to_have_text(HTML)
    act_on(talk, HTML, "Rename")
    talk.get_by_label("Name of the conversation").fill("<i>name</i>")
    talk.keyboard.press("Enter")
    expect(line_of(talk, "<i>name</i>")).to_be_visible()


def test_html_and_scripts_in_diamonds_are_text(page: Page, tmp_path: Path) -> None:
    """Answers, receipts and options show it; links of `javascript:` and `data:` lead nowhere."""
    wait_until_ready(page)
    drop(page, hostile_file(tmp_path))
    notice(page, "doors.csv is ready")
    ask(page, "How do I open the door?")
    answer = answer_to(page, "How do I open the door?")
    expect(answer).to_contain_text("the key")
    answer.locator(".receipts > summary").click()
    hrefs = page.eval_on_selector_all("#turns a[href]", "(all) => all.map((a) => a.href)")
    assert hrefs
    assert all(href.startswith("https://door.example/") for href in hrefs)
    expect(answer).not_to_contain_text("base64")


def test_html_in_the_name_of_a_file_is_text(page: Page, tmp_path: Path) -> None:
    """The pack's name, the notice about it and its buttons show it letter by letter."""
    name = "<img src=x onerror=window.hit=1>.csv"
    wait_until_ready(page)
    drop(page, hostile_file(tmp_path, name))
    notice(page, f"{name} is ready")
    expect(page.locator("#pack-name")).to_have_text(name)
    sheet = open_sheet(page, "library")
    expect(sheet.get_by_role("button", name=f"Remove {name}")).to_be_visible()
    with page.expect_download() as coming:
        sheet.get_by_role("button", name="Download").click()
    assert coming.value.suggested_filename == "img-src-x-onerror-window.hit-1-csv.diamonds"


def test_the_address_can_only_prefill_the_box(visitor: Callable[..., BrowserContext]) -> None:
    """`?q=` is shown as text, cut to size, and never sent by itself."""
    page = visitor().new_page()
    page.goto(f"./?q={quote(HTML)}&other=<script>#%3Cscript%3E")
    expect(page.locator("#question")).to_have_value(HTML)
    wait_until_ready(page)
    expect(turns(page)).to_have_count(0)
    page.goto(f"./?q={'x' * 5_000}")
    expect(page.locator("#question")).to_have_value("x" * 2_000)


@pytest.mark.allow_page_errors  # PyScript opens a database of its own, and does not catch that
def test_where_all_storage_is_refused_everything_else_works(
    visitor: Callable[..., BrowserContext],
) -> None:
    """No IndexedDB, no localStorage: themes, languages, ratings and drafts last while open."""
    context = visitor()
    context.add_init_script(
        """const no = () => { throw new DOMException("denied", "SecurityError"); };
        indexedDB.open = no;
        Object.defineProperty(window, "localStorage", { get: no });"""
    )
    page = context.new_page()
    page.goto("./")
    notice(page, "refuses storage")
    ask(page, "Are bats blind?")
    answer = answer_to(page, "Are bats blind?")
    answer.get_by_role("button", name="Not a good answer").click()
    page.get_by_role("radio", name="Wrong").check(force=True)
    page.get_by_role("button", name="Keep as a draft").click()
    sheet = open_sheet(page, "settings")
    expect(sheet.locator("#drafts")).to_contain_text("Are bats blind?")
    sheet.get_by_role("radio", name="Dark").check(force=True)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    sheet.locator("#language").select_option("es")
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_a_slow_pack_is_waited_for_and_the_question_kept(
    visitor: Callable[..., BrowserContext],
) -> None:
    """While it comes the question waits in sight, then it is answered."""
    context = visitor()
    held: list[Route] = []
    context.route("**/packs/starter.diamonds", lambda route: held.append(route))
    page = context.new_page()
    page.goto("./")
    ask(page, "Are bats blind?")
    expect(turns(page)).to_contain_text("as soon as Python is up")
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    expect(answer_to(page, "Are bats blind?")).to_be_visible()


@pytest.mark.parametrize("harm", ["cut short", "flipped", "empty", "no pack"])
def test_a_broken_pack_is_refused_by_name(
    talk: Page, dist: Path, tmp_path: Path, harm: str
) -> None:
    """What is wrong is said; the pack chosen before stays, and answers."""
    data = bytearray((dist / "packs/starter.diamonds").read_bytes())
    if harm == "flipped":
        data[len(data) // 2] ^= 1
    file = tmp_path / "broken.diamonds"
    pieces = {"cut short": data[: len(data) // 2], "empty": b"", "no pack": b"hello" * 99}
    file.write_bytes(bytes(pieces.get(harm, data)))
    drop(talk, file)
    talk.locator(".notice.error").wait_for()
    expect(talk.locator("#pack-name")).to_have_text("Starter")
    ask(talk, "Are bats blind?")
    expect(answer_to(talk, "Are bats blind?")).to_have_attribute("data-kind", "answer")


def test_a_pack_removed_in_another_tab_is_missed_politely(page: Page, tmp_path: Path) -> None:
    """A question to a pack that is gone says so and can be asked again of another."""
    wait_until_ready(page)
    drop(page, hostile_file(tmp_path))
    notice(page, "doors.csv is ready")
    held: list[Route] = []
    # The engine waits for it, so that the pack is gone before it is asked.
    page.route("**/packs/starter.diamonds", lambda route: held.append(route))
    page.reload()
    expect(page.locator("#pack-name")).to_have_text("doors.csv")
    ask(page, "How do I paint the wall?")
    page.evaluate(
        """() => new Promise((done) => {
          indexedDB.open("arenalab").onsuccess = ({ target }) => {
            const change = target.result.transaction("packs", "readwrite");
            change.objectStore("packs").clear();
            change.oncomplete = () => { target.result.close(); done(); };
          };
        })"""
    )
    while not held:
        page.wait_for_timeout(50)
    held[0].continue_()
    failed = turns(page).locator(".failed")
    expect(failed).to_contain_text("has been removed")
    sheet = open_sheet(page, "library")
    sheet.locator("[data-do=pack][data-id=starter]").click()
    failed.get_by_role("button", name="Try again").click()
    expect(turns(page).locator(".facts")).to_be_visible()
