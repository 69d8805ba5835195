"""How sure: judging a prediction, and the calibration that judging rests on."""

from arenalab.confidence.judge import LEVEL, LEVELS, Calibration, Judgement
from arenalab.confidence.leave_one_out import calibrate

__all__ = ["LEVEL", "LEVELS", "Calibration", "Judgement", "calibrate"]
