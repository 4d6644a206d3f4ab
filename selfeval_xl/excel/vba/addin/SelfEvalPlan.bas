Option Explicit
Option Private Module

' A button: the workbook is handed to Python as arrays, Python answers with a
' plan, and the plan is carried out step by step. A plan is looked through
' whole before its first step; if a step fails, those before it are taken back.

Private Const FIELDS = 6 ' number of the step, what, sheet, where, two values
Private Const STEPS = " number text formula clear insert delete copy merge unmerge height width look lock unlock copysheet addsheet dropsheet rename protect unhide wipe paper unprotect show "
Private Const MOST_ROWS = 2000
Private Const MOST_COLUMNS = 60

Private server As Object
Private undoBook As String
Private undoTitle As String
Private isUndoNew As Boolean
Private undoSteps As Variant
Private undoFirst As Long
Private undoCount As Long

Public Function SelfEvalDo(button As String, tag As String, choice As Variant, isAgreed As Boolean, target As String) As String
    ' The sentence to be shown; one that begins with ? is a question, and nothing has been done.
    Dim book As Object
    Dim plan As Variant
    Dim failed As String
    isUndoNew = False
    Set book = ActiveWorkbook
    plan = SelfEvalAnswerTo(button, SelfEvalHandedOver(book, tag, choice, isAgreed, target))
    If VarType(plan) = 8 Then
        SelfEvalDo = SelfEvalSaid("stopped") & " (" & plan & ")"
        Exit Function
    End If
    If Not IsArray(plan) Then
        SelfEvalDo = SelfEvalSaid("unreachable")
        Exit Function
    End If
    SelfEvalDo = plan(0)
    If plan(2) = 0 Then Exit Function
    If plan(5) = "open" Then
        SelfEvalOpened CStr(plan(8))
        Exit Function
    End If
    If plan(5) = "wait" Then
        SelfEvalWaitFor CStr(plan(8))
        Exit Function
    End If
    If plan(5) = "pdf" Or plan(5) = "mail" Then
        SelfEvalDo = plan(0) & SelfEvalFilesOf(plan)
        Exit Function
    End If
    undoTitle = ""
    failed = SelfEvalDoubt(book, plan)
    If failed = "" Then
        failed = SelfEvalAll(book, plan)
        If failed <> "" Then failed = SelfEvalSaid("failed") & " (" & failed & ")"
    End If
    If failed <> "" Then
        SelfEvalDo = failed
        Exit Function
    End If
    undoCount = plan(3)
    If undoCount = 0 Or plan(1) = "" Then Exit Function
    undoBook = book.Name
    undoSteps = plan
    undoFirst = 4 + plan(2) * FIELDS
    undoTitle = plan(1)
    isUndoNew = True
End Function

Public Function SelfEvalAnswerAlone(button As String, choice As String) As Variant
    ' What the add-in asks by itself. Nothing of the open workbook is handed over, so that the call is short.
    Dim given(0 To 7) As Variant
    given(0) = choice
    given(1) = False
    given(2) = ""
    given(7) = ""
    SelfEvalAnswerAlone = SelfEvalAnswerTo(button, given)
End Function

Public Function SelfEvalHowFar(token As String, isOver As Boolean) As String
    ' What is to be shown of work that goes on elsewhere; once it is over, its workbook is opened.
    Dim plan As Variant
    isOver = True
    plan = SelfEvalAnswerAlone("collect_state", token)
    If Not IsArray(plan) Then
        SelfEvalHowFar = SelfEvalSaid("unreachable")
        Exit Function
    End If
    SelfEvalHowFar = plan(0)
    If plan(2) = 0 Then Exit Function
    If plan(5) = "wait" Then
        isOver = False
        Exit Function
    End If
    On Error GoTo notOpened
    SelfEvalOpened CStr(plan(8))
    Exit Function
notOpened:
    SelfEvalHowFar = plan(0) & ChrW(10) & ChrW(10) & SelfEvalSaid("notopened") & " " & plan(8)
End Function

Public Function SelfEvalOpened(path As String) As Object
    ' Opens a workbook that was just written. Whether its macros run, the person decides.
    Dim security As Variant
    security = Application.AutomationSecurity
    Application.AutomationSecurity = 2
    On Error GoTo failed
    Set SelfEvalOpened = Workbooks.Open(path)
    Application.AutomationSecurity = security
    Exit Function
failed:
    Application.AutomationSecurity = security
    Err.Raise 513, , Err.Description
End Function

Public Function SelfEvalNewUndo() As String
    ' What Edit, Undo is to be called after a button; blank where nothing new can be taken back.
    If isUndoNew Then SelfEvalNewUndo = undoTitle
    isUndoNew = False
End Function

Public Function SelfEvalUndo() As String
    ' Takes back what the last button did; the sentence to be shown where that fails.
    Dim book As Object
    Dim failed As String
    If undoTitle = "" Then Exit Function
    undoTitle = ""
    Set book = SelfEvalOpenBook(undoBook)
    If book Is Nothing Then Exit Function
    failed = SelfEvalQuietly(book, undoSteps, undoFirst, undoCount, 0)
    If failed <> "" Then SelfEvalUndo = SelfEvalSaid("undofailed") & " (" & failed & ")"
End Function

Public Sub SelfEvalForgetServer()
    Set server = Nothing
End Sub

Public Function SelfEvalIsConnected() As Boolean
    SelfEvalIsConnected = Not (server Is Nothing)
End Function

Private Function SelfEvalOpenBook(bookName As String) As Object
    ' Nothing where it was closed meanwhile.
    Set SelfEvalOpenBook = Nothing
    If ActiveWorkbook Is Nothing Then Exit Function
    If ActiveWorkbook.Name = bookName Then
        Set SelfEvalOpenBook = ActiveWorkbook
        Exit Function
    End If
    On Error GoTo closed
    Set SelfEvalOpenBook = Workbooks(bookName)
closed:
End Function

' ---- Python -----------------------------------------------------------------

Private Function SelfEvalAnswerTo(button As String, given As Variant) As Variant
    Dim isFresh As Boolean
    On Error GoTo failed
again:
    isFresh = (server Is Nothing)
    If isFresh Then Set server = CreateObject("SelfEval.Server")
    SelfEvalAnswerTo = server.CallUDF("selfeval_xl.excel.buttons", button, given)
    Exit Function
failed:
    Set server = Nothing
    If Not isFresh Then
        Resume again
    End If
    SelfEvalAnswerTo = Empty
End Function

' ---- the workbook as arrays -------------------------------------------------

Private Function SelfEvalHandedOver(book As Object, tag As String, choice As Variant, isAgreed As Boolean, target As String) As Variant
    Dim given(0 To 7) As Variant
    Dim sheets() As Variant
    Dim active As String
    Dim i As Long
    given(0) = choice
    given(1) = isAgreed
    given(7) = target
    If book Is Nothing Then
        given(2) = ""
        SelfEvalHandedOver = given
        Exit Function
    End If
    given(2) = book.Name
    active = book.ActiveSheet.Name
    given(3) = active
    given(4) = SelfEvalSelected(False)
    given(5) = SelfEvalSelected(True)
    If book.Worksheets.Count = 0 Then
        SelfEvalHandedOver = given
        Exit Function
    End If
    ReDim sheets(0 To book.Worksheets.Count - 1)
    For i = 1 To book.Worksheets.Count
        sheets(i - 1) = SelfEvalSheet(book.Worksheets(i), tag = "book" Or tag = "files", active)
    Next
    given(6) = sheets
    SelfEvalHandedOver = given
End Function

Private Function SelfEvalSelected(isLast As Boolean) As Long
    ' The first or the last row that is selected; 0 where that is no cell. A merged
    ' block is one cell, and stands for its last row.
    Dim first As Object
    Dim last As Long
    On Error GoTo nothingSelected
    Set first = Selection.Cells(1, 1)
    last = Selection.Row + Selection.Rows.Count - 1
    SelfEvalSelected = Selection.Row
    If isLast Or first.MergeArea.Address = Selection.Address Then SelfEvalSelected = last
    Exit Function
nothingSelected:
    SelfEvalSelected = 0
End Function

Private Function SelfEvalSheet(sheet As Object, isWholeBook As Boolean, active As String) As Variant
    ' Name, visible, protected, values, formulas, merged areas; the last three where they are wanted.
    Dim part(0 To 5) As Variant
    Dim area As Object
    part(0) = sheet.Name
    part(1) = (sheet.Visible = -1)
    part(2) = sheet.ProtectContents
    If (isWholeBook And part(1)) Or part(0) = active Then
        Set area = SelfEvalArea(sheet)
        part(3) = SelfEvalValues(area)
        part(4) = area.Formula
        part(5) = SelfEvalMerged(area)
    End If
    SelfEvalSheet = part
End Function

Private Function SelfEvalArea(sheet As Object) As Object
    ' From A1 to the last cell in use, at least two by two, so that values are always an array.
    Dim used As Object
    Dim lastRow As Long
    Dim lastColumn As Long
    Set used = sheet.UsedRange
    lastRow = used.Row + used.Rows.Count - 1
    lastColumn = used.Column + used.Columns.Count - 1
    If lastRow < 2 Then lastRow = 2
    If lastColumn < 2 Then lastColumn = 2
    If lastRow > MOST_ROWS Then lastRow = MOST_ROWS
    If lastColumn > MOST_COLUMNS Then lastColumn = MOST_COLUMNS
    Set SelfEvalArea = sheet.Range(sheet.Cells(1, 1), sheet.Cells(lastRow, lastColumn))
End Function

Private Function SelfEvalValues(area As Object) As Variant
    On Error GoTo noValue2
    SelfEvalValues = area.Value2
    Exit Function
noValue2:
    SelfEvalValues = area.Value
End Function

Private Function SelfEvalMerged(area As Object) As String
    ' The merged areas, one after the other; a row without any is passed over at once.
    Dim cell As Object
    Dim i As Long
    For i = 1 To area.Rows.Count
        If SelfEvalHasMerged(area.Rows(i)) Then
            For Each cell In area.Rows(i).Cells
                If cell.MergeCells Then
                    If cell.Address = cell.MergeArea.Cells(1, 1).Address Then
                        SelfEvalMerged = SelfEvalMerged & cell.MergeArea.Address & " "
                    End If
                End If
            Next
        End If
    Next
End Function

Private Function SelfEvalHasMerged(row As Object) As Boolean
    ' Null where only some cells are merged.
    Dim merged As Variant
    merged = row.MergeCells
    SelfEvalHasMerged = True
    If VarType(merged) = 11 Then SelfEvalHasMerged = merged
End Function

' ---- the plan ---------------------------------------------------------------

Private Function SelfEvalDoubt(book As Object, plan As Variant) As String
    ' What would stop the plan, said before its first step. Names of sheets hold no slash.
    Dim known As String
    Dim closed As String
    Dim what As String
    Dim name As String
    Dim i As Long
    Dim at As Long
    known = "/"
    closed = "/"
    For i = 1 To book.Sheets.Count
        name = LCase(book.Sheets(i).Name) & "/"
        known = known & name
        If book.Sheets(i).ProtectContents Then closed = closed & name
    Next
    For i = 0 To plan(2) - 1
        at = 4 + i * FIELDS
        what = plan(at + 1)
        name = LCase(plan(at + 2)) & "/"
        SelfEvalDoubt = SelfEvalSaid("impossible") & " (" & what & " " & plan(at + 2) & ")"
        If InStr(STEPS, " " & what & " ") = 0 Then Exit Function
        If what <> "addsheet" And InStr(known, "/" & name) = 0 Then Exit Function
        If what = "addsheet" Or what = "copysheet" Or what = "rename" Or what = "dropsheet" Then
            If book.ProtectStructure Then
                SelfEvalDoubt = SelfEvalSaid("structure")
                Exit Function
            End If
            If what <> "addsheet" And what <> "dropsheet" Then name = LCase(plan(at + 4)) & "/"
            If what = "dropsheet" Then
                known = Replace(known, "/" & name, "/")
            Else
                If InStr(known, "/" & name) > 0 Then Exit Function
                known = known & name
            End If
        ElseIf what = "unprotect" Then
            closed = Replace(closed, "/" & name, "/")
        ElseIf what <> "show" And what <> "unhide" Then
            If InStr(closed, "/" & name) > 0 Then
                SelfEvalDoubt = SelfEvalSaid("closed") & " (" & plan(at + 2) & ")"
                Exit Function
            End If
            If what = "insert" Or what = "delete" Then
                If SelfEvalIsFiltered(book, CStr(plan(at + 2))) Then
                    SelfEvalDoubt = SelfEvalSaid("filtered") & " (" & plan(at + 2) & ")"
                    Exit Function
                End If
            End If
        End If
    Next
    SelfEvalDoubt = ""
End Function

Private Function SelfEvalIsFiltered(book As Object, sheetName As String) As Boolean
    ' Rows that a filter hides would be passed over. LibreOffice does not know the word.
    On Error GoTo unknown
    SelfEvalIsFiltered = book.Worksheets(sheetName).FilterMode
    Exit Function
unknown:
    SelfEvalIsFiltered = False
End Function

Private Function SelfEvalAll(book As Object, plan As Variant) As String
    ' Carries the plan out, or leaves everything as it was.
    Dim again As String
    Dim undoFrom As Long
    SelfEvalAll = SelfEvalQuietly(book, plan, 4, CLng(plan(2)), 0)
    If SelfEvalAll = "" Then Exit Function
    undoFrom = 4 + plan(2) * FIELDS
    again = SelfEvalQuietly(book, plan, undoFrom, CLng(plan(3)), Val(SelfEvalAll))
    If again <> "" Then SelfEvalAll = SelfEvalAll & ", " & again
End Function

Private Function SelfEvalQuietly(book As Object, plan As Variant, first As Long, count As Long, before As Long) As String
    ' Screen, events, alerts and calculation are afterwards as they were. The answer is the
    ' number of the step that failed and why. Steps are left out that belong to step `before` or a later one.
    Dim screen As Variant
    Dim events As Variant
    Dim alerts As Variant
    Dim calculation As Variant
    Dim cancelling As Variant
    Dim i As Long
    Dim at As Long
    at = first
    screen = Application.ScreenUpdating
    events = Application.EnableEvents
    alerts = Application.DisplayAlerts
    calculation = Application.Calculation
    cancelling = Application.EnableCancelKey
    On Error GoTo failed
    ' A copied area that still waits would be put in by the first inserted row.
    Application.CutCopyMode = False
    Application.EnableCancelKey = 0
    Application.ScreenUpdating = False
    Application.EnableEvents = False
    Application.DisplayAlerts = False
    Application.Calculation = -4135
    For i = 0 To count - 1
        at = first + i * FIELDS
        If before = 0 Or plan(at) < before Then
            SelfEvalStep book, CStr(plan(at + 1)), CStr(plan(at + 2)), CStr(plan(at + 3)), plan(at + 4), plan(at + 5)
        End If
    Next
    GoTo finished
failed:
    SelfEvalQuietly = plan(at) & ": " & plan(at + 1) & " " & plan(at + 2) & " " & plan(at + 3) & " " & Err.Description
    Resume finished
finished:
    On Error GoTo 0
    Application.Calculation = calculation
    Application.EnableCancelKey = cancelling
    Application.DisplayAlerts = alerts
    Application.EnableEvents = events
    Application.ScreenUpdating = screen
End Function

Private Sub SelfEvalStep(book As Object, what As String, sheetName As String, place As String, a As Variant, b As Variant)
    Dim sheet As Object
    Dim area As Object
    Dim known As Long
    If what = "addsheet" Then
        Set sheet = book.Worksheets.Add(, book.Worksheets(book.Worksheets.Count))
        sheet.Name = sheetName
        Exit Sub
    End If
    Set sheet = book.Worksheets(sheetName)
    If place <> "" Then Set area = sheet.Range(place)
    Select Case what
        Case "number"
            ' In a cell of text a number would become one.
            If area.NumberFormat = "@" Then area.NumberFormat = "General"
            area.Value = a
        Case "text": area.Value = SelfEvalAsText(CStr(a), area.NumberFormat = "@")
        Case "formula": area.Formula = a
        Case "clear": area.MergeArea.ClearContents
        Case "insert": area.EntireRow.Insert
        Case "delete": area.EntireRow.Delete
        Case "copy": area.Copy sheet.Range(CStr(a))
        Case "merge": area.Merge
        Case "unmerge": area.UnMerge
        Case "height"
            If VarType(a) = 8 Then
                area.RowHeight = sheet.Range(CStr(a)).RowHeight
            Else
                area.RowHeight = a
            End If
        Case "width": area.ColumnWidth = a
        Case "look": SelfEvalLook area, CStr(a)
        Case "lock": area.Locked = True
        Case "unlock": area.Locked = False
        Case "protect": sheet.Protect , True, True, True, False, True, True, True
        Case "unprotect"
            ' Nobody is asked for a password: where there is one, this fails.
            sheet.Unprotect ""
        Case "copysheet"
            known = book.Sheets.Count
            If b = "" Then
                sheet.Copy , sheet
            Else
                sheet.Copy book.Worksheets(CStr(b))
            End If
            ' The copy is the active sheet; otherwise another one would be renamed.
            If book.Sheets.Count <> known + 1 Or book.ActiveSheet.Name = sheetName Then Err.Raise 513, , "copy"
            book.ActiveSheet.Name = a
        Case "dropsheet": sheet.Delete
        Case "rename": sheet.Name = a
        Case "unhide": sheet.Visible = -1
        Case "wipe": sheet.UsedRange.Clear
        Case "paper": SelfEvalPaper sheet
        Case "show"
            sheet.Activate
            If place <> "" Then area.Select
    End Select
End Sub

Private Sub SelfEvalPaper(sheet As Object)
    ' Landscape, one page wide. Excel refuses that where no printer is set up;
    ' the list is as good on the screen.
    On Error GoTo noPrinter
    sheet.PageSetup.Orientation = 2
    sheet.PageSetup.Zoom = False
    sheet.PageSetup.FitToPagesWide = 1
    sheet.PageSetup.FitToPagesTall = False
noPrinter:
End Sub

Private Function SelfEvalAsText(words As String, isTextCell As Boolean) As String
    ' Words that would become a formula, a number, a date or a truth value stay words.
    Dim first As String
    Dim isAtRisk As Boolean
    first = Left(words, 1)
    isAtRisk = (InStr("=+-@'", first) > 0)
    If Not isTextCell And Not isAtRisk Then
        isAtRisk = (InStr("0123456789.,($%/", first) > 0) Or ((AscW(first) And 65535) >= 65280)
        isAtRisk = isAtRisk Or IsNumeric(words) Or IsDate(words) Or UCase(words) = "TRUE" Or UCase(words) = "FALSE"
    End If
    SelfEvalAsText = words
    If isAtRisk Then SelfEvalAsText = "'" & words
End Function

Private Sub SelfEvalLook(area As Object, look As String)
    Select Case look
        Case "bold": area.Font.Bold = True
        Case "wrap": area.WrapText = True
        Case "top": area.VerticalAlignment = -4160
        Case "aside"
            area.WrapText = True
            area.VerticalAlignment = -4108
            area.Font.Size = 9
            area.Font.Color = RGB(89, 89, 89)
        Case "link"
            area.Font.Color = RGB(5, 99, 193)
            area.Font.Underline = 2
        Case Else: area.Interior.Color = CLng(look)
    End Select
End Sub
