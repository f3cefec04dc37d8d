"""The Sparks that this process has started: one for all connections that want the same."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from weakref import finalize

from metricdsl.adapters.child import Child, ChildEnded, ChildError
from metricdsl.adapters.folder_in_children import size_of
from metricdsl.diagnostics.problems.connections import CannotConnect, DriverMissing
from metricdsl.diagnostics.problems.project import BadProjectFile
from metricdsl.spi.adapter import AdapterError
from metricdsl.value import frozen
from metricdsl_spark.pinned import PINNED

SETTINGS = ("master", "threads", "memory_limit", "partitions", "codegen")
"""What a connection may state of the Spark that is started for it."""
_MEMORY = "1GB"
_JAVA = "-XX:+UseSerialGC -Xss16m -Djava.net.preferIPv4Stack=true"
_INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}
"""For few rows: what Spark would compile and plan anew takes longer than they do."""
_QUIET = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.sql.catalogImplementation": "in-memory",
}


@frozen(kw_only=True)
class Driver:
    """A Spark that runs: where it listens, and the token that it asks for."""

    child: Child
    port: int
    token: str

    @property
    def url(self) -> str:
        """Where Spark Connect listens. By this name of loopback a token is sent without a certificate."""
        return f"sc://localhost:{self.port}/;token={self.token}"


class Drivers:
    """Those of this process, by what was stated of them. All methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[tuple[tuple[str, str], ...], Driver] = {}
        self._parent = os.getpid()

    def take(self, stated: Mapping[str, str]) -> Driver:
        """The one that runs, or a new one: it takes some seconds to start."""
        wanted = tuple(sorted(stated.items()))
        with self._lock:
            if self._parent != os.getpid():  # forked: those that run are the parent's
                self._known, self._parent = {}, os.getpid()
            if wanted not in self._known:
                self._known[wanted] = _started(stated)
            return self._known[wanted]

    def give_up(self, driver: Driver) -> None:
        """It does not answer any more: the next one who asks gets another."""
        with self._lock:
            self._known = {key: known for key, known in self._known.items() if known is not driver}
        driver.child.end()


def _started(stated: Mapping[str, str]) -> Driver:
    token = secrets.token_hex(16)
    folder = mkdtemp(prefix="metricdsl-spark-")
    settings = settings_of(stated, folder)
    child = Child("metricdsl_spark.driver")
    finalize(child, rmtree, folder, ignore_errors=True)  # what it puts on the disk goes with it
    try:
        answer, _ = child.ask({"do": "start", "settings": settings, "token": token})
    except (ChildError, ChildEnded) as error:
        child.end()
        raise AdapterError(_problem(error)) from error
    return Driver(child=child, port=int(answer["port"]), token=token)


def settings_of(stated: Mapping[str, str], folder: str) -> dict[str, str]:
    """Spark's settings for what a connection states; `folder` is for what it puts on the disk."""
    threads = stated.get("threads") or str(os.cpu_count() or 1)
    if not threads.isdigit() or int(threads) < 1:
        raise AdapterError(BadProjectFile(what=f"`threads` is a whole number from 1, not `{threads}`"))
    partitions = stated.get("partitions") or str(2 * int(threads))
    if not partitions.isdigit() or int(partitions) < 1:
        raise AdapterError(BadProjectFile(what=f"`partitions` is a whole number from 1, not `{partitions}`"))
    try:
        memory = size_of(stated.get("memory_limit", _MEMORY))
    except ValueError as error:
        raise AdapterError(BadProjectFile(what=f"`memory_limit`: {error}")) from error
    java = f"{_JAVA} -Djava.io.tmpdir={folder}"
    interpreted = stated.get("codegen") == "off"
    return {
        "spark.master": stated.get("master") or f"local[{threads}]",
        "spark.app.name": "metricdsl",
        "spark.driver.memory": f"{max(memory // 1_048_576, 512)}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"{java} -XX:TieredStopAtLevel=1" if interpreted else java,
        "spark.local.dir": folder,
        "spark.sql.warehouse.dir": str(Path(folder) / "warehouse"),
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": "0",
        "spark.sql.shuffle.partitions": partitions,
        **(_INTERPRETED if interpreted else {}),
        **_QUIET,
        **PINNED,
    }


def _problem(error: ChildError | ChildEnded) -> CannotConnect | DriverMissing:
    said = str(error)
    if getattr(error, "kind", "") == "ModuleNotFoundError":
        return DriverMissing(engine="Spark", command="pip install metricdsl-spark")
    why = "Spark cannot be started"
    if "JAVA_GATEWAY_EXITED" in said or "java" in said.casefold():
        why = "Spark cannot be started: it needs Java 17 or 21, on the PATH or in JAVA_HOME"
    return CannotConnect(place="Spark", why=why, detail=said)
