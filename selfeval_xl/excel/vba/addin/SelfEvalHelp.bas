Option Explicit
Option Private Module

' What Excel's function dialog says of the functions of a workbook and of their
' arguments. The add-in tells Excel whenever a workbook is opened or made, so that
' no workbook runs anything by itself.

Public Sub SelfEvalDescribe(book As Object)
    ' Whatever Excel refuses is left out: a workbook of others, one whose macros are
    ' blocked, a program that does not know the word.
    Dim host As Object
    Dim isSaved As Boolean
    Dim part As Variant
    Dim name As String
    Dim place As String
    On Error Resume Next
    If book Is Nothing Then Exit Sub
    If Not book.HasVBProject Then Exit Sub
    Set host = Application
    isSaved = book.Saved
    place = "'" & Replace(book.Name, "'", "''") & "'!"
    For Each part In Split(SelfEvalDescribed(), " ")
        name = part
        Err.Clear
        host.MacroOptions Macro:=place & name, Description:=SelfEvalDescription(name), Category:=SelfEvalSaid("title"), ArgumentDescriptions:=SelfEvalArguments(name)
        ' The name alone is looked for in the active workbook, which is this one as it opens.
        If Err.Number <> 0 Then host.MacroOptions Macro:=name, Description:=SelfEvalDescription(name), Category:=SelfEvalSaid("title"), ArgumentDescriptions:=SelfEvalArguments(name)
    Next
    ' Nobody is asked to save what was described only.
    If isSaved Then book.Saved = True
End Sub
