"""`revloop policy prove|diff`: what no request can bring a policy to allow, and what a change lets through."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from server.cli.options import PLAIN, Options
from server.cli.policy import meant, paths_of

if TYPE_CHECKING:
    from state.governance.proving.difference import Difference
    from state.governance.proving.laws import Proof


def prove(
    path: Annotated[
        str | None, Parameter(help="A policy file or a folder; else the policy in force.")
    ] = None,
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Prove the laws of a policy for every request there could be; exits 1 when one is broken."""
    from server.cli.printing import print_json, show
    from state.governance.exempting import on_day
    from state.governance.proving.laws import proven_everywhere

    policy = meant(path, common)
    proofs = proven_everywhere(on_day(policy.layers))
    broken = sum(1 for proof in proofs if not proof.holds)
    if common.json:
        print_json({"policy": policy.name, "laws": [_proof_as_json(one) for one in proofs]})
    else:
        from server.render.policy import proofs_page

        show(proofs_page(proofs, policy.name))
    return 1 if broken else 0


def _proof_as_json(proof: "Proof") -> dict[str, object]:
    exception = proof.exception
    return {
        "law": proof.law,
        "sentence": proof.sentence,
        "layer": proof.where,
        "holds": proof.holds,
        "request": list(exception.request) if exception else [],
        "answers": list(exception.answers) if exception else [],
        "remedy": "" if proof.holds else proof.remedy,
    }


def diff(
    old: Annotated[str, Parameter(help="The policy in use: a file or a folder.")],
    new: Annotated[str, Parameter(help="The policy to compare with it: a file or a folder.")],
    /,
    *,
    common: Options = PLAIN,
) -> int:
    """Say whether the new policy allows anything that the old one did not; exits 1 when it does."""
    from server.cli.printing import print_json, show
    from state.governance.exempting import on_day
    from state.governance.proving.difference import difference
    from tools.policies import load_layers

    before, after = (on_day(load_layers(paths_of(one, common))) for one in (old, new))
    found = difference(before, after)
    if common.json:
        print_json(_difference_as_json(found))
    else:
        from server.render.policy import difference_page

        show(difference_page(found))
    return 1 if found.is_wider else 0


def _difference_as_json(found: "Difference") -> dict[str, object]:
    return {
        "wider": found.is_wider,
        "same": found.is_same,
        "allows_more": [
            {"request": list(one.request), "before": one.before, "after": one.after, "scope": one.scope}
            for one in found.wider
        ],
        "allows_less": [
            {"request": list(one.request), "before": one.before, "after": one.after, "scope": one.scope}
            for one in found.narrower
        ],
        "looser_limits": list(found.wider_limits),
        "tighter_limits": list(found.narrower_limits),
        "rules": list(found.rules),
    }
