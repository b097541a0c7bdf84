"""Ordinal α without each group, exactly: the mid-ranks of everybody else move when a group is left out.

With mid-ranks r and o the coincidences, Σ_ck o_ck (r_c − r_k)² = 2 r'Λr, Λ = diag(n) − o. Leaving out group g lowers
the mid-rank of level k by c_k, the ratings of g below k plus half of those at k. So the sum becomes 2 (r−c)'Λ(r−c) less
the group's own share, and each rating at level v adds to c a step h_v: 0 below v, ½ at v, 1 above.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from grading.agreement.patterns import Cells, Counts, Patterns, sums

# Up to so many levels a table of all sums is cheaper than a search.
LISTED = 1024

Integers = NDArray[np.intp]
Floats = NDArray[np.float64]


def midranks(counts: Floats) -> Floats:
    """Return the mid-rank of each level, counted from 0; of each row of counts."""
    return np.asarray(np.cumsum(counts, axis=-1) - counts / 2)


def left_out_ranks(patterns: Patterns, counts: Counts, left_out: Cells, share: float) -> tuple[Floats, Floats, Floats]:
    """Return the observed sum, the expected sum and n when that share of each group is left out."""
    pooled, groups = counts.pooled, len(patterns.weight)
    ranks = midranks(pooled)
    coincidences = coincidence_table(patterns, counts)
    slope = pooled * ranks - coincidences @ ranks
    all_above = slope.sum() - np.cumsum(slope) + slope / 2
    crossed = left_out.sum_by_row(left_out.count * all_above[left_out.level], groups)
    a, b = left_out.pairs()
    both = steps_between(coincidences, left_out.level[a], left_out.level[b])
    alone = steps_between(coincidences, np.arange(len(pooled)), np.arange(len(pooled)))
    squared = left_out.sum_by_row(left_out.count**2 * alone[left_out.level], groups)
    squared += 2 * sums(left_out.row[a], left_out.count[a] * left_out.count[b] * both, groups)
    own = share * patterns.by_group(own_share(patterns, counts, left_out, ranks))
    observed = 2 * (ranks @ slope - 2 * crossed + squared) - own

    # Σ_ck n_c n_k (r_c − r_k)² = n (n³ − Σ_k n_k³)/6 for mid-ranks
    n = pooled.sum() - left_out.sum_by_row(left_out.count, groups)
    before = pooled[left_out.level]
    cubes = np.sum(pooled**3) - left_out.sum_by_row(before**3 - (before - left_out.count) ** 3, groups)
    return observed, n * (n**3 - cubes) / 6, n


def coincidence_table(patterns: Patterns, counts: Counts) -> csr_array:
    """Return o, shape (n_levels, n_levels)."""
    cells = counts.cells
    shape = (len(patterns.size), len(counts.used))
    weight = (patterns.units / (patterns.size - 1))[cells.row]
    counts = coo_array((cells.count, (cells.row, cells.level)), shape=shape).tocsr()
    weighted = coo_array((cells.count * weight, (cells.row, cells.level)), shape=shape).tocsr()
    with_itself = sums(cells.level, cells.count * weight, shape[1])
    levels = np.arange(shape[1])
    return csr_array(weighted.T @ counts - coo_array((with_itself, (levels, levels)), shape=(shape[1], shape[1])))


def steps_between(coincidences: csr_array, lower: Integers, upper: Integers) -> Floats:
    """Return h_a'Λh_b for pairs of levels a ≤ b.

    With H_i the step from 0 to 1 at level i, h_v is the mean of H_v and H_v+1; and H_i'ΛH_j = Σ_{c<i, k≥j} o_ck for
    i ≤ j. Of a level with itself H_a+1'ΛH_a is H_a'ΛH_a+1, since only i ≤ j is such a sum.
    """
    same = (lower == upper).astype(np.intp)
    i = np.concatenate([lower, lower, lower + 1 - same, lower + 1])
    j = np.concatenate([upper, upper + 1, upper + same, upper + 1])
    four = sums_beyond(coincidences.tocoo(), i, j).reshape(4, -1)
    return np.asarray(four.mean(axis=0))


def sums_beyond(table: coo_array, i: Integers, j: Integers) -> Floats:
    """Return Σ_{c<i, k≥j} of the table for many i and j.

    Up to a thousand levels all such sums are listed. Beyond, the entries, in order of c, are sorted by the bits of k,
    the highest first. Those with c < i stay one stretch of them, which each bit narrows to the entries that share it
    with j: O((entries + sums) · log levels).
    """
    if table.shape[0] <= LISTED:
        listed = np.zeros((table.shape[0] + 1, table.shape[1] + 1))
        listed[1:, :-1] = table.toarray()[:, ::-1].cumsum(axis=0).cumsum(axis=1)[:, ::-1]
        return np.asarray(listed[i, j])
    order = np.argsort(table.coords[0], kind="stable")
    k, weight = table.coords[1][order].astype(np.intp), table.data[order]
    end = np.searchsorted(table.coords[0][order], i)
    start = np.zeros_like(end)
    result: Floats = np.zeros(len(i))
    for bit in reversed(range(int(table.shape[1]).bit_length())):
        one = k >> bit & 1
        ones = np.concatenate([[0], np.cumsum(one)])
        beyond = np.concatenate([[0.0], np.cumsum(weight * one)])
        shares_one = (j >> bit & 1).astype(bool)
        result += np.where(shares_one, 0.0, beyond[end] - beyond[start])
        zeros = len(k) - ones[-1]
        start = np.where(shares_one, zeros + ones[start], start - ones[start])
        end = np.where(shares_one, zeros + ones[end], end - ones[end])
        order = np.concatenate([np.flatnonzero(one == 0), np.flatnonzero(one)])
        k, weight = k[order], weight[order]
    equal = np.concatenate([[0.0], np.cumsum(weight)])
    result += equal[end] - equal[start]
    return result


def own_share(patterns: Patterns, counts: Counts, left_out: Cells, ranks: Floats) -> Floats:
    """Return what a unit of each pattern adds to the observed sum, at the mid-ranks of all but its group."""
    cells, levels = counts.cells, len(counts.used)
    group = np.arange(len(patterns.size)) if patterns.group is None else patterns.group
    running = np.cumsum(left_out.count)
    first = np.searchsorted(left_out.row, np.arange(len(patterns.weight)))
    before = np.concatenate([[0.0], running])[first]
    lowered = running - left_out.count / 2 - before[left_out.row]
    position = np.searchsorted(left_out.row * levels + left_out.level, group[cells.row] * levels + cells.level)
    moved = ranks[cells.level] - lowered[position]
    mean = cells.sum_by_row(cells.count * moved, len(patterns.size)) / patterns.size
    squares = cells.sum_by_row(cells.count * (moved - mean[cells.row]) ** 2, len(patterns.size))
    return np.asarray(2 * patterns.size * squares / (patterns.size - 1))
