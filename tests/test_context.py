"""context: a question is read in its conversation."""

import pytest

from arenalab.arena import Arena, learn
from arenalab.context import RECALLED, Exchange, Turn, exchanges
from world import WordEncoder, span

FAQ = (
    span("move", "How do I move a folder?", "Drag it to its new place."),
    span("rename", "How do I rename a folder?", "Press F2, write its name."),
    span("share", "How do I share a folder?", "Open its menu, choose *Share*."),
    span("colour", "How do I colour a label?", "Pick a colour in its menu."),
    span("label-rename", "How do I rename a label?", "Click its name twice."),
    span("label-delete", "How do I delete a label?", "Choose *Delete* in its menu."),
    span("offline", "Does it work without network?", "Yes, after the first visit."),
    span("price", "What does it cost?", "It is free for everybody."),
)


@pytest.fixture(scope="module")
def folders(encoder: WordEncoder) -> Arena:
    """Return an arena over questions that differ in their object alone."""
    return Arena(learn(FAQ, encoder, name="folders"), encoder, lambda: 0.0)


def said(arena: Arena, *questions: str) -> list[Turn]:
    """Return the conversation in which `questions` were asked and answered."""
    history: list[Turn] = []
    for question in questions:
        reply = arena.answer(question, history)
        history += [Turn("user", question), Turn("assistant", reply.text)]
    return history


def test_a_follow_up_is_read_with_its_topic(folders: Arena) -> None:
    """What means nothing by itself is answered together with what was asked before."""
    history = said(folders, "How do I colour a label?")
    assert folders.answer("and rename?").text != "Click its name twice."
    answer = folders.answer("and rename?", history)
    assert (answer.kind, answer.text) == ("answer", "Click its name twice.")
    assert answer.resolved == "How do I colour a label? and rename?"
    assert not answer.new_topic


def test_the_topic_lasts_several_turns(folders: Arena) -> None:
    """A second follow-up goes on with what the first one was understood to be about."""
    history = said(folders, "How do I colour a label?", "and rename?")
    assert folders.answer("and delete?", history).text == "Choose *Delete* in its menu."


def test_a_question_of_its_own_is_answered_by_itself(folders: Arena) -> None:
    """A full question is answered as if nothing had been said, and the change is noticed."""
    history = said(folders, "How do I colour a label?")
    for question in (s.this for s in FAQ):
        answer = folders.answer(question, history)
        alone = folders.answer(question)
        assert (answer.text, answer.confidence, answer.resolved) == (
            alone.text,
            alone.confidence,
            "",
        )


def test_a_new_topic_is_noticed_where_the_talk_might_have_been_meant(folders: Arena) -> None:
    """A whole question of another matter that is answered; no thanks, doubt, or going back."""
    other, history = "Does it work without network?", said(folders, "How do I colour a label?")
    assert folders.answer(other, history).new_topic
    assert not folders.answer(other).new_topic
    assert not folders.answer("How do I rename a label?", history).new_topic
    assert not folders.answer("network?", history).new_topic
    assert not folders.answer("zebras sleep upright at night", history).new_topic
    back = said(folders, other, "How do I colour a label?")
    assert not folders.answer(other, back).new_topic


def test_a_stranger_stays_one(folders: Arena) -> None:
    """A question the pack knows nothing of is not answered from the topic."""
    history = said(folders, "How do I colour a label?")
    answer = folders.answer("zebras sleep upright", history)
    assert answer.kind == "unknown"
    assert answer.resolved == ""


def test_what_was_said_is_said_again_when_asked_again(folders: Arena) -> None:
    """The same question in a row gets the same answer."""
    history = said(folders, "How do I share a folder?")
    assert folders.answer("How do I share a folder?", history).text == FAQ[2].if_ok


def test_other_replies_are_a_conversation_too(folders: Arena) -> None:
    """A reply that quotes no diamond leaves the question as the topic."""
    history = [Turn("user", "How do I colour a label?"), Turn("assistant", "Good question!")]
    assert folders.answer("and rename?", history).text == "Click its name twice."


def test_turns_become_exchanges() -> None:
    """Turns of one side in a row are one; a greeting by the assistant, and blanks, are none."""
    turns = [
        Turn("assistant", "Hello!"),
        Turn("user", "One"),
        Turn("user", " two "),
        Turn("assistant", "1"),
        Turn("assistant", " "),
        Turn("assistant", "2"),
        Turn("user", "three"),
    ]
    assert exchanges(turns) == [Exchange("One\ntwo", "1\n2"), Exchange("three", "")]
    many = [turn for i in range(9) for turn in (Turn("user", f"q{i}"), Turn("assistant", f"a{i}"))]
    assert exchanges(many) == [Exchange(f"q{i}", f"a{i}") for i in range(9 - RECALLED, 9)]


def test_a_trajectory_goes_on_where_it_was(encoder: WordEncoder) -> None:
    """Of turns in the same words, the one whose past resembles the conversation is gone on with."""
    talks = {
        "bus": ("Book a bus seat", "Window or aisle?"),
        "cat": ("Wash my cat", "Soap or water?"),
    }
    spans = []
    for name, (first, asked) in talks.items():
        spans.append(span(f"{name}-1", first, asked))
        spans.append(span(f"{name}-2", "The second, please", f"Done: {name}.", before=f"{name}-1"))
    arena = Arena(learn((*FAQ, *spans), encoder, name="talks"), encoder, lambda: 0.0)
    assert arena.answer("The second, please").kind == "clarify"
    for name, (first, asked) in talks.items():
        answer = arena.answer("The second, please", said(arena, first))
        assert (answer.kind, answer.text) == ("answer", f"Done: {name}.")
        other = [Turn("user", f"Please {first.lower()} now"), Turn("assistant", f"So? {asked[:6]}")]
        assert arena.answer("The second, please", other).receipts[0].outcome == f"Done: {name}."


def test_a_long_talk_keeps_its_topic(encoder: WordEncoder) -> None:
    """Follow-up after follow-up, the matter is that of the diamond quoted last."""
    deeds = ("rename", "delete", "colour", "print", "copy", "lock", "hide")
    spans = [
        span(f"{deed}-{thing}", f"How do I {deed} a {thing}?", f"To {deed} it, ask the {thing}.")
        for thing in ("label", "folder")
        for deed in deeds
    ]
    arena = Arena(learn(spans, encoder, name="deeds"), encoder, lambda: 0.0)
    asked = ("How do I rename a label?", *(f"and {deed}?" for deed in deeds[1:]))
    history = said(arena, *asked)
    replies = [turn.text for turn in history if turn.role == "assistant"]
    assert replies == [f"To {deed} it, ask the label." for deed in deeds]
