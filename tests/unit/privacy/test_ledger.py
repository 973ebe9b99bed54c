from dataclasses import replace
from datetime import date, timedelta

import pytest

from privacy.errors import BudgetExceeded, ContractBroken
from privacy.ledger import Entry, check_cap, first_day, reserve, spent, verify_chain
from privacy.mechanism import micro_rho_for

DAY = date(2026, 1, 31)


def ledger(*charges: tuple[int, date]) -> list[Entry]:
    """A chain of waves with these losses, in millionths of rho, and days."""
    entries: list[Entry] = []
    for number, (micro_rho, day) in enumerate(charges):
        entries.append(reserve(entries, f"{number:064x}", micro_rho, day))
    return entries


@pytest.fixture
def entries() -> list[Entry]:
    return ledger((100, DAY), (200, DAY), (300, DAY + timedelta(days=90)))


def test_an_honest_chain_holds_whatever_became_of_its_waves(entries: list[Entry]) -> None:
    verify_chain(entries)
    verify_chain([replace(entries[0], state="committed"), replace(entries[1], state="drawn"), entries[2]])
    verify_chain([])


@pytest.mark.parametrize(
    "change",
    [
        {"wave": "f" * 64},
        {"micro_rho": 199},
        {"day": DAY - timedelta(days=1)},
        {"previous": "0" * 64},
        {"digest": "0" * 64},
    ],
)
def test_a_changed_entry_is_named(entries: list[Entry], change: dict[str, object]) -> None:
    entries[1] = replace(entries[1], **change)
    with pytest.raises(ContractBroken, match="entry 2"):
        verify_chain(entries)


def test_a_missing_a_moved_and_an_inserted_entry_are_named(entries: list[Entry]) -> None:
    one, two, three = entries
    with pytest.raises(ContractBroken, match="entry 2"):
        verify_chain([one, three])
    with pytest.raises(ContractBroken, match="entry 1"):
        verify_chain([two, one, three])
    with pytest.raises(ContractBroken, match="entry 3"):
        verify_chain([one, two, reserve([], "a" * 64, 5, DAY), three])


def test_a_changed_entry_cannot_be_hidden_by_hashing_it_again(entries: list[Entry]) -> None:
    cheaper = reserve(entries[:1], entries[1].wave, 1, entries[1].day)
    with pytest.raises(ContractBroken, match="entry 3"):
        verify_chain([entries[0], cheaper, entries[2]])


def test_a_wave_is_charged_once(entries: list[Entry]) -> None:
    with pytest.raises(ContractBroken, match="already"):
        reserve(entries, entries[0].wave, 100, DAY)


def test_a_charge_counts_for_a_year_from_its_day(entries: list[Entry]) -> None:
    assert spent(entries, DAY + timedelta(days=90)) == 600
    assert spent(entries, DAY + timedelta(days=364)) == 600
    assert spent(entries, DAY + timedelta(days=365)) == 300
    assert spent(entries, DAY + timedelta(days=455)) == 0


def test_a_wave_that_was_only_reserved_counts_as_spent(entries: list[Entry]) -> None:
    assert {entry.state for entry in entries} == {"reserved"}
    assert spent(entries, DAY) == 600


def test_the_cap_refuses_what_goes_over_it_and_names_the_day(entries: list[Entry]) -> None:
    check_cap(entries, 400, DAY + timedelta(days=90), cap=1_000)
    with pytest.raises(BudgetExceeded) as refused:
        check_cap(entries, 401, DAY + timedelta(days=90), cap=1_000)
    text = str(refused.value)
    assert "rho 0.000401" in text
    assert "rho 0.001 " in text
    assert "rho 0.0006 " in text
    assert "2027-01-31" in text
    check_cap(entries, 401, date(2027, 1, 31), cap=1_000)
    with pytest.raises(BudgetExceeded):
        check_cap(entries, 401, date(2027, 1, 30), cap=1_000)


def test_the_first_day_is_the_first_on_which_enough_has_lapsed(entries: list[Entry]) -> None:
    assert first_day(entries, 1_000, DAY, cap=1_000) == DAY + timedelta(days=455)
    assert first_day(entries, 700, DAY, cap=1_000) == DAY + timedelta(days=365)
    assert first_day(entries, 400, DAY, cap=1_000) == DAY
    assert first_day(entries, 1_001, DAY, cap=1_000) is None


def test_a_wave_over_the_cap_by_itself_is_told_so() -> None:
    with pytest.raises(BudgetExceeded, match="by itself"):
        check_cap([], 2, DAY, cap=1)


def test_the_default_cap_is_epsilon_8_at_a_millionth() -> None:
    cap = micro_rho_for(8, 1e-6)
    check_cap([], cap, DAY)
    with pytest.raises(BudgetExceeded, match="epsilon 8"):
        check_cap(ledger((1, DAY)), cap, DAY)


def test_quarterly_waves_at_epsilon_3_fit_the_default_cap_and_monthly_ones_do_not() -> None:
    loss = micro_rho_for(3, 1e-6)
    days = [DAY + timedelta(days=91 * quarter) for quarter in range(4)]
    check_cap(ledger(*((loss, day) for day in days)), loss, DAY + timedelta(days=365))
    with pytest.raises(BudgetExceeded):
        check_cap(ledger(*((loss, DAY) for _ in range(6))), loss, DAY)
