"""The security headers of every answer."""

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app; report-to csp"
)
UNUSED = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), "
    "geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), "
    "picture-in-picture=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()"
)
SECURITY = {
    "content-security-policy": CSP,
    "strict-transport-security": "max-age=63072000; includeSubDomains",
    "x-content-type-options": "nosniff",
    # Not no-referrer: under that, browsers send `Origin: null` on our own posts and everyone is locked out.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": UNUSED,
    "reporting-endpoints": 'csp="/api/reports"',
}
SECURITY_RAW = [(name.encode(), value.encode()) for name, value in SECURITY.items()]
NAMED_ONLY = ("x-content-type-options", "cross-origin-resource-policy", "strict-transport-security")
FILE_SECURITY = {name: SECURITY[name] for name in NAMED_ONLY}
"""What a style, a page's script or a picture needs: the other headers speak to documents and to workers, and weighed
half of a first visit."""
FILE_SECURITY_RAW = [(name.encode(), value.encode()) for name, value in FILE_SECURITY.items()]
PICTURE_SECURITY_RAW = [*FILE_SECURITY_RAW, (b"content-security-policy", b"default-src 'none'")]
"""An SVG opened by its address is a document: it may run and fetch nothing."""
PAGE_HEADERS = {"cache-control": "no-store", "vary": "Accept, Accept-Encoding"}
"""With the security headers, which the gateway adds, what a page of ours carries; the worker puts the same on its own."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def wants_json(accept: str) -> bool:
    """A browser names text/html; our worker and programs name application/json."""
    return "application/json" in accept and "text/html" not in accept


def for_file(address: str) -> list[tuple[bytes, bytes]]:
    """Those of a static file. A worker obeys the policy of its own script, so that has all."""
    if address.startswith("/a/") and address.endswith(".svg"):
        return PICTURE_SECURITY_RAW
    return FILE_SECURITY_RAW if address.startswith("/a/") else SECURITY_RAW
