"""The familiar layout as worksheets, one definition for every writer.

Columns A to I are the form on paper; what stands beside it is never printed.
"""

from selfeval_xl.sheet.form_page import blank_form, form_page
from selfeval_xl.sheet.guide import GUIDE, guide_page
from selfeval_xl.sheet.names import sheet_names
from selfeval_xl.sheet.page import Page
from selfeval_xl.sheet.summary import SUMMARY, summary_page

__all__ = ("GUIDE", "SUMMARY", "Page", "blank_form", "form_page", "guide_page", "sheet_names", "summary_page")
