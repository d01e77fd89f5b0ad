"""Policy files: read them, and say everything that is wrong with them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from state.errors import InvalidInput, RevloopError
from state.governance.exempting import on_day
from state.governance.policy import Layer
from state.governance.review import PolicyFinding, reviewed
from tools.files import load_model


def policy_files(folder: Path) -> tuple[Path, ...]:
    """List the policy files of a folder by name.

    Raises: InvalidInput when there is none.
    """
    paths = tuple(sorted(folder.glob("*.yaml")))
    if not paths:
        raise InvalidInput(
            f"No policy file in {folder}.",
            field="policies",
            value=str(folder),
            remedy="Restore base.yaml, or leave the folder out to use the shipped one.",
        )
    return paths


def load_layers(paths: Sequence[Path]) -> tuple[Layer, ...]:
    """Read policy files in the order given.

    Raises: NotFound, InvalidInput naming file, field, value and remedy.
    """
    return tuple(load_model(path, Layer) for path in paths)


def check(paths: Sequence[Path]) -> tuple[PolicyFinding, ...]:
    """List everything wrong with policy files; how they fit together is reviewed once all can be read."""
    layers: list[Layer] = []
    findings: list[PolicyFinding] = []
    for path in paths:
        try:
            layers.append(load_model(path, Layer))
        except RevloopError as fault:
            problem = fault.message.removeprefix(f"{path} ")
            findings.append(PolicyFinding(path.name, fault.field, fault.value, problem, fault.remedy))
    if findings:
        return tuple(findings)
    names = {layer.title: path.name for layer, path in zip(layers, paths, strict=True)}
    return tuple(
        replace(finding, source=names.get(finding.source, finding.source)) for finding in wrong_with(layers)
    )


def wrong_with(layers: Sequence[Layer]) -> tuple[PolicyFinding, ...]:
    """List everything wrong with layers that can be read, the laws they break last."""
    found = reviewed(on_day(layers))
    if any(finding.is_error for finding in found):
        return found
    return (*found, *refuted(layers))


def refuted(layers: Sequence[Layer]) -> tuple[PolicyFinding, ...]:
    """List the laws that a policy breaks, each with a request that shows it, as things to mend."""
    from state.governance.proving.laws import proven_everywhere

    return tuple(
        PolicyFinding(
            source=proof.where or "policy",
            field=f"law {proof.law}",
            value="; ".join(proof.exception.request),
            problem=f"This is not so: {proof.sentence} {' '.join(proof.exception.answers)}",
            remedy=proof.remedy,
        )
        for proof in proven_everywhere(on_day(layers))
        if proof.exception is not None
    )
