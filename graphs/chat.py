"""The conversation: understand → answer → remember, one thread per person and name, resumed by any process."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import StreamWriter

from graphs.commands import Desk
from graphs.conversing.answers import Answer
from graphs.conversing.saying import Telling, Write, both
from graphs.conversing.talking import Talk
from graphs.nodes import chatting
from state.canonical import Json
from state.ids import ThreadId, stable_id
from state.principal import Principal

Chat = CompiledStateGraph[Any, Any, Any, Any]
DEFAULT = "main"


def build_chat(
    whose: Callable[[], AbstractContextManager[Talk]], saver: BaseCheckpointSaver[str] | None = None
) -> Chat:
    """Wire a conversation; `whose` says at every utterance who speaks."""

    def answer(state: chatting.AnswerInput, writer: StreamWriter) -> dict[str, object]:
        with whose() as talk:
            telling = Telling(both(talk.telling.write, writer))
            return chatting.answer(replace(talk, telling=telling), state)

    graph = StateGraph(chatting.ChatState, input_schema=chatting.ChatInput)
    graph.add_node("understand", chatting.understand, input_schema=chatting.UnderstandInput)
    graph.add_node("answer", answer, input_schema=chatting.AnswerInput)
    graph.add_node("remember", chatting.remember, input_schema=chatting.RememberInput)
    graph.add_edge(START, "understand")
    graph.add_edge("understand", "answer")
    graph.add_edge("answer", "remember")
    graph.add_edge("remember", END)
    return graph.compile(checkpointer=saver)


def thread_of(principal: Principal, name: str = DEFAULT) -> ThreadId:
    """Name the thread of a person's conversation; nobody reaches another's."""
    return ThreadId(stable_id("th", principal.tenant, principal.user, "chat", name))


@dataclass(frozen=True)
class Conversation:
    """One person's conversation in this process."""

    desk: Desk
    principal: Principal
    saver: BaseCheckpointSaver[str]
    name: str = DEFAULT
    _graph: list[Chat] = field(default_factory=list)
    _heard: list[Write] = field(default_factory=list)
    """Who listens to the utterance under way."""

    @property
    def graph(self) -> Chat:
        """The compiled graph, made at the first utterance."""
        if not self._graph:
            self._graph.append(build_chat(self._talk, self.saver))
        return self._graph[0]

    def _talk(self) -> AbstractContextManager[Talk]:
        self.desk.runner.parts.tenancy.refresh(self.principal.tenant)
        telling = Telling(self._heard[0]) if self._heard else Telling()
        return nullcontext(Talk(self.desk, self.principal, telling))

    @property
    def config(self) -> RunnableConfig:
        """The thread of this conversation."""
        return RunnableConfig(configurable={"thread_id": thread_of(self.principal, self.name)})

    def say(self, text: str) -> tuple[Answer, ...]:
        """Say one thing and get the answers."""
        heard: list[dict[str, Json]] = []
        self.tell(text, heard.append)
        return tuple(Answer.model_validate(one["answer"]) for one in heard if one["kind"] == "answer")

    def tell(self, text: str, hear: Write) -> None:
        """Say one thing and hear what is told while it is answered. Shape: pieces as in `conversing.saying`.

        Invariant: the graph runs on the calling thread; streaming by the graph itself would take it to another.
        """
        known = self.graph.get_state(self.config).values.get("messages", [])
        last = str(known[-1].id) if known else ""
        said = HumanMessage(
            content=text, id=stable_id("ms", thread_of(self.principal, self.name), last, text)
        )
        self._heard[:] = [hear]
        self.graph.invoke({"messages": [said]}, self.config, durability="sync")

    def memory(self) -> dict[str, object]:
        """Say what is remembered now."""
        return dict(self.graph.get_state(self.config).values.get("memory") or {})
