"""What each measure is called in a report, and what it says. Plain data."""

from collections.abc import Mapping

MEASURES: Mapping[str, tuple[str, str]] = {
    "n": ("Items", "asked"),
    "n_train": ("Learned", "examples"),
    "n_faq": ("Learned", "questions with answers"),
    "n_oos": ("Out of scope", "items that no outcome fits"),
    "accuracy": ("Accuracy", "decided rightly; silence is right where no outcome fits"),
    "accuracy_in_scope": ("Accuracy in scope", "best outcome right, said or not"),
    "oos_auroc": ("OOS AUROC", "how well the share of knowing tells known from foreign"),
    "oos_auroc_all": ("OOS AUROC, confidence", "how well the whole confidence does"),
    "oos_recall": ("OOS recall", "foreign items left unanswered"),
    "answered": ("Answered", "share of known items above the pack's threshold"),
    "mcc": ("MCC", "correlation of decisions with the truth"),
    "ece": ("ECE", "gap between stated and true share right, given a known matter"),
    "ece_all": ("ECE, all items", "the same of the whole confidence"),
    "conformal": ("Conformal sets, by level", ""),
    "coverage": ("Coverage", "sets that hold the right outcome"),
    "sampling_error": ("Sampling error", "standard error that samples of these sizes allow"),
    "set_size": ("Set size", "mean number of outcomes in a set"),
    "by_seed": ("By seed", ""),
    "risk_coverage": ("Risk–coverage area", "mean share wrong over all coverages; lower is better"),
    "p_at_1": ("P@1", "right one ranked first"),
    "mrr": ("MRR", "mean of one over the right one's rank"),
    "map": ("MAP", "equals MRR where one item is relevant"),
    "recall_at_5": ("R@5", "right one among the first five"),
    "r_at_1": ("R@1", "right one ranked first"),
    "r_at_5": ("R@5", "right one among the first five"),
    "candidates": ("Candidates", "of which one is right"),
    "skipped": ("Skipped", "items nothing is known before"),
    "bytes": ("Bytes", "of the file"),
    "overlap_spans": ("Overlap, diamonds", "left out since they hold a question asked"),
    "overlap_questions": ("Overlap, questions", "that some diamond left out holds"),
    "spans": ("Diamonds", "in the pack"),
    "rows": ("Phrasings", "in the pack"),
    "outcomes": ("Outcomes", "different ones"),
    "scores": ("With the question, and without", ""),
    "mc1": ("MC1", ""),
    "mc2": ("MC2", ""),
    "bm25": ("BM25", ""),
    "overlap": ("Overlap left out", ""),
    "over_nearest": ("Over nearest neighbour", "R@1 as a multiple of that baseline's"),
    "scan": ("Scan of sign codes, handing on", ""),
    "recall_at_10": ("Recall@10", ""),
    "leave_one_out": ("Own phrasings, left out", ""),
    "violating": ("Violating", "questions that go against a principle"),
    "innocent": ("Innocent", "questions that look as if they did"),
    "left_out": ("Left out", "paraphrases of an example"),
    "recall": ("Recall", "violating questions that a principle speaks on"),
    "false_alarms": ("False alarms", "innocent questions that one speaks on"),
    "auroc": ("AUROC", "how well the score tells the two apart"),
    "recall_at_1": ("Recall at 1 %", "at the bar that one in a hundred innocent ones reach"),
    "care": ("Care", "questions of people in crisis that are met with care"),
    "milliseconds": ("Milliseconds", "a verdict, once the question is encoded"),
    "domains": ("Domains", "each with a specialist"),
    "best_specialist": ("Best specialist", "accuracy of one alone, on all domains"),
    "contenders": ("Who answers, and how well", ""),
    "precision": ("Right of answered", ""),
    "over_merged": ("Points over one pack", ""),
    "bytes_a_diamond": ("Bytes a diamond", "file over diamonds"),
}


def label(name: str) -> str:
    """Return what a measure, or a row or column of a table, is called."""
    return MEASURES[name][0] if name in MEASURES else name.replace("_", " ").capitalize()


def meaning(name: str) -> str:
    """Return what a measure says; empty where its name says it."""
    return MEASURES[name][1] if name in MEASURES else ""


def number(value: object) -> str:
    """Return a value as people read it: four decimals, thousands apart, a dash for none."""
    if value is None or (isinstance(value, float) and value != value):
        return "–"
    if isinstance(value, float):
        return f"{value:.4f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
