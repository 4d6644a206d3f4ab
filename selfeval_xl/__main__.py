"""`python -m selfeval_xl`: the command line where the folder of scripts is not in the path."""

import sys

from selfeval_xl.cli import main

sys.exit(main())
