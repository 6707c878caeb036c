"""The language server: findings, cards and repairs in the editor, on text that is not saved yet.

`desk` lints what is open and knows nothing of editors; `diagnostics`, `hovers` and `actions` put it in the protocol's
words; `app` is the conversation itself. Only `command` may be imported without the extra ``lsp``.
"""
