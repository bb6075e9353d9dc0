"""`mulaid serve --sandbox` whose clock is ahead of this machine's:

python -m tests.journeys.hospitals.shifted SECONDS
"""

import datetime
import functools
import sys

from mulaid.app.serving import serving
from mulaid.cli import main, serve
from mulaid.clock import china_now

if __name__ == "__main__":
    ahead = datetime.timedelta(seconds=float(sys.argv[1]))
    vars(serve)["serving"] = functools.partial(serving, clock=lambda: china_now() + ahead)
    sys.argv = ["mulaid", "serve", "--sandbox"]
    main()
