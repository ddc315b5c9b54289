import pytest

from seedkit.core.planning.protected_hosts import protecting_pattern


@pytest.mark.parametrize(
    ("host", "pattern"),
    [
        ("db.prod.example.com", "*.prod.example.com"),
        ("db.prod.example.com.", "db.prod.example.com"),
        ("db.prod.example.com", "db.prod.example.com."),
        ("DB.Prod.example.com.", "*.PROD.example.com."),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1", "127.1"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("0177.0.0.01", "127.0.0.1"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("10.0.0.7", "::FFFF:a00:7"),
        ("::ffff:a00:7", "10.0.*"),
        ("10.7", "10.0.*"),
        ("0:0:0:0:0:0:0:1", "::1"),
        ("[2001:DB8::1]", "2001:db8:0::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("10.0.0.7", "10.0.0.0/8"),
        ("2001:db8::7", "2001:db8::/32"),
        ("/var/run/postgresql", "/*"),
        ("/x/postgres/", "/x/postgres"),
        ("/x/../x/./postgres/.", "/x/postgres/"),
        ("//x/postgres", "/x//post*"),
    ],
)
def test_a_host_is_protected_in_whatever_spelling(host: str, pattern: str) -> None:
    assert protecting_pattern([host], ["other", pattern]) == (host, pattern)


@pytest.mark.parametrize(
    ("host", "pattern"),
    [
        ("db.example.com", "*.prod.example.com"),
        ("127.0.0.2", "127.1"),
        ("11.0.0.1", "10.0.0.0/8"),
        ("127.1.example.com", "127.0.0.1"),
        ("256.256.256.256", "*.1"),
        ("1.2.3.4.5", "1.2.3.1029"),
        ("089", "0.0.0.89"),
        ("::1", "0.0.0.1"),
        ("/tmp", "0.0.0.0/0"),  # noqa: S108 - a socket's folder
        ("", "*"),
    ],
)
def test_what_only_looks_alike_is_not_protected(host: str, pattern: str) -> None:
    assert protecting_pattern([host], [pattern]) is None


def test_the_address_that_was_reached_counts_beside_the_name_that_was_asked_for() -> None:
    assert protecting_pattern(["innocent.example.com", "10.0.0.7"], ["10.0.0.7"]) == ("10.0.0.7", "10.0.0.7")
