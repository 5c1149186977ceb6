"""Made-up companies and people: the same everywhere, plausible, and nobody real within reach."""

import phonenumbers
import pytest

from leaddesk.intake import fictive
from leaddesk.intake.business_id import read_business_id
from leaddesk.intake.mail import read_mail
from leaddesk.intake.vocabulary import role_of_title

COMPANIES = fictive.companies(400, seed=7)
PEOPLE = [person for company in COMPANIES for person in fictive.people(company, seed=7)]


def test_the_same_seed_gives_the_same_and_more_begin_with_the_same() -> None:
    assert fictive.companies(40, seed=7) == COMPANIES[:40]
    assert fictive.companies(40, seed=8) != COMPANIES[:40]
    assert fictive.people(COMPANIES[3], seed=7) == fictive.people(COMPANIES[3], seed=7)
    assert fictive.companies(0) == []


def test_no_two_share_a_name_an_id_a_site_or_a_phone() -> None:
    many = fictive.companies(5_000, seed=1)
    for field in ("name", "business_id", "website", "phone"):
        assert len({getattr(one, field) for one in many}) == len(many), field
    phones = [one.phone for one in COMPANIES] + [one.phone for one in PEOPLE]
    assert len(set(phones)) == len(phones)


def test_business_ids_have_a_right_check_digit_and_are_marked() -> None:
    assert all(read_business_id(one.business_id) == one.business_id for one in COMPANIES)
    assert all(fictive.is_fictive(one.business_id) for one in COMPANIES)
    assert not fictive.is_fictive("0100990-4")


def test_nobody_can_be_called_or_mailed() -> None:
    for phone in [one.phone for one in COMPANIES] + [one.phone for one in PEOPLE]:
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_possible_number(number) and not phonenumbers.is_valid_number(number)
    assert all(read_mail(one.email).address == one.email and one.email.endswith(".example") for one in PEOPLE)
    assert all(one.website.startswith("https://www.") and one.website.endswith(".example") for one in COMPANIES)


def test_figures_are_plausible() -> None:
    sizes = [one.employees for one in COMPANIES]
    assert min(sizes) >= 2 and max(sizes) > 200 and sum(size >= 50 for size in sizes) > 80
    assert all(30_000 <= one.revenue / one.employees <= 700_000 for one in COMPANIES)
    assert all(len(one.postcode) == 5 and one.postcode.isdigit() for one in COMPANIES)
    assert len({one.municipality for one in COMPANIES}) > 20 and len({one.industry_code for one in COMPANIES}) > 20


def test_people_of_a_company_have_names_of_their_own_and_titles_that_say_a_role() -> None:
    for company in COMPANIES:
        people = fictive.people(company, seed=7)
        assert 1 <= len(people) <= 5 and people[0].title == "Toimitusjohtaja"
        assert len({one.name for one in people}) == len(people)
    assert all(role_of_title(one.title) for one in PEOPLE)


@pytest.mark.parametrize("word", ["asunto", "tampere "])
def test_no_housing_companies(word: str) -> None:
    assert not [one for one in COMPANIES if word in one.name.lower()]
