"""Files that open with their password alone: PDF. No library here opens others with theirs."""

import io

from index.errors import ProtectedError


def protected(name: str) -> ProtectedError:
    """The error for a file whose password was not given."""
    return ProtectedError(
        f"{name} is protected with a password.",
        "Type it on the page, or add the file with: citewell index FILE --password-file FILE",
    )


def opened(content: bytes, name: str, kind: str, password: str) -> bytes:
    """The same file without protection; one that needs no password, as it is.

    The open one is held in memory alone. Of ``.pdf`` only; other kinds are given back as they are.

    Raises:
        ProtectedError: this is not its password.
    """
    if kind != ".pdf" or not _needs_password(content):
        return content
    import pypdfium2

    made = io.BytesIO()
    try:
        with pypdfium2.PdfDocument(content, password=password) as document:
            document.save(made, flags=pypdfium2.raw.FPDF_REMOVE_SECURITY)
    except pypdfium2.PdfiumError as error:
        raise ProtectedError(
            f"The password given does not open {name}.",
            "Check its capitals, spaces and accents, and give it again.",
        ) from error
    return made.getvalue()


def lacks_password(error: Exception) -> bool:
    """Whether PDFium refused a file for want of its password."""
    import pypdfium2

    return bool(getattr(error, "err_code", None) == pypdfium2.raw.FPDF_ERR_PASSWORD)


def _needs_password(content: bytes) -> bool:
    import pypdfium2

    try:
        pypdfium2.PdfDocument(content).close()
    except pypdfium2.PdfiumError as error:
        return lacks_password(error)
    return False
