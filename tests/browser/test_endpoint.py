"""The endpoint of a tab: OpenAI's own client in Chromium, and everything that can break off."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from steps import answer_to, ask, open_sheet, wait_until_ready

from endpoint.node import bundle
from endpoint.page_process import release

STORY = {"model": "tiny", "messages": [{"role": "user", "content": "Tell me a long story"}]}
CLIENT = """async () => {
  const { default: OpenAI } = await import("./openai.js");
  const options = { baseURL: new URL("v1", location).href, apiKey: "none", maxRetries: 0 };
  const client = new OpenAI({ ...options, dangerouslyAllowBrowser: true });
  const model = "tiny";
  const ask = (content, more) =>
    client.chat.completions.create({ model, messages: [{ role: "user", content }], ...more });
  const answer = await ask("Can I get a refund?");
  let story = "", pieces = 0, usage;
  for await (const chunk of await ask("Tell me a long story",
      { stream: true, stream_options: { include_usage: true } })) {
    story += chunk.choices[0]?.delta.content ?? "";
    pieces += 1;
    usage = chunk.usage ?? usage;
  }
  const stranger = await ask("hi", { model: "gpt-5" }).catch((error) => error);
  const models = [];
  for await (const model of client.models.list()) models.push(model.id);
  const vector = (await client.embeddings.create({ model: "tiny", input: "the app" })).data[0];
  return {
    answer: answer.choices[0].message.content, kind: answer.arenalab.kind,
    story, several: pieces > 3, tokens: usage.completion_tokens,
    error: [stranger.constructor.name, stranger.status, stranger.code],
    models, numbers: vector.embedding.length,
  };
}"""
# Starts a stream too long to end soon, reads one piece of it, and keeps the rest in `reader`.
BEGIN = """async (body) => {
  const sent = { method: "POST", body: JSON.stringify({ ...body, stream: true, n: 128 }) };
  globalThis.leaving = new AbortController();
  const reply = await fetch("v1/chat/completions", { ...sent, signal: leaving.signal });
  globalThis.reader = reply.body.getReader();
  const { value } = await reader.read();
  return new TextDecoder().decode(value);
}"""
REST = """async () => {
  try {
    for (let size = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) return "ended";
      size += value.length;
    }
  } catch (error) {
    return error.name;
  }
}"""
ASK = """async (body) => {
  const reply = await fetch("v1/chat/completions", { method: "POST", body: JSON.stringify(body) });
  return [reply.status, await reply.json()];
}"""


@pytest.fixture(scope="module")
def address(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return where the tab's page is, with OpenAI's package for JavaScript beside it."""
    folder = tmp_path_factory.mktemp("page")
    site = release(dist, folder, {"openai.js": bundle(folder)})
    yield site.address
    site.stop()


@pytest.fixture
def tab(chromium: Browser, address: str) -> Iterator[Page]:
    """Return a tab whose engine serves."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(address)
    page.evaluate("ready")
    yield page
    context.close()


def test_openai_for_javascript_works_unchanged(tab: Page) -> None:
    """Answer, stream, error, models and embeddings with OpenAI's package in the browser."""
    assert tab.evaluate(CLIENT) == {
        "answer": "Yes, within 30 days.",
        "kind": "answer",
        "story": "Once there was a fox. It ran. The end came.",
        "several": True,
        "tokens": 13,
        "error": ["NotFoundError", 404, "model_not_found"],
        "models": ["tiny"],
        "numbers": 64,
    }


def test_another_tab_is_answered_too(tab: Page, address: str) -> None:
    """A page without an engine uses that of a tab that has one."""
    other = tab.context.new_page()
    other.goto(f"{address}openai.js")
    status, document = other.evaluate(ASK, STORY)
    assert status == 200
    assert document["choices"][0]["message"]["content"].startswith("Once there was")


def test_without_an_engine_the_caller_is_told(tab: Page, address: str) -> None:
    """No tab, no answer: 503, with the address to open."""
    tab.goto(f"{address}openai.js")
    status, document = tab.evaluate(ASK, STORY)
    assert status == 503
    assert document["error"]["code"] == "no_engine"
    assert address in document["error"]["message"]


def test_an_engine_that_dies_breaks_the_stream(tab: Page) -> None:
    """Half an answer is an error for its reader, not an end."""
    assert tab.evaluate(BEGIN, STORY).startswith("data: ")
    tab.evaluate("engine.terminate()")
    assert tab.evaluate(REST) == "TypeError"


def test_an_engine_that_dies_unheard_is_told(tab: Page) -> None:
    """A request that was handed over and never answered ends in an error as well."""
    tab.evaluate("engine.postMessage(5000)")
    waiting = tab.evaluate_handle(f"(body) => ({{ reply: ({ASK})(body) }})", STORY)
    tab.wait_for_timeout(300)
    tab.evaluate("engine.terminate()")
    status, document = tab.evaluate("async ({ reply }) => await reply", waiting)
    assert (status, document["error"]["code"]) == (503, "engine_gone")


def test_a_caller_who_leaves_stops_the_work(tab: Page) -> None:
    """After an abort the engine makes no more pieces, and counts the request as left."""
    tab.evaluate(BEGIN, STORY)
    tab.evaluate("leaving.abort()")
    assert tab.evaluate(REST) == "AbortError"
    eventually(tab, 'result="left"')


def test_a_service_worker_that_is_stopped_breaks_the_stream(tab: Page) -> None:
    """Its reader sees an error, the engine stops, and the next request is answered."""
    tab.evaluate(BEGIN, STORY)
    control = tab.context.new_cdp_session(tab)
    control.send("ServiceWorker.enable")
    control.send("ServiceWorker.stopAllWorkers")
    assert tab.evaluate(REST) != "ended"
    status, document = tab.evaluate(ASK, STORY)
    assert status == 200
    assert document["choices"][0]["finish_reason"] == "stop"
    eventually(tab, 'result="left"')


@pytest.fixture
def real(visitor: Callable[..., BrowserContext]) -> Page:
    """Return the released page itself, ready, with its service worker in charge."""
    page = visitor(offline_use=True).new_page()
    page.goto("./")
    wait_until_ready(page)
    page.evaluate(
        """async () => {
          while (!navigator.serviceWorker.controller)
            await new Promise((later) => setTimeout(later, 50));
        }"""
    )
    return page


def test_the_real_page_serves_and_shows_traces(real: Page) -> None:
    """It answers with its own pack; what took how long is drawn, and exported as OTLP JSON."""
    asked = {"model": "starter", "messages": [{"role": "user", "content": "What is ArenaLab?"}]}
    status, document = real.evaluate(ASK, asked)
    assert status == 200
    assert document["arenalab"]["kind"] == "answer"
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    parent = {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    real.evaluate("async (headers) => (await fetch('v1/models', { headers })).text()", parent)
    ask(real, "Are bats blind?")
    answer_to(real, "Are bats blind?")
    sheet = open_sheet(real, "settings")
    sheet.locator("#traces > summary").click()
    expect(sheet.locator("#trace option")).to_have_count(3)
    names = [option.inner_text() for option in sheet.locator("#trace option").all()]
    assert "ASK page" in names[0]
    assert "GET /v1/models" in names[1]
    sheet.locator("#trace").select_option("2")
    drawn = sheet.get_by_role("img", name="receive")
    expect(drawn).to_have_attribute("aria-label", re.compile(r"encode [\d.]+ ms, match"))
    assert drawn.locator(".level").count() >= 6
    with real.expect_download() as saving:
        sheet.get_by_role("button", name="Export (OTLP JSON)").click()
    spans = json.loads(saving.value.path().read_text())["resourceSpans"][0]["scopeSpans"][0][
        "spans"
    ]
    roots = [span for span in spans if span["kind"] == 2]
    assert len(roots) == 3
    assert trace in {span["traceId"] for span in roots}


def eventually(page: Page, sample: str) -> None:
    """Wait until the metrics hold a sample."""
    page.evaluate(
        """async (sample) => {
          for (;;) {
            const text = await (await fetch("metrics")).text();
            if (text.includes(sample)) return;
            await new Promise((later) => setTimeout(later, 50));
          }
        }""",
        sample,
    )
