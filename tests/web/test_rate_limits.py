"""Short bursts pass, floods wait, and nobody's flood frees or starves another."""

from backend.settings import Settings
from backend.web.middleware.rate_limits import RateLimits


def limits(**said):
    return RateLimits(Settings(**({"reads_per_minute": 60, "writes_per_minute": 60, "secrets_per_minute": 8} | said)), most_buckets=100)


def passes(rates, network, method="GET", path="/da/", tries=100):
    return sum(rates.wait_s(method, path, network) == 0 for _ in range(tries))


def test_a_flood_of_new_addresses_frees_nobody_from_his_limit():
    """All buckets were forgotten at once when there were too many: a million addresses bought a million guesses."""
    rates = limits()
    assert passes(rates, "203.0.113.9", "POST", "/da/sign-in") == 2
    for n in range(99):
        rates.wait_s("GET", "/da/", f"198.51.100.{n}")
        assert rates.wait_s("POST", "/da/sign-in", "203.0.113.9") > 0
    for n in range(1000):
        rates.wait_s("GET", "/da/", f"192.0.2.{n}")
    assert len(rates.buckets) == 100


def test_who_holds_a_whole_ipv6_site_does_not_go_from_network_to_network():
    rates = limits()
    assert passes(rates, "2001:db8:1:1::/64", "POST", "/da/sign-in") == 2
    assert sum(passes(rates, f"2001:db8:1:{n:x}::/64", "POST", "/da/sign-in") for n in range(2, 80)) < 20
    assert passes(rates, "2001:db8:2:1::/64", "POST", "/da/sign-in") == 2


def test_a_refusal_costs_nothing_so_that_a_flood_starves_nobody_behind_the_same_router():
    rates = limits()
    took = [rates.take(("a", "read"), 0.5, second / 2) == 0 for second in range(200)]
    assert sum(took[100:]) >= 24, "half a token a second, asked for twice a second over fifty seconds"


def test_reading_does_not_use_up_what_writing_may():
    rates = limits()
    passes(rates, "203.0.113.9")
    assert rates.wait_s("POST", "/da/services/rats", "203.0.113.9") == 0


def test_a_limit_of_nothing_is_a_limit_and_no_fault():
    rates = limits(reads_per_minute=0)
    assert rates.wait_s("GET", "/", "a") == 0 and 0 < rates.wait_s("GET", "/", "a") <= 3601
