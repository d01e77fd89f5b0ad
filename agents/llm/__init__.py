"""The model reasoner: a model chooses and words what the playbook offers; code rebuilds everything else."""

from agents.llm.prompts import Prompts, load_prompts
from agents.llm.reasoner import ModelReasoner

__all__ = ["ModelReasoner", "Prompts", "load_prompts"]
