"""Faults in conversations: who reads what when, what is kept of a draw, and what a quote needs."""

from tests.faults.fault import fault

INBOX = "tests/integration/feedback/test_inbox.py"
SENDERS = "tests/integration/feedback/test_senders.py"
MESSAGES = "tests/unit/privacy/test_messages.py"
OPENINGS = "tests/unit/privacy/test_conversation.py"
STATISTICS = "tests/unit/privacy/test_feedback_statistics.py"

FAULTS = (
    fault(
        "one key for both directions, so that the server can turn a message around",
        "privacy/messages.py",
        "_MESSAGE_LABEL + side.encode()",
        "_MESSAGE_LABEL",
        f"{MESSAGES}::test_neither_side_another_conversation_nor_another_key_opens_it",
    ),
    fault(
        "an opening that is taken whatever does not hold",
        "privacy/conversation.py",
        "        raise Refused(REFUSAL) from None\n    return Opening(",
        "        pass\n    return Opening(",
        f"{OPENINGS}::test_an_opening_with_any_bit_changed_is_refused_with_one_text",
    ),
    fault(
        "a locator is enough to read a conversation",
        "service/feedback/sending.py",
        "if row is None or not holds:",
        "if row is None:",
        f"{SENDERS}::test_wrong_codes_get_one_answer_and_right_ones_are_served_after_many[sqlite]",
    ),
    fault(
        "a deleted conversation leaves its notes",
        "service/store/conversations.py",
        "            delete(NoteRow).where(col(NoteRow.conversation).in_(part)),\n",
        "",
        f"{INBOX}::test_after_deletion_no_row_is_left[sqlite-sender]",
    ),
    fault(
        "handlers see a message before it is let out",
        "service/feedback/handling.py",
        "            if message.from_handlers or message.day <= latest\n",
        "",
        f"{INBOX}::test_what_is_not_let_out_yet_is_nowhere_in_the_inbox[sqlite]",
    ),
    fault(
        "a handler of another channel reads a conversation",
        "service/feedback/handling.py",
        "    if row is None or row.day > latest or not channels.is_handler(tx, row.channel, user_id):",
        "    if row is None or row.day > latest:",
        f"{INBOX}::test_somebody_else_of_staff_sees_and_does_nothing[sqlite]",
    ),
    fault(
        "a draw that is kept under the pass's own digest",
        "service/store/passes.py",
        "return hashlib.sha256(_DRAW_LABEL + period",
        "return pass_digest(code) or hashlib.sha256(_DRAW_LABEL + period",
        "tests/integration/feedback/test_tokens.py::test_no_code_and_nobody_stands_beside_a_draw[sqlite]",
    ),
    fault(
        "statistics for one conversation and not for one person",
        "privacy/feedback_statistics.py",
        "return HISTOGRAMS * self.conversations**2",
        "return HISTOGRAMS * self.conversations",
        f"{STATISTICS}::test_one_person_changes_the_counts_by_no_more_than_is_charged",
    ),
)
