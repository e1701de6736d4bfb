from forecastle.core.findings import Finding, Findings, Severity

GAPS = Finding(code="gaps", severity=Severity.INFO, message="3 weeks have no row.", action="left as not observed")
TEXT = Finding(code="text", severity=Severity.ERROR, message="2 volumes are text.", rows=("line 7: volume = 'n/a'",))
TWICE = Finding(code="duplicates", severity=Severity.WARNING, message="4 rows are there twice.", count=4)


def test_the_most_serious_finding_comes_first() -> None:
    assert list(Findings((GAPS, TWICE, TEXT))) == [TEXT, TWICE, GAPS]


def test_adding_findings_loses_none_and_changes_none() -> None:
    first, second = Findings((GAPS,)), Findings((TEXT, TWICE))
    assert (first + second).items == (GAPS, TEXT, TWICE)
    assert first.items == (GAPS,)


def test_findings_can_be_asked_for_by_severity() -> None:
    assert Findings((GAPS, TWICE, TEXT)).of(Severity.WARNING) == (TWICE,)


def test_no_findings_are_no_findings() -> None:
    assert list(Findings()) == []
