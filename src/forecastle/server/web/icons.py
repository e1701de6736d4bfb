"""The icons: strokes on a grid of 24, drawn for this page, so that no font of icons is loaded."""

STROKE = "fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round"


def _drawn(*strokes: str) -> str:
    """As Quasar takes an icon: `path@@style`, several joined by `&&`, then the grid."""
    return "&&".join(f"{stroke}@@{STROKE}" for stroke in strokes) + "|0 0 24 24"


HOME = _drawn("M4 11 12 4l8 7", "M6 9.5V20h12V9.5", "M10 20v-6h4v6")
DATA = _drawn("M4 5h16v14H4z", "M4 10h16", "M4 14.5h16", "M10 10v9")
FORECAST = _drawn("M4 4v16h16", "M7 15l4-4 3 2 5-6", "M15.5 7H19v3.5")
MODELS = _drawn("M8 4h8v5a4 4 0 0 1-8 0z", "M8 5.5H4.5V7A3 3 0 0 0 8 10", "M16 5.5h3.5V7A3 3 0 0 1 16 10", "M12 13v4",
                "M8.5 20h7", "M10 17h4v3h-4z")  # fmt: skip
JOBS = _drawn("M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z", "M12 8v4.5l3 2")
SETTINGS = _drawn("M4 7h9", "M17 7h3", "M15 5v4", "M4 12h3", "M11 12h9", "M9 10v4", "M4 17h9", "M17 17h3", "M15 15v4")
UPLOAD = _drawn("M12 15V4", "M8 8l4-4 4 4", "M4 15v5h16v-5")
DOWNLOAD = _drawn("M12 4v11", "M8 11l4 4 4-4", "M4 16v4h16v-4")
PLAY = _drawn("M8 5v14l11-7z")
CHECK = _drawn("M5 12.5l4.5 4.5L19 7.5")
CLOSE = _drawn("M6 6l12 12", "M18 6L6 18")
WARNING = _drawn("M12 4.5L21 20H3z", "M12 10v4.5", "M12 17.2v.1")
ERROR = _drawn("M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z", "M12 8v5", "M12 16v.1")
INFO = _drawn("M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z", "M12 11v5", "M12 8v.1")
ARROW = _drawn("M5 12h14", "M13 6l6 6-6 6")
MOON = _drawn("M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z")
SUN = _drawn("M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z", "M12 2.5v2", "M12 19.5v2", "M2.5 12h2", "M19.5 12h2",
             "M5.3 5.3l1.4 1.4", "M17.3 17.3l1.4 1.4", "M5.3 18.7l1.4-1.4", "M17.3 6.7l1.4-1.4")  # fmt: skip
AUTO = _drawn("M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16z", "M12 4v16", "M12 8h5.5", "M12 12h8", "M12 16h5.5")
EDIT = _drawn("M4 20l1-4.5L15.5 5l3.5 3.5L8.5 19z", "M13.5 7l3.5 3.5")
TRASH = _drawn("M5 7h14", "M9 7V4.5h6V7", "M7 7l1 13h8l1-13")
RESTORE = _drawn("M4 12a8 8 0 1 0 2.5-5.8", "M4 4v4.5h4.5")
SIGN_OUT = _drawn("M10 4H5v16h5", "M14 8l4 4-4 4", "M18 12H9")
TABULAR = _drawn("M4 4v16h16", "M8 16v.1", "M10.5 12v.1", "M13 14v.1", "M14.5 9v.1", "M17.5 10.5v.1", "M18 6v.1")
