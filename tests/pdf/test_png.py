import io

import pytest
from PIL import Image

from app.pdf.png import png

PAPER = Image.new("RGB", (37, 23), "white")
PAPER.paste((200, 30, 40), (5, 5, 20, 9))
PHOTOGRAPH = Image.merge("RGB", [Image.linear_gradient("L").resize((61, 47))] * 3)


@pytest.mark.parametrize("image", [PAPER, PHOTOGRAPH, PAPER.convert("L"), PHOTOGRAPH.convert("L")])
def test_every_pixel_survives(image: Image.Image) -> None:
    decoded = Image.open(io.BytesIO(png(image)))
    assert (decoded.mode, decoded.size) == (image.mode, image.size)
    assert decoded.tobytes() == image.tobytes()
