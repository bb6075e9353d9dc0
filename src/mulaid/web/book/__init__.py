"""The policy book for everybody: what holds where and when, who says so, how it came to be, and what is not known."""
