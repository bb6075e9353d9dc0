"""mulaid: the open engine of family mutual aid in China's employee medical insurance (职工医保个人账户家庭共济)."""

__version__ = "0.1.0"
