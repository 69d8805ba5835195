"""How sure: judging a prediction, and the calibration that judging rests on."""

from arenalab.confidence.judge import LEVEL, LEVELS, Calibration, Judgement, in_a_word
from arenalab.confidence.leave_one_out import calibrate

__all__ = ["LEVEL", "LEVELS", "Calibration", "Judgement", "calibrate", "in_a_word"]
