"""How precise a month's statistics of conversations are, and how often a number is shown.

    python benchmarks/feedback_statistics.py

Prints, for one, three and five conversations that a person may open and epsilon 0.5, 1 and 2 a month, the
90 % margin of a number, the smallest true number that is shown in nine of ten months, and how much of a
year's cap of epsilon 8 twelve such months take.
"""

from privacy.feedback_statistics import DELTA, K, Terms
from privacy.intervals import Z
from privacy.ledger import CAP_EPSILON
from privacy.mechanism import micro_rho_for

_SHOWN = 1.2815515655446004  # nine of ten, standard normal


def main() -> None:
    """Print the table."""
    cap = micro_rho_for(CAP_EPSILON, DELTA)
    print("conversations  epsilon  margin  shown from  share of a year's cap")
    for conversations in (1, 3, 4, 6):
        for epsilon in (0.5, 1.0, 2.0):
            terms = Terms("2026-11", micro_rho_for(epsilon, DELTA), conversations)
            least = max(K + terms.margin, 2 * terms.margin) + _SHOWN * terms.margin / Z
            share = 12 * terms.micro_rho / cap
            print(f"{conversations:13} {epsilon:8} {terms.margin:7.0f} {least:11.0f} {share:21.0%}")


if __name__ == "__main__":
    main()
