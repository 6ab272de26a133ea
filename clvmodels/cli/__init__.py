"""The command line: parse, one call, write, exit code."""


def main() -> None:
    """Run the command `clvmodels`."""
    from clvmodels.cli.app import app

    app()
