"""An identity provider on the loopback: it signs whoever it is told to, and checks PKCE as real ones do."""

import hashlib
import hmac
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

CLIENT = "revloop-here"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class IdentityProvider:
    """What it is, and whom it signs next."""

    issuer: str = ""
    claims: dict[str, object] = field(default_factory=dict)
    """Said instead of what is true."""
    key: Any = KEY
    algorithm: str = "RS256"
    kid: str = "k1"
    challenge: str = ""
    asked: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.issuer.rpartition(":")[2])

    def authorized(self, query: dict[str, list[str]], address: str) -> str:
        """Sign somebody in, as its page would, and give the code."""
        now = datetime.now(UTC)
        self.challenge = query["code_challenge"][0]
        self.claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "s-1", "iat": now, "exp": now + timedelta(minutes=5),
            "nonce": query["nonce"][0], "email": address, "email_verified": True,
        } | self.claims  # fmt: skip
        return "code-1"

    def answer(self, path: str, form: dict[str, list[str]]) -> tuple[int, dict[str, object]]:
        """Answer one request."""
        self.asked.append(path)
        if path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return 200, {
                "issuer": self.issuer,
                **{name: f"{self.issuer}/{at}" for name, at in places.items()},
            }
        if path == "/keys":
            public = RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
            return 200, {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]}
        verifier = form["code_verifier"][0].encode()
        challenge = urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=").decode()
        if challenge != self.challenge or form["code"] != ["code-1"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self._signed()}

    def _signed(self) -> str:
        if self.algorithm == "HS256":
            return self._signed_with_a_public_key()
        return jwt.encode(self.claims, self.key, algorithm=self.algorithm, headers={"kid": self.kid})

    def _signed_with_a_public_key(self) -> str:
        """Use what everybody knows as if it were a secret, which no library would."""
        head = {"alg": "HS256", "typ": "JWT", "kid": self.kid}
        unsigned = jwt.encode(self.claims, "", algorithm="none").split(".")[1]
        content = f"{_plain(json.dumps(head).encode())}.{unsigned}"
        return f"{content}.{_plain(hmac.digest(self.key, content.encode(), hashlib.sha256))}"


def _plain(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def provider() -> Generator[IdentityProvider, None, None]:
    """Serve one."""
    found = IdentityProvider()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(*found.answer(self.path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            self._send(*found.answer(self.path, parse_qs(body)))

        def _send(self, status: int, told: dict[str, object]) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it overrides
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    found.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
