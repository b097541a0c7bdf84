"""Readings that are called because marks disagree would distort every figure: only base readings are published."""

import numpy as np

from grading.agreement import Ratings, krippendorff_alphas, percent_exact

READINGS = 5


def crowd(rng, units):
    """Return marks of five readings of each unit on a scale of five levels."""
    seen = rng.normal(size=(units, 1)) + rng.normal(scale=0.9, size=(units, READINGS))
    return np.clip(np.round(seen * 1.2 + 3), 1, 5)


def with_called_readings(table):
    """Return the table as a service fills it: two base readings, and further ones until two are within one level."""
    filled = table.copy()
    filled[:, 2:] = np.nan
    for reading in range(2, READINGS):
        so_far = filled[:, :reading]
        unsettled = (np.nanmax(so_far, axis=1) - np.nanmin(so_far, axis=1)) > 1
        filled[unsettled, reading] = table[unsettled, reading]
    return filled


def values(table):
    ratings = Ratings.from_table(table, levels=range(1, 6))
    return {"exact": percent_exact(ratings).value} | {
        scale: alpha.value for scale, alpha in krippendorff_alphas(ratings).items()
    }


def test_base_readings_are_unbiased_and_called_readings_are_not():
    rng = np.random.default_rng(4)
    true = values(crowd(rng, 400_000)[:, :2])
    rounds = [with_called_readings(crowd(rng, 200)) for _ in range(600)]
    base = [values(table[:, :2]) for table in rounds]
    everything = [values(table) for table in rounds]
    bias = {key: np.mean([found[key] for found in base]) - value for key, value in true.items()}
    distortion = {key: np.mean([found[key] for found in everything]) - value for key, value in true.items()}
    assert max(abs(value) for value in bias.values()) < 0.01
    assert min(abs(value) for value in distortion.values()) > 0.01
    assert max(abs(value) for value in distortion.values()) > 0.05
