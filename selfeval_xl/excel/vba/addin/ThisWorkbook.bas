Option Explicit

Private WithEvents app As Application

Private Sub Workbook_Open()
    Set app = Application
    SelfEvalDescribe ActiveWorkbook
End Sub

Private Sub app_WorkbookOpen(ByVal book As Workbook)
    SelfEvalDescribe book
End Sub

Private Sub app_NewWorkbook(ByVal book As Workbook)
    SelfEvalDescribe book
End Sub

Private Sub app_SheetActivate(ByVal sheet As Object)
    SelfEvalActivated sheet
End Sub
