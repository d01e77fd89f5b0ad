"""What may be done: policy, verdict, approval and the lifecycle of an action."""
