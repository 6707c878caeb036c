"""The names of the output formats. Each is a module of `clip_lint.report`."""

FORMATS = (
    "text",
    "concise",
    "json",
    "jsonl",
    "github",
    "gitlab",
    "azure",
    "sarif",
    "junit",
    "rdjson",
    "pylint",
    "markdown",
    "html",
)
