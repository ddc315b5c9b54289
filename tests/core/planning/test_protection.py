import pytest

from seedkit.core.planning.protection import NamedEnvironment, production_reason


def environment(name: str) -> list[NamedEnvironment]:
    return [NamedEnvironment(name=name, source="APP_ENV")]


@pytest.mark.parametrize(
    "value",
    [
        *("production", "prod", "PROD", "prod-eu", "live", "Live", " production ", "eu-prod", "bank-production", "prd"),
        *("eu_prd2", "prod1", "euProd", "live-eu", "EULive", "docker,prod", "Production (Frankfurt)", "pre-live, live"),
        "produktion",
    ],
)
def test_production_has_many_spellings(value: str) -> None:
    assert production_reason(environment(value), ["localhost"], [], None) == f'APP_ENV is "{value}"'


@pytest.mark.parametrize(
    "value",
    [
        "",
        "development",
        "test",
        "staging",
        "pre-prod",
        "non-production",
        "notLive",
        "livestock",
        "delivery",
        "reproduction",
    ],
)
def test_other_environments_are_not_production(value: str) -> None:
    assert production_reason(environment(value), ["localhost"], [], None) is None


def test_every_source_counts_whatever_another_says() -> None:
    said = [*environment("dev"), NamedEnvironment(name="eu-prod", source="STAGE in .env")]

    assert production_reason(said, ["localhost"], [], None) == 'STAGE in .env is "eu-prod"'


@pytest.mark.parametrize("host", ["db.prod.example.com", "DB.PROD.Example.com", "10.0.0.7"])
def test_a_host_is_protected_by_a_pattern_whatever_its_case(host: str) -> None:
    reason = production_reason([], [host], ["*.Prod.example.com", "10.0.*"], None)

    assert reason is not None
    assert reason.startswith(f"its host {host} is among the protected-hosts")


def test_a_host_that_no_pattern_fits_is_not_protected() -> None:
    assert production_reason([], ["db.example.com"], ["*.prod.example.com"], None) is None


@pytest.mark.parametrize(
    "comment",
    ["[seedkit: protected]", "The shop.\n[seedkit: protected]", "  [seedkit: protected] \r\nThe shop."],
)
def test_a_line_of_the_databases_comment_marks_it(comment: str) -> None:
    assert production_reason([], [""], [], comment) == "its comment carries the mark [seedkit: protected]"


@pytest.mark.parametrize("comment", [None, "", "The shop", "not [seedkit: protected] any more"])
def test_any_other_comment_marks_nothing(comment: str | None) -> None:
    assert production_reason([], [""], [], comment) is None


@pytest.mark.parametrize("name", ["products", "reproduction", "delivery", "alive", "pre-prod"])
def test_a_name_without_the_word_is_no_production(name: str) -> None:
    assert production_reason([], ["localhost"], [], None, [("database", name)]) is None


@pytest.mark.parametrize("name", ["products.settings", "prodigy.settings.dev"])
def test_a_module_whose_name_only_begins_like_it_is_no_production(name: str) -> None:
    assert production_reason(environment(name), ["localhost"], [], None) is None


@pytest.mark.parametrize("host", ["/cloudsql/shop-prod:eu:db", "db.prod.example.com"])
def test_the_last_part_of_a_sockets_path_counts_and_all_words_of_a_name(host: str) -> None:
    assert production_reason([], [host], [], None, [("host", host)]) == f'its host is called "{host}"'


def test_a_socket_in_a_folder_that_is_called_so_is_no_production() -> None:
    assert production_reason([], [], [], None, [("host", "/home/ada/live-shop/socket")]) is None
