"""Make a small picture of a DICOM image, for a person to see whether text is burned into it.

Owns: whatever the bytes are, the answer is a JPEG of bounded size or None; nothing in them is told or logged.
"""

import io
import mmap
import warnings
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO, cast

if TYPE_CHECKING:
    from PIL.Image import Image

WIDEST = 320  # pixels, in both directions
MOST_PIXELS = 64 * 2**20  # of one frame as the file declares it
MOST_BYTES = 64 * 2**10
QUALITIES = (85, 60, 30)
# pydicom inflates a whole file before it looks at anything: a small one could fill the memory.
DEFLATED = b"1.2.840.10008.1.2.1.99"
META = 4096  # bytes at the beginning that the transfer syntax stands in
PALETTES = [0x00281101, 0x00281102, 0x00281103, 0x00281201, 0x00281202, 0x00281203]


def can_show() -> bool:
    """Tell whether the packages that it takes are installed."""
    return all(
        find_spec(name) is not None for name in ("numpy", "PIL")
    )  # not imported for a page without any


def picture(data: bytes | mmap.mmap) -> bytes | None:
    """Return the first frame as a JPEG of at most 320 by 320 pixels, None where it cannot be decoded."""
    if DEFLATED in data[:META]:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they may quote a value
            return _jpeg(_first_frame(data))
    except Exception:  # noqa: BLE001 - hostile bytes can fail in any way; a viewer may do better
        return None


def _first_frame(data: bytes | mmap.mmap) -> "Image":
    from PIL import Image
    from pydicom import Dataset, dcmread
    from pydicom.pixels.processing import apply_color_lut
    from pydicom.pixels.utils import pixel_array

    file = cast(BinaryIO, io.BytesIO(data) if isinstance(data, bytes) else data)
    file.seek(0)
    head = dcmread(file, force=True, stop_before_pixels=True, specific_tags=["Rows", "Columns"])
    if not 0 < head.Rows * head.Columns <= MOST_PIXELS:
        raise ValueError
    file.seek(0)
    about = Dataset()
    frame = pixel_array(file, ds_out=about, specific_tags=PALETTES, index=0)
    kind = str(about.get("PhotometricInterpretation", ""))
    if kind == "PALETTE COLOR":
        frame = apply_color_lut(frame, about)
    image = Image.fromarray(_grey_levels(frame, inverted=kind == "MONOCHROME1"))
    image.thumbnail((WIDEST, WIDEST))
    return image


def _grey_levels(frame: Any, *, inverted: bool) -> Any:
    """Return an array of bytes: samples of more than 8 bits are stretched over what most of them use."""
    import numpy as np

    if frame.dtype != np.uint8:
        some = frame.reshape(-1)[:: max(1, frame.size // 100_000)]
        low, high = np.percentile(some, (0.5, 99.5))
        step = 255 / (float(high - low) or 1.0)
        frame = np.clip((frame.astype(np.float32) - low) * step, 0, 255).astype(np.uint8)
    return 255 - frame if inverted else frame


def _jpeg(image: "Image") -> bytes | None:
    for quality in QUALITIES:
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=quality)
        if stream.tell() <= MOST_BYTES:
            return stream.getvalue()
    return None
