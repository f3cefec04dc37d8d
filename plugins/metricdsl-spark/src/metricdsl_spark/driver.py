"""The child process that starts Spark: its Java process ends with it, and it ends with whoever asked for it.

It answers one message, `start`, with the port on loopback at which Spark Connect listens, and does nothing else.
"""

import os
from collections.abc import Mapping
from typing import Any

from metricdsl.adapters.child import Answer, serve

_OTHERS = (
    "SPARK_REMOTE",
    "SPARK_HOME",
    "SPARK_CONF_DIR",
    "SPARK_CONNECT_MODE_ENABLED",
    "PYSPARK_SUBMIT_ARGS",
)
"""What may be said of another Spark on this machine."""


def start(message: Mapping[str, Any]) -> Answer:
    """Start Spark with these settings; the answer has its port."""
    for name in _OTHERS:
        os.environ.pop(name, None)
    os.environ["SPARK_CONNECT_AUTHENTICATE_TOKEN"] = message["token"]
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")

    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    context = SparkContext(conf=SparkConf(loadDefaults=False).setAll(list(message["settings"].items())))
    SparkSession(context)
    assert context._jvm is not None  # noqa: SLF001 - where the server says its port
    service = getattr(context._jvm.org.apache.spark.sql.connect.service, "SparkConnectService$")  # noqa: SLF001
    port = int(service.__getattr__("MODULE$").server().getPort())
    return {"port": port, "version": context.version}, b""


def main() -> None:
    """Serve the parent."""
    serve({"start": start})
