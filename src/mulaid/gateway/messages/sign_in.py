"""9001 sign in, 9002 sign out."""

import msgspec


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    opter_no: str
    mac: str = ""
    ip: str = ""


class SignOut(msgspec.Struct, frozen=True, kw_only=True):
    opter_no: str
    sign_no: str = ""
    """Nothing is kept of a sign-in, and some clients end it without its number."""


class SignInInput(msgspec.Struct, frozen=True):
    signIn: SignIn


class SignOutInput(msgspec.Struct, frozen=True):
    signOut: SignOut
