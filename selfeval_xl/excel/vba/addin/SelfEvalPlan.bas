Option Explicit

' Applies what Python plans for the open workbook.
