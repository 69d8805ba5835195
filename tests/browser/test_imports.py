"""Files dropped on the page: packs built in the tab, asked at once and after a reload."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from steps import answer_to, ask, drop, notice, wait_until_ready

CSV = """question,answer,url
How do I reset my password?,Use the **Forgot password** link.,https://shop.example/faq#reset
Can I change my email address?,"Yes, under Settings.",https://shop.example/faq#email
Do you ship to Norway?,We ship to all of Europe.,https://shop.example/faq#ship
Who pays for returns?,,https://shop.example/faq#returns
"""
MARKDOWN = """# Greenhouse FAQ

## How often should I water tomatoes?

Twice a week, <img src="https://tracker.example/x.png" onerror="alert(1)"> in the morning.

## When do I open the roof?

Above 25 degrees. See [the guide](https://greenhouse.example/roof).

## Which soil is best for peppers?

Loose soil with compost.
"""


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    """A small FAQ; one of its questions has no answer."""
    file = tmp_path / "shop.csv"
    file.write_text(CSV, encoding="utf-8")
    return file


@pytest.fixture
def markdown(tmp_path: Path) -> Path:
    """A small FAQ page; one of its answers tries to load and run something."""
    file = tmp_path / "greenhouse.md"
    file.write_text(MARKDOWN, encoding="utf-8")
    return file


def ready_pack(page: Page, name: str) -> None:
    """Wait until a pack of this name is chosen and said to be ready."""
    notice(page, f"{name} is ready")
    expect(page.locator("#pack-name")).to_have_text(name)


def test_a_dropped_csv_can_be_asked_now_and_after_a_reload(page: Page, csv: Path) -> None:
    """Its pack is built in the tab, chosen, kept; what the importer left out is said."""
    wait_until_ready(page)
    drop(page, csv)
    ready_pack(page, "shop.csv")
    noted = notice(page, "shop.csv is ready")
    noted.locator("summary").click()
    expect(noted).to_contain_text("Who pays for returns?")
    question = "How can I reset the password?"
    ask(page, question)
    answer = answer_to(page, question)
    expect(answer.locator(".prose strong")).to_have_text("Forgot password")
    source = answer.locator(".sources a").first
    expect(source).to_have_attribute("href", "https://shop.example/faq#reset")
    page.reload()
    expect(page.locator("#pack-name")).to_have_text("shop.csv")
    again = "Is shipping to Norway possible?"
    ask(page, again)
    expect(answer_to(page, again)).to_contain_text("all of Europe")


def test_a_dropped_markdown_page_can_be_asked(page: Page, markdown: Path) -> None:
    """The Markdown library is fetched when needed; nothing in the page runs or loads."""
    wait_until_ready(page)
    drop(page, markdown)
    ready_pack(page, "greenhouse.md")
    for question, expected in (
        ("How often do tomatoes need water?", "Twice a week"),
        ("When should the roof be opened?", "Above 25 degrees"),
    ):
        ask(page, question)
        expect(answer_to(page, question)).to_contain_text(expected)
    expect(page.locator("#turns img")).to_have_count(0)


def test_a_file_dropped_before_python_is_up_is_read_then(
    visitor: Callable[..., BrowserContext], csv: Path
) -> None:
    """An early drop waits, is said to wait, and becomes a pack."""
    context = visitor()
    held: list[Route] = []  # the engine waits for its encoder until this is let go
    context.route("**/models/static.encoder", lambda route: held.append(route))
    page = context.new_page()
    page.goto("./")
    page.locator("#status", has_text="Loading").wait_for()
    drop(page, csv)
    notice(page, "as soon as Python is up")
    while not held:
        page.wait_for_timeout(100)
    held[0].continue_()
    ready_pack(page, "shop.csv")


def test_a_file_can_be_chosen_with_the_button(page: Page, csv: Path) -> None:
    """The paper clip opens the file chooser; the result is the same as dropping."""
    wait_until_ready(page)
    with page.expect_file_chooser() as choosing:
        page.locator("#attach").click()
    choosing.value.set_files(csv)
    ready_pack(page, "shop.csv")


def test_a_pack_can_be_downloaded_removed_and_dropped_again(
    page: Page, csv: Path, tmp_path: Path
) -> None:
    """The .diamonds file holds all: after removal it brings the pack back; removal asks twice."""
    wait_until_ready(page)
    drop(page, csv)
    ready_pack(page, "shop.csv")
    page.locator("#open-library").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download").click()
    saved = tmp_path / "saved.diamonds"
    downloading.value.save_as(saved)
    page.get_by_role("button", name="Remove shop.csv").click()
    expect(page.locator("#packs > li")).to_have_count(2)
    page.get_by_role("button", name="Really remove shop.csv?").click()
    expect(page.locator("#packs > li")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.locator("#pack-name")).not_to_have_text("shop.csv")
    page.get_by_role("button", name="Dismiss").click()
    drop(page, saved)
    ready_pack(page, "shop.csv")


def test_several_files_make_one_pack(page: Page, csv: Path, markdown: Path) -> None:
    """Files dropped together are asked together."""
    wait_until_ready(page)
    drop(page, csv, markdown)
    ready_pack(page, "shop.csv + 1")
    question = "Which soil do peppers like best?"
    ask(page, question)
    expect(answer_to(page, question)).to_contain_text("compost")


def test_a_200_mb_drop_is_refused_unread(page: Page, tmp_path: Path) -> None:
    """The message comes at once, names size, limit and cure; the page goes on working."""
    big = tmp_path / "big.csv"
    with big.open("wb") as file:
        file.truncate(200_000_000)
    wait_until_ready(page)
    drop(page, big)
    said = notice(page, "200.0 MB")
    expect(said).to_contain_text("20.0 MB")
    expect(said).to_contain_text(".diamonds")
    ask(page, "Are bats blind?")
    expect(answer_to(page, "Are bats blind?")).to_be_visible()


def test_a_broken_file_is_said_and_what_is_there_stays(
    page: Page, csv: Path, dist: Path, tmp_path: Path
) -> None:
    """A file that cannot be used gives one readable sentence; the packs stay as they were."""
    pack = (dist / "packs/starter.diamonds").read_bytes()
    middle = len(pack) // 2
    flipped = pack[:middle] + bytes([pack[middle] ^ 1]) + pack[middle + 1 :]
    wait_until_ready(page)
    drop(page, csv)
    ready_pack(page, "shop.csv")
    page.get_by_role("button", name="Dismiss").click()
    for name, data, said in (
        ("picture.png", b"\x89PNG", "not a kind of file"),
        ("odd.csv", b"colour,shape\nred,round\n", "odd.csv"),
        ("empty.csv", b"", "empty.csv"),
        ("broken.jsonl", b'{"question": ', "broken.jsonl"),
        ("cut.diamonds", pack[:middle], "cut short"),
        ("flipped.diamonds", flipped, "damaged"),
        ("noise.diamonds", bytes(range(256)), "not"),
    ):
        broken = tmp_path / name
        broken.write_bytes(data)
        drop(page, broken)
        message = page.locator(".notice.error p")
        expect(message).to_contain_text(said)
        expect(message).not_to_contain_text("Traceback")
        expect(page.locator("#pack-name")).to_have_text("shop.csv")
        page.get_by_role("button", name="Dismiss").click()
    page.reload()
    ask(page, "Do you ship to Norway?")
    expect(answer_to(page, "Do you ship to Norway?")).to_contain_text("all of Europe")


def test_a_build_that_is_cut_off_leaves_stored_packs_whole(
    page: Page, csv: Path, tmp_path: Path
) -> None:
    """A reload ends the worker in the middle: what was stored answers, nothing half is there."""
    wait_until_ready(page)
    drop(page, csv)
    ready_pack(page, "shop.csv")
    long = tmp_path / "long.csv"
    rows = [
        f"What is the colour of house {i} in the street of the old mill?,red" for i in range(2000)
    ]
    long.write_text("\n".join(["question,answer", *rows]), encoding="utf-8")
    drop(page, long)
    expect(page.locator("#status")).to_contain_text("Encoding ")
    page.reload()
    expect(page.locator("#pack-name")).to_have_text("shop.csv")
    page.locator("#open-library").click()
    expect(page.locator("#packs .choice", has_text="long.csv")).to_have_count(0)
    page.keyboard.press("Escape")
    ask(page, "Do you ship to Norway?")
    expect(answer_to(page, "Do you ship to Norway?")).to_contain_text("all of Europe")


def test_a_pack_built_in_one_tab_is_there_in_the_other(
    visitor: Callable[..., BrowserContext], csv: Path
) -> None:
    """The library of an open tab follows what another tab does."""
    context = visitor()
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto("./")
        wait_until_ready(page)
    drop(first, csv)
    ready_pack(first, "shop.csv")
    second.locator("#open-library").click()
    second.locator("#packs .choice", has_text="shop.csv").click()
    ask(second, "Do you ship to Norway?")
    expect(answer_to(second, "Do you ship to Norway?")).to_contain_text("all of Europe")
