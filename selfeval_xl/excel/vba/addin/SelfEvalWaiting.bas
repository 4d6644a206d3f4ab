Option Explicit
Option Private Module

' Work of minutes is done by a process of its own. Excel stays free meanwhile: each
' second a short question to Python, the answer in the status bar. Excel asks only
' while nobody types in a cell and no dialog is open; the work goes on.

Private waiting As String

Public Sub SelfEvalWaitFor(token As String)
    waiting = token
    SelfEvalListenForEscape True
    SelfEvalAskNow
End Sub

Public Sub SelfEvalAskNow()
    ' At the end the message, and everything is as before.
    Dim said As String
    said = SelfEvalAsked()
    If waiting <> "" Then
        Application.OnTime Now + TimeSerial(0, 0, 1), SelfEvalOwn("SelfEvalAskAgain")
    ElseIf said <> "" Then
        MsgBox said, vbInformation, SelfEvalSaid("title")
    End If
End Sub

Public Function SelfEvalAsked() As String
    ' One question: what is to be said at the end, and nothing on the way.
    Dim said As String
    Dim isOver As Boolean
    If waiting = "" Then Exit Function
    isOver = True
    On Error GoTo failed
    said = SelfEvalHowFar(waiting, isOver)
    If isOver Then GoTo over
    Application.StatusBar = said
    Exit Function
failed:
    said = SelfEvalSaid("stopped") & " (" & Err.Description & ")"
    Resume over
over:
    waiting = ""
    SelfEvalListenForEscape False
    Application.StatusBar = False
    SelfEvalAsked = said
End Function

Public Sub SelfEvalOfferStop()
    ' Esc is pressed for much else, so it is asked before anything is stopped.
    Dim said As String
    On Error GoTo notNow
    If waiting = "" Then Exit Sub
    said = SelfEvalDo("collect", "none", "", False, "")
    If Left(said, 1) <> "?" Or said = "?folder" Then Exit Sub
    If MsgBox(Mid(said, 2), vbOKCancel + vbQuestion, SelfEvalSaid("title")) <> vbOK Then Exit Sub
    said = SelfEvalDo("collect", "none", "", True, "")
    If said <> "" Then MsgBox said, vbInformation, SelfEvalSaid("title")
notNow:
End Sub

Private Sub SelfEvalListenForEscape(isWanted As Boolean)
    ' Without it the button itself stops the work.
    On Error GoTo unknown
    If isWanted Then
        Application.OnKey "{ESC}", SelfEvalOwn("SelfEvalEscaped")
    Else
        Application.OnKey "{ESC}"
    End If
unknown:
End Sub

Private Function SelfEvalOwn(procedure As String) As String
    SelfEvalOwn = "'" & ThisWorkbook.Name & "'!" & procedure
End Function
