"""Learning never widens: over random policies for every request, and over streams of decisions; a mutant does."""

from evals.redteam.learning import proved, streamed


def test_generated_policies_keep_every_law_and_refute_an_unclamped_confidence() -> None:
    found = proved(4)
    assert (found.policies, found.refuted) == (5, ())
    assert found.mutants >= 2


def test_no_stream_of_decisions_widens_what_is_allowed_but_an_unclamped_one_would() -> None:
    run = streamed(1000, over=3)
    assert (run.streams, run.widened) == (1000, 0)
    assert run.mutants >= 50
