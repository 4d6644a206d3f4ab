Option Explicit

' What the ribbon calls. Everything a button does is planned by Python and
' carried out by SelfEvalPlan; here stand the dialogs and the messages.

Public Sub SelfEvalClicked(control As Object)
    ' The tag of a button says what is handed over, and what is asked before.
    Dim choice As Variant
    Select Case control.Tag
        Case "files": choice = Application.GetOpenFilename(SelfEvalSaid("files"), 1, , , True)
        Case "save": choice = Application.GetSaveAsFilename(, SelfEvalSaid("books"))
        Case Else: choice = ""
    End Select
    If VarType(choice) = vbBoolean Then Exit Sub
    If control.Tag = "save" Then
        If Not SelfEvalCopied(CStr(choice)) Then Exit Sub
    End If
    SelfEvalCarryOut control.ID, control.Tag, choice
End Sub

Private Sub SelfEvalCarryOut(button As String, tag As String, choice As Variant)
    Dim said As String
    Dim target As Variant
    said = SelfEvalDo(button, tag, choice, False, "")
    If said = "?save" Then
        target = Application.GetSaveAsFilename(, SelfEvalSaid("books"))
        If VarType(target) = vbBoolean Then Exit Sub
        said = SelfEvalDo(button, tag, choice, True, CStr(target))
    ElseIf Left(said, 1) = "?" Then
        If MsgBox(Mid(said, 2), vbOKCancel + vbQuestion, SelfEvalSaid("title")) <> vbOK Then Exit Sub
        said = SelfEvalDo(button, tag, choice, True, "")
    End If
    If SelfEvalUndoTitle() <> "" Then Application.OnUndo SelfEvalUndoTitle(), "SelfEvalTakeBack"
    If said <> "" Then MsgBox said, vbInformation, SelfEvalSaid("title")
End Sub

Public Sub SelfEvalActivated(sheet As Object)
    ' The summary follows the project sheets whenever it is looked at; Python is not started for that.
    If sheet.Name <> SelfEvalSaid("summary") Then Exit Sub
    If SelfEvalIsConnected() Then SelfEvalDo "refresh_summary", "book", "", False, ""
End Sub

Public Sub SelfEvalTakeBack()
    ' Edit, Undo after a button.
    Dim said As String
    said = SelfEvalUndo()
    If said <> "" Then MsgBox said, vbExclamation, SelfEvalSaid("title")
End Sub

Private Function SelfEvalCopied(path As String) As Boolean
    ' A copy of the workbook under another name, which is open from now on.
    On Error GoTo refused
    If Dir(path) <> "" Then
        MsgBox SelfEvalSaid("exists"), vbExclamation, SelfEvalSaid("title")
        Exit Function
    End If
    ActiveWorkbook.SaveCopyAs path
    Workbooks.Open path
    SelfEvalCopied = True
    Exit Function
refused:
    MsgBox SelfEvalSaid("notsaved"), vbExclamation, SelfEvalSaid("title")
End Function

Public Sub SelfEvalReconnectClicked(control As Object)
    ' Try again now, whatever happened before; only the active workbook is calculated.
    SelfEvalForget
    On Error GoTo plain
    Application.Run "'" & Replace(ActiveWorkbook.Name, "'", "''") & "'!SelfEvalReconnect"
    Exit Sub
plain:
    MsgBox SelfEvalSaid("plain"), vbInformation, SelfEvalSaid("title")
End Sub
