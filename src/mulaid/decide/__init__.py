"""The rules, pure: what a bill costs whom, who may pay for whom, and why. No clock, no database, no web.

`bill` decides a bill, `relation` a relation to make, `ending` one to end; `benefit` says what would pay before there is
a bill, `diagnosis` gives every reason, `pricing` splits a charge line by its catalogue item.
"""
