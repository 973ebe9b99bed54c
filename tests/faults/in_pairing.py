"""Faults in carrying a wave's answers over to a later one: what is kept, how often it is used, how long."""

from tests.faults.fault import fault

CARRYING = "tests/integration/tally/test_carrying.py"
CODES = "tests/attack/test_program_codes.py"

FAULTS = (
    fault(
        "what is kept is used by two later waves",
        "service/tally/carrying.py",
        "if kept.records is not None and not carried.forget(tx, kept.wave_id):",
        "if kept.records is not None and not carried.kept(tx, kept.wave_id):",
        f"{CARRYING}::test_what_is_kept_is_used_once_even_if_it_was_promised_twice[sqlite]",
    ),
    fault(
        "what is kept stands in the order of the board",
        "privacy/carrying.py",
        "filled[order].tobytes()",
        "filled.tobytes()",
        f"{CODES}::test_what_is_kept_tells_whoever_opens_it_no_more_than_tags_and_answers[sqlite]",
    ),
    fault(
        "what is kept is as long as so many people used a code",
        "privacy/carrying.py",
        "filled = np.zeros((responses, records.shape[1]), dtype=np.uint8)",
        "filled = np.zeros((len(records), records.shape[1]), dtype=np.uint8)",
        f"{CODES}::test_what_is_kept_tells_whoever_opens_it_no_more_than_tags_and_answers[sqlite]",
    ),
    fault(
        "a key that outlives what it opens",
        "service/tally/run.py",
        '        tally.carrier.forget_earlier(read_manifest(row.manifest or b"", row.wave))\n',
        "",
        f"{CODES}::test_no_code_or_tag_or_key_is_in_any_byte_and_nothing_is_left[sqlite]",
    ),
    fault(
        "a draw without what is kept beside it",
        "service/tally/run.py",
        "            carrier.keep(tx, wave.id, contract, opened.records, opened.responses)\n",
        "",
        f"{CARRYING}::test_what_is_kept_is_deleted_with_the_draw_that_it_is_in[sqlite]",
    ),
    fault(
        "what is kept is used after its time",
        "service/tally/carrying.py",
        "if until <= self.clock():",
        "if until > self.clock() and not row.manifest:",
        "tests/integration/tally/test_pairing.py::test_what_is_over_and_not_yet_forgotten_is_not_used[sqlite]",
    ),
    fault(
        "a pairing that the ledger does not charge",
        "service/surveys/lifecycle.py",
        "cost = today(context.clock), manifest.micro_rho",
        "cost = today(context.clock), manifest.policy.micro_rho",
        "tests/integration/programs/test_paired_drafts.py::"
        "test_a_paired_wave_promises_what_its_draft_showed_and_is_charged_for_it[sqlite]",
    ),
    fault(
        "a tally that takes the ledger's word for a pairing",
        "service/tally/contract.py",
        "if reserved != [manifest.micro_rho]:",
        "if reserved not in ([manifest.micro_rho], [manifest.policy.micro_rho]):",
        f"{CARRYING}::test_the_ledger_must_have_charged_the_pairing[sqlite]",
    ),
    fault(
        "an earlier wave that two drafts are paired with",
        "service/surveys/pairing_terms.py",
        "if other.id != wave.id]",
        "if other.id == wave.id]",
        "tests/integration/programs/test_paired_drafts.py::"
        "test_what_cannot_be_paired_is_refused_by_its_name[sqlite]",
    ),
)
