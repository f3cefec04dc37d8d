"""The command `metric`: finds the subcommand, loads only its module, and turns every end into an exit status.

0 is fine, 1 findings (errors, failed tests), 2 could not (usage, configuration, connection, a fault of ours), 130 interrupted.
"""

import gc
import os
import sys
from contextlib import suppress
from importlib import import_module

import click

COMMANDS = {
    "demo": "Make a small CRM with data and metrics, and ask it three questions.",
    "init": "Start a project from a folder of files or a database.",
    "check": "Check all definitions; with --live against the data too.",
    "fmt": "Lay out definition files in the one formatting.",
    "list": "List metrics, entities or reports.",
    "show": "Show everything about a metric, entity or report.",
    "query": "Ask a question and print its answer.",
    "scorecard": "Judge a scorecard: goals, comparisons, usual ranges.",
    "why": "Say what moved a number: by its formula, and by which members.",
    "compile": "Print the SQL of a question, without a connection.",
    "import": "Make definitions of files in another format; say what was left out.",
    "export": "Write metrics in another format; say what was left out.",
    "test": "Run the `test` blocks of the definitions.",
    "verify": "Look for data that breaks an invariant, in databases made up.",
    "explain": "Explain a problem by its code.",
    "plugins": "List, show, check and begin plugins.",
    "doctor": "Look for what is wrong with the installation, the plugins and the connections.",
}


SELDOM = (100_000, 50, 100)
"""How seldom garbage is looked for in a process that makes values and ends: a quarter of a check's time was spent looking."""


class _ReaderGone(Exception):  # noqa: N818 - no error: `| head` has seen enough
    """Nobody reads what is written any more."""


class LazyGroup(click.Group):
    """A group whose commands are modules of this package, imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if "." in cmd_name:
            from metricdsl.cli.plugin_command import plugin_command

            return plugin_command(cmd_name)
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"metricdsl.cli.{cmd_name}_command").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; where the reader of a pipe goes away, that is not the failure for which it would be taken."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise _ReaderGone from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command asked for, or a usage error that offers the near names."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS and "." not in args[0]:
            from metricdsl.cli.plugin_command import listed
            from metricdsl.diagnostics.near import near

            names = near(args[0], [*COMMANDS, *(name for name, _ in listed())])
            meant = f" Did you mean `metric {names[0]}`?" if names else " `metric --help` lists the commands."
            ctx.fail(f"There is no command `{args[0]}`.{meant}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list for --help, made without importing a command; nothing of a plugin runs for it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))
        from metricdsl.cli.plugin_command import listed

        of_plugins = listed()
        if of_plugins:
            with formatter.section("Commands of plugins"):
                formatter.write_dl(of_plugins)


@click.command(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="metricdsl", prog_name="metric", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Metric definitions in, right numbers out.

    Definitions are `.metric` files in a project: the folder of `metricdsl.toml`, here or above (or --project DIR).
    """


def main() -> None:
    """Run the command line and end the process with its status."""
    gc.set_threshold(*SELDOM)
    try:
        status = run(sys.argv[1:])
        if "duckdb" not in sys.modules:  # it counts, at the very end, what of its own is still there
            gc.freeze()  # what is there goes with the process: to look through it all once more took a fifth of a check
        sys.exit(status)
    except (
        BrokenPipeError
    ):  # the reader of a pipe went away (`| head`): nothing to say, and nothing more to flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def run(arguments: list[str]) -> int:
    """Run the command line in this process; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        status = cli.main(args=arguments, prog_name="metric", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return 130
    except _ReaderGone:
        raise BrokenPipeError from None
    except BrokenPipeError:
        raise
    except OSError as error:
        return _not_written(error)
    except Exception as fault:  # noqa: BLE001 - the last resort: a fault of ours is said in a line, the traceback on request
        return _fault(fault, debug="--debug" in arguments)
    return (
        status if isinstance(status, int) else 0
    )  # what `ctx.exit` or `Exit` said: no command returns a number itself


def _not_written(error: OSError) -> int:
    """What the file system refused, in words; the disk may be full, a folder may be missing."""
    from metricdsl.diagnostics.problems.files import CannotWrite
    from metricdsl.diagnostics.report import render

    path = f"`{error.filename}`" if error.filename else "the output"
    problem = CannotWrite(path=path, why=(error.strerror or str(error)).lower())
    with suppress(OSError):
        sys.stderr.write(render([problem], {}, "full", colour=False))
    with suppress(OSError):  # what is still in the buffer could not be written either
        sys.stdout.close()
    return 2


def _fault(fault: Exception, *, debug: bool) -> int:
    if debug:
        import traceback

        traceback.print_exc()
    click.echo(
        f"error: this is a fault in metricdsl, not in your files ({type(fault).__name__}: {fault}).", err=True
    )
    click.echo("Run the command again with --debug and report what it prints.", err=True)
    return 2
