"""Readings that are called because marks disagree would distort every figure: only base readings are published."""

from functools import cache

import numpy as np

from grading.agreement import Ratings, krippendorff_alphas, percent_exact

READINGS = 5


def crowd(rng, units):
    """Return marks of five readings of each unit on a scale of five levels."""
    seen = rng.normal(size=(units, 1)) + rng.normal(scale=0.9, size=(units, READINGS))
    return np.clip(np.round(seen * 1.2 + 3), 1, 5)


def with_called_readings(table):
    """Return the table as a service fills it: two base readings, and more where these are two levels apart or more."""
    filled = table.copy()
    filled[:, 2:] = np.nan
    for reading in range(2, READINGS):
        so_far = filled[:, :reading]
        unsettled = (np.nanmax(so_far, axis=1) - np.nanmin(so_far, axis=1)) > 1
        filled[unsettled, reading] = table[unsettled, reading]
    return filled


def values(table):
    ratings = Ratings.from_table(table, levels=range(1, 6))
    return {"percent exact": percent_exact(ratings).value} | {
        f"α {scale}": alpha.value for scale, alpha in krippendorff_alphas(ratings).items()
    }


@cache
def simulated():
    """Return per figure its true value and the mean difference from it, over base readings and over all."""
    rng = np.random.default_rng(4)
    true = values(crowd(rng, 400_000)[:, :2])
    rounds = [with_called_readings(crowd(rng, 200)) for _ in range(600)]
    base = [values(table[:, :2]) for table in rounds]
    everything = [values(table) for table in rounds]
    return {
        key: (value, *(float(np.mean([found[key] for found in each])) - value for each in (base, everything)))
        for key, value in true.items()
    }


def test_base_readings_are_unbiased_and_called_readings_are_not():
    bias, distortion = zip(*(differences for _, *differences in simulated().values()), strict=True)
    assert max(map(abs, bias)) < 0.01
    assert min(map(abs, distortion)) > 0.01
    assert max(map(abs, distortion)) > 0.05
