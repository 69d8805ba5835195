"""Ascending numbers in one or two bytes each: the gaps between them.

A list of numbers, each with how often it counts, is a row of symbols: a gap from 1 to TOP - 1 leads
to the next number (the first is counted from -1), TOP goes on by TOP - 1 without reaching one, and
0 lets the number just reached count once more. TOP is the largest symbol of the width.
"""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


def write_gaps(
    numbers: NDArray[np.integer],
    times: NDArray[np.integer],
    firsts: NDArray[np.bool_],
    width: type[np.uint8 | np.uint16],
) -> tuple[NDArray[np.unsignedinteger], NDArray[np.intp]]:
    """Return the symbols of lists, one list after another, and how many each number took.

    numbers  (N,) ascending within a list
    times    (N,) at least 1: how often each counts
    firsts   (N,) bool: where a list begins
    width    np.uint8 or np.uint16
    """
    step = np.iinfo(width).max - 1
    gaps = numbers.astype(np.int64)
    gaps[1:] -= numbers[:-1]
    gaps[firsts] = numbers[firsts].astype(np.int64) + 1
    jumps = ((gaps - 1) // step).astype(np.intp)
    taken = (jumps + times).astype(np.intp)
    ends = np.cumsum(taken)
    symbols: NDArray[np.unsignedinteger] = np.zeros(int(taken.sum()), width)
    symbols[ends - times] = gaps - jumps * step
    far = np.flatnonzero(jumps)
    before = np.cumsum(jumps[far]) - jumps[far]
    begins = (ends - taken)[far] - before
    symbols[np.repeat(begins, jumps[far]) + np.arange(jumps[far].sum())] = step + 1
    return symbols, taken


def read_gaps(symbols: NDArray[np.unsignedinteger]) -> tuple[Ints, Ints | None]:
    """Return the numbers of one list, and how often each counts: None where all count once."""
    top = np.iinfo(symbols.dtype).max
    if len(symbols) and symbols.min() > 0 and symbols.max() < top:
        plain = np.cumsum(symbols, dtype=np.int32)
        plain -= 1
        return plain, None
    reached = np.cumsum(np.minimum(symbols, top - 1), dtype=np.int32)
    reached -= 1
    lands = symbols != top
    again = symbols == 0
    if not again.any():
        return (reached if lands.all() else reached[lands]), None
    lands &= ~again
    places = np.flatnonzero(lands)
    counted = np.cumsum(again, dtype=np.int32)
    before = counted[places]
    times = np.append(before[1:], counted[-1:]) - before + 1
    return reached[places], times.astype(np.int32)
