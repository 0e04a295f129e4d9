"""A second reading of NPS, CSAT and response rates, over exported answers and what is known of accounts; no code of ours."""

from datetime import date, timedelta


def first_business_day(year, month):
    day = date(year, month, 1)
    return day + timedelta(days={5: 2, 6: 1}.get(day.weekday(), 0))


def rounds(years, months=(5, 11), days=30):
    """Name, first and last day of each round."""
    found = {}
    for year in years:
        for month in months:
            first = first_business_day(year, month)
            found[f"{year}-{month:02}"] = (first, first + timedelta(days=days - 1))
    return found


def invited(accounts, first, after=60):
    """Names of accounts that are asked in a round: with a CSM, a start long enough ago, not gone or leaving by then."""
    found = set()
    for one in accounts:
        started = one["started"]
        for left, back in one.get("returns", ()):
            if first < back:
                started = one["since"]
            if left <= first < back:
                started = None
        gone = [one.get(name) for name in ("archived", "churned", "will_churn")]
        if (
            one["csm"]
            and started is not None
            and (first - started).days >= after
            and not any(day is not None and day <= first for day in gone)
            and one.get("why") not in ("duplicate", "never")
        ):
            found.add(one["name"])
    return found


def counting(answers, accounts, kind, first, last):
    """Account and score of each answer that counts in a round, in order."""
    now = {one["name"]: one for one in accounts}
    found = {}
    for place, answer in enumerate(answers):
        one = now[answer["account"]]
        day = date.fromisoformat(answer["answered_on"])
        if answer["kind"] != kind or answer["case_id"] or not first <= day <= last:
            continue
        if one.get("why") in ("duplicate", "never"):
            continue
        name = one["into"] if one.get("why") == "merged" else one["name"]
        who = (answer["contact"] or "").lower()
        found[(name, who) if who else place] = (name, answer["score"])
    return list(found.values())


def score(kind, scores):
    if not scores:
        return None
    if kind == "nps":
        good, bad = sum(one >= 9 for one in scores), sum(one <= 6 for one in scores)
        return 100 * (good - bad) / len(scores)
    return sum(one >= 4 for one in scores) / len(scores)


def figures(answers, accounts, first, last, today):
    """All that a period says: (round, kind) → answers, score, invited, response rate."""
    found = {}
    for name, (begins, ends) in rounds(range(first.year, last.year + 1)).items():
        if not first <= begins <= min(last, today):
            continue
        asked = invited(accounts, begins)
        for kind in ("nps", "csat"):
            counted = counting(answers, accounts, kind, begins, ends)
            answered = {account for account, _ in counted} & asked
            rate = len(answered) / len(asked) if asked else None
            found[name, kind] = (len(counted), score(kind, [one for _, one in counted]), len(asked), rate)
    out = {one["name"] for one in accounts if one.get("why") in ("duplicate", "never")}
    cases = [
        one["score"]
        for one in answers
        if one["case_id"] and one["account"] not in out and first.isoformat() <= one["answered_on"] <= last.isoformat()
    ]
    if cases:
        quarter = f"{first.year}Q{(first.month + 2) // 3}"
        found[quarter, "case_csat"] = (len(cases), score("csat", cases), None, None)
    return found
