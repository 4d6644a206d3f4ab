Option Explicit

' What a person (Alt+F8) or the add-in may start here. It concerns this workbook
' only: every other one keeps its own way to Python.

Public Sub SelfEvalReconnect()
    ' Python is sought again at once, whatever happened before.
    Dim sheet As Object
    SelfEvalForget
    For Each sheet In ThisWorkbook.Worksheets
        ' A sheet that is allowed to calculate again is calculated as a whole. Only
        ' Excel can prove these two lines: LibreOffice takes them and calculates nothing.
        sheet.EnableCalculation = False
        sheet.EnableCalculation = True
        ' Where Excel calculates on request only.
        sheet.Calculate
    Next
End Sub
