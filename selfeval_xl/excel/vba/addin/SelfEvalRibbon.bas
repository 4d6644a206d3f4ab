Option Explicit

' What the ribbon calls. Everything a button does is planned by Python and
' carried out by SelfEvalPlan; here stand the dialogs and the messages.

Public Sub SelfEvalClicked(control As Object)
    ' The tag of a button says what is handed over, and which dialog comes before.
    Dim choice As Variant
    Dim said As String
    Dim undoTitle As String
    choice = ""
    On Error GoTo failed
    If control.Tag = "files" Then
        choice = Application.GetOpenFilename(SelfEvalSaid("files"), 1, , , True)
        If Not IsArray(choice) Then Exit Sub
    End If
    If control.Tag = "copy" Then
        choice = SelfEvalCopyAndFolder()
        If Not IsArray(choice) Then Exit Sub
    End If
    ' The first start of Python takes its time.
    Application.StatusBar = SelfEvalSaid("working")
    said = SelfEvalDo(control.ID, control.Tag, choice, False, "")
    Application.StatusBar = False
    If Left(said, 1) = "?" Then
        If Not SelfEvalAgreed(control, choice, said) Then Exit Sub
    End If
    undoTitle = SelfEvalNewUndo()
    If undoTitle <> "" Then SelfEvalOfferUndo undoTitle
    If said <> "" Then MsgBox said, vbInformation, SelfEvalSaid("title")
    Exit Sub
failed:
    Application.StatusBar = False
    MsgBox SelfEvalSaid("stopped") & " (" & Err.Description & ")", vbExclamation, SelfEvalSaid("title")
End Sub

Private Function SelfEvalAgreed(control As Object, choice As Variant, said As String) As Boolean
    ' A question was asked: where to save, or whether to go on.
    Dim target As String
    Select Case said
        Case "?save"
            target = SelfEvalNewName(".xlsm")
            If target = "" Then Exit Function
        Case "?copy"
            target = SelfEvalCopied()
            If target = "" Then Exit Function
        Case "?folder"
            target = SelfEvalPickedFolder()
            If target = "" Then Exit Function
        Case Else
            If MsgBox(Mid(said, 2), vbOKCancel + vbQuestion, SelfEvalSaid("title")) <> vbOK Then Exit Function
    End Select
    If control.Tag = "copy" Then ActiveWorkbook.SaveCopyAs CStr(choice(0))
    said = SelfEvalDo(control.ID, control.Tag, choice, True, target)
    SelfEvalAgreed = True
End Function

Private Function SelfEvalCopyAndFolder() As Variant
    ' A copy of the workbook as it is now, in the folder that the person picks; Python
    ' takes the copy away again.
    Dim folder As String
    Dim copied As String
    SelfEvalCopyAndFolder = Empty
    If ActiveWorkbook Is Nothing Then Exit Function
    If InStrRev(ActiveWorkbook.Name, ".") = 0 Then
        MsgBox SelfEvalSaid("unsaved"), vbExclamation, SelfEvalSaid("title")
        Exit Function
    End If
    folder = SelfEvalPickedFolder()
    If folder = "" Then Exit Function
    copied = folder & "\~" & Format(Now, "yyyymmddhhnnss") & Mid(ActiveWorkbook.Name, InStrRev(ActiveWorkbook.Name, "."))
    ActiveWorkbook.SaveCopyAs copied
    SelfEvalCopyAndFolder = Array(copied, folder)
End Function

Private Function SelfEvalPickedFolder() As String
    ' Blank where the person wants none.
    Dim picked As Object
    Set picked = Application.FileDialog(4)
    If picked.Show = -1 Then SelfEvalPickedFolder = picked.SelectedItems(1)
End Function

Private Function SelfEvalNewName(ending As String) As String
    ' The name of a file that is not there yet; blank where nobody wants one. Python
    ' looks, since VBA's Dir does not know every character.
    Dim path As Variant
    Dim said As String
    path = Application.GetSaveAsFilename(, SelfEvalSaid("books") & " (*" & ending & "),*" & ending)
    If VarType(path) = vbBoolean Then Exit Function
    said = SelfEvalDo("may_save", "none", "", False, CStr(path))
    If said = "" Then
        SelfEvalNewName = path
    Else
        MsgBox said, vbExclamation, SelfEvalSaid("title")
    End If
End Function

Private Function SelfEvalCopied() As String
    ' A copy of the workbook under another name, which is open and active from now on.
    Dim path As String
    Dim copied As Object
    If InStrRev(ActiveWorkbook.Name, ".") = 0 Then
        MsgBox SelfEvalSaid("unsaved"), vbExclamation, SelfEvalSaid("title")
        Exit Function
    End If
    path = SelfEvalNewName(Mid(ActiveWorkbook.Name, InStrRev(ActiveWorkbook.Name, ".")))
    If path = "" Then Exit Function
    On Error GoTo refused
    ActiveWorkbook.SaveCopyAs path
    Set copied = SelfEvalOpened(path)
    copied.Activate
    ' Otherwise the workbook itself would be changed.
    If ActiveWorkbook.FullName <> copied.FullName Then GoTo refused
    SelfEvalCopied = path
    Exit Function
refused:
    MsgBox SelfEvalSaid("notsaved"), vbExclamation, SelfEvalSaid("title")
End Function

Public Sub SelfEvalActivated(sheet As Object)
    ' The summary follows the project sheets whenever it is looked at; Python is not
    ' started for that, and all sheets are read only where their names say so.
    Dim undoTitle As String
    On Error GoTo notNow
    If sheet.Name <> SelfEvalSaid("summary") Then Exit Sub
    If Not SelfEvalIsConnected() Then Exit Sub
    If SelfEvalDo("summary_is_due", "sheet", "", False, "") <> "?book" Then Exit Sub
    SelfEvalDo "refresh_summary", "book", "", False, ""
    undoTitle = SelfEvalNewUndo()
    If undoTitle <> "" Then SelfEvalOfferUndo undoTitle
notNow:
End Sub

Private Sub SelfEvalOfferUndo(undoTitle As String)
    Application.OnUndo undoTitle, "'" & ThisWorkbook.Name & "'!SelfEvalTakeBack"
End Sub

Public Sub SelfEvalTakeBack()
    ' Edit, Undo after a button.
    Dim said As String
    On Error GoTo failed
    said = SelfEvalUndo()
    If said <> "" Then MsgBox said, vbExclamation, SelfEvalSaid("title")
    Exit Sub
failed:
    MsgBox SelfEvalSaid("undofailed"), vbExclamation, SelfEvalSaid("title")
End Sub

Public Sub SelfEvalAskAgain()
    ' By Excel's timer, while work goes on elsewhere.
    SelfEvalAskNow
End Sub

Public Sub SelfEvalEscaped()
    ' Esc, while work goes on elsewhere.
    SelfEvalOfferStop
End Sub

Public Sub SelfEvalReconnectClicked(control As Object)
    ' Try again now, whatever happened before; only the active workbook is calculated.
    SelfEvalForgetServer
    On Error GoTo plain
    Application.Run "'" & Replace(ActiveWorkbook.Name, "'", "''") & "'!SelfEvalReconnect"
    Exit Sub
plain:
    MsgBox SelfEvalSaid("plain"), vbInformation, SelfEvalSaid("title")
End Sub
