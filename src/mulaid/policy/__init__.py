"""The law in force: dated, cited values from TOML, looked up by region and day, compiled flat for decisions.

`rules` lists what can be said, `book` reads and finds it, `aid` and `own_plan` compile it. Nothing here decides a bill.
"""
