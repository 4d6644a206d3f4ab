Option Explicit

' The one way from a cell to Python: a COM server that is started once and kept.
' After a failure the functions answer #N/A at once for a while, so that the
' sheet falls back on its native formulas and nobody waits at every cell.

Private Const PAUSE_SECONDS = 60

Private server As Object
Private failedAt As Double
Private isPaused As Boolean

Public Function SelfEvalCall(functionName As String, args As Variant) As Variant
    Dim i As Long
    Dim isFresh As Boolean
    For i = LBound(args) To UBound(args)
        If IsError(args(i)) Then
            If CStr(args(i)) <> "Error 448" Then
                SelfEvalCall = args(i)
                Exit Function
            End If
            args(i) = Empty
        End If
    Next
    If SelfEvalMustWait() Then
        SelfEvalCall = CVErr(2042)
        Exit Function
    End If
    On Error GoTo failed
again:
    isFresh = (server Is Nothing)
    If isFresh Then Set server = CreateObject("SelfEval.Server")
    SelfEvalCall = SelfEvalAnswer(server.CallUDF("selfeval_xl.udfs", functionName, args))
    Exit Function
failed:
    Set server = Nothing
    If Not isFresh Then Resume again
    isPaused = True
    failedAt = Timer
    SelfEvalCall = CVErr(2042)
End Function

Private Function SelfEvalMustWait() As Boolean
    Dim waited As Double
    If Not isPaused Then Exit Function
    waited = Timer - failedAt
    If waited < 0 Or waited > PAUSE_SECONDS Then isPaused = False
    SelfEvalMustWait = isPaused
End Function

Private Function SelfEvalAnswer(result As Variant) As Variant
    ' Python names an error, here it becomes one.
    SelfEvalAnswer = result
    If VarType(result) <> 8 Then Exit Function
    Select Case result
        Case "#NULL!": SelfEvalAnswer = CVErr(2000)
        Case "#DIV/0!": SelfEvalAnswer = CVErr(2007)
        Case "#VALUE!": SelfEvalAnswer = CVErr(2015)
        Case "#REF!": SelfEvalAnswer = CVErr(2023)
        Case "#NAME?": SelfEvalAnswer = CVErr(2029)
        Case "#NUM!": SelfEvalAnswer = CVErr(2036)
        Case "#N/A": SelfEvalAnswer = CVErr(2042)
    End Select
End Function

Public Function SelfEvalValue(cell As Variant) As Variant
    ' Value2 hands dates and money over as plain numbers; LibreOffice has only Value.
    Dim area As Object
    If Not IsObject(cell) Then
        SelfEvalValue = cell
        Exit Function
    End If
    Set area = cell
    On Error GoTo noValue2
    SelfEvalValue = area.Value2
    Exit Function
noValue2:
    SelfEvalValue = area.Value
End Function

Public Sub SelfEvalReconnect(control As Object)
    ' Ribbon button: try again now, whatever happened before.
    Set server = Nothing
    isPaused = False
    Application.CalculateFull
End Sub
