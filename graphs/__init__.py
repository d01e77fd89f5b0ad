"""Wiring only: channels, nodes, routes and the bootstrap that chooses adapters.

Strict msgpack is switched on here, before anything of ours imports LangGraph; `graphs.checkpoint` refuses without it.
"""

import os

os.environ.setdefault(  # noqa: TID251 - the library reads it at import
    "LANGGRAPH_STRICT_MSGPACK", "true"
)
