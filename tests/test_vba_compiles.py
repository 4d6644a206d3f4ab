"""The modules of a workbook and of the add-in compile in every Office, as far as that can be said without one."""

import re

import pytest
from vba_lint import troubles

from selfeval_xl.excel import vba

# Of the server, of Outlook and of the Windows shell.
METHODS = ("CallUDF", "CreateItem", "Subject", "Body", "Attachments", "Display", "ShellExecute")
PROJECTS = {"workbook": vba.modules(), "add-in": vba.addin_modules()}


@pytest.mark.parametrize("project", PROJECTS)
def test_the_modules_compile(project):
    assert [] == troubles(PROJECTS[project], documents=("ThisWorkbook", "Sheet1"), methods=METHODS)


def test_no_sub_of_a_workbook_can_be_taken_for_one_of_the_add_in():
    """Excel looks for what a button calls in the active workbook, too."""
    public = {
        project: set(re.findall(r"(?im)^public (?:sub|function) (\w+)", "\n".join(modules.values())))
        for project, modules in PROJECTS.items()
    }

    assert all(public.values())
    assert not public["workbook"] & public["add-in"]


def _module(*lines: str) -> str:
    return "\r\n".join(["Option Explicit", *lines, ""])


def _sub(*lines: str) -> str:
    return _module("Public Sub SelfEvalDo(x As Variant)", *lines, "End Sub")


@pytest.mark.parametrize(
    "source",
    [
        _sub("    total = 1"),
        _sub("    x = Lenght(x)"),
        _sub("    x.Valeu2 = 1"),
        _sub("    Application.Colour = 1"),
        _sub("    If x Then"),
        _sub("    For Each x In Worksheets"),
        _sub("    On Error GoTo nowhere"),
        _sub("    Exit Function"),
        _sub("    Dim y As Long", "    Dim y As Long"),
        _sub("    Dim loop As Long"),
        _sub("    Dim y As IRibbonControlOrSo"),
        _sub(f"    x = {'1 + ' * 300}1"),
        _sub("    x = 1 _", *["    + 1 _"] * 25, "    + 1"),
        _sub(*["    x = x + 1000000000"] * 3000),
        _sub('    x = "é"'),
        _sub("    x = VBA.Left(x, 1)"),
        _sub("#If Win64 Then", "#End If"),
        _sub().removeprefix("Option Explicit\r\n"),
        _sub().replace("\r\n", "\n"),
        _sub().replace("SelfEvalDo", "SE1"),
        _sub().replace("SelfEvalDo", "R1C1"),
        _sub().replace("SelfEvalDo", "M"),
        _sub() + _sub(),
        _module('Private Declare PtrSafe Function Beep Lib "kernel32" () As Long'),
    ],
)
def test_what_does_not_compile_is_found(source):
    assert troubles({"M": source})


def test_what_compiles_is_left_alone():
    source = _sub(
        "    Dim sheet As Object, y As Long",
        "    On Error GoTo failed",
        '    Const WORDS = "VBA.Left #If" \' Declare',
        "    For Each sheet In ThisWorkbook.Worksheets",
        "        y = y + sheet.UsedRange.Rows.Count _",
        "            + Len(WORDS)",
        "    Next",
        "    With Application.FileDialog(msoFileDialogFolderPicker)",
        "        If .Show <> -1 Then Exit Sub",
        "        x = .SelectedItems(1)",
        "    End With",
        "    If y > 0 Then MsgBox Prompt:=y, Buttons:=vbInformation",
        "    Exit Sub",
        "failed:",
        "    Err.Clear",
        "    On Error GoTo 0",
        "    Resume Next",
    )

    assert [] == troubles({"M": source})
