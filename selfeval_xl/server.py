"""The COM server SelfEval.Server, started by Windows for the cells of an open workbook."""

# The watchdog comes before every other import: whatever hangs while Python starts ends here.
import faulthandler
import os
import sys

START_LIMIT = 15  # seconds until the class must be registered; Excel waits for it meanwhile

CLSID = "{278E39CF-58F4-4A96-83EC-C4BB127F900E}"
PROG_ID = "SelfEval.Server"

ALLOWED = {"selfeval_xl.udfs"}
