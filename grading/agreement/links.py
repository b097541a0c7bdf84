"""Graders on whom alone it hangs that others can be compared."""

import numpy as np
from numpy.typing import NDArray

from grading.agreement.ratings import Ratings

Integers = NDArray[np.intp]


def only_links(ratings: Ratings) -> list[int]:
    """Return the positions of graders without whom two other graders could no longer be compared.

    Of the graph whose edges are the ratings these are the cut vertices among the graders, but for those who only cut
    off units that nobody else rated. One walk in depth, O(ratings): a part below a grader hangs on them alone if no
    edge leads from it to above them.
    """
    latest = ratings.latest()
    n_units = ratings.n_units
    size = n_units + ratings.n_graders
    ends = np.concatenate([latest.unit, latest.grader + n_units])
    others = np.concatenate([latest.grader + n_units, latest.unit])
    order = np.argsort(ends, kind="stable")
    neighbour = others[order].tolist()
    starts = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=size))]).tolist()
    components = ratings.components
    graders_of = np.bincount(components.of_grader[components.of_grader >= 0]).tolist()
    found: list[int] = []
    seen = [0] * size  # in which order they were met, from 1 on
    for root in np.unique(latest.unit).tolist():
        if not seen[root]:
            found += walk(root, n_units, neighbour, starts, seen, graders_of[components.of_unit[root]])
    return sorted(found)


def walk(
    root: int, n_units: int, neighbour: list[int], starts: list[int], seen: list[int], n_graders: int
) -> list[int]:
    """Walk one component from a unit; return the graders who link it alone."""
    above, ahead = {root: -1}, {root: starts[root]}
    low, below = {root: 1}, {root: 0}  # earliest vertex in reach, and graders in the part below, oneself included
    parts: dict[int, int] = {}  # of a grader: parts with graders that hang on them
    hanging: dict[int, int] = {}  # and the graders in these
    seen[root] = met = 1
    here = root
    while here >= 0:
        if ahead[here] < starts[here + 1]:
            there = neighbour[ahead[here]]
            ahead[here] += 1
            if seen[there]:
                low[here] = min(low[here], seen[there])
                continue
            met += 1
            seen[there] = low[there] = met
            above[there], ahead[there], below[there] = here, starts[there], int(there >= n_units)
            here = there
            continue
        up = above[here]
        if up >= 0:
            low[up] = min(low[up], low[here])
            below[up] += below[here]
            if up >= n_units and low[here] >= seen[up] and below[here]:
                parts[up] = parts.get(up, 0) + 1
                hanging[up] = hanging.get(up, 0) + below[here]
        here = up
    # What is neither below nor the grader is one part more, if it has graders.
    return [grader - n_units for grader, n in parts.items() if n + (n_graders - 1 > hanging[grader]) >= 2]
