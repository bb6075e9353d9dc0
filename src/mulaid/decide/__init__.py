"""The rules, pure: what a bill costs whom, who may pay for whom, and why. No clock, no database, no web.

`bill` decides a bill, `relation` a relation to make; `pricing` splits a charge line by its catalogue item.
"""
