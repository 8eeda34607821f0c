"""Reads the words that a picture of a page shows, with the models that come inside ``rapidocr``.

The models are opened here as files of the package, never by its own downloader: nothing is fetched
at run time. Its detector's steps are used as they are. The letters are told here, because the
package gives no word the confidence of its own letters.
"""

import math
import statistics
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from index.formats.scanned import FINE, Line, Word, is_possible

Picture = npt.NDArray[np.uint8]
"""Rows of pixels, each blue, green and red."""
Points = npt.NDArray[np.float64]
"""Points of a picture, each from its left and its top, in pixels."""

_DETECTED_SIDE = 1600
"""Pixels of the longer side in which lines are looked for; they are read in full."""
_LINE_HEIGHT = 48
"""Pixels of a line's height that the recogniser was trained with."""
_LEAST_WIDTH = 320
"""The same of its width, at least."""
_LEAST_SURE = 0.5
"""The mean confidence below which a line is no text: what rapidocr takes too."""
_UPRIGHT = 0.8
"""The mean confidence from which on a page stands upright; below it, it is tried in other ways."""
_FEW_LETTERS = 20
"""With fewer letters a page is not turned to see whether it reads better."""
_STANDING = 1.5
"""How many times as high as wide a line is, at least, that runs downwards."""
_LONG = 5.0
"""How many times as wide as high a line is, at least, that tells how skewed the page is."""
_LETTER_SIZE = 0.85
"""The size of the letters as a share of the height of their detected line."""


class _Read(NamedTuple):
    """The letters of a line, before they are words."""

    corners: Points
    """Where reading begins above, ends above, ends below, begins below."""
    text: str
    sure: list[float]
    """The confidence of each letter."""
    places: list[float]
    """How far along the line each letter stands, 0 to 1."""

    @property
    def mean(self) -> float:
        return sum(self.sure) / len(self.sure)

    @property
    def is_standing(self) -> bool:
        across, down = np.abs(self.corners[1] - self.corners[0])
        return bool(down > across)


def recognised(picture: Picture, width: float, language: str) -> list[Line]:
    """The lines that the picture of a page shows, in no order.

    Lengths are in the unit of ``width``, which is that of the whole picture.
    """
    best: list[_Read] = []
    turned = 0
    for turn in range(4):
        found = _lines(np.ascontiguousarray(np.rot90(picture, turn)), language)
        if _sureness(found) > _sureness(best):
            best, turned = found, turn
        if sum(len(line.text) for line in found) < _FEW_LETTERS or _sureness(best) >= _UPRIGHT:
            break
    best = [line for line in best if line.mean >= _LEAST_SURE]
    skew = _skew(best)
    unit = width / picture.shape[1]
    size = (picture.shape[1], picture.shape[0])
    return [_told(line, turned, skew, unit, size) for line in best]


def _sureness(lines: Sequence[_Read]) -> float:
    """The mean confidence of the letters; those of lines that run downwards count for nothing."""
    letters = sum(len(line.text) for line in lines)
    sure = sum(sum(line.sure) for line in lines if not line.is_standing)
    return sure / letters if letters else 0.0


def _skew(lines: Sequence[_Read]) -> float:
    """The angle by which the lines fall to the right, in radians."""
    angles = []
    for line in lines:
        along = line.corners[1] - line.corners[0]
        if np.linalg.norm(along) > _LONG * _height(line) and not line.is_standing:
            angles.append(math.atan2(along[1], along[0]))
    return statistics.median(angles) if angles else 0.0


def _height(line: _Read) -> float:
    return float(np.linalg.norm(line.corners[3] - line.corners[0]))


def _told(line: _Read, turned: int, skew: float, unit: float, size: tuple[int, int]) -> Line:
    level = np.array([[math.cos(skew), -math.sin(skew)], [math.sin(skew), math.cos(skew)]])
    words = []
    for first, last, begin, end in _words(line):
        above, below = line.corners[:2], line.corners[:1:-1]
        corners = np.array(
            [side[0] + at * (side[1] - side[0]) for side in (above, below) for at in (begin, end)]
        )
        ends = (corners[:2] + corners[2:]) / 2 @ level * unit
        shown = _unturned(corners, turned, size) / size * FINE
        low, high = shown.min(axis=0), shown.max(axis=0)
        words.append(
            Word(
                text=line.text[first:last],
                confidence=math.floor(100 * min(line.sure[first:last])),
                left=round(float(ends[0][0]), 2),
                right=round(float(ends[1][0]), 2),
                middle=round(float(ends[:, 1].mean()), 2),
                box=(int(low[0]), int(low[1]), int(high[0]), int(high[1])),
            )
        )
    return Line(round(_height(line) * unit * _LETTER_SIZE, 2), line.is_standing, words)


def _words(line: _Read) -> list[tuple[int, int, float, float]]:
    """The first letter and that after the last of each word, and where it begins and ends."""
    gaps = [after - before for before, after in pairwise(line.places)]
    half = statistics.median(gaps) / 2 if gaps else 0.5
    found = []
    first = 0
    for at in range(len(line.text) + 1):
        if at == len(line.text) or line.text[at] == " ":
            if at > first:
                begin, end = line.places[first] - half, line.places[at - 1] + half
                found.append((first, at, max(0.0, begin), min(1.0, end)))
            first = at + 1
    return found


def _unturned(points: Points, turned: int, size: tuple[int, int]) -> Points:
    """Points of a picture that was turned by quarters against the clock, on it as it was."""
    width, height = size
    x, y = points[:, 0], points[:, 1]
    if turned == 1:
        return np.stack([width - y, x], axis=1)
    if turned == 2:
        return np.stack([width - x, height - y], axis=1)
    if turned == 3:
        return np.stack([y, height - x], axis=1)
    return points


def _lines(picture: Picture, language: str) -> list[_Read]:
    from rapidocr.utils.process_img import get_rotate_crop_image

    models = _models(language)
    found = []
    for corners in models.detected(picture):
        crop = get_rotate_crop_image(picture, corners.astype(np.float32))
        sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
        across, down = max(sides[0], sides[2]), max(sides[1], sides[3])
        # A line that runs downwards was cut out turned, its right side up.
        ordered = np.roll(corners, -1, axis=0) if down >= _STANDING * across else corners
        line = models.read(crop, ordered)
        if line is not None:
            found.append(line)
    return found


class _Models:
    """The detector of lines, and the recogniser of their letters."""

    def __init__(self, language: str) -> None:
        import onnxruntime
        import rapidocr
        from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess

        def opened(name: str) -> Any:
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 4
            options.enable_cpu_mem_arena = False  # else the largest page keeps its memory
            # Threads that wait shall leave the processor to others: answers may be under way.
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
            path = Path(rapidocr.__file__).parent / "models" / name
            return onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )

        self._detector = opened("PP-OCRv6_det_small.onnx")
        self._recogniser = opened("PP-OCRv6_rec_small.onnx")
        # As in the package's own configuration.
        self._before = DetPreProcess(_DETECTED_SIDE, "max", [0.5] * 3, [0.5] * 3)
        self._after = DBPostProcess(
            thresh=0.3, box_thresh=0.5, max_candidates=1000, unclip_ratio=1.6, use_dilation=True
        )
        told = self._recogniser.get_modelmeta().custom_metadata_map["character"].splitlines()
        letters = ["", *told, " "]
        self._possible = [at for at, each in enumerate(letters) if is_possible(each, language)]
        self._letters = [letters[at] for at in self._possible]

    def detected(self, picture: Picture) -> list[Points]:
        """The corners of each line: above at the left, above at the right, and so on round."""
        prepared = self._before(picture)
        if prepared is None:
            return []
        (score,) = _run(self._detector, prepared)
        boxes, _ = self._after(score, picture.shape[:2])
        return [np.asarray(box, dtype=np.float64) for box in boxes]

    def read(self, crop: Picture, corners: Points) -> _Read | None:
        """The letters of a line that was cut out; None where there are none."""
        import cv2

        height, width = crop.shape[:2]
        if height < 2 or width < 2:
            return None
        wide = max(1, round(_LINE_HEIGHT * width / height))
        small = cv2.resize(crop, (wide, _LINE_HEIGHT)).astype(np.float32)
        padded = np.zeros((1, 3, _LINE_HEIGHT, max(wide, _LEAST_WIDTH)), dtype=np.float32)
        padded[0, :, :, :wide] = small.transpose(2, 0, 1) / 127.5 - 1
        scores = _run(self._recogniser, padded)[0][0][:, self._possible]
        best, sure = scores.argmax(axis=1), scores.max(axis=1)
        # A letter is told once for all the places in a row that show it; 0 is none.
        edges = [int(at) for at in np.flatnonzero(np.diff(best, prepend=-1))]
        runs = [(a, b) for a, b in pairwise([*edges, len(best)]) if best[a]]
        text = "".join(self._letters[best[a]] for a, _ in runs)
        if not text.strip():
            return None
        step = padded.shape[3] / len(best) / wide
        places = [min(1.0, (a + b) / 2 * step) for a, b in runs]
        return _Read(corners, text, [float(sure[a:b].max()) for a, b in runs], places)


def _run(session: Any, given: npt.NDArray[Any]) -> Any:
    return session.run(None, {session.get_inputs()[0].name: given})


@lru_cache(maxsize=1)
def _models(language: str) -> _Models:
    return _Models(language)
