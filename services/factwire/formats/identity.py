"""Which article this is, where its producer does not say: by its address, else by its words.

One article has many addresses (tracked, mobile, AMP, with and without ``www``); they are folded into one before they
are hashed. What is folded must never tell two articles apart, for then one would overwrite the other: parameters go
only if they are known to track, and an address that names a whole site names no article.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

LONGEST_ID: Final = 200
_LONGEST_ADDRESS: Final = 4096
_MOBILE: Final = frozenset({"www", "m", "mobile", "amp", "wap", "touch"})
"""First labels of a host under which the same pages are served again."""
_TRACKING: Final = re.compile(
    r"(?:utm|mtm|pk|hsa|oly|vero|itm|at|stm|mc|ml|ns|_hs|ga|cmpid|piwik)_\w*"
    r"|[a-z]{0,3}clid|_ga|_gl|igshid|igsh|mkt_tok|smid|smtyp|xtor|wt\.?(?:mc|zmc|tsrc)(?:_\w+)?|icid|ocid|cmp|cmpid|ito"
    r"|ncid|sref|soc_src|soc_trk|fb_(?:action_ids|action_types|source|ref)|ref_?src|ref_url|ref|referrer|referer|_branch_\w+"
    r"|spm|s_cid|ssr|guce_\w+|guccounter|taid|tpcc|src|source|share|shareToken|feature|campaign|campaign_id|partner|rss"
    r"|ftag|mod|reflink|feedtype|feedname|amp|_amp|amp_\w+|usqp|outputtype|mobile|nomobile|m",
    re.IGNORECASE,
)
"""Parameters that say how a reader came, or in which dress the page is shown; never what may be an id (``cid``)."""
_ESCAPE: Final = re.compile(r"%([0-9a-fA-F]{2})")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AMP_FILE: Final = re.compile(r"\.amp(\.html?)?$", re.IGNORECASE)
_AMP_CACHE: Final = re.compile(r"^/(?:amp|[avc])/(s/)?(?=[^/]+\.[^/]+/)")
_CANONICAL: Final = re.compile(r"<link\b[^>]{0,500}\brel\s*=\s*[\"']?canonical\b[^>]{0,2000}>", re.IGNORECASE)
_OG_URL: Final = re.compile(r"<meta\b[^>]{0,500}\bproperty\s*=\s*[\"']?og:url\b[^>]{0,2000}>", re.IGNORECASE)
_TARGET: Final = re.compile(r"\b(?:href|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_HEAD: Final = 200_000
"""Characters of a page in which its canonical address stands."""


def derive_id(payload: Mapping[str, Any]) -> str:
    """A stable id for an article that came without one: ``url:`` or ``text:`` and half a SHA-256."""
    for address in _addresses(payload):
        if folded := fold_address(address):
            return "url:" + _digest(folded)
    words = (str(payload.get(field) or "") for field in ("title", "summary", "body"))
    return "text:" + _digest("\x1f".join(words))


def named_id(name: str) -> str:
    """The id that a producer gave, which may be longer than ours can be."""
    return name if len(name) <= LONGEST_ID else "uri:" + _digest(name)


def fold_address(address: str) -> str | None:
    """One form of all the addresses of an article; None for what names none: no scheme, or a site's front page.

    Folding twice is folding once. It is made for comparing: it need not lead anywhere.
    """
    text = address.strip()
    if not text or len(text) > _LONGEST_ADDRESS:
        return None
    try:
        parts = _unwrapped(urlsplit(text))
        if parts.scheme in {"http", "https"}:
            return _folded(parts)
    except ValueError:
        return None
    return text if parts.scheme and len(parts.scheme) > 1 and (parts.path or parts.netloc) else None


def page_address(html: str) -> str | None:
    """What a page says its address is: ``<link rel=canonical>``, else ``og:url``, if that is absolute."""
    head = html[:_HEAD]
    for pattern in (_CANONICAL, _OG_URL):
        for tag in pattern.findall(head):
            found = _TARGET.search(tag)
            address = next(filter(None, found.groups()), "").strip().replace("&amp;", "&") if found else ""
            if address.lower().startswith(("http://", "https://")):
                return str(address)
    return None


def _addresses(payload: Mapping[str, Any]) -> Iterator[str]:
    for field in ("canonical_url", "url"):
        if isinstance(address := payload.get(field), str):
            yield address
    body = payload.get("body")
    if payload.get("body_format") == "html" and isinstance(body, str) and (address := page_address(body)):
        yield address


def _folded(parts: SplitResult) -> str | None:
    host, path, query = _host(parts), _path(parts.path), _query(parts.query)
    route = parts.fragment if parts.fragment.startswith("!") else ""
    if not host or not (path or query or route):
        return None
    return f"https://{host}{path}{'?' + query if query else ''}{'#' + route if route else ''}"


def _host(parts: SplitResult) -> str:
    """Without who signs in, the port that goes without saying, and the labels of other dresses of the same site."""
    labels = [label for label in _unicode(parts.hostname or "").split(".") if label]
    while len(labels) > 2 and labels[0] in _MOBILE:
        del labels[0]
    if len(labels) > 3 and labels[1] == "m":  # en.m.wikipedia.org
        del labels[1]
    port = parts.port
    usual = port is None or port in {80, 443}
    return ".".join(labels) if usual else f"{'.'.join(labels)}:{port}"


def _unicode(host: str) -> str:
    """``xn--`` as the letters it stands for; a host that stands for none stays as it is."""
    try:
        return host.encode("ascii").decode("idna").lower() if "xn--" in host else host
    except UnicodeError:
        return host


def _path(path: str) -> str:
    """Steps apart by one slash, none of them AMP's, none at the end, escapes in one spelling."""
    steps = [_escaped(_AMP_FILE.sub(r"\1", step)) for step in path.split("/") if step]
    kept = [step for step in steps if step and step.lower() != "amp"]
    return "".join(f"/{step}" for step in kept)


def _escaped(step: str) -> str:
    plain = _ESCAPE.sub(lambda found: _plain_escape(found[1]), step)
    return "".join(c if c.isascii() and c > " " else "".join(f"%{byte:02X}" for byte in c.encode()) for c in plain)


def _plain_escape(digits: str) -> str:
    character = chr(int(digits, 16))
    return character if character in _UNRESERVED else f"%{digits.upper()}"


def _query(query: str) -> str:
    """Sorted, without what tracks; a query that is no list of names (``?12345``) is kept."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = sorted((name, value) for name, value in pairs if not _TRACKING.fullmatch(name))
    return urlencode(kept, errors="surrogateescape")


def _unwrapped(parts: SplitResult) -> SplitResult:
    """The page inside an AMP cache's address."""
    host = (parts.hostname or "").removeprefix("www.")
    cached = host.endswith(".cdn.ampproject.org") or (host.startswith("google.") and parts.path.startswith("/amp/"))
    found = _AMP_CACHE.match(parts.path) if cached else None
    if found is None:
        return parts
    return urlsplit(f"https://{unquote(parts.path[found.end() :])}" + (f"?{parts.query}" if parts.query else ""))


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:32]
