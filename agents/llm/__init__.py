"""The model reasoner: a model chooses and words what the playbook offers; code rebuilds everything else."""
