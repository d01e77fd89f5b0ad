"""Where a run goes next; each route reads channels only."""

from langgraph.types import Send

from graphs.channels import LoopState

MOST_READS = 2


def after_plan(state: LoopState) -> str:
    """Send a data request back through the gateway, at most twice."""
    if state["plan_kind"] == "data_request" and state["reads"] < MOST_READS:
        return "fetch"
    return "criticize"


def branch_out(state: LoopState) -> list[Send] | str:
    """Each proposal goes its own way: run, ask a person, or wait for the question."""
    branches = state["branches"]
    request = state["request"]
    sends = [
        Send("decide", {"request": request, "action": one["action"], "card": one["card"]})
        for one in branches["ask_approval"]
    ]
    if branches["run_now"]:
        sends.append(Send("execute", {"request": request, "actions": branches["run_now"]}))
    question = branches["question"]
    if question is not None:
        opened = [str(one["action"]) for one in branches["ask_approval"]] + branches["run_now"]
        sends.append(
            Send(
                "ask",
                {
                    "request": request,
                    "question": question["question"],
                    "card": question["card"],
                    "iteration": state["iteration"] + 1,
                    "opened": [*state["opened"], *opened],
                },
            )
        )
    return sends or "observe"
