"""Slack's command text, as the words that people meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.door.words import Word, readable, rest_from, split_words
from templates.blocks.mrkdwn import as_mrkdwn


def told(text: str) -> list[tuple[str, str, str]]:
    return [(word.text, word.kind, word.id) for word in split_words(text)]


def plain(*texts: str) -> list[tuple[str, str, str]]:
    return [(text, "word", "") for text in texts]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("  \n ", []),
        ("open Acme\u00a0 expand\tci", plain("open", "Acme", "expand", "ci")),
        ("O'Brien's 5\" screens don't", plain("O'Brien's", '5"', "screens", "don't")),
        ("O\u2019Brien", plain("O'Brien")),
        ("AT&amp;T a &lt; b", plain("AT&T", "a", "<", "b")),
        ("&amp;lt;", plain("&lt;")),
        ("&lt;@U1&gt;", plain("<@U1>")),
        ("<!here> <!channel|channel>", plain("@here", "@channel")),
        ("<!date^1^{date}|3 Dec>", plain("3 Dec")),
        ("a<b>", [("a", "word", ""), ("b", "link", "b")]),
        ("a < b > c", plain("a", "<", "b", ">", "c")),
        ('open "Acme Corp ci', plain("open", "Acme", "Corp", "ci")),
        ('" " x', [("", "quoted", ""), ("x", "word", "")]),
        ("half \ud800a", plain("half", "a")),
        ("Ac\x00me ci", plain("Acme", "ci")),
        ("Ac\x1b[2Jme\x0bci\x7f", plain("Ac[2Jme", "ci")),
        ("\u2060*\u2060x\u2060*\u2060 \u2060", plain("*x*")),
    ],
)
def test_words(text: str, words: list[tuple[str, str, str]]) -> None:
    assert told(text) == words


@pytest.mark.parametrize(
    "text",
    [
        'open "Acme Corp" ci',
        "open “Acme Corp” ci",
        "open „Acme Corp“ ci",
        "open 'Acme Corp' ci",
        "open \u2018Acme Corp\u2019 ci",
        "open «Acme Corp» ci",
        'open " Acme Corp " ci',
    ],
)
def test_quotes_of_all_kinds_keep_a_phrase_together(text: str) -> None:
    assert told(text) == [("open", "word", ""), ("Acme Corp", "quoted", ""), ("ci", "word", "")]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("'O'Brien & Sons'", "O'Brien & Sons"),
        ('"AT&amp;T <@U1|ann>"', "AT&T @ann"),
        ('"it\'s"', "it's"),
    ],
)
def test_a_quoted_phrase_is_read_too(text: str, phrase: str) -> None:
    assert told(text) == [(phrase, "quoted", "")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("<@U123|ann>", ("@ann", "user", "U123")),
        ("<@U123>", ("@U123", "user", "U123")),
        ("<#C1|general>", ("#general", "channel", "C1")),
        ("<#C1|>", ("#C1", "channel", "C1")),
        ("<!subteam^S1|@csms>", ("@csms", "group", "S1")),
        ("<https://x.example/?a=1&amp;b=2>", ("https://x.example/?a=1&b=2", "link", "https://x.example/?a=1&b=2")),
        ("<http://acme.com|acme.com>", ("acme.com", "link", "http://acme.com")),
        ("<mailto:a@acme.com|a@acme.com>", ("a@acme.com", "email", "a@acme.com")),
    ],
)
def test_mentions_and_links(text: str, word: tuple[str, str, str]) -> None:
    assert told(f"assign 12 {text}, please") == [*plain("assign", "12"), word, *plain(",", "please")]


def test_the_rest_is_what_was_typed() -> None:
    text = "close 12 no-success other  “quoted”  &amp;\nasked <@U1|ann> "
    assert rest_from(text, split_words(text)[4]) == "“quoted”  &\nasked @ann"


def test_a_word_knows_its_place() -> None:
    assert split_words("a <@U1>") == [Word("a"), Word("@U1", "user", "U1", 2)]


@given(st.text())
def test_any_text_has_words_in_order_and_never_fails(text: str) -> None:
    words = split_words(text)
    assert [word.start for word in words] == sorted({word.start for word in words})


@given(st.text(alphabet="ab*_~`:<>&@ \"'"))
def test_text_pasted_back_from_a_message_reads_as_it_was_typed(typed: str) -> None:
    assert readable(as_mrkdwn(typed)) == typed.strip()


@pytest.mark.parametrize(("sent", "read"), [
    ("see <https://docs.example/long/plan?id=7|https://docs.example/lo…>", "see https://docs.example/long/plan?id=7"),
    ("see <https://docs.example/plan|the plan>", "see the plan (https://docs.example/plan)"),
    ("see <http://acme.com/|acme.com>", "see acme.com"),
    ("ask <mailto:a@acme.com|a@acme.com>", "ask a@acme.com"),
    ("ask <mailto:a@acme.com|Ann>", "ask Ann (a@acme.com)"),
    ("call <tel:+491234|+49 1234>", "call +49 1234"),
])  # fmt: skip
def test_the_address_of_a_link_is_kept(sent: str, read: str) -> None:
    assert readable(sent) == read
