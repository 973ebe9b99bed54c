"""Faults in pulses that run themselves: dates decided twice, letters sent twice, what tells who answered."""

from tests.faults.fault import Edit, Fault, fault

LETTERS = "tests/integration/distribution/test_letters.py"
ISSUED = (
    "tests/attack/test_issued_flags.py::"
    "test_issued_flags_are_all_there_is_and_they_go_when_a_wave_closes[sqlite]"
)
REMINDED = f"{LETTERS}::test_a_reminder_goes_to_whoever_has_not_drawn_and_wants_some[sqlite]"
DRAWN_WAVES = "tests/integration/staff/test_drawn_waves.py"
FORGED = "tests/integration/distribution/test_bounces.py"
ROUNDS = "service/store/mail_rounds.py"

FAULTS = (
    fault(
        "a reminder to who has drawn a token",
        ROUNDS,
        "        wanted = tuple(one for one in wanted if one.digest not in drawn)\n",
        "",
        REMINDED,
    ),
    fault(
        "a reminder to who wants none",
        "service/distribution/post.py",
        "if row.number == 0 or not hand.silent_is(one)]",
        "if row.number >= 0 or not hand.silent_is(one)]",
        REMINDED,
    ),
    Fault(
        "letters that are claimed after they were sent",
        (
            Edit(
                ROUNDS,
                'values = {"claimed": start + len(digests)} if digests',
                'values = {"claimed": start} if digests',
            ),
            Edit(
                ROUNDS,
                'values = {"settled": settled, **counts}',
                'values = {"settled": settled, "claimed": settled, **counts}',
            ),
        ),
        (f"{LETTERS}::test_a_process_that_stops_between_claim_and_letter_leaves_ten_in_doubt[sqlite]",),
    ),
    fault(
        "how many letters a reminder had is kept",
        ROUNDS,
        'counts = {"sent": sent, "refused": refused} if number == 0 else {}',
        'counts = {"sent": sent, "refused": refused}',
        REMINDED,
    ),
    fault(
        "an invitation that is kept to be tried again after the close",
        ROUNDS,
        'if waves.lock(tx, wave_id).state != "open":',
        'if waves.lock(tx, wave_id).state == "draft":',
        f"{LETTERS}::test_nothing_is_kept_to_be_tried_again_if_the_wave_closes_meanwhile[sqlite]",
    ),
    fault(
        "who drew a token is still known after the close",
        "service/store/invitations.py",
        "    tx.connection().execute(delete(IssuanceRow).where(col(IssuanceRow.wave_id) == wave_id))\n",
        "",
        ISSUED,
    ),
    fault(
        "a date that is decided without looking again under the lock",
        "service/distribution/conductor.py",
        "row = self._decided(tx, one, now) if _still_to_decide(tx, one) else None",
        "row = self._decided(tx, one, now)",
        "tests/integration/distribution/test_schedule_once.py::"
        "test_conductors_in_threads_decide_each_date_once[sqlite]",
    ),
    fault(
        "a draw that forgets who has waited longest",
        "service/distribution/rotation.py",
        "sorted((last_turn.get(person, _NEVER), person) for person in people",
        "sorted((_NEVER, person) for person in people",
        "tests/property/test_rotation.py::"
        "test_who_has_waited_longest_comes_first_and_who_is_left_out_goes_on_waiting",
    ),
    fault(
        "a wave that opens however late it is",
        "service/distribution/occurrences.py",
        "if 2 * late >= occurrence.closes_at - occurrence.opens_at:",
        "if late >= occurrence.closes_at - occurrence.opens_at:",
        "tests/unit/service/distribution/test_occurrences.py::"
        "test_after_downtime_a_wave_opens_until_half_of_its_time_is_over",
    ),
    fault(
        "people who are asked for enough are invited all the same",
        "service/surveys/lifecycle.py",
        "full = asked_too_much(tx, context, people, wave)",
        "full: set[str] = set()",
        f"{DRAWN_WAVES}::test_nobody_is_asked_for_more_than_the_load[sqlite]",
    ),
    fault(
        "the key of the letters outlives the wave",
        "service/surveys/lifecycle.py",
        "    mail_keys(context).destroy(wave)\n",
        "",
        f"{DRAWN_WAVES}::test_codes_of_letters_follow_from_a_key_that_goes_when_the_wave_closes[sqlite]",
    ),
    fault(
        "a forged report keeps letters from somebody",
        "service/distribution/bounces.py",
        'return marks.code(f"{nonce}|{address.lower()}")',
        "return marks.code(nonce)",
        f"{FORGED}::test_nobody_can_forge_a_report_and_one_of_a_reminder_is_not_believed[sqlite]",
    ),
    fault(
        "a reminder that came back tells whose token is not drawn",
        "service/distribution/post.py",
        "name = None if row.number else marked_name(self.marks, one.email)",
        "name = marked_name(self.marks, one.email)",
        f"{FORGED}::test_nobody_can_forge_a_report_and_one_of_a_reminder_is_not_believed[sqlite]",
    ),
)
