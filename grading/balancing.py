"""Hand-out plans: who reads what, with equal loads and one connected graph. Pure."""

from collections.abc import Collection, Mapping, Sequence
from random import Random


class _Components:
    """Union–find over graders."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def root(self, node: int) -> int:
        while self.parent[node] != node:
            self.parent[node] = self.parent[self.parent[node]]
            node = self.parent[node]
        return node

    def join(self, nodes: Sequence[int]) -> None:
        for node in nodes[1:]:
            self.parent[self.root(node)] = self.root(nodes[0])


def plan(
    *,
    scripts: Sequence[int],
    graders: Sequence[int],
    readings: int,
    rng: Random,
    excluded: Mapping[int, Collection[int]] | None = None,
    loads: Mapping[int, int] | None = None,
) -> list[tuple[int, int]]:
    """Return (script, grader) pairs in a random order, `readings` graders a script where that many may read it.

    Each place goes to the grader with the least work so far; among those, to one who is not yet linked with the
    script's other graders, so that severities can be compared across the whole round. What remains is left to chance:
    two graders share no more scripts than that.

    `excluded` names the graders who may not read a script; `loads` is the work that graders already have.
    """
    excluded = excluded or {}
    load = [(loads or {}).get(grader, 0) for grader in graders]
    components = _Components(len(graders))
    pairs: list[tuple[int, int]] = []
    for script in rng.sample(scripts, len(scripts)):
        barred = excluded.get(script, ())
        eligible = [place for place, grader in enumerate(graders) if grader not in barred]
        chosen: list[int] = []
        for _ in range(min(readings, len(eligible))):
            linked = {components.root(place) for place in chosen}
            best = min(
                (place for place in eligible if place not in chosen),
                key=lambda place: (load[place], components.root(place) in linked, rng.random()),
            )
            chosen.append(best)
            load[best] += 1
        components.join(chosen)
        pairs += [(script, graders[place]) for place in chosen]
    rng.shuffle(pairs)
    return pairs
