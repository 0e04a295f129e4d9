"""Usage worked out a second time, from the words of docs/domain.md alone, over plain records of the export."""

from datetime import date, timedelta

DAY = timedelta(days=1)
CASES = ("CI", "CD", "SCM", "DevSecOps")
MEASURES = {
    "CI": [("ci_builds", "billable_users", 2, 40)],
    "CD": [("deploy_users", "billable_users", 0.05, 0.12)],
    "DevSecOps": [
        ("scanner_users", "billable_users", 0.05, 0.20),
        ("scans", "pipelines", 0.1, 0.5),
        ("scanner_types", None, 2, 3),
    ],
}
SHARES = {"SCM": (0.10, 0.33)}


def day_of(text):
    return date.fromisoformat(text) if isinstance(text, str) else text


def figure(rows, day):
    """Each production instance's newest row of the 60 days, summed; a null in one of them is a null."""
    newest = {}
    for row in rows:
        as_of = day_of(row["as_of"])
        counts = row["environment"] == "production" and day - 60 * DAY <= as_of <= day
        if counts and (row["instance"] not in newest or day_of(newest[row["instance"]]["as_of"]) < as_of):
            newest[row["instance"]] = row
    if not newest:
        return None
    found = {}
    for name in set().union(*newest.values()) - {
        "account",
        "crm_id",
        "as_of",
        "instance",
        "environment",
        "tier",
        "use_cases",
    }:
        cells = [row.get(name) for row in newest.values()]
        found[name] = None if any(cell is None for cell in cells) else sum(cells)
    found["named"] = {one for row in newest.values() for one in (row["use_cases"] or "").split("; ") if one}
    return found


def activated(of):
    return of["billable_users"] if of["licences_activated"] is None else of["licences_activated"]


def over(part, whole):
    return None if part is None or not whole else part / whole


def utilisation(of):
    return over(activated(of), of["licences_bought"])


def months(started, day):
    count = -1
    while True:
        year, month = divmod(started.month - 1 + count + 1, 12)
        last = started.day
        while True:
            try:
                then = date(started.year + year, month + 1, last)
                break
            except ValueError:
                last -= 1
        if then > day:
            return count
        count += 1


def licence_colour(share, started, day):
    if share is None or started is None or day < started or (age := months(started, day)) < 2:
        return None
    if age <= 5:
        return "red" if share < 0.10 else "yellow" if share <= 0.50 else "green"
    if age <= 8:
        return "red" if share <= 0.50 else "yellow" if share <= 0.75 else "green"
    return "red" if share <= 0.75 else "green"


def band(ratio, yellow, green):
    return None if ratio is None else 25 if ratio < yellow else 62.5 if ratio < green else 87.5


def score(of, use_case, started, day):
    if started is not None and (day - started).days < 30:
        return None
    known = []
    for measure, per, yellow, green in MEASURES.get(use_case, ()):
        value = of.get(measure)
        ratio = value if per is None else over(value, of.get(per))
        if ratio is not None:
            known.append(band(ratio, yellow, green))
    if known:
        return sum(known) / len(known)
    return band(over(of.get(f"users {use_case}"), of["billable_users"]), *SHARES.get(use_case, (0.10, 0.25)))


def colour(value):
    return None if value is None else "green" if value >= 75 else "yellow" if value >= 50 else "red"


def usage_days(rows):
    return sorted({day_of(row["as_of"]) for row in rows if row["environment"] == "production"})


def first(rows, holds):
    return next((day for day in usage_days(rows) if holds(figure(rows, day), day)), None)


def adopted_on(rows, started, original, intent, today):
    rows = [row for row in rows if day_of(row["as_of"]) <= today]
    if original is None and started is not None:
        near = [day for day in usage_days(rows) if started - 30 * DAY <= day <= started + 90 * DAY]
        original = figure(rows, near[0])["licences_bought"] if near else None
    days = [first(rows, lambda of, _: (share := over(activated(of), original)) is not None and share >= 0.80)]
    days += [first(rows, lambda of, day, u=one: colour(score(of, u, started, day)) == "green") for one in intent]
    return None if not intent or None in days else max(days)
