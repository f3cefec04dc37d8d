"""T34, X74: money of several currencies, and the rates that convert it."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class NoRates(Problem):
    """A conversion for which no exchange rates are declared, or several.

    ## Why
    Two tables of rates give two sums: 100 GBP at 1.15 and at 1.17 are 115 or 117 EUR. Which one is meant has to
    be said once, in the definitions. Rates lead one way: those into USD serve amounts in USD only with
    `inverse true`, which turns them over.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_on : date  fact amount : money(GBP) }
    metric revenue = sum(convert(order.amount, EUR))
    ```

    ## Instead
    ```metric
    rates ecb from fx_rates by day { day rate_date  currency code  into EUR  rate price }
    entity order from orders { key order_id  time ordered_on : date  fact amount : money(GBP) }
    metric revenue = sum(convert(order.amount, EUR))
    ```
    """

    code: ClassVar = "T340"
    slug: ClassVar = "no-rates"
    into: str
    several: tuple[str, ...] = ()
    opposite: tuple[
        tuple[str, str], ...
    ] = ()  # rates that could be turned over, with the currency that they lead into

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if self.several:
            return f"several rates lead to {self.into}: {', '.join(self.several)}"
        return f"no exchange rates into {self.into} are declared"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if self.several:
            return (Fix(f"say which: convert(…, {self.into}, rates: {self.several[0]})"),)
        text = f"rates NAME from TABLE by day {{ day …  currency …  into {self.into}  rate … }}"
        turned = tuple(
            Fix(
                f"or write `inverse true` into the rates {name}, which lead into {other}: for amounts in {other}"
            )
            for name, other in self.opposite
        )
        return (Fix(f"declare where they lie: `{text}`"), *turned)


class MissingRates(Problem):
    """Rows for which no exchange rate was found; their converted amounts are null.

    ## Why
    A sum leaves out what is null. How many rows that were is told with the result, so that a gap in the rates is not taken
    for a fall of revenue.

    ## Example
    ```metric
    rates ecb from fx_rates by day { day rate_date  currency code  into EUR  rate price }
    entity order from orders { key order_id  time ordered_on : date  dimension currency : text  fact amount : money(currency) }
    metric revenue = sum(convert(order.amount, EUR))
    ```

    ## Instead
    Add the rates that are missing, or choose a rule that has one for each day of a month.
    ```metric
    rates ecb from fx_rates by month average { day rate_date  currency code  into EUR  rate price }
    entity order from orders { key order_id  time ordered_on : date  dimension currency : text  fact amount : money(currency) }
    metric revenue = sum(convert(order.amount, EUR))
    ```
    """

    code: ClassVar = "X740"
    slug: ClassVar = "missing-rates"
    severity: ClassVar = Severity.WARNING
    home: str
    into: str
    count: int
    currencies: tuple[tuple[str, int, str], ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        one = self.count == 1
        said = "; ".join(f"{name} {number:,}, first on {day}" for name, number, day in self.currencies)
        rows = "row has" if one else "rows have"
        return f"{self.count:,} {rows} no rate into {self.into} in {self.home} ({said}): {'it is' if one else 'they are'} left out"


class TwoRates(Problem):
    """Two exchange rates for one day and pair of currencies.

    ## Why
    A row that is joined to both would be counted twice, and one of them taken at random would be another sum each time.

    ## Example
    ```metric
    rates ecb from fx_rates by day { day rate_date  currency code  into EUR  rate price }
    ```

    ## Instead
    Leave out the rates that are not meant, in a `source`.
    ```metric
    source official_rates from fx_rates { where kind = "official"  rate_date = rate_date  code = code  price = price }
    rates ecb from official_rates by day { day rate_date  currency code  into EUR  rate price }
    ```
    """

    code: ClassVar = "X741"
    slug: ClassVar = "two-rates"
    rates: str
    values: tuple[str, ...]

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"the rates {self.rates.rpartition('.')[2]} have two rates for one day and pair: {', '.join(self.values)}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("take one of them out of the data, or leave it out with a `where` in a `source`"),)
