"""The names this portal answers to: a page elsewhere may point its own name at our address."""

from functools import lru_cache

from django.conf import settings
from django.http.request import split_domain_port, validate_host

LONGEST = 255  # bytes of a host (RFC 1035, 2.3.4)


def is_our_name(host: bytes) -> bool:
    """Whether a Host header names this portal."""
    return len(host) <= LONGEST and _is_ours(host, tuple(settings.ALLOWED_HOSTS))


@lru_cache(maxsize=256)
def _is_ours(host: bytes, allowed: tuple[str, ...]) -> bool:
    domain, _ = split_domain_port(host.decode("latin-1"))
    return bool(domain) and validate_host(domain, allowed)
