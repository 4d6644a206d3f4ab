"""Formulas that a program wrote without calculating them."""

import pytest
import xlwt

from selfeval_xl.files import read_grids
from selfeval_xl.files.formulas import Sheet, in_letters, moved

CELLS = {
    (1, 1): 286.5, (1, 2): 271.25, (1, 3): 10.0, (2, 1): "管网", (2, 2): "12", (2, 3): True, (3, 1): "x", (4, 1): 0.0,
}  # fmt: skip


def answer(formula):
    sheet = Sheet(CELLS, {(9, 9): formula, (9, 8): "I9+1"})
    sheet.others = {"基础数据": Sheet({(1, 1): 3.0}, {(1, 2): "A1*2"}), "去年": Sheet({(5, 1): 7}, {})}
    return sheet.result((9, 9))


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("IF(A1=0,0,ROUND(B1/A1,4))", 0.9468),
        ("IF(A4=0,0,B1/A4)", 0.0),
        ('IFERROR(B1/A4,"")', ""),
        ('IFERROR(B1/A4,"—")', "—"),
        ("IF(B1/A1>=1,C1,ROUND(B1/A1*C1,2))", 9.47),
        ("ROUND(MIN(B1/A1,1)*C1,2)", 9.47),
        ('IF(AND(A1>0,B1<>""),"是","否")', "是"),
        ('IF(OR(A1<0,NOT(B1=271.25)),"是","否")', "否"),
        ('IF(ISERROR(B1/A4),"无",1)', "无"),
        ('IF(ISBLANK(D9),"空",D9)', "空"),
        ('TEXT(B1/A1,"0.00%")', "94.68%"),
        ('TEXT(A1*10000,"#,##0.00")', "2,865,000.00"),
        ('A2&"改造"&2023&"年"', "管网改造2023年"),
        ('CONCATENATE("（",2023,"年度）")', "（2023年度）"),
        ("SUM(A1:C2)", 567.75),
        ("SUM(A1,B2)", 286.5),
        ("B2*2", 24.0),
        ("SUMPRODUCT(A1:B1,A1:B1)", 155_658.8125),
        ("SUBTOTAL(9,A1:B1)", 557.75),
        ("SUBTOTAL(109,A1:B1)+COUNT(A1:C2)+COUNTA(A1:C3)", 567.75),
        ("ROUNDUP(1.231,2)+ROUNDDOWN(-1.239,2)+INT(-0.5)", -0.99),
        ("-A4^2+10%", 0.1),
        ("基础数据!B1+'去年'!$A$5", 13.0),
        ("SUM(基础数据!A1:B1)", 9.0),
        ("sum(a1:b1)+if(true,1,0)", 558.75),
        ('_xlfn.CONCAT(A2,"1")', "管网1"),
        ("SUM(B1:A1)", 557.75),
        ("SUM(C2:A1)+SUM(A2:C1)+SUM($B$9:A$1)", 1_693.25),
        ("PRODUCT(A4,C1)+PRODUCT(C1,2)", 20.0),
        ('CONCATENATE(PRODUCT("a"),PRODUCT(A2:B2))', "00"),
        ('TRIM("  a  b   c ")&"|"&TRIM("  ")', "a b c|"),
        ('SUMIF(A1:A4,">=0")+SUMIF(A2:A3,"管*",C1:C2)', 296.5),
        ('SUMIFS(A1:B1,A1:B1,">280",A1:B1,"<>0")', 286.5),
        ('COUNTIF(A1:A4,"管网")+COUNTIF(A1:A4,0)+COUNTIF(A1:A4,"<>")', 6.0),
        ('COUNTIFS(A1:A4,">0",A1:A4,"<300")', 1.0),
        ('VLOOKUP("管网",A1:C4,2,FALSE)', "12"),
        ('VLOOKUP("管?",$A:$C,2,0)', "12"),
        ('IFERROR(VLOOKUP("路",A1:C4,2,0),"无")', "无"),
        ("VLOOKUP(3,基础数据!A:B,2,)", 6.0),
        ('INDEX(B1:B4,MATCH("管网",A1:A4,0))', "12"),
        ("INDEX(A1:C4,1,2)+MATCH(5,{1,4,9})", 273.25),
        ('LOOKUP(98.5,{0,60,80,90},{"差","中","良","优"})', "优"),
        ('LOOKUP(B1,{0;300},{"少";"多"})', "少"),
        ('IFS(C1>=90,"优",C1>=10,"良")&CHOOSE(2,"甲","乙")', "良乙"),
        ('IFNA(MATCH(-1,{0,1}),"低")', "低"),
        ("SUM(A:A)", 286.5),
        ("SUM(A1:INDEX(A:A,ROW()-7))+COUNTA(B1:INDEX(B:B,2))", 288.5),
        ('IFERROR(SE_TOTAL(A1,B1:INDEX(B:B,ROW()-1)),IF(C1=10,"没有 Python",#N/A))', "没有 Python"),
        ("IFERROR(IF(A1>1,#N/A),2)", 2.0),
        ('COUNTIF(A1:A3,"~*")+COUNTIF(A1:A3,"[x]")+COUNTIF(A1:A3,"X")', 1.0),
        ("D9", ""),
        ('""""', '"'),
    ],
)
def test_what_people_write_in_forms_is_calculated(formula, result):
    assert result == (pytest.approx(answer(formula)) if isinstance(result, float) else answer(formula))


@pytest.mark.parametrize(
    "formula",
    [
        "VLOOKUP(A1,A1:B9,2)", "I9", "H9", "A3*2", "B1/A4", "别表!A1", "SUM(A1:B1", "IF(A3,1,2)", "A1:B1", "[1]表!A1",
        "SE_TOTAL(A1)", "#N/A", "A1:INDEX(A:B,2)", "SUM(A1:INDEX(A1,2))", "SUM(A1:INDEX(去年!A:A,2))", "SUM(A1:INDEX(",
        "ROW(",
        'REPT("x",9)', "IF()", "TEXT(A1)", 'TEXT(A1,"yyyy")', "ROUND(A1:B1,2)", "SUMPRODUCT(A1:B1,A1)", "10^999",
        "#REF!+1", "ROUND(1,31)", "ROUNDDOWN(1,999000)", "ROUNDUP(1,-999000)", "ROUNDDOWN(1,10^300)",
        "SUBTOTAL(A9:A1,B1)", "\N{KELVIN SIGN}2+1", "IFERROR(ROUND(),1)",
        "(" * 90 + "1" + ")" * 90, "SUM(A1:ZZ9999999)",
    ],
)  # fmt: skip
def test_what_is_more_than_that_has_no_result(formula):
    assert answer(formula) is None


def test_a_long_chain_and_a_circle_end():
    chain = {(row, 1): f"A{row + 1}+A{row + 1}" for row in range(1, 90)}
    assert Sheet({(90, 1): 1.0}, chain).result((1, 1)) is None
    assert Sheet({(40, 1): 1.0}, {(row, 1): f"A{row + 1}+1" for row in range(1, 40)}).result((1, 1)) == 40.0
    assert Sheet({}, {(1, 1): "B1", (1, 2): "A1"}).result((1, 1)) is None


def test_a_chain_of_many_terms_or_over_many_sheets_ends():
    terms = "+1" * 490
    long = Sheet({(50, 1): 1.0}, {(row, 1): f"A{row + 1}{terms}" for row in range(1, 50)} | {(1, 2): "1+1"})
    assert (long.result((1, 1)), long.result((1, 2))) == (None, 2.0)
    sheets = {f"S{number}": Sheet({}, {}) for number in range(31)}
    for number in range(30):
        chain = {(row, 1): f"A{row + 1}+1" for row in range(1, 50)} | {(50, 1): f"S{number + 1}!A1+1"}
        sheets[f"S{number}"] = Sheet({}, chain)
    for sheet in sheets.values():
        sheet.others = sheets
    assert sheets["S0"].result((1, 1)) is None


def test_jokers_in_a_long_text_take_no_time():
    cells = {(row, 1): "a" * 5_000 for row in range(1, 20)}
    formula = f'COUNTIF(A1:A19,"{"*a" * 40}*b")'

    assert 0.0 == Sheet(cells, {(1, 2): formula}).result((1, 2))


def test_a_formula_moves_without_what_is_fixed():
    assert moved('F6/$E6*E$6+$G$6+SUM(A1:B2)&"A1"', 2, 1) == 'G8/$E8*F$6+$G$6+SUM(B3:C4)&"A1"'
    assert moved("A1+'A1'!A1+LOG10(A2)", 0, -1) == "#REF!+'A1'!#REF!+LOG10(#REF!)"


def test_whole_columns_stay_only_where_they_are_fixed():
    assert "VLOOKUP(A2,$D:$E,2,0)" == moved("VLOOKUP(A1,$D:$E,2,0)", 1, 0)
    assert "VLOOKUP(B1,$D:$E,2,0)" == moved("VLOOKUP(A1,$D:$E,2,0)", 0, 1)
    assert "SUM(D:E)" == moved("SUM(D:E)", 3, 0)
    assert "SUM(#REF!)" == moved("SUM(D:E)", 0, 1)


def test_a_formula_in_rows_and_columns_is_one_in_letters():
    assert in_letters('SUM(R[-8]C:R[-1]C)+R6C9+RC[-2]&"RC"', (20, 8)) == 'SUM(H12:H19)+$I$6+F20&"RC"'
    assert in_letters("R[-5]C+ROUND(RC,2)", (3, 2)) == "#REF!+ROUND(B3,2)"


def old_workbook(path, *formulas):
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    percent = xlwt.easyxf(num_format_str="0.00%")
    for column, value in enumerate((286.5, 271.25)):
        sheet.write(0, column, value)
    for column, formula in enumerate(formulas):
        sheet.write(1, column, xlwt.Formula(formula), percent)
    book.save(str(path))
    (grid,) = read_grids(path)
    return [entry.written for entry in grid.filled(2)]


def test_formulas_of_an_old_workbook_that_nobody_calculated_are_calculated_too(tmp_path):
    found = old_workbook(tmp_path / "old.xls", "B1/A1", "SUM(A1:B1)/100", 'LEFT("x")')
    assert found[:2] == ["94.68%", "557.75%"]
    assert found[2].startswith("公式没有保存结果")
