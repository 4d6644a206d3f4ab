Option Explicit
Option Private Module

' What is done with files that Python has just written: Excel puts them on paper as
' PDF, Outlook shows them in a mail. Nothing is ever sent.

Private Const FIELDS = 6 ' as in SelfEvalPlan
Private Const MOST_NAMED = 5

Public Function SelfEvalFilesOf(plan As Variant) As String
    ' What is to be said besides: nothing where all went well.
    Dim last As Long
    last = 4 + (plan(2) - 1) * FIELDS
    If plan(5) = "mail" Then
        SelfEvalFilesOf = SelfEvalMailed(CStr(plan(6)), CStr(plan(7)), CStr(plan(8)), CStr(plan(9)))
    ElseIf plan(last + 1) = "attach" Then
        SelfEvalFilesOf = SelfEvalPrinted(plan, CLng(plan(2)) - 1) & SelfEvalAttached(CStr(plan(last + 4)))
    Else
        SelfEvalFilesOf = SelfEvalPrinted(plan, CLng(plan(2)))
    End If
End Function

Private Function SelfEvalAttached(draft As String) As String
    ' The files are on paper now: Python puts them into the draft, which is shown.
    Dim answer As Variant
    answer = SelfEvalAnswerAlone("mail_draft", draft)
    If Not IsArray(answer) Then
        SelfEvalAttached = ChrW(10) & ChrW(10) & SelfEvalSaid("unreachable")
        Exit Function
    End If
    SelfEvalAttached = ChrW(10) & ChrW(10) & answer(0)
    If answer(2) > 0 Then SelfEvalAttached = SelfEvalAttached & SelfEvalFilesOf(answer)
End Function

Private Function SelfEvalPrinted(plan As Variant, count As Long) As String
    ' Each file is opened where nobody sees it, without macros, links and events, and
    ' closed again whatever happens. The first few that fail are named.
    Dim screen As Variant
    Dim events As Variant
    Dim alerts As Variant
    Dim why As String
    Dim failed As Long
    Dim i As Long
    Dim at As Long
    screen = Application.ScreenUpdating
    events = Application.EnableEvents
    alerts = Application.DisplayAlerts
    Application.ScreenUpdating = False
    Application.EnableEvents = False
    Application.DisplayAlerts = False
    For i = 0 To count - 1
        at = 4 + i * FIELDS
        Application.StatusBar = SelfEvalSaid("printing") & " " & (i + 1) & "/" & count
        why = SelfEvalOnPaper(CStr(plan(at + 4)), CStr(plan(at + 5)))
        If why <> "" Then
            failed = failed + 1
            If failed <= MOST_NAMED Then
                SelfEvalPrinted = SelfEvalPrinted & ChrW(10) & SelfEvalLastPart(CStr(plan(at + 5))) & " (" & why & ")"
            ElseIf failed = MOST_NAMED + 1 Then
                SelfEvalPrinted = SelfEvalPrinted & ChrW(10) & "..."
            End If
        End If
    Next
    Application.StatusBar = False
    Application.DisplayAlerts = alerts
    Application.EnableEvents = events
    Application.ScreenUpdating = screen
    If SelfEvalPrinted <> "" Then SelfEvalPrinted = ChrW(10) & ChrW(10) & SelfEvalSaid("notprinted") & SelfEvalPrinted
End Function

Private Function SelfEvalOnPaper(path As String, target As String) As String
    ' Why there is no PDF; blank where there is one. A file that is there already stays,
    ' and none is left that was only begun.
    Dim copied As Object
    Dim security As Variant
    Dim isForced As Boolean
    Dim isBegun As Boolean
    Dim i As Long
    On Error GoTo failed
    security = Application.AutomationSecurity
    Application.AutomationSecurity = 3
    isForced = True
    Set copied = Workbooks.Open(path, 0, True)
    For i = 1 To copied.Worksheets.Count
        SelfEvalSetUp copied.Worksheets(i)
    Next
    If SelfEvalIsThere(target) Then Err.Raise 58
    isBegun = True
    copied.ExportAsFixedFormat 0, target
    GoTo finished
failed:
    SelfEvalOnPaper = Err.Description
    If SelfEvalOnPaper = "" Then SelfEvalOnPaper = CStr(Err.Number)
    Resume finished
finished:
    On Error GoTo leftOpen
    If isForced Then Application.AutomationSecurity = security
    If Not (copied Is Nothing) Then copied.Close False
leftOpen:
    If isBegun And SelfEvalOnPaper <> "" Then SelfEvalTakeAway target
End Function

Private Sub SelfEvalSetUp(sheet As Object)
    ' A4 and one page wide, with numbers where there are more pages and none yet: as
    ' Python sets a copy up for LibreOffice. What the printer refuses is left as it is.
    Dim paper As Object
    Dim pages As Long
    Dim shown As String
    On Error Resume Next
    Set paper = sheet.PageSetup
    If paper.PaperSize <> 9 Then paper.PaperSize = 9
    ' Zoom is False where the sheet is fitted to pages already; then its height stays.
    If VarType(paper.Zoom) <> 11 Then
        paper.Zoom = False
        paper.FitToPagesTall = False
    End If
    If paper.FitToPagesWide <> 1 Then paper.FitToPagesWide = 1
    pages = paper.Pages.Count
    shown = paper.LeftHeader & paper.CenterHeader & paper.RightHeader & paper.LeftFooter & paper.CenterFooter & paper.RightFooter
    If pages > 1 And InStr(shown, "&P") = 0 Then paper.CenterFooter = paper.CenterFooter & SelfEvalSaid("numbered")
End Sub

Private Function SelfEvalIsThere(path As String) As Boolean
    ' Unlike Dir, this knows every character. Where it is not to be had, Python has looked before.
    On Error GoTo unknown
    SelfEvalIsThere = CreateObject("Scripting.FileSystemObject").FileExists(path)
unknown:
End Function

Private Sub SelfEvalTakeAway(path As String)
    On Error GoTo notThere
    CreateObject("Scripting.FileSystemObject").DeleteFile path
notThere:
End Sub

Private Function SelfEvalMailed(subject As String, words As String, draft As String, attached As String) As String
    ' Shown in Outlook, else by whatever opens a mail on this computer. A person sends it.
    Dim outlook As Object
    Dim mail As Object
    Dim part As Variant
    On Error GoTo noOutlook
    Set outlook = CreateObject("Outlook.Application")
    Set mail = outlook.CreateItem(0)
    mail.Subject = subject
    mail.Body = words
    For Each part In Split(attached, "|")
        mail.Attachments.Add CStr(part)
    Next
    mail.Display
    Exit Function
noOutlook:
    Resume plain
plain:
    On Error GoTo notShown
    CreateObject("Shell.Application").ShellExecute draft
    Exit Function
notShown:
    SelfEvalMailed = ChrW(10) & ChrW(10) & SelfEvalSaid("notshown") & " " & draft
End Function

Private Function SelfEvalLastPart(path As String) As String
    SelfEvalLastPart = Mid(path, InStrRev(path, "\") + 1)
End Function
