"""Faults in the life of a wave: the ledger, the plan, tokens, and what the tally and the service do once."""

from tests.faults.fault import Edit, Fault, fault

BOARD = """with reading(context.box) as tx:
            found = store.find_wave(tx, _wave(wave))
        closed = closed_box(found)"""
LIVE_BOARD = (
    """with reading(context.box) as tx:
            from sqlalchemy import text

            number = tx.connection().execute(text("SELECT count(*) FROM response")).scalar_one()
        return BoardModel(wave=wave, responses=number, root="", issued=0, invited=1)
        """
    + BOARD
)

FAULTS = (
    Fault(
        "a fresh draw each time the tally is run",
        (
            Edit(
                "service/tally/run.py",
                "draw = _stored_draw(tally, wave)\n",
                "draw = None\n",
            ),
            Edit(
                "service/store/releases.py",
                'if wave.state != "closed" or tx.get(DrawRow, wave_id) is not None:',
                'if wave.state != "closed":',
            ),
            Edit(
                "service/store/releases.py",
                "tx.add(DrawRow(wave_id=wave_id, content=content))",
                "tx.merge(DrawRow(wave_id=wave_id, content=content))",
            ),
        ),
        (
            "tests/integration/tally/test_published_once.py::"
            "test_a_stored_draw_is_published_without_opening_a_response_again[sqlite]",
        ),
    ),
    fault(
        "a count of responses while the wave is open",
        "service/collector/routes.py",
        BOARD,
        LIVE_BOARD,
        "tests/integration/collector/test_closing.py::"
        "test_there_is_no_board_and_no_proof_before_the_close[sqlite]",
    ),
    fault(
        "a cap that is compared the wrong way round",
        "privacy/ledger.py",
        "if used + micro_rho <= cap:",
        "if used + micro_rho >= cap:",
        "tests/unit/privacy/test_ledger.py::test_the_cap_refuses_what_goes_over_it_and_names_the_day",
    ),
    fault(
        "a wave that is not entered in the ledger",
        "service/surveys/lifecycle.py",
        "        ledger.reserve(tx, row.id, wave, cost, day)\n",
        "",
        "tests/integration/staff/test_ledger.py::test_the_cap_refuses_an_opening_and_names_the_day[sqlite]",
    ),
    fault(
        "a year that is half a year",
        "privacy/ledger.py",
        "YEAR = timedelta(days=365)",
        "YEAR = timedelta(days=182)",
        "tests/unit/privacy/test_ledger.py::test_a_charge_counts_for_a_year_from_its_day",
    ),
    fault(
        "a roster below k that is planned all the same",
        "privacy/planner.py",
        "if invited < wishes.k and not wishes.allow_empty:",
        "if invited < 1 and not wishes.allow_empty:",
        "tests/unit/privacy/test_planner.py::test_what_cannot_be_planned_is_named_with_its_place",
    ),
    Fault(
        "a term that can be changed after the wave has opened",
        (
            Edit(
                "service/surveys/drafts.py",
                '        check_draft(row, "changed")\n',
                "",
            ),
            Edit(
                "service/store/waves.py",
                '_step(tx, row, "draft", values or {"state": "draft"}, "changed")',
                '_step(tx, row, row.state, values, "changed")',
            ),
        ),
        ("tests/attack/test_broken_promises.py::test_no_term_of_a_wave_changes_once_it_has_opened[sqlite]",),
    ),
    fault(
        "a token that any pseudonym can use",
        "privacy/sealing.py",
        "token[2:34] != nonce_of(wave, public_key) or token[34:66] != wave",
        "token[34:66] != wave",
        "tests/unit/privacy/test_sealing.py::test_every_refusal_reads_the_same",
    ),
    fault(
        "a plan whose waves are held against the cap one by one",
        "service/surveys/plan_room.py",
        'before.append(Entry("", cost.micro_rho, cost.day, "reserved", "", ""))',
        "before.clear()",
        "tests/unit/service/surveys/test_plan_room.py::test_a_plan_fits_exactly_if_every_wave_could_be_opened",
    ),
    fault(
        "an outside figure about four people",
        "service/programs/outside_figures.py",
        'if figure["people"] < K:',
        'if figure["people"] < K - 1:',
        "tests/integration/programs/test_outside_figures.py::"
        "test_a_figure_that_is_none_or_about_too_few_people_is_refused_and_changes_nothing[sqlite]",
    ),
)
