"""承诺书: what an applicant signs where no other proof of the kinship is asked. A changed text gets a new version."""

import hashlib

VERSION = "2026-11"

TEXT = """一、我和上面写的家人是上面写的亲属关系，没有说假话。
二、家人用我个人账户的钱，我自己愿意，也告诉了家人。
三、说了假话的，我退回用掉的钱，并按规定承担责任。
四、关系有变化的，我马上来解除或更改。"""

DIGEST = hashlib.sha256(TEXT.encode()).digest()
"""Says of a signature which words it stands under."""
