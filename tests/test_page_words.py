"""What the page says: each sentence made of what it knows."""

import pytest
from page import say, words
from page.model import Pack, Progress, State

from page_steps import after, speak_english

speak_english()


@pytest.fixture
def fresh() -> State:
    """Return the state of a page just opened."""
    return State(conversation="c")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            Progress(stage="runtime", done=2_100_000, total=3_500_000),
            "Starting Python 2.1 of 3.5 MB",
        ),
        (Progress(stage="runtime", done=5, total=5), "Starting Python…"),
        (Progress(stage="encode", done=120, total=340, unit="items"), "Encoding 120 of 340"),
        (Progress(stage="packages"), "Loading the engine…"),
        (Progress(stage="packages", done=50, total=5_000), "Loading the engine 0.1 of 5.0 kB"),
    ],
)
def test_progress_is_said_in_words(step: Progress, said: str) -> None:
    """A stage is named, with how much of how much while that is known."""
    assert words.progress(step) == said


def test_the_status_line_follows_the_work(fresh: State) -> None:
    """Loading, then ready, then an import, then ready again."""
    boot = ("boot_moved", {"stage": "encoder", "done": 9_800_000, "total": 16_600_000})
    loading = after(fresh, boot)
    assert words.status(loading) == "Loading the encoder 9.8 of 16.6 MB"
    ready = after(loading, ("engine_ready", {}))
    assert words.status(ready) == "Ready"
    job = after(ready, ("job_moved", {"stage": "encode", "done": 1, "total": 2}))
    assert words.status(job) == "Encoding 1 of 2"
    assert words.status(after(job, ("job_ended", {}), ("offline_ready", {}))).startswith("Ready, ")


@pytest.mark.parametrize(
    ("share", "said"),
    [(0.97, "97%"), (0.999, "over 99%"), (1.0, "100%"), (0.001, "under 1%"), (0.0, "0%")],
)
def test_percent_never_overstates(share: float, said: str) -> None:
    """Rounding makes nothing certain and nothing impossible."""
    assert say.percent(share) == said


def test_sizes_and_counts_read_well() -> None:
    """Bytes get a unit, counts a plural."""
    assert [words.size(n) for n in (950, 1_500, 16_600_000)] == ["950 bytes", "1.5 kB", "16.6 MB"]
    assert [say.count("examples", n) for n in (1, 1249)] == ["1 example", "1,249 examples"]


def test_a_refused_file_is_named_with_its_size_and_the_cure() -> None:
    """The message for a 200 MB drop says what, how much, how much is allowed, what to do."""
    said = words.too_large("big.csv", 200_000_000, 20_000_000)
    for part in ("big.csv", "200.0 MB", "20.0 MB", "arenalab"):
        assert part in said


def test_messages_of_the_engine_become_sentences() -> None:
    """They start with a capital and end with a stop, once."""
    assert words.sentence("the question is empty") == "The question is empty."
    assert words.sentence("Done.") == "Done."
    assert words.sentence("faq.csv has no column answer") == "faq.csv has no column answer."


def test_what_a_threshold_does_is_said_as_measured() -> None:
    """The row whose bar is nearest is put in words; without rows that is said instead."""
    pack = Pack(coverage=((0.5, 0.9, 0.1), (0.6, 0.83, 0.04)))
    said = words.effect(pack, 0.6)
    assert said.startswith("At 60% it answers 83% of the questions it knows; 4% of those")
    assert "too few examples" in words.effect(Pack(), 0.6)


@pytest.mark.parametrize(
    ("threshold", "said"), [(0.0, "bold"), (0.6, "balanced"), (0.75, "careful"), (0.95, "strict")]
)
def test_a_threshold_has_a_word(threshold: float, said: str) -> None:
    """The number of the slider is said in a word too."""
    assert words.level(threshold) == said


def test_what_the_engine_says_by_a_template_is_said_in_the_pages_language() -> None:
    """Not knowing and asking back have texts of the page's own; an answer stays as it is."""
    assert words.said({"kind": "unknown", "text": "x"}) == "I don't know."
    assert words.said({"kind": "answer", "text": "x"}) == "x"


def test_what_is_said_to_a_part_is_said_in_the_pages_language() -> None:
    """A part that is not known has its number; what a principle says before stays; repeats go."""
    parts = [
        {"kind": "answer", "text": "Yes."},
        {"kind": "answer", "text": ""},
        {"kind": "unknown", "text": "Careful!\n\nengine's words"},
    ]
    said = words.said({"kind": "answer", "text": "", "parts": parts})
    assert said == "Yes.\n\nCareful!\n\nI don't know the answer to question 3."


def test_the_chooser_names_the_pack_and_how_many_more() -> None:
    """One pack by its name; specialists are counted."""
    packs = [{"id": "p", "name": "faq.csv"}, {"id": "q", "name": "q.csv"}]
    fields = {"records": [], "packs": packs, "conversation": "c", "pack": "p", "kept": True}
    state = after(State(conversation="c"), ("restored", fields))
    assert words.asked_of(state) == "faq.csv"
    assert words.asked_of(after(state, ("specialist_toggled", {"id": "q"}))) == "faq.csv + 1"


def test_from_right_to_left_what_is_filled_in_keeps_its_direction() -> None:
    """An amount with its unit, or a name, stays in one piece inside an Arabic sentence."""
    say.use({"dir": "rtl", "taken": "{amount}، هنا"}, None)
    assert say.say("taken", amount="0.06 s") == "\u20680.06 s\u2069، هنا"
    speak_english()
