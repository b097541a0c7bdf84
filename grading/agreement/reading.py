"""What a panel says, in plain English or Japanese, and never more than its intervals allow."""

import math
from typing import Literal

from grading.agreement.coefficient import Coefficient, Reason
from grading.agreement.panel import Panel

Language = Literal["en", "ja"]

# With so many units or fewer an interval is itself shaky: see the coverage table in docs/agreement.md.
FEW_UNITS = 20
# From this share of marks at one level on, chance explains nearly all agreement, and α says little.
ONE_LEVEL = 0.9
# Krippendorff (2019), Content Analysis, 4th edition, chapter 12: rely on α ≥ .800; tentatively on α ≥ .667.
RELIABLE, TENTATIVE = 0.8, 0.667
# 0.29 is no less than 29 hundredths, though not in binary.
ROUNDING = 1e-9

ENGLISH = {
    "no_overlap": "No paper has two readings yet, so agreement cannot be told.",
    "one_unit": "One paper alone has two readings; agreement cannot be told from it.",
    "few": "Few papers ({n}): these figures can still move a lot.",
    "all_same": "All marks are the same. Whether graders would agree where papers differ cannot be judged.",
    "one_level": "{share} of 100 marks are at one level: almost no variation; "
    "agreement beyond chance cannot be judged.",
    "exact": "Two graders give the same level in about {value} of 100 cases "
    "(95\N{NO-BREAK SPACE}% interval: {low} to {high}).",
    "exact_only": "Two graders gave the same level in about {value} of 100 cases.",
    "reliable": "Graders agree well beyond chance: even the low end of the interval is {bound} or more.",
    "tentative": "Graders agree beyond chance, enough for tentative conclusions: the interval begins at {low}.",
    "weak": "Graders agree too little to rely on a single mark: even the high end of the interval is below {bound}.",
    "open": "Agreement beyond chance lies between {low} and {high}: too wide to say whether it is enough.",
    "no_interval": "How sure these figures are cannot be told from these papers.",
    "mean": "The mean of {k} marks has a reliability between {low} and {high}; 1 would be free of grader differences.",
    "sem": "One mark typically lies {sem} points from what many graders would give on average.",
}
JAPANESE = {
    "no_overlap": "2回採点された答案がまだないため、一致の度合いはわかりません。",
    "one_unit": "2回採点された答案は1件だけで、一致の度合いはわかりません。",
    "few": "答案が{n}件と少ないため、数値はまだ大きく動くことがあります。",
    "all_same": "すべての採点が同じです。答案に差があるときに採点者が一致するかどうかは判断できません。",
    "one_level": "採点100件のうち{share}件が同じ段階です。ばらつきがほとんどないため、"
    "偶然を超えた一致は判断できません。",
    "exact": "2人の採点者が同じ段階を付けるのは100件中およそ{value}件です"
    "（95\N{NO-BREAK SPACE}%区間：{low}～{high}）。",
    "exact_only": "2人の採点者が同じ段階を付けたのは100件中およそ{value}件でした。",
    "reliable": "採点者は偶然を超えてよく一致しています。区間の下端でも{bound}以上です。",
    "tentative": "採点者は偶然を超えて一致しており、暫定的な判断には足ります。区間の下端は{low}です。",
    "weak": "一致が低く、1人の採点だけには頼れません。区間の上端でも{bound}未満です。",
    "open": "偶然を超えた一致は{low}～{high}の間にあり、幅が広いため十分かどうかは言えません。",
    "no_interval": "これらの答案からは、数値の確かさはわかりません。",
    "mean": "{k}回の採点の平均の信頼性は{low}～{high}です。1なら採点者による差がありません。",
    "sem": "1回の採点は、多数の採点者の平均から典型的に{sem}点ずれます。",
}
SENTENCES: dict[str, dict[str, str]] = {"en": ENGLISH, "ja": JAPANESE}


def reading(panel: Panel, language: Language = "en") -> list[str]:
    """Return what the figures say, one sentence after the other, the most important first.

    Of an interval only that end is used which is on the safe side: agreement is called good where the low end is, and
    too low where the high end is. Where nearly all marks are the same nothing is said of agreement beyond chance.

    Parameters
    ----------
    panel : Panel
        The figures of one criterion.
    language : {"en", "ja"}, default "en"
        English or Japanese.

    Returns
    -------
    list of str
        At least one sentence.

    Raises
    ------
    ValueError
        Another language.

    References
    ----------
    Krippendorff, K. (2019). Content Analysis, 4th ed., ch. 12. Sage. For the bounds .800 and .667.

    Examples
    --------
    >>> reading(panel(Ratings.from_table([[1, None], [2, None]]), "ordinal"))
    ['No paper has two readings yet, so agreement cannot be told.']
    """
    if language not in SENTENCES:
        raise ValueError(f"The language is {language!r}; it is one of {', '.join(SENTENCES)}.")
    return [SENTENCES[language][key].format(**numbers) for key, numbers in findings(panel)]


def findings(panel: Panel) -> list[tuple[str, dict[str, str]]]:
    """Return the names of the sentences with what they are filled with."""
    if panel.n_units == 0:
        return [("no_overlap", {})]
    if panel.n_units == 1:
        return [("one_unit", {})]
    found: list[tuple[str, dict[str, str]]] = [beyond_chance(panel)]
    exact = panel.percent_exact
    low, high = hundredths(exact)
    ends = {"value": share_of_100(exact.value or 0.0), "low": str(low), "high": str(high)}
    found.append(("exact_only" if exact.low is None else "exact", ends))
    if panel.n_units <= FEW_UNITS:
        found.insert(0, ("few", {"n": str(panel.n_units)}))
    if varies(panel) and panel.icc_a_k.low is not None:
        k = f"{panel.readings_per_unit:.1f}".removesuffix(".0")
        found.append(("mean", {"k": k, **bounds(panel.icc_a_k)}))
    if varies(panel) and panel.sem:
        found.append(("sem", {"sem": f"{panel.sem:.2g}"}))
    return found


def varies(panel: Panel) -> bool:
    return max(panel.level_shares) < ONE_LEVEL


def beyond_chance(panel: Panel) -> tuple[str, dict[str, str]]:
    alpha = panel.krippendorff_alpha
    if alpha.reason == Reason.NO_VARIATION and alpha.value is None:
        return "all_same", {}
    if not varies(panel):
        return "one_level", {"share": str(math.floor(100 * max(panel.level_shares) + ROUNDING))}
    if alpha.low is None or alpha.high is None:
        return "no_interval", {}
    if alpha.low >= RELIABLE:
        return "reliable", {"bound": f"{RELIABLE:.2f}"}
    if alpha.low >= TENTATIVE:
        return "tentative", bounds(alpha)
    if alpha.high < TENTATIVE:
        return "weak", {"bound": f"{TENTATIVE:.2f}"}
    return "open", bounds(alpha)


def bounds(figure: Coefficient) -> dict[str, str]:
    """Return the ends of an interval in hundredths, rounded outwards: a narrower one would say too much."""
    low, high = hundredths(figure)
    return {"low": signed(low), "high": signed(high)}


def hundredths(figure: Coefficient) -> tuple[int, int]:
    low, high = figure.low or 0.0, figure.high or 0.0
    return math.floor(100 * low + ROUNDING), math.ceil(100 * high - ROUNDING)


def signed(number: int) -> str:
    return f"{number / 100:.2f}".replace("-", "−")


def share_of_100(share: float) -> str:
    return f"{100 * share:.0f}"
