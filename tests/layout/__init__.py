"""The rules of STYLE and AGENTS.md as lints, each seen to fail on a planted fault."""
