"""Pages for families, and the policy book for everybody: read in a browser, without a script, from the same service.

A page is a pure function of a visit (`web.visit`) that gives an answer; `web.site` turns the list of pages into the
application, `web.book.static` writes the policy book as files. No page holds a rule, a sentence or SQL.
"""
