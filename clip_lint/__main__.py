"""Run the command line as ``python -m clip_lint``."""

from clip_lint.cli.main import main

if __name__ == "__main__":
    main()
