"""What every place serves in these tests: the tiny world with actions, as model `tiny`.

Its encoder is a real encoder file, of a network without layers over the words of this world: a
text is the sum of its tokens. So a place that can only open files serves the same.
"""

import string
from dataclasses import replace

import numpy as np

from arenalab.arena import Arena, learn
from arenalab.constitution import open_constitution, write_constitution
from arenalab.encode import load_encoder
from arenalab.encode.file import write_encoder
from arenalab.pack import Pack, write_pack
from arenalab.span import Metadata, Span
from world import SPANS

NAME = "tiny"
WIDTH = 64
MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def acting(name: str, this: str, if_ok: str, action: dict[str, object]) -> Span:
    """Return a span whose outcome is an action."""
    return Span(id=name, this=this, if_ok=if_ok, metadata=Metadata(extra={"action": action}))


ACTIONS = (
    acting(
        "weather",
        "What is the weather in Paris?",
        "Look out of the window.",
        {
            "name": "get_weather",
            "arguments": {
                "city": "in {city:name}",
                "days": {"patterns": ["for {days:number} days"], "default": 1},
            },
            "ask": {"city": "For which city?"},
            "reply": "The forecast for {city}: {result}",
        },
    ),
    acting(
        "light",
        "Switch the light on",
        "Press the switch.",
        {"name": "set_light", "arguments": {"state": {"values": ["on", "off"]}}},
    ),
    Span(
        id="long",
        this="Tell me a long story",
        if_ok="Once there was a fox. It ran. The end came.",
    ),
    Span(
        id="json",
        this="Which colours are there?",
        if_ok='{"colours": ["red", "blue"], "count": 2}',
    ),
    Span(id="tea-yes", this="Is tea healthy?", if_ok="Yes, it is."),
    Span(id="tea-no", this="Is tea healthy?", if_ok="No, it is not."),
)

PRINCIPLES = b"""
[[principle]]
id = "numbers"
value = "privacy"
action = "refuse"
stage = "question"
statement = "No question with the number of a card is answered."
response = "Please don't share card numbers."
rules = ["card"]
"""

WORDS = sorted(
    {
        word.strip("?.,").lower()
        for span in (*SPANS, *ACTIONS)
        for text in span.phrasings
        for word in text.split()
    }
)


def encoder_file() -> bytes:
    """Return the encoder file; the same bytes every time."""
    vocabulary = list(dict.fromkeys((*MARKS, *string.punctuation, *WORDS)))
    random = np.random.default_rng(6)
    arrays = {
        "tokens": random.standard_normal((len(vocabulary), WIDTH), np.float32),
        "positions": np.zeros((256, WIDTH), np.float32),
        "norm.gain": np.ones(WIDTH, np.float32),
        "norm.bias": np.zeros(WIDTH, np.float32),
        "pooling": np.array([token not in MARKS for token in vocabulary], np.float32),
    }
    meta = {"id": "tiny-words", "heads": 1}
    return write_encoder(vocabulary, arrays, meta=meta)


def pack() -> Pack:
    """Return the pack, with a principle of its own."""
    encoder = load_encoder(encoder_file())
    learned = learn((*SPANS, *ACTIONS), encoder, name=NAME)
    principles = open_constitution("tiny.toml", PRINCIPLES, encoder)
    return replace(learned, constitution=write_constitution(principles))


def pack_file() -> bytes:
    """Return the pack file; the same bytes every time."""
    return write_pack(pack())


def arena() -> Arena:
    """Return an arena over the tiny world whose clock stands still."""
    return Arena(pack(), load_encoder(encoder_file()), lambda: 0.0)
