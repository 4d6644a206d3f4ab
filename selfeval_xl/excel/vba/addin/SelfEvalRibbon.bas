Option Explicit

' What the buttons of the ribbon do. Its names stand in no workbook, so that
' Excel cannot take a Sub of the active workbook for that of a button.

Public Sub SelfEvalReconnectClicked(control As Object)
    ' The asked book only: each book has its own way to Python.
    If ActiveWorkbook Is Nothing Then Exit Sub
    On Error GoTo notOurs
    Application.Run SelfEvalMacro(ActiveWorkbook.Name, "SelfEvalReconnect")
    Exit Sub
notOurs:
    Beep
End Sub

Private Function SelfEvalMacro(bookName As String, subName As String) As String
    SelfEvalMacro = "'" & Replace(bookName, "'", "''") & "'!" & subName
End Function
