"""What people call the server when a proxy stands before it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from storyboard.errors import UsageError

_PORTS = {"http": 80, "https": 443}
_HINT = "give it as people type it: https://review.studio.example"


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """Scheme, host and port, as people reach them.

    >>> PublicUrl.parse("https://Review.Studio.example/").origin
    'https://review.studio.example'
    """

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> PublicUrl:
        """One that a person wrote.

        Raises:
            UsageError: it is no such URL, or has more than these three.
        """
        try:
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError:
            raise UsageError(f"{text!r} is not a URL", _HINT) from None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UsageError(f"{text!r} is not the URL of a server", _HINT)
        if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
            raise UsageError(f"{text!r} has more than a scheme, a host and a port", _HINT)
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme])

    @property
    def is_secure(self) -> bool:
        """Whether it is https."""
        return self.scheme == "https"

    @property
    def origin(self) -> str:
        """As browsers write it: without a port that goes without saying."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")

    def is_host(self, header: str) -> bool:
        """Whether a `Host` header names it."""
        host = self.origin.partition("://")[2]
        header = header.lower()
        return header in {host, f"{host}:{self.port}"}
