"""What a chat request gets back, in every place."""

import json
from typing import Any

import pytest

from endpoint.conftest import Ask
from endpoint.place import Place, Reply

REFUND = "Can I get a refund?"
STORY = "Tell me a long story"


def test_an_answer_is_a_completion(ask: Ask) -> None:
    """The reply has OpenAI's shape and the diamond's own words."""
    reply = ask(REFUND)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-request-id"].startswith("req_")
    document = reply.json()
    assert document["object"] == "chat.completion"
    assert document["id"].startswith("chatcmpl-")
    assert document["model"] == "tiny"
    assert isinstance(document["created"], int)
    assert document["system_fingerprint"].startswith("fp_")
    [choice] = document["choices"]
    assert (choice["index"], choice["finish_reason"], choice["logprobs"]) == (0, "stop", None)
    message = choice["message"]
    assert (message["role"], message["content"]) == ("assistant", "Yes, within 30 days.")
    assert message["refusal"] is None
    assert "tool_calls" not in message


def test_an_answer_is_cited(ask: Ask) -> None:
    """The page it is quoted from comes as an annotation that spans the quoted text."""
    message = ask(REFUND).json()["choices"][0]["message"]
    [annotation] = message["annotations"]
    assert annotation["type"] == "url_citation"
    citation = annotation["url_citation"]
    assert (citation["url"], citation["title"]) == ("https://example.org/refund", "Refund")
    quoted = message["content"][citation["start_index"] : citation["end_index"]]
    assert quoted == "Yes, within 30 days."


def test_an_answer_says_why_and_how_sure(ask: Ask) -> None:
    """The extension holds kind, confidence, method, receipts and timing."""
    told = ask(REFUND).json()["arenalab"]
    assert told["kind"] == "answer"
    assert 0.5 < told["confidence"] <= 1
    assert told["word"]
    assert "tiny-words" in told["method"]
    assert told["receipts"][0]["span_id"] == "refund"
    assert {"encode", "match", "respond"} <= set(told["timing"])


def test_the_extension_tells_how_it_was_understood(ask: Ask) -> None:
    """What may be meant, what the question was taken for, how the pack was searched."""
    told = ask(REFUND).json()["arenalab"]
    assert told["conformal_set"] == [{"question": REFUND, "text": "Yes, within 30 days."}]
    assert (told["resolved"], told["new_topic"], told["verdict"]) == ("", False, None)
    assert told["plan"]["words"]
    assert told["ledger"] is None


def test_a_refusal_of_the_constitution_is_a_filter(ask: Ask) -> None:
    """The principle's response, `content_filter`, and the verdict; streamed as well."""
    asked = "Can I get a refund for 4539 1488 0343 6467?"
    document = ask(asked).json()
    [choice] = document["choices"]
    assert choice["message"]["content"] == "Please don't share card numbers."
    assert choice["finish_reason"] == "content_filter"
    assert document["arenalab"]["kind"] == "refusal"
    assert document["arenalab"]["verdict"]["principle"] == "numbers"
    assert "6467" not in document["arenalab"]["verdict"]["statement"]
    last = ask(asked, stream=True).events()[-1]
    assert last["choices"][0]["finish_reason"] == "content_filter"


def test_usage_counts_wordpiece_tokens(ask: Ask) -> None:
    """Prompt tokens are those of all messages, completion tokens those of the answer."""
    messages = [
        {"role": "system", "content": "Be kind."},  # be kind .
        {"role": "user", "content": REFUND},  # can i get a refund ?
    ]
    usage = ask(messages).json()["usage"]
    assert usage["prompt_tokens"] == 3 + 6
    assert usage["completion_tokens"] == 6  # yes , within 30 days .
    assert usage["total_tokens"] == 15


def test_the_same_request_gets_the_same_answer(ask: Ask) -> None:
    """Whatever seed and temperature: there is no chance in it, and the fingerprint says so."""
    one, other = (
        ask(REFUND, seed=seed, temperature=heat, top_p=0.5).json()
        for seed, heat in ((1, 0), (2, 2))
    )
    for part in ("choices", "usage", "system_fingerprint"):
        assert one[part] == other[part]


def test_not_knowing_is_an_answer(ask: Ask) -> None:
    """A stranger is told "I don't know", with what is nearest and no citation."""
    document = ask("zebras sleep upright").json()
    assert document["arenalab"]["kind"] == "unknown"
    message = document["choices"][0]["message"]
    assert message["content"].split("\n")[0] == "I don't know."
    for option in document["arenalab"]["options"]:
        assert option["question"] in message["content"]
    assert message["annotations"] == []


def test_a_question_back_lists_what_may_be_meant(ask: Ask) -> None:
    """A question back names its options in the content, for clients that show nothing else."""
    document = ask("Is tea healthy?").json()
    assert document["arenalab"]["kind"] == "clarify"
    first, blank, *options = document["choices"][0]["message"]["content"].split("\n")
    assert first
    assert blank == ""
    known = [f"{n}. {o['question']}" for n, o in enumerate(document["arenalab"]["options"], 1)]
    assert options == known
    assert len(options) >= 2


def test_a_message_is_answered_as_far_as_it_is_known(ask: Ask) -> None:
    """What is known is said and cited where it stands; the parts tell what is not."""
    document = ask(f"Is tea healthy? {REFUND}").json()
    message, told = document["choices"][0]["message"], document["arenalab"]
    assert message["content"].split("\n\n")[:2] == [
        "Did you mean one of these with question 1?",
        "Yes, within 30 days.",
    ]
    assert [part["kind"] for part in told["parts"]] == ["clarify", "answer"]
    [citation] = [annotation["url_citation"] for annotation in message["annotations"]]
    assert (citation["start_index"], citation["end_index"]) == (44, 64)
    for option in told["options"]:
        assert option["question"] in message["content"]
    assert told["options"]


def test_the_last_user_message_is_the_question(ask: Ask) -> None:
    """Every role is read; earlier turns do not replace the question."""
    messages = [
        {"role": "system", "content": "You are kind."},
        {"role": "developer", "content": [{"type": "text", "text": "Be brief."}]},
        {"role": "user", "content": "Does the app work offline?", "name": "ann"},
        {"role": "assistant", "content": "Yes, after one visit."},
        {"role": "user", "content": REFUND},
        {"role": "system", "content": "Remember."},
    ]
    assert content(ask(messages)) == "Yes, within 30 days."


def test_text_parts_are_joined(ask: Ask) -> None:
    """A content may come as parts of type text."""
    parts = [{"type": "text", "text": "Can I get"}, {"type": "text", "text": "a refund?"}]
    assert content(ask([{"role": "user", "content": parts}])) == "Yes, within 30 days."


def test_a_thousand_turns_are_read(ask: Ask) -> None:
    """A long conversation is no obstacle."""
    turn = [
        {"role": "user", "content": "Does the app work offline?"},
        {"role": "assistant", "content": "Yes, after one visit."},
    ]
    assert content(ask([*(turn * 500), {"role": "user", "content": REFUND}])).startswith("Yes, wi")


def test_n_choices_are_alike(ask: Ask) -> None:
    """A deterministic model has one answer; it comes n times and is counted n times."""
    document = ask(REFUND, n=3).json()
    assert [choice["index"] for choice in document["choices"]] == [0, 1, 2]
    assert {choice["message"]["content"] for choice in document["choices"]} == {
        "Yes, within 30 days."
    }
    assert document["usage"]["completion_tokens"] == 18


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize(
    ("limit", "text", "finish"),
    [
        (13, "Once there was a fox. It ran. The end came.", "stop"),
        (12, "Once there was a fox. It ran.", "length"),
        (8, "Once there was a fox.", "length"),
        (3, "Once there was", "length"),
    ],
)
def test_a_limit_ends_at_a_sentence(
    ask: Ask, name: str, limit: int, text: str, finish: str
) -> None:
    """No more tokens than allowed; whole sentences, else whole words; "length" says so."""
    document = ask(STORY, **{name: limit}).json()
    choice = document["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == (text, finish)
    assert document["usage"]["completion_tokens"] <= limit


@pytest.mark.parametrize(
    ("stop", "text"),
    [
        ("It ran", "Once there was a fox. "),
        (["end", "fox"], "Once there was a "),
        (["nowhere"], "Once there was a fox. It ran. The end came."),
    ],
)
def test_a_stop_sequence_ends_the_text_before_it(ask: Ask, stop: object, text: str) -> None:
    """The first of the sequences to occur ends the answer and is not part of it."""
    choice = ask(STORY, stop=stop).json()["choices"][0]
    assert (choice["message"]["content"], choice["finish_reason"]) == (text, "stop")


def test_user_and_metadata_are_taken(ask: Ask) -> None:
    """They are for the operator's logs and traces; the answer is the same."""
    assert content(ask(REFUND, user="ann", metadata={"page": "help"})) == "Yes, within 30 days."


def test_null_is_the_same_as_absent(ask: Ask) -> None:
    """Clients that send every field, most of them null, are answered."""
    names = ("n", "stop", "max_tokens", "tools", "tool_choice", "logprobs", "user", "metadata")
    assert ask(REFUND, **dict.fromkeys(names)).status == 200


def test_neutral_values_of_unsupported_fields_are_taken(ask: Ask) -> None:
    """What asks for nothing is not refused."""
    reply = ask(
        REFUND, logprobs=False, logit_bias={}, frequency_penalty=0, store=False, modalities=["text"]
    )
    assert reply.status == 200


def test_a_json_object_can_be_asked_for(ask: Ask) -> None:
    """The content is then a JSON object with the answer and its sources."""
    told = json.loads(content(ask(REFUND, response_format={"type": "json_object"})))
    assert told["answer"] == "Yes, within 30 days."
    assert told["sources"] == ["https://example.org/refund"]


def test_a_schema_is_filled_by_name(ask: Ask) -> None:
    """What the schema names and the answer has, is there in the schema's types."""
    schema = {
        "type": "object",
        "properties": {
            "answer": {"type": "string"},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "sources": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["answer", "confidence", "sources"],
        "additionalProperties": False,
    }
    told = json.loads(content(ask(REFUND, response_format=_schema(schema))))
    assert told["answer"] == "Yes, within 30 days."
    assert 0.5 < told["confidence"] <= 1
    assert told["sources"] == ["https://example.org/refund"]


def test_an_outcome_in_json_fills_a_schema(ask: Ask) -> None:
    """A diamond whose outcome is a JSON object gives its own fields."""
    schema = {
        "type": "object",
        "properties": {
            "colours": {"type": "array", "items": {"enum": ["red", "blue"]}},
            "count": {"type": "integer"},
        },
        "required": ["colours", "count"],
    }
    told = json.loads(content(ask("Which colours are there?", response_format=_schema(schema))))
    assert told == {"colours": ["red", "blue"], "count": 2}


def test_a_schema_that_cannot_be_filled_is_refused_by_name(ask: Ask) -> None:
    """Nothing is made up: the property that is not known is named."""
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    reply = ask(REFUND, response_format=_schema(schema))
    assert reply.status == 400
    error = reply.json()["error"]
    assert error["param"] == "response_format"
    assert "$.age" in error["message"]


def test_models_are_listed_and_shown(place: Place) -> None:
    """Each pack is a model; the extension says what is in it."""
    listed = place.send("GET", "/v1/models").json()
    assert listed["object"] == "list"
    [model] = listed["data"]
    assert (model["id"], model["object"], model["owned_by"]) == ("tiny", "model", "arenalab")
    assert model["arenalab"]["encoder"] == "tiny-words"
    shown = place.send("GET", "/v1/models/tiny").json()
    assert shown["id"] == "tiny"
    assert shown["arenalab"] == model["arenalab"]


def test_health_is_told(place: Place) -> None:
    """Up, and which models."""
    assert place.send("GET", "/healthz").json() == {"status": "ok", "models": ["tiny"]}


def content(reply: Reply) -> str:
    """Return the content of the only choice."""
    [choice] = reply.json()["choices"]
    text: str = choice["message"]["content"]
    return text


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": "told", "schema": schema}}
