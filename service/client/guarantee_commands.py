"""``sottovoce guarantee``: recompute what a wave promises, step by step, from its contract alone."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from privacy.contract import Manifest, Pairing, Policy
from privacy.errors import Invalid, Problem
from privacy.guarantee import guarantee_of
from privacy.manifest_reader import read_manifest
from privacy.mechanism import MICRO
from privacy.pairing import check_pairing
from privacy.plan import Design, check_policy, design_of, make_policy
from privacy.release import verify_release
from privacy.survey import Attribute, Option, Question

guarantee_app = typer.Typer(
    help="Recompute what a wave promises, from its contract alone.",
    invoke_without_command=True,
    subcommand_metavar="",
    context_settings={"allow_interspersed_args": True},
)


@guarantee_app.callback()
def guarantee(
    manifest: Annotated[
        Path | None,
        typer.Argument(help="A wave's contract, as GET /waves/{wave}/manifest gives it; else an example."),
    ] = None,
    release: Annotated[Path | None, typer.Option(help="The wave's release: check it against both.")] = None,
) -> None:
    """Print every step from the multipliers to the chance of a right guess."""
    if manifest is None:
        if release is not None:
            message, remedy = "a release is checked against its contract", "name the manifest's file too"
            raise Invalid([Problem("manifest-needed", "manifest", message, remedy)])
        pairing = None
        policy, design = _example()
        typer.echo("Example: seven five-point items, a department of five levels, a tenure of three")
    else:
        contract = read_manifest(manifest.read_bytes())
        check_policy(contract)
        check_pairing(contract)
        policy, pairing = contract.policy, contract.pairing
        design = design_of(contract.questions, contract.attributes, policy)
        typer.echo(f"Wave {contract.wave.hex()}\n{_title(contract)}, {contract.invited} invited")
    typer.echo("\n".join(_steps(policy, design, pairing)))
    if manifest is not None and release is not None:
        verify_release(release.read_bytes(), contract)
        typer.echo("The release is signed by the key of the contract and states the same.")


def _title(manifest: Manifest) -> str:
    return manifest.title.get("en") or next(iter(manifest.title.values()))


def _steps(policy: Policy, design: Design, pairing: Pairing | None) -> Iterator[str]:
    weights = policy.weights
    counts = sum(weight**2 for weight in weights.counts)
    tables = sum(weight**2 for weight in weights.tables)
    norms = [embedding.norm for embedding in design.embeddings]
    answers = sum(own**2 * norm for own, norm in zip(weights.questions, norms, strict=True))
    found = guarantee_of(design, policy)
    whole = guarantee_of(design, policy, pairing)
    yield ""
    yield f"One response is in one group of each of {len(design.tables)} tables; what it adds, squared:"
    yield f"  counts     {_squares((weight, 1) for weight in weights.counts)} = {counts}"
    yield f"  tables     {_squares((weight, 1) for weight in weights.tables)} = {tables}"
    yield f"  questions  {_squares(zip(weights.questions, norms, strict=True))} = {answers}"
    yield f"  d2         {counts} + {tables} * {answers} = {design.d2}"
    yield f"  d2_answers {design.d2_answers}, the farthest that two responses can be apart"
    yield f"  rho        {policy.micro_rho / MICRO:g} (presence), {found['answers']['rho']:g} (answers)"
    yield f"  sigma      (isqrt(d2) + 1) / sqrt(2 rho) = {design.sigma}"
    yield f"  epsilon    {policy.epsilon_presence:g} (presence), {policy.epsilon_answers:g} (answers)"
    yield f"  delta      {found['presence']['delta']:g} (presence), {found['answers']['delta']:g} (answers)"
    yield ""
    if pairing is not None:
        yield "Some answers are compared with those to another wave (pairing), which is charged as well:"
        yield (
            f"  rho        {policy.micro_rho / MICRO:g} + 2 * {pairing.links} * "
            f"{pairing.link_micro_rho / MICRO:g} = {whole['presence']['rho']:g} (presence), "
            f"{whole['answers']['rho']:g} (answers)"
        )
        yield f"  epsilon    {pairing.epsilon_presence:g} (presence), {pairing.epsilon_answers:g} (answers)"
        delta = whole["presence"]["delta"], whole["answers"]["delta"]
        yield f"  delta      {delta[0]:g} (presence), {delta[1]:g} (answers)"
        yield ""
    yield f"{whole['presence']['words']}"
    yield f"{whole['answers']['words']}"
    yield (
        f"A group is shown if at least {policy.k} people are in it, and its noisy count is at least "
        f"{policy.k} plus {design.z:g} standard errors."
    )


def _squares(terms: Iterable[tuple[int, int]]) -> str:
    """``3 * 20^2 * 2500 + 7^2``: what is the same stands once, with how often it is there."""
    parts = []
    for (weight, norm), times in Counter(terms).items():
        often, length = f"{times} * " if times > 1 else "", f" * {norm}" if norm > 1 else ""
        parts.append(f"{often}{weight}^2{length}")
    return " + ".join(parts) or "0"


def _example() -> tuple[Policy, Design]:
    levels = tuple(Option(str(place), {"en": str(place)}) for place in range(5))
    items = [Question(f"q{place}", "scale", {"en": "x"}, levels, ("3", "4")) for place in range(7)]
    groups = [Attribute("department", {"en": "x"}, levels), Attribute("tenure", {"en": "x"}, levels[:3])]
    policy = make_policy(items, groups, [("department",), ("tenure",)], epsilon=3, k=5, comment_k=10)
    return policy, design_of(items, groups, policy)
