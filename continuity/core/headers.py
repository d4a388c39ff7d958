"""The security headers of every answer, shared by Django and the router in front of it."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings

SECURITY_HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

# A picture that is opened by itself is a page of its own: it may load nothing and run nothing.
OF_PICTURES = "default-src 'none'; sandbox"


def on_file(headers: Any, path: str, url: str) -> None:
    """Give a static file its policy, where it is one that browsers treat as a page."""
    if path.endswith(".svg"):
        headers["Content-Security-Policy"] = OF_PICTURES


def content_security_policy() -> str:
    """The policy of `settings.CONTENT_SECURITY_POLICY` as one header line."""
    directives: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def router_headers() -> Iterator[tuple[bytes, bytes]]:
    """All security headers as an ASGI answer carries them."""
    named = {**SECURITY_HEADERS, "Content-Security-Policy": content_security_policy()}
    if settings.SECURE_HSTS_SECONDS:
        named["Strict-Transport-Security"] = (
            f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload"
        )
    for name, value in named.items():
        yield name.lower().encode(), value.encode()
