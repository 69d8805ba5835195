"""The keeper of keys in Chromium: what it keeps, what it sends, and what never gets out of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from served import Site

from fallback.loopback import Loopback, running

KEY = "sk-secret-of-the-person-0123456789"
BLANK = '<!doctype html><link rel="icon" href="data:,">'
CONNECT = """
(address) => {
  const worker = new Worker(`${address}static/vault.mjs`, { type: "module" });
  let last = 0;
  const heard = new Map();
  worker.onmessage = ({ data }) => heard.get(data.id)?.(data);
  window.vault = (action, given = {}) => new Promise((resolve) => {
    const all = { pieces: "" };
    const id = ++last;
    heard.set(id, (data) => {
      if ("status" in data) [all.status, all.retryAfter] = [data.status, data.retryAfter];
      else if ("piece" in data) all.pieces += new TextDecoder().decode(data.piece);
      else resolve({ ...all, ...data });
      if (given.stopAfter && all.pieces) worker.postMessage({ id: ++last, do: "stop", which: id });
    });
    worker.postMessage({ ...given, id, do: action });
  });
}
"""
# Everything that IndexedDB holds, with bytes as text, and whether the lock can be exported.
DUMP = """
async () => {
  const opening = indexedDB.open("arenalab-vault");
  await new Promise((done) => { opening.onsuccess = done; });
  const all = opening.result.transaction("vault").objectStore("vault").getAll();
  await new Promise((done) => { all.onsuccess = done; });
  opening.result.close();
  const shown = [];
  for (const value of all.result) {
    if (value instanceof CryptoKey) {
      const taken = crypto.subtle.exportKey("raw", value);
      shown.push(await taken.then(() => "exported", () => "kept in"));
      continue;
    }
    const latin = new TextDecoder("latin1");
    shown.push(JSON.stringify(value) + latin.decode(value.sealed.bytes));
  }
  return shown;
}
"""

Vault = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def provider() -> Iterator[Loopback]:
    """Return a provider on this machine."""
    with running() as provider:
        yield provider


@pytest.fixture
def empty(visitor: Callable[..., BrowserContext], site: Site) -> Page:
    """A page of the site with nothing on it, connected to a vault."""
    page = visitor().new_page()
    page.route("**/blank", lambda route: route.fulfill(body=BLANK, content_type="text/html"))
    page.goto("blank")
    page.evaluate(CONNECT, site.address)
    return page


@pytest.fixture
def vault(empty: Page) -> Vault:
    """Return what has the vault do something."""
    return asking(empty)


def asking(page: Page) -> Vault:
    """Return what has the vault of `page` do something, and returns what comes of it."""

    def act(action: str, **given: object) -> dict[str, Any]:
        done: dict[str, Any] = page.evaluate("([a, g]) => vault(a, g)", [action, given])
        return done

    return act


def keep(vault: Vault, provider: Loopback, **more: str) -> dict[str, Any]:
    """Give the vault a key for the provider on this machine."""
    return vault(
        "keep",
        provider="openai",
        origin=provider.base,
        header="authorization",
        prefix="Bearer ",
        key=KEY,
        **more,
    )


def send(vault: Vault, provider: Loopback, **more: object) -> dict[str, Any]:
    """Have the vault send a request, and take down what the provider was asked."""
    provider.asked.clear()
    url = more.pop("url", f"{provider.base}/chat/completions")
    headers = {"content-type": "application/json"}
    return vault("send", provider="openai", url=url, headers=headers, body="{}", **more)


def test_a_key_goes_out_in_its_header_alone(vault: Vault, provider: Loopback) -> None:
    """And the reply comes back piece by piece."""
    provider.status, provider.pieces, provider.headers = 200, [b"one ", b"two"], {}
    assert keep(vault, provider)["done"] == {"lasting": True}
    reply = send(vault, provider)
    assert (reply["status"], reply["pieces"], reply["done"]) == (200, "one two", None)
    [(target, headers, body)] = provider.asked
    assert headers["authorization"] == f"Bearer {KEY}"
    assert [name for name, value in headers.items() if KEY in value] == ["authorization"]
    assert KEY not in target
    assert KEY.encode() not in body
    assert "referer" not in headers
    assert "cookie" not in headers


def test_what_is_stored_shows_no_key(vault: Vault, empty: Page, provider: Loopback) -> None:
    """It is encrypted, and what decrypts it cannot be taken out of the browser."""
    keep(vault, provider)
    shown = empty.evaluate(DUMP)
    assert sorted(text == "kept in" for text in shown) == [False, True]
    assert not [text for text in shown if KEY in text or KEY[3:20] in text]
    assert KEY not in str(vault("look", provider="openai"))


def test_a_key_outlasts_the_page(vault: Vault, empty: Page, provider: Loopback, site: Site) -> None:
    """It is there for the next visit."""
    provider.status, provider.pieces, provider.headers = 200, [b"yes"], {}
    keep(vault, provider)
    empty.reload()
    empty.evaluate(CONNECT, site.address)
    assert send(vault, provider)["pieces"] == "yes"


def test_a_passphrase_locks_it(vault: Vault, empty: Page, provider: Loopback, site: Site) -> None:
    """After a reload nothing is sent before the right passphrase is given."""
    provider.status, provider.pieces, provider.headers = 200, [b"yes"], {}
    keep(vault, provider, passphrase="correct horse")
    assert send(vault, provider)["pieces"] == "yes"
    empty.reload()
    empty.evaluate(CONNECT, site.address)
    assert vault("look", provider="openai")["done"] == {"origin": provider.base, "locked": True}
    assert send(vault, provider)["failed"] == "locked"
    assert vault("unlock", provider="openai", passphrase="wrong")["failed"] == "passphrase"
    assert provider.asked == []
    assert vault("unlock", provider="openai", passphrase="correct horse")["done"] is None
    assert send(vault, provider)["pieces"] == "yes"


def test_it_is_sent_to_its_origin_only(vault: Vault, provider: Loopback) -> None:
    """A request to another address has no key and is not made."""
    keep(vault, provider)
    elsewhere = provider.base.replace("127.0.0.1", "localhost")
    assert send(vault, provider, url=f"{elsewhere}/chat/completions")["failed"] == "origin"
    assert provider.asked == []


def test_no_redirection_is_followed(vault: Vault, provider: Loopback) -> None:
    """Another address is another origin's business."""
    provider.status, provider.pieces = 307, []
    provider.headers = {"location": f"{provider.base}/elsewhere"}
    keep(vault, provider)
    assert send(vault, provider)["status"] == 307
    assert len(provider.asked) == 1


@pytest.mark.allow_page_errors
def test_retry_after_comes_through(vault: Vault, provider: Loopback) -> None:
    """A provider says when it may be asked again."""
    provider.status, provider.pieces, provider.headers = 429, [b"{}"], {"retry-after": "17"}
    keep(vault, provider)
    reply = send(vault, provider)
    assert (reply["status"], reply["retryAfter"]) == (429, "17")


def test_stopping_ends_the_request(vault: Vault, provider: Loopback) -> None:
    """A stopped answer costs no more."""
    provider.status, provider.pieces, provider.headers = 200, [b"word "] * 1000, {}
    provider.pauses = 0.02
    keep(vault, provider)
    reply = send(vault, provider, stopAfter=True)
    provider.pauses = 0
    assert reply["failed"] == "stopped"
    assert 0 < len(reply["pieces"]) < 2500


@pytest.mark.allow_page_errors
def test_no_connection_is_told(vault: Vault, provider: Loopback) -> None:
    """Nothing is lost but the request."""
    keep(vault, Loopback(base="http://127.0.0.1:9"))
    assert send(vault, provider, url="http://127.0.0.1:9/chat")["failed"] == "unreachable"


def test_forgetting_leaves_nothing(vault: Vault, empty: Page, provider: Loopback) -> None:
    """One click, and neither the keys nor what locked them are there."""
    keep(vault, provider, passphrase="correct horse")
    vault("forget")
    assert empty.evaluate(DUMP) == []
    assert vault("look", provider="openai")["done"] is None
    assert send(vault, provider)["failed"] == "absent"


def test_without_storage_it_lasts_as_long_as_the_page(
    visitor: Callable[..., BrowserContext],
    serve: Callable[..., Site],
    dist: Path,
    tmp_path: Path,
    provider: Loopback,
) -> None:
    """A browser that refuses storage says so, and works."""
    refused = tmp_path / "vault.mjs"
    script = (dist / "static/vault.mjs").read_text(encoding="utf-8")
    refused.write_text(f"indexedDB.open = () => {{ throw new Error('refused'); }};{script}")
    elsewhere = serve(dist, {"static/vault.mjs": refused})
    page = visitor(base_url=elsewhere.address).new_page()
    page.route("**/blank", lambda route: route.fulfill(body=BLANK, content_type="text/html"))
    page.goto("blank")
    page.evaluate(CONNECT, elsewhere.address)
    vault = asking(page)
    provider.status, provider.pieces, provider.headers = 200, [b"yes"], {}
    assert keep(vault, provider)["done"] == {"lasting": False}
    assert send(vault, provider)["pieces"] == "yes"
