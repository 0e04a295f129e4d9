"""What people typed comes out as harmless text, whatever it is, and within Slack's limits."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.blocks.mrkdwn import (
    Mrkdwn,
    as_mrkdwn,
    channel_mention,
    clip,
    day_words,
    link,
    mention,
    moment,
    money_words,
    mrkdwn,
    on_day_words,
    paragraph,
    plain,
)

JOINER = "\u2060"
HOSTILE = st.text() | st.text(alphabet="*_~`:@<>&!|{}\n\r\u202e\u2068\ud800 ahere-1\u05d0\u0301\u200d")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Acme", "Acme"),
        ('O\'Brien & "Söhne"', 'O\'Brien &amp; "Söhne"'),
        ("<!channel>", "&lt;!channel&gt;"),
        ("<@U1>", "&lt;@U1&gt;"),
        ("&lt;", "&amp;lt;"),
        ("@here now", f"@{JOINER}here now"),
        ("ann@example.com", "ann@example.com"),
        ("@hereford", "@hereford"),
        (":smile:", f":{JOINER}smile:"),
        ("at 10:30", "at 10:30"),
        ("note: this", "note: this"),
        ("*x*", f"{JOINER}*{JOINER}x{JOINER}*{JOINER}"),
        ("_x_", f"{JOINER}_{JOINER}x{JOINER}_{JOINER}"),
        ("`x", f"{JOINER}`{JOINER}x"),
        ("snake_case", "snake_case"),
        ("2 * 3", "2 * 3"),
        ("a*b", "a*b"),
        ("> quoted", f"{JOINER}&gt; quoted"),
        ("a > b", "a &gt; b"),
        ("two\r\n  lines\n", "two lines"),
        ("a\ttab", "a tab"),
        ("bell\x07 \x00nul", "bell nul"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("turned \u202eround", "turned round"),
        ("\u05d0\u05d1", "\u2068\u05d0\u05d1\u2069"),
        ("🎉 é", "🎉 é"),
        (12, "12"),
    ],
)
def test_an_argument_becomes_harmless(typed: object, shown: str) -> None:
    assert as_mrkdwn(typed) == shown


def test_a_paragraph_keeps_its_lines_and_starts_no_quotation() -> None:
    assert paragraph("\n> one\n>two\r\nthree > 2 ") == f"{JOINER}&gt; one\n{JOINER}&gt;two\r\nthree &gt; 2"


def test_a_pattern_is_ours_and_its_arguments_are_not() -> None:
    assert mrkdwn("*{}* · {}", "A & B", mention("U1", "Ann")) == "*A &amp; B* · <@U1>"
    assert mrkdwn("{}", mrkdwn("_{}_", "<")) == "_&lt;_"


@pytest.mark.parametrize("arguments", [(), ("one", "two")])
def test_a_pattern_needs_as_many_arguments_as_places(arguments: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="takes 1 argument"):
        mrkdwn("{}", *arguments)


@given(HOSTILE)
def test_nothing_typed_keeps_a_meaning(typed: str) -> None:
    shown = as_mrkdwn(typed)
    assert not re.search(r"[<>\x00-\x1f\u202a-\u202e\ud800-\udfff]", shown)
    assert not re.search(r"&(?!amp;|lt;|gt;)", shown)
    assert not re.search(r"(?<![^\W_])[*_~`][^\s\u2060]", shown)
    assert not re.search(r":[^\s:\u2060]+:", shown)
    assert not re.search(r"@(here|channel|everyone)\b", shown)
    assert not shown.startswith("&gt;")
    shown.encode()


@given(HOSTILE, st.integers(1, 40))
def test_plain_text_is_one_line_of_one_to_limit_characters(typed: str, limit: int) -> None:
    shown = plain(typed, limit)
    assert 1 <= len(shown) <= limit
    assert len(shown.splitlines()) == 1
    shown.encode()


def test_plain_text_is_not_escaped_and_refuses_mrkdwn() -> None:
    assert plain("A & <B> *c*") == "A & <B> *c*"
    with pytest.raises(TypeError, match="mrkdwn in a plain_text field"):
        plain(mrkdwn("*x*"))


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("ab cd", 4, "ab…"),
        ("abcd", 1, "…"),
        ("abcd", 0, ""),
        (Mrkdwn("ab&amp;cd"), 6, "ab…"),
        (Mrkdwn("ab&amp;cd"), 8, "ab&amp;…"),
        (Mrkdwn("a <https://x.example|label> b"), 20, "a…"),
        (Mrkdwn("a <@U123> b"), 10, "a <@U123>…"),
        ("ab&amp;cd", 6, "ab&am…"),
        ("abe\u0301f", 4, "ab…"),
        ("ab👩\u200d👩\u200d👧c", 5, "ab…"),
    ],
)
def test_a_cut_goes_through_nothing_whole(text: str, limit: int, cut: str) -> None:
    assert clip(text, limit) == cut
    assert type(clip(text, limit)) is type(text)


@given(HOSTILE, st.integers(0, 60))
def test_a_cut_text_keeps_the_limit_and_whole_entities(typed: str, limit: int) -> None:
    cut = clip(mrkdwn("*{}* <@U123> {}", typed, typed), limit)
    assert len(cut) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", cut)
    assert re.sub(r"<@U123>", "", cut).count("<") == 0


@pytest.mark.parametrize(
    ("slack_id", "shown"),
    [
        ("U012AB", "<@U012AB>"),
        ("W012AB", "<@W012AB>"),
        ("C012AB", "Ann &lt;3"),
        ("U1> <!channel", "Ann &lt;3"),
        ("U1\n", "Ann &lt;3"),
        ("", "Ann &lt;3"),
        (None, "Ann &lt;3"),
    ],
)
def test_a_mention_needs_a_slack_id(slack_id: str | None, shown: str) -> None:
    assert mention(slack_id, "Ann <3") == shown


def test_a_channel_mention_needs_a_channel_id() -> None:
    assert channel_mention("C012") == "<#C012>"
    assert channel_mention("#acme", "#acme") == "#acme"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://crm.example/1?a=b&c=d", "<https://crm.example/1?a=b&amp;c=d|the &lt;CRM&gt;>"),
        ("http://localhost:8000/x", "<http://localhost:8000/x|the &lt;CRM&gt;>"),
        ("javascript:alert(1)", "the &lt;CRM&gt;"),
        ("mailto:a@example.com", "the &lt;CRM&gt;"),
        ("https://", "the &lt;CRM&gt;"),
        ("https://[bad", "the &lt;CRM&gt;"),
        ("https://x.example|<!channel>", "the &lt;CRM&gt;"),
        ("https://x.example/\n", "the &lt;CRM&gt;"),
        ("https://x.example/" + "a" * 3000, "the &lt;CRM&gt;"),
        ("", "the &lt;CRM&gt;"),
        (None, "the &lt;CRM&gt;"),
    ],
)
def test_only_whole_web_addresses_become_links(url: str | None, shown: str) -> None:
    assert link(url, "the <CRM>") == shown


def test_a_moment_is_shown_in_the_readers_zone_and_its_fallback_names_its_own() -> None:
    at = datetime(2026, 12, 3, 14, 5, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert moment(at) == "<!date^1796306700^{date_short_pretty}, {time}|3 Dec 2026, 15:05 CET>"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 17), "today"),
        (date(2026, 12, 18), "tomorrow"),
        (date(2026, 12, 16), "yesterday"),
        (date(2026, 12, 19), "Sat 19 Dec"),
        (date(2026, 3, 1), "Sun 1 Mar"),
        (date(2027, 1, 1), "Fri 1 Jan 2027"),
        (date(2027, 12, 18), "Sat 18 Dec 2027"),
    ],
)
def test_a_day_in_words(day: date, words: str) -> None:
    assert day_words(day, date(2026, 12, 17)) == words


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [
        (24_000_000, "USD", "240,000"),
        (24_000_000, "EUR", "240,000 EUR"),
        (123_450, "USD", "1,234.50"),
        (5, "USD", "0.05"),
        (-250, "EUR", "-2.50 EUR"),
        (0, "USD", "0"),
    ],
)
def test_money_in_words(cents: int, currency: str, words: str) -> None:
    assert money_words(cents, currency, "USD") == words


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 12, 1), "today"),
        (date(2026, 12, 2), "tomorrow"),
        (date(2026, 11, 30), "yesterday"),
        (date(2026, 12, 3), "on Thu 3 Dec"),
        (date(2027, 3, 1), "on Mon 1 Mar 2027"),
    ],
)
def test_a_day_behind_a_verb(day: date, said: str) -> None:
    assert on_day_words(day, date(2026, 12, 1)) == said
