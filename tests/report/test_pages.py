"""What the pages of a fit, a backtest and a retrain say, and that names cannot change what they are made of."""

from datetime import date

import pytest

import clvmodels as clv
from clvmodels.report import Options, Tone, of_backtest, of_fit, of_retrain
from clvmodels.report.page import legible
from clvmodels.runs import RetrainRun, Verdict
from tests.report.conftest import run
from tests.report.hostile import PAYLOADS
from tests.report.outline import Outline

FIT = [
    "Who holds the value", "Segments", "Levers", "New customers", "Against rules of thumb",
    "How good the forecasts were", "Totals at each cut-off", "What was found in the data", "Purchases over time",
    "The most valuable customers", "All measures", "Also noted in the data", "Parameters", "Where this comes from",
]  # fmt: skip


def headings(page):
    return [section.heading for section in page.sections]


def section(page, heading):
    return page.sections[headings(page).index(heading)]


class TestFit:
    def test_everything_that_was_given_is_there_and_what_is_folded_comes_last(self, page):
        assert headings(page) == FIT
        folded = [one.folded for one in page.sections]
        assert folded == sorted(folded)

    def test_the_verdict_is_the_value_with_its_interval(self, page, shop):
        total = shop.value.total(shop.summary, 0.9)
        figures = [f"{float(f'{number:.3g}'):,.0f}" for number in (total.mean, total.lower, total.upper)]
        assert "over the next year" in page.verdict[0].lower()
        assert "35% of their revenue, discounted at 10% a year" in page.verdict[0]
        assert "with a probability of 90%" in page.verdict[0]
        for figure in figures:
            assert figure in page.verdict[0]
        active = shop.value.purchases.probability_active(shop.summary, "1 year").sum()
        assert f"About {active:.0f} of them" in page.verdict[1]

    def test_something_serious_in_the_data_is_said_first(self, page):
        assert page.tone is Tone.WARNING
        assert "The checks of the data found something serious" in page.verdict[-1]
        assert [notice.label for notice in section(page, "What was found in the data").notices] == ["serious"]

    def test_tables_add_up_to_the_whole(self, page, shop):
        (tiers,) = section(page, "Who holds the value").tables
        assert sum(int(row[1].replace(",", "")) for row in tiers.rows) == len(shop.summary)
        (segments,) = section(page, "Segments").tables
        assert sum(int(row[1].replace(",", "")) for row in segments.rows) == len(shop.summary)

    def test_ids_are_there_only_if_somebody_asked(self, page, shop):
        (table,) = section(page, "The most valuable customers").tables
        values = shop.value.customer_values(shop.summary)
        assert table.rows[0][0] == str(shop.summary.ids()[values.argmax()])
        assert len(table.rows) == 40
        silent = of_fit(shop.value.purchases, shop.summary, findings=shop.findings, transactions=shop.transactions)
        assert not [one for one in shop.summary.ids() if str(one) in Outline(silent.html).text]

    def test_purchases_alone_have_a_page(self, shop):
        made = of_fit(shop.value.purchases, shop.summary, Options(horizon="26 weeks"))
        bought = shop.value.purchases.expected_purchases(shop.summary, "26 weeks").sum()
        assert f"Over the next 26 weeks these {len(shop.summary)} customers" in made.verdict[0]
        assert f"{bought:.0f}" in made.verdict[0]
        assert "No forecast of the past was held to what happened" in made.verdict[2]
        assert headings(made) == ["Parameters", "Where this comes from"]

    def test_the_whole_future_leaves_out_what_has_no_end(self, shop):
        made = of_fit(shop.value.over(None), shop.summary)
        assert "Over their whole future" in made.verdict[0]
        assert "chance to buy" not in section(made, "Segments").tables[0].columns

    def test_without_intervals_the_page_says_why(self, shop):
        rule = clv.heuristics.PastRate(horizon="26 weeks").fit(shop.summary)
        made = of_fit(rule, shop.summary)
        assert "probability" not in made.verdict[0]
        (why, *_) = section(made, "Who holds the value").paragraphs
        assert why == "There is no interval: a rule of thumb does not say how sure it is."
        assert made.subtitle.endswith(". Own rate and repeat mean.")
        assert "Levers" not in headings(made)

    def test_what_is_no_model_is_refused(self, shop):
        with pytest.raises(clv.errors.WrongTypeError, match="has no page"):
            of_fit(shop.value.spend, shop.summary)


class TestBacktest:
    def test_the_verdict_says_who_was_best_and_how_far_off(self, shop):
        made = of_backtest(shop.backtest, Options(currency="$"))
        totals = shop.backtest.tracking("purchases")
        best = shop.backtest.league("purchases")["contender"].iloc[0]
        mine = totals[totals["contender"] == best]
        assert best in made.verdict[0]
        assert f"and {mine['actual'].sum():,.0f} came" in made.verdict[0]
        league = section(made, "Against rules of thumb").tables[0]
        assert [row[0] for row in league.rows] == list(shop.backtest.league("purchases")["contender"])
        assert {row[-1] for row in league.rows} <= {"best", "tied", "worse"}
        assert len(section(made, "How good the forecasts were").pictures) == 4

    def test_failures_are_said_without_customers(self):
        class Fails:
            def fit(self, calibration):
                del calibration
                raise clv.errors.InputError("It broke.", rows=["customer_id secret"], advice="Mend it.")

        tx = clv.Transactions(clv.datasets.cdnow(), customer="customer_id", time="date", amount="amount")
        rivals = {"rate": clv.heuristics.PastRate(horizon="26 weeks"), "fails": Fails()}
        found = clv.backtest(tx, rivals, cutoffs=["1997-12-30"], horizon="26 weeks", time_unit="week")
        made = of_backtest(found)
        assert made.tone is Tone.WARNING
        (notice,) = section(made, "Against rules of thumb").notices
        assert notice.text == "fails at 1997-12-30: InputError: It broke. Mend it."
        assert "secret" not in made.html


class TestRetrain:
    def test_the_reason_is_the_first_sentence_and_changes_have_numbers(self):
        made = of_retrain(run(), Options(currency="€"))
        assert made.verdict[0] == "Because plain."
        assert made.verdict[1].endswith("€66,000; with a probability of 90% between €63,000 and €69,000.")
        (table,) = section(made, "What changed since last time").tables
        assert table.rows[0] == ("customers", "2,000", "2,100", "+5.0%")
        assert table.rows[-1] == ("value", "€60,000", "€66,000", "+10%")
        assert section(made, "What changed since last time").notices[0].text == "Rates fell plain"

    def test_earlier_forecasts_are_held_to_what_happened(self):
        said = section(of_retrain(run(), Options(currency="€")), "How earlier forecasts went").paragraphs[0]
        assert said == (
            "The forecast of purchases for the 28 days after 2024-01-01 was 25% too low: 120 purchases expected, 160 "
            "came, more than chance and season allow. That is €1,500 more revenue than expected."
        )

    def test_gates_have_values_bounds_and_words(self):
        conditions = section(of_retrain(run()), "Conditions of publication")
        assert conditions.paragraphs == ("1 of 2 conditions are not met.",)
        assert conditions.tables[0].rows == (
            ("plain: bias", "-5.0%", "-20% to +20%", "met"),
            ("plain: no worse purchases rmse", "1.03", "at most 1.01", "not met"),
        )
        assert [notice.text for notice in conditions.notices] == ["plain: plain"]

    @pytest.mark.parametrize(
        ("verdict", "label", "tone"),
        [
            (Verdict.PROMOTED, "New model in use", Tone.GOOD),
            (Verdict.KEPT, "Champion kept", Tone.PLAIN),
            (Verdict.BAD_DATA, "Stopped: the data cannot be used", Tone.SERIOUS),
            (Verdict.FAILED, "Failed", Tone.SERIOUS),
        ],
    )
    def test_the_label_is_the_outcome(self, verdict, label, tone):
        made = of_retrain(RetrainRun("r", date(2024, 2, 1), None, verdict, ("Why.",)))
        assert (made.label, made.tone) == (label, tone)
        assert ("stay in force" in " ".join(made.verdict)) == (not verdict.published)
        assert headings(made) == ["Where this comes from"]
        # Drift makes even good news a warning.
        assert of_retrain(run(verdict)).tone is (Tone.WARNING if verdict.published else tone)

    def test_with_the_fit_at_hand_the_page_has_all_of_it(self, shop):
        made = of_retrain(run(), value=shop.value, summary=shop.summary, backtest=shop.backtest)
        assert set(headings(made)) >= {"Segments", "Levers", "Against rules of thumb", "Parameters"}
        assert len(made.facts) == 5


class TestHostileNames:
    def test_a_fit_is_made_of_the_same(self, page, hostile_page):
        assert Outline(hostile_page.html).structure == Outline(page.html).structure
        text = Outline(hostile_page.html).text
        for payload in PAYLOADS[1], PAYLOADS[5]:
            assert str(legible(payload)) in text

    @pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
    def test_a_retrain_is_made_of_the_same(self, payload):
        outline = Outline(of_retrain(run(text=payload), Options(title=payload, currency=payload)).html)
        assert outline.structure == Outline(of_retrain(run(), Options(title="a", currency="a")).html).structure
        assert outline.text.count(str(legible(payload))) >= 15
