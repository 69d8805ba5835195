"""How good answers are, measured: public benchmarks and the pack's own figures."""

from arenalab.evaluate.choices import Choice, read_choices
from arenalab.evaluate.constitution import JudgedSet, evaluate_constitution, read_judged
from arenalab.evaluate.conversations import Dialogue, read_dialogues
from arenalab.evaluate.dialogue import evaluate_dialogue
from arenalab.evaluate.ensemble import Domain, evaluate_ensemble, read_domain
from arenalab.evaluate.faq import Faq, evaluate_faq
from arenalab.evaluate.intent import Labelled, evaluate_intent, evaluate_shots
from arenalab.evaluate.pack import evaluate_pack
from arenalab.evaluate.records import Evaluation, Record
from arenalab.evaluate.tables import read_faq, read_labelled, read_queries
from arenalab.evaluate.truthfulqa import evaluate_truthfulqa

__all__ = [
    "Choice",
    "Dialogue",
    "Domain",
    "Evaluation",
    "Faq",
    "JudgedSet",
    "Labelled",
    "Record",
    "evaluate_constitution",
    "evaluate_dialogue",
    "evaluate_ensemble",
    "evaluate_faq",
    "evaluate_intent",
    "evaluate_pack",
    "evaluate_shots",
    "evaluate_truthfulqa",
    "read_choices",
    "read_dialogues",
    "read_domain",
    "read_faq",
    "read_judged",
    "read_labelled",
    "read_queries",
]
