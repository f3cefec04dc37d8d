"""From a plan to SQL of one dialect. `compile_request` is the way in; sqlglot is loaded when it is first called."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metricdsl.diagnostics import Outcome
    from metricdsl.model.request import Request, ValuesRequest
    from metricdsl.registry import Registry
    from metricdsl.spi.accounts import AccountStatement
    from metricdsl.spi.values import Catalog, CompiledQuery


def compile_request(
    request: "Request | ValuesRequest",
    registry: "Registry",
    dialect: str,
    catalog: "Catalog | None" = None,
    *,
    guards: bool = False,
) -> "Outcome[CompiledQuery | None]":
    """The SQL of a request for a dialect, with a guard for the key of each joined entity where asked."""
    from metricdsl.sql.compile import compile_request as compile_now

    return compile_now(request, registry, dialect, catalog, guards=guards)


def compile_accounts(
    request: "Request | ValuesRequest",
    registry: "Registry",
    dialect: str,
    catalog: "Catalog | None" = None,
) -> "Outcome[tuple[AccountStatement, ...] | None]":
    """The statements by which the result of a request accounts for itself."""
    from metricdsl.sql.accounting import compile_accounts as compile_now

    return compile_now(request, registry, dialect, catalog)


__all__ = ["compile_accounts", "compile_request"]
