Option Explicit

Private WithEvents app As Application

Private Sub Workbook_Open()
    Set app = Application
End Sub

Private Sub app_SheetActivate(ByVal sheet As Object)
    SelfEvalActivated sheet
End Sub
