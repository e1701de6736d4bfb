"""Which characters the bytes of a text file stand for."""

import codecs
import re
from pathlib import Path

from forecastle.core.errors import SourceError
from forecastle.core.findings import Finding, Findings, Severity
from forecastle.data.sources.table import Request

CHUNK = 1 << 20
BYTE_ORDER_MARKS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
WESTERN = set("ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿŒœŠšŽž€£¥§°ºª²³µ´·«»¡¿–—‘’“”…© ")
"""Characters beyond ASCII that business text in Windows' western encoding (cp1252) is made of."""

USUAL = (
    "gb18030", "big5", "cp932", "euc_jp", "cp949", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256",
    "koi8_r", "cp437", "cp850", "mac_roman",
)  # fmt: skip
"""The encodings in use for business data beside UTF-8; all others are more often mistaken for these than met."""


def as_utf8(path: Path, request: Request) -> tuple[Path, Findings]:
    """The file itself if it is UTF-8, otherwise a temporary copy that is.

    Raises:
        SourceError: the encoding asked for is unknown or does not fit the bytes.
    """
    asked = request.options.encoding
    encoding = asked or _encoding(path)
    if encoding == "utf-8":
        return path, Findings()
    target = request.workspace / f"utf8-{path.name}"
    try:
        with path.open(encoding=encoding, newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
            while chunk := source.read(CHUNK):
                copy.write(chunk)
    except (UnicodeError, LookupError) as error:
        raise SourceError(
            f"{request.name} is not {encoding} text: {error}.",
            hint="Name the encoding it was written in, such as cp1252.",
        ) from error
    if asked:
        return target, Findings()
    finding = Finding(
        code="encoding", severity=Severity.INFO, message=f"The text is not UTF-8; it was read as {encoding}."
    )
    return target, Findings((finding,))


def _encoding(path: Path) -> str:
    """`utf-8` when every byte fits it; otherwise the likeliest other."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        head = file.read(4)
        for mark, encoding in BYTE_ORDER_MARKS:
            if head.startswith(mark):
                return encoding
        file.seek(0)
        while chunk := file.read(CHUNK):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return _likeliest(chunk)
    return "utf-8"


def _likeliest(chunk: bytes) -> str:
    beyond_ascii = {byte for byte in chunk if byte > 0x7F}
    western = bytes(beyond_ascii).decode("cp1252", errors="replace")
    if set(western) <= WESTERN and not _looks_multibyte(chunk):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(chunk[: 1 << 16], cp_isolation=list(USUAL)).best()
    return best.encoding if best else "cp1252"


def _looks_multibyte(chunk: bytes) -> bool:
    """Whether bytes beyond ASCII mostly come in runs and fill their words, as in East Asian or Cyrillic text.

    Two of them side by side are not enough: `Größe` is still a western word.
    """
    words = re.findall(rb"[A-Za-z\x80-\xff]*[\x80-\xff][A-Za-z\x80-\xff]*", chunk[: 1 << 16])
    runs = [run for word in words for run in re.findall(rb"[\x80-\xff]+", word)]
    high = sum(map(len, runs))
    return high > 1.7 * len(runs) and high > sum(map(len, words)) / 2
