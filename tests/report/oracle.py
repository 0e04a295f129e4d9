"""The reports' numbers worked out anew, from exported rows and docs/domain.md alone: none of the bot's code is used.

Rows are dicts of texts as `export ctas --format csv` writes them; accounts as `export accounts`.
"""

import re
from collections import defaultdict
from datetime import date, timedelta
from statistics import mean, median

NINE = ["Agile planning", "SCM", "CI", "CD", "DevSecOps", "Package", "Monitor", "Configure", "Manage"]


def day(text):
    return date.fromisoformat(text) if text else None


def motion_of(row):
    words = re.findall("expand|enable", row["playbook"].lower())
    if words:
        return words[0]
    return {"Expansion Stage Adoption": "expand", "Enablement Stage Adoption": "enable"}.get(row["category"])


def use_case_of(name):
    words = [(m.start(), m.group()) for m in re.finditer(r"[^\W_]+", name)]
    for place in range(len(words)):
        for size in (2, 1):
            said = " ".join(word for _, word in words[place : place + size]).lower()
            for use_case in NINE:
                if said == use_case.lower():
                    return use_case
    after = re.search(r"(?:expand|enable):(.*)", name, re.IGNORECASE)
    return after.group(1).strip() if after and after.group(1).strip() else "Other"


def passes(row):
    retired = "OLD" in re.findall(r"[^\W_]+", row["playbook"])
    return motion_of(row) is not None and not retired and row["status"] != "withdrawn"


def first_of_month(year, month):
    years, months = divmod(month - 1, 12)
    return date(year + years, months + 1, 1)


def quarter_days(year, number, start_month):
    """First and last day of a quarter of the fiscal year that ends in `year`."""
    begins = year if start_month == 1 else year - 1
    month = start_month + 3 * (number - 1)
    return first_of_month(begins, month), first_of_month(begins, month + 3) - timedelta(days=1)


def report(rows, accounts, quarter, start_month, today):
    year, number = quarter
    first, last = quarter_days(year, number, start_month)
    before = (year, number - 1) if number > 1 else (year - 1, 4)
    previous_first, previous_last = quarter_days(*before, start_month)
    if first <= today <= last:
        previous_last = min(previous_last, previous_first + (today - first))

    cells = defaultdict(lambda: {"opened": 0, "now": [], "before": []})
    reasons = defaultdict(int)
    for row in filter(passes, rows):
        motion, use_case = motion_of(row), use_case_of(row["playbook"])
        cell = cells[motion, use_case]
        opened, closed = day(row["opened_on"]), day(row["closed_on"])
        cell["opened"] += first <= opened <= last
        if not row["status"].startswith("closed"):
            continue
        if first <= closed <= last:
            cell["now"].append(row)
            if row["status"] == "closed_no_success":
                reasons[motion, use_case, row["reason"]] += 1
        elif previous_first <= closed <= previous_last:
            cell["before"].append(row)

    return {
        "quarter": f"{year}Q{number}",
        "from": first.isoformat(),
        "to": last.isoformat(),
        "playbooks": [
            playbook(motion, use_case, cell)
            for (motion, use_case), cell in cells.items()
            if cell["opened"] or cell["now"] or cell["before"]
        ],
        "reasons": [
            {"motion": motion, "use_case": use_case, "reason": reason, "count": count}
            for (motion, use_case, reason), count in reasons.items()
        ],
        "ebr_coverage": coverage(accounts, today),
    }


def playbook(motion, use_case, cell):
    now, before = cell["now"], cell["before"]
    return {
        "use_case": use_case,
        "motion": motion,
        "opened": cell["opened"],
        "success": len(won(now)),
        "no_success": len(now) - len(won(now)),
        "win_rate": rate(motion, now),
        "median_days": median(map(age, now)) if now else None,
        "mean_days": mean(map(age, now)) if now else None,
        "previous_completed": len(before),
        "qoq": (len(now) - len(before)) / len(before) if before else None,
        "previous_win_rate": rate(motion, before),
        "previous_median_days": median(map(age, before)) if before else None,
    }


def won(rows):
    return [row for row in rows if row["status"] == "closed_success"]


def rate(motion, rows):
    return len(won(rows)) / len(rows) if rows and motion == "expand" else None


def age(row):
    return (day(row["closed_on"]) - day(row["opened_on"])).days


def coverage(accounts, today):
    try:
        since = today.replace(year=today.year - 1)
    except ValueError:  # 29 February
        since = date(today.year - 1, 2, 28)
    active = [account for account in accounts if not account["archived"] and account["outcome"] != "churned"]
    held = [account for account in active if any(since < day(text) <= today for text in account["ebrs"])]
    return {"held": len(held), "accounts": len(active)}


def in_one_order(found):
    """Lists sorted, so that two reports compare whatever the order of their rows."""
    return {
        key: sorted(value, key=lambda row: tuple(map(str, row.values()))) if isinstance(value, list) else value
        for key, value in found.items()
    }
