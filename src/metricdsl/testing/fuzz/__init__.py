"""Broken texts by the thousand, and what must hold for each of them."""

from metricdsl.testing.fuzz.campaign import Campaign, Finding
from metricdsl.testing.fuzz.damage import DAMAGES
from metricdsl.testing.fuzz.trial import Fault, try_bytes

__all__ = ["DAMAGES", "Campaign", "Fault", "Finding", "try_bytes"]
