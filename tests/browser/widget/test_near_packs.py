"""Packs that stand on ArenaLab's origin: the chat opens them there, large ones in parts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from far_host import QUESTION
from host_page import OpenPage, ask_chat, heard, open_chat
from playwright.sync_api import expect
from served import Site


@pytest.fixture
def site(dist: Path, far_pack: bytes, serve: Callable[..., Site], tmp_path: Path) -> Site:
    """The built release with a large pack beside it."""
    file = tmp_path / "large.diamonds"
    file.write_bytes(far_pack)
    return serve(dist, {"large.diamonds": file})


def test_of_a_large_pack_only_parts_are_fetched(open_page: OpenPage, site: Site) -> None:
    """It is ready once its index is there, kept in pieces, and answers."""
    page = open_page(f'<arena-chat pack="{site.address}large.diamonds"></arena-chat>')
    open_chat(page)
    [ready] = heard(page, "ready")
    assert ready["packs"][0]["examples"] == 40_001
    answer = ask_chat(page, QUESTION)
    expect(answer).to_contain_text(QUESTION)  # among rows of chance it is not sure, and asks
    kept = page.frames[1].evaluate(
        "async () => { const store = await caches.open('arenalab-parts'); let size = 0;"
        " for (const key of await store.keys())"
        " size += (await (await store.match(key)).blob()).size; return size; }"
    )
    assert 2_000_000 < kept < 3_000_000  # of 18 MB


@pytest.mark.allow_page_errors
def test_a_pack_that_is_not_there_is_said(open_page: OpenPage, site: Site) -> None:
    """To the visitor, and to the page around."""
    page = open_page(f'<arena-chat pack="{site.address}none.diamonds" lang="es"></arena-chat>')
    chat = open_chat(page)
    expect(chat.locator(".notice.error")).to_contain_text("no existe o no se entrega (estado 404)")
    [told] = heard(page, "error")
    assert told["kind"] == "pack"
    assert told["url"] == f"{site.address}none.diamonds"
