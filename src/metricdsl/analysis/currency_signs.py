"""The signs and words that currencies are written with in files."""

_SIGNS = """
$ USD ARS AUD BBD BMD BND BRL BSD BZD CAD CLP COP CUP CVE DOP FJD GYD HKD JMD KYD LRD MXN NAD NIO NZD SBD SGD SRD TOP TTD TWD UYU WST XCD ZWL
US$ USD
A$ AUD
AU$ AUD
C$ CAD NIO
CA$ CAD
HK$ HKD
MX$ MXN
NT$ TWD
NZ$ NZD
R$ BRL
S$ SGD
€ EUR
£ GBP EGP FKP GIP LBP SDG SHP SSP SYP
¥ JPY CNY
￥ JPY CNY
円 JPY
元 CNY TWD
₩ KRW KPW
₹ INR
₽ RUB
₺ TRY
₴ UAH
₪ ILS
₫ VND
₱ PHP
₦ NGN
₵ GHS
₸ KZT
₼ AZN
₾ GEL
₡ CRC
₲ PYG
₭ LAK
₮ MNT
฿ THB
zł PLN
Kč CZK
kr SEK DKK ISK NOK
Fr CHF
SFr CHF
Euro EUR
euro EUR
Ft HUF
lei RON
lv BGN
лв BGN
руб RUB
Rs INR PKR LKR NPR MUR
Rp IDR
RM MYR
"""
OF_SIGNS = {sign: tuple(names) for sign, *names in map(str.split, _SIGNS.strip().splitlines())}
"""The currencies that a sign may stand for, the first the commonest; other signs say nothing."""
