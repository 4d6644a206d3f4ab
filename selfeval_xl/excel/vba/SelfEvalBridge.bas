Option Explicit
Option Private Module

' The one way from a cell to Python: a COM server that is started once and kept.
' Nothing in here is a function for cells, so Excel does not offer it as one.
' A start that takes long is waited for: on a slow desk the first one of a day can
' take a minute, and the server itself ends one that hangs. After a failure the
' functions answer #N/A at once for a while, so that the sheet falls back on its
' native formulas and nobody waits at every cell. Whoever has waited long for a
' failure waits only once: until SelfEvalReconnect runs or the workbook is opened
' again, Python is not sought any more.

Private Const PAUSE_SECONDS = 60
Private Const SLOW_SECONDS = 5

Private server As Object
Private failedAt As Double
Private isGivenUp As Boolean
Private isLibreOffice As Boolean

Public Function SelfEvalCall(functionName As String, args As Variant) As Variant
    Dim i As Long
    Dim isFresh As Boolean
    Dim began As Double
    For i = LBound(args) To UBound(args)
        If IsError(args(i)) Then
            SelfEvalCall = args(i)
            Exit Function
        End If
    Next
    If SelfEvalMustWait() Then
        SelfEvalCall = SelfEvalError(2042)
        Exit Function
    End If
    began = Timer
    On Error GoTo failed
again:
    isFresh = (server Is Nothing)
    If isFresh Then Set server = CreateObject("SelfEval.Server")
    SelfEvalCall = SelfEvalAnswer(server.CallUDF("selfeval_xl.excel.functions", functionName, args))
    Exit Function
failed:
    Set server = Nothing
    ' LibreOffice skips the line after a one-line If that resumes.
    If Not isFresh Then
        Resume again
    End If
    failedAt = Timer
    isGivenUp = SelfEvalSince(began) > SLOW_SECONDS
    SelfEvalCall = SelfEvalError(2042)
End Function

Private Function SelfEvalMustWait() As Boolean
    SelfEvalMustWait = isGivenUp
    If isGivenUp Or failedAt = 0 Then Exit Function
    SelfEvalMustWait = (SelfEvalSince(failedAt) <= PAUSE_SECONDS)
End Function

Private Function SelfEvalSince(moment As Double) As Double
    ' Timer counts from midnight.
    SelfEvalSince = Timer - moment
    If SelfEvalSince < 0 Then SelfEvalSince = SelfEvalSince + 86400
End Function

Private Function SelfEvalAnswer(result As Variant) As Variant
    ' Python names an error, here it becomes one.
    SelfEvalAnswer = result
    If VarType(result) <> 8 Then Exit Function
    Select Case result
        Case "#NULL!": SelfEvalAnswer = SelfEvalError(2000)
        Case "#DIV/0!": SelfEvalAnswer = SelfEvalError(2007)
        Case "#VALUE!": SelfEvalAnswer = SelfEvalError(2015)
        Case "#REF!": SelfEvalAnswer = SelfEvalError(2023)
        Case "#NAME?": SelfEvalAnswer = SelfEvalError(2029)
        Case "#NUM!": SelfEvalAnswer = SelfEvalError(2036)
        Case "#N/A": SelfEvalAnswer = SelfEvalError(2042)
    End Select
End Function

Private Function SelfEvalError(errorNumber As Long) As Variant
    ' LibreOffice shows CVErr as words, which IFERROR does not notice. An empty
    ' array is an error there.
    If isLibreOffice Then
        SelfEvalError = Array()
    Else
        SelfEvalError = CVErr(errorNumber)
    End If
End Function

Public Function SelfEvalValue(cell As Variant) As Variant
    ' Value2 hands dates and money over as plain numbers; LibreOffice has only Value.
    Dim area As Object
    Dim values As Variant
    Dim i As Long
    Dim j As Long
    If Not IsObject(cell) Then
        SelfEvalValue = cell
        Exit Function
    End If
    Set area = cell
    On Error GoTo noValue2
    SelfEvalValue = area.Value2
    ' Of several areas that is the first alone. (LibreOffice hands over no such.)
    If area.Areas.Count > 1 Then SelfEvalValue = CVErr(2015)
    Exit Function
noValue2:
    isLibreOffice = True
    ' There an error is handed over as 0.
    values = area.Value
    If Not IsArray(values) Then
        If Left(area.Text, 1) = "#" Then values = area.Text
    Else
        For i = LBound(values, 1) To UBound(values, 1)
            For j = LBound(values, 2) To UBound(values, 2)
                If VarType(values(i, j)) = 5 Then
                    If values(i, j) = 0 Then
                        If Left(area.Cells(i, j).Text, 1) = "#" Then values(i, j) = area.Cells(i, j).Text
                    End If
                End If
            Next
        Next
    End If
    SelfEvalValue = values
End Function

Public Sub SelfEvalForget()
    ' As if Python had never been sought.
    failedAt = 0
    isGivenUp = False
    Set server = Nothing
End Sub
