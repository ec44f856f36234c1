from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest
from made_answers import made_answers, made_evaluation

from digitus.training.evaluation import references
from digitus.training.evaluation.evaluate import Evaluation
from digitus.training.evaluation.report import MOST_MISTAKES, SHOWN, write_page

VOID = {"meta", "img", "br", "link", "input"}
MANY = 90


class Page(HTMLParser):
    """The elements of a page; sees that each one is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def evaluation(*names: str, part: str = "check") -> Evaluation:
    """Models that misread many digits, each another kind."""
    rng = np.random.default_rng(1)
    truth = np.arange(MANY) % 10
    answers = {}
    for shift, name in enumerate(names):
        answer = (truth + 1 + shift) % 10
        answer[:3] = truth[:3]
        answer[3] = 10
        answer[-1] = 10
        answers[name] = made_answers(truth.tolist(), answer.tolist(), rng.uniform(0.4, 1, MANY), 1)
    return made_evaluation(answers, part)


@pytest.fixture(scope="module")
def text() -> str:
    return write_page(evaluation("one", "two", "<three> & 3"))


def test_the_page_is_well_formed_and_needs_nothing_from_anywhere(text: str) -> None:
    page = Page(text)
    assert text.startswith("<!doctype html>")
    assert not page.all("script") + page.all("link") + page.all("iframe")
    addresses = [one.get("src") or one.get("href") or "" for _, one in page.elements]
    assert all(address.startswith(("data:image/png", "#")) for address in addresses if address)
    assert not re.search(r"https?://|@import|url\(", text)


def test_links_lead_to_places_on_the_page(text: str) -> None:
    page = Page(text)
    places = [one["id"] for _, one in page.elements if "id" in one]
    assert len(places) == len(set(places))
    assert {str(link["href"])[1:] for link in page.all("a")} == set(places)


def test_who_does_not_see_is_told_what_is_there(text: str) -> None:
    page = Page(text)
    assert all(image.get("alt") for image in page.all("img"))
    figures = [figure for figure in page.all("svg") if "aria-hidden" not in figure]
    assert all(figure.get("role") == "img" and figure.get("aria-label") for figure in figures)
    assert all(heading.get("scope") for heading in page.all("th"))
    assert page.all("html")[0]["lang"] == "en"


def test_names_are_words_and_never_markup(text: str) -> None:
    assert "<three>" not in text
    assert "&lt;three&gt; &amp; 3" in text


def test_the_galleries_are_limited_and_say_so(text: str) -> None:
    images = Page(text).all("img")
    assert len(images) == 3 * (MOST_MISTAKES + SHOWN)
    assert f"{MOST_MISTAKES} of {MANY - 3} mistakes are shown." in text
    assert re.search(r"Picture \d+: a 7 that was read as 8, [\d.]+ % sure", text)


def test_all_that_was_measured_is_on_the_page() -> None:
    measured = evaluation("one", "two", part="validation")
    text = write_page(measured)
    (one_set,) = measured.sets
    for result in one_set.results:
        assert f"{100 * result.accuracy.value:.2f} %" in text
        assert f"{result.log_loss:.4f}" in text
    (comparison,) = one_set.comparisons
    assert f"{comparison.difference} <b" in text
    assert comparison.verdict in text
    assert "the validation part" in text
    assert "In 1 of them no ink was found" in text


def test_one_model_is_not_compared() -> None:
    text = write_page(evaluation("one"))
    assert "Which model is better?" not in text
    assert 'class="key"' not in text


def test_a_model_without_a_mistake_is_told_so() -> None:
    answers = made_answers([1, 2], [1, 2], [0.9, 0.9])
    assert "None: every picture was read right." in write_page(made_evaluation({"a": answers}))


def test_a_set_in_which_nothing_was_read_has_a_page_too() -> None:
    answers = made_answers([1, 2], [10, 10], [0, 0], blank=2)
    text = write_page(made_evaluation({"a": answers}))
    Page(text)
    assert "nan" not in text.replace("nance", "")
    assert "no ink" in text


def test_the_same_answers_give_the_same_page() -> None:
    assert write_page(evaluation("one", "two")) == write_page(evaluation("one", "two"))


def test_the_usual_networks_stand_beside_where_they_were_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measured = {f"mnist: {MANY}": {"dense": 81}, "mnist: 7": {"cnn": 7}}
    monkeypatch.setattr(references, "_measured", lambda: measured)
    text = write_page(evaluation("one"))
    assert '<td class="name">dense</td>' in text
    assert "90.00 %" in text
    assert "cnn" not in text
    monkeypatch.setattr(references, "_measured", dict)
    assert "for comparison" not in write_page(evaluation("one"))


def test_what_makes_numbers_too_good_is_said() -> None:
    text = write_page(evaluation("one", part="held out"))
    assert "measured on every tenth picture" in text


def test_the_shipped_bars_are_of_the_usual_networks() -> None:
    for bars in references._measured().values():
        assert list(bars) == ["dense", "dense-20", "cnn"]
    assert "mnist: 10000" in references._measured()
