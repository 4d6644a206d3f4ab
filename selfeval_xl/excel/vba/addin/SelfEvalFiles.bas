Option Explicit
Option Private Module

' What is done with files that Python has just written: Excel puts them on paper as
' PDF, Outlook shows them in a mail. Nothing is ever sent.

Private Const FIELDS = 6 ' as in SelfEvalPlan
Private Const MOST_NAMED = 5

Public Function SelfEvalFilesOf(plan As Variant) As String
    ' What is to be said besides: nothing where all went well.
    If plan(5) = "pdf" Then
        SelfEvalFilesOf = SelfEvalPrinted(plan)
    Else
        SelfEvalFilesOf = SelfEvalMailed(CStr(plan(6)), CStr(plan(7)), CStr(plan(8)), CStr(plan(9)))
    End If
End Function

Private Function SelfEvalPrinted(plan As Variant) As String
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
    For i = 0 To plan(2) - 1
        at = 4 + i * FIELDS
        Application.StatusBar = SelfEvalSaid("printing") & " " & (i + 1) & "/" & plan(2)
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
    ' Why there is no PDF; blank where there is one.
    Dim copied As Object
    Dim security As Variant
    Dim isForced As Boolean
    On Error GoTo failed
    security = Application.AutomationSecurity
    Application.AutomationSecurity = 3
    isForced = True
    Set copied = Workbooks.Open(path, 0, True)
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
End Function

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
