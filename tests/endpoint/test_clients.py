"""The official clients, unchanged: OpenAI's two, LangChain's, and curl, on server and edge."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "emscripten":
    pytest.skip("needs sockets", allow_module_level=True)

import openai
from langchain_core.messages import AIMessageChunk, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from pydantic import BaseModel

from endpoint import tiny
from endpoint.conftest import KEY
from endpoint.node import node_modules
from endpoint.place import HttpPlace

pytestmark = pytest.mark.native

REFUND: Any = [{"role": "user", "content": "Can I get a refund?"}]
STORY: Any = [{"role": "user", "content": "Tell me a long story"}]
WEATHER: Any = [{"role": "user", "content": "What is the weather in Paris?"}]
WHOLE = "Once there was a fox. It ran. The end came."

GET_WEATHER: Any = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "The weather in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
        },
    },
}


class Told(BaseModel):
    """An answer in the form that a program asks for."""

    answer: str
    confidence: float
    sources: list[str]


@pytest.fixture(params=["server", "edge"])
def base(request: pytest.FixtureRequest) -> str:
    """Return the address that clients are given."""
    found: HttpPlace = request.getfixturevalue(request.param)
    return f"http://{found.host}:{found.port}/v1"


@pytest.fixture
def client(base: str) -> Iterator[openai.OpenAI]:
    """Return OpenAI's Python client."""
    with openai.OpenAI(api_key=KEY, base_url=base, max_retries=0) as made:
        yield made


def test_openai_python_gets_an_answer(client: openai.OpenAI) -> None:
    """Its types hold the answer, the usage, the citation and our extension."""
    completion = client.chat.completions.create(model=tiny.NAME, messages=REFUND, n=2)
    message = completion.choices[1].message
    assert message.content == "Yes, within 30 days."
    assert message.annotations is not None
    assert message.annotations[0].url_citation.url == "https://example.org/refund"
    assert completion.usage is not None
    assert completion.usage.total_tokens == 18
    assert completion.model_extra is not None
    assert completion.model_extra["arenalab"]["kind"] == "answer"
    assert str(completion._request_id).startswith("req_")


def test_openai_python_streams(client: openai.OpenAI) -> None:
    """Pieces as they come, then the usage."""
    stream = client.chat.completions.create(
        model=tiny.NAME, messages=STORY, stream=True, stream_options={"include_usage": True}
    )
    *chunks, last = list(stream)
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks]
    assert "".join(pieces) == WHOLE
    assert len(pieces) > 2
    assert last.usage is not None
    assert last.usage.completion_tokens == 13


def test_openai_python_accumulates_a_stream(client: openai.OpenAI) -> None:
    """Its stream helper puts a call together from the pieces."""
    with client.chat.completions.stream(
        model=tiny.NAME, messages=WEATHER, tools=[GET_WEATHER]
    ) as stream:
        message = stream.get_final_completion().choices[0].message
    assert message.tool_calls is not None
    assert json.loads(message.tool_calls[0].function.arguments)["city"] == "Paris"


def test_openai_python_runs_a_tool(client: openai.OpenAI) -> None:
    """A call and its result, handed back as the client's own types."""
    tools = [GET_WEATHER]
    asked = client.chat.completions.create(model=tiny.NAME, messages=WEATHER, tools=tools)
    message = asked.choices[0].message
    assert message.tool_calls is not None
    call = message.tool_calls[0]
    result = {"role": "tool", "tool_call_id": call.id, "content": "sun"}
    done = client.chat.completions.create(
        model=tiny.NAME, messages=[*WEATHER, message, result], tools=tools
    )
    assert done.choices[0].message.content == "The forecast for Paris: sun"


def test_openai_python_parses_an_answer(client: openai.OpenAI) -> None:
    """A pydantic model is filled through its strict schema."""
    completion = client.chat.completions.parse(
        model=tiny.NAME, messages=REFUND, response_format=Told
    )
    told = completion.choices[0].message.parsed
    assert told is not None
    assert told.answer == "Yes, within 30 days."
    assert told.sources == ["https://example.org/refund"]


def test_openai_python_embeds(client: openai.OpenAI) -> None:
    """In its default encoding, base64."""
    made = client.embeddings.create(model=tiny.NAME, input=["the app", "a refund"])
    assert [len(one.embedding) for one in made.data] == [tiny.WIDTH] * 2


def test_openai_python_lists_models(client: openai.OpenAI) -> None:
    """And finds one by its name."""
    assert [model.id for model in client.models.list()] == [tiny.NAME]
    assert client.models.retrieve(tiny.NAME).owned_by == "arenalab"


def test_openai_python_raises_its_own_errors(client: openai.OpenAI, base: str) -> None:
    """Each status becomes the exception that programs expect."""
    create = client.chat.completions.create
    with pytest.raises(openai.NotFoundError) as missing:
        create(model="gpt-5", messages=REFUND)
    assert missing.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as bad:
        create(model=tiny.NAME, messages=REFUND, logprobs=True)
    assert bad.value.param == "logprobs"
    with pytest.raises(openai.APIStatusError) as large:
        create(model=tiny.NAME, messages=[{"role": "user", "content": "x" * 2_000_000}])
    assert large.value.status_code == 413
    with (
        openai.OpenAI(api_key="wrong", base_url=base, max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.models.list()


def test_openai_python_leaves_a_stream(client: openai.OpenAI) -> None:
    """A stream closed half way leaves a server that answers the next."""
    stream = client.chat.completions.create(model=tiny.NAME, messages=STORY, stream=True, n=100)
    next(stream)
    stream.close()
    again = client.chat.completions.create(model=tiny.NAME, messages=REFUND)
    assert again.choices[0].message.content == "Yes, within 30 days."


@pytest.fixture
def chain(base: str) -> ChatOpenAI:
    """Return LangChain's chat model over OpenAI's API."""
    options: dict[str, Any] = {"base_url": base, "api_key": KEY, "max_retries": 0}
    return ChatOpenAI(model=tiny.NAME, temperature=0, seed=1, **options)


def test_langchain_gets_an_answer(chain: ChatOpenAI) -> None:
    """System and human messages in, content and usage out."""
    said = chain.invoke([SystemMessage("Be kind."), HumanMessage("Can I get a refund?")])
    assert said.content == "Yes, within 30 days."
    assert said.response_metadata["finish_reason"] == "stop"
    assert said.usage_metadata is not None
    assert said.usage_metadata["output_tokens"] == 6


def test_langchain_streams(chain: ChatOpenAI) -> None:
    """Chunks add up to the answer."""
    total = AIMessageChunk("")
    for chunk in chain.stream("Tell me a long story"):
        total += chunk
    assert total.content == WHOLE


def test_langchain_calls_a_tool(chain: ChatOpenAI) -> None:
    """A bound tool is called with the message's argument."""
    said = chain.bind_tools([GET_WEATHER]).invoke("What is the weather in Paris?")
    [call] = said.tool_calls
    assert call["name"] == "get_weather"
    assert call["args"]["city"] == "Paris"


def test_langchain_gets_structured_output(chain: ChatOpenAI) -> None:
    """A pydantic model comes back filled."""
    told = chain.with_structured_output(Told).invoke("Can I get a refund?")
    assert isinstance(told, Told)
    assert told.answer == "Yes, within 30 days."


def test_langchain_embeds(base: str) -> None:
    """With the check of lengths switched off, which sends texts and not GPT's token numbers."""
    options: dict[str, Any] = {"base_url": base, "api_key": KEY}
    made = OpenAIEmbeddings(model=tiny.NAME, check_embedding_ctx_length=False, **options)
    assert len(made.embed_query("the app")) == tiny.WIDTH


def test_curl_gets_an_answer(base: str) -> None:
    """The command of the documentation."""
    body = json.dumps({"model": tiny.NAME, "messages": REFUND})
    document = json.loads(_curl(f"{base}/chat/completions", "--json", body))
    assert document["choices"][0]["message"]["content"] == "Yes, within 30 days."


def test_curl_streams(base: str) -> None:
    """Events line by line, up to [DONE]."""
    body = json.dumps({"model": tiny.NAME, "messages": REFUND, "stream": True})
    lines = _curl("-N", f"{base}/chat/completions", "--json", body).splitlines()
    assert lines[-2] == "data: [DONE]"
    assert all(line.startswith("data: ") for line in lines if line)


def test_curl_sends_ten_megabytes(base: str, tmp_path: Path) -> None:
    """Told so, and not cut off."""
    large = tmp_path / "large.json"
    large.write_text("x" * 10_000_000)
    said = _curl(f"{base}/chat/completions", "--json", f"@{large}")
    assert json.loads(said)["error"]["code"] == "request_too_large"


def _curl(*arguments: str) -> str:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    command = ["curl", "-sS", "-H", f"Authorization: Bearer {KEY}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


NODE = """
import OpenAI from "openai";
const client = new OpenAI({ apiKey: process.env.KEY, baseURL: process.env.BASE, maxRetries: 0 });
const ask = (content, more) =>
  client.chat.completions.create({ model: "tiny", messages: [{ role: "user", content }], ...more });

const answer = await ask("Can I get a refund?");
let story = "", pieces = 0, usage;
for await (const chunk of await ask("Tell me a long story",
    { stream: true, stream_options: { include_usage: true } })) {
  story += chunk.choices[0]?.delta.content ?? "";
  pieces += 1;
  usage = chunk.usage ?? usage;
}
const call = (await ask("What is the weather in Paris?", { tools: [JSON.parse(process.env.TOOL)] }))
  .choices[0].message.tool_calls[0];
const stranger = await ask("hi", { model: "gpt-5" }).catch((error) => error);
const models = [];
for await (const model of client.models.list()) models.push(model.id);
const vector = (await client.embeddings.create({ model: "tiny", input: "the app" })).data[0];
console.log(JSON.stringify({
  answer: answer.choices[0].message.content,
  kind: answer.arenalab.kind,
  story, pieces, usage,
  call: [call.function.name, JSON.parse(call.function.arguments).city],
  error: [stranger.constructor.name, stranger.status, stranger.code],
  models,
  numbers: vector.embedding.length,
}));
"""


def test_openai_node_does_it_all(base: str, tmp_path: Path) -> None:
    """Answer, stream, tool, error, models and embeddings with OpenAI's package for Node."""
    node_modules(tmp_path)
    script = tmp_path / "client.mjs"
    script.write_text(NODE)
    given = {"KEY": KEY, "BASE": base, "TOOL": json.dumps(GET_WEATHER)}
    ran = subprocess.run(
        ["node", str(script)],
        env={"PATH": str(Path(shutil.which("node") or "").parent), **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout)
    assert told.pop("usage")["completion_tokens"] == 13
    assert told.pop("pieces") > 3
    assert told == {
        "answer": "Yes, within 30 days.",
        "kind": "answer",
        "story": WHOLE,
        "call": ["get_weather", "Paris"],
        "error": ["NotFoundError", 404, "model_not_found"],
        "models": [tiny.NAME],
        "numbers": tiny.WIDTH,
    }
