"""Pictures as phones, scanners and people send them: they look afterwards as before, or are refused in words.

The kinds follow public reports: Pillow 3011 and 5991 (16-bit scans turn white or black), Discourse 43801 (transparent
turns black), Expensify 101348 (10-bit HEIC), lurker 626 (HEIC with more than 16 references), happy 1749 (48 megapixels).
"""

import io
import struct
import zlib

import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageDraw

from backend.domain.errors import BadFile
from backend.store.conversion import limits, pictures, process
from tests.faults import bombs

pillow_heif.register_heif_opener()
GPS = 0x8825


def saved(picture, form, **more):
    kept = io.BytesIO()
    picture.save(kept, form, **more)
    return kept.getvalue()


def converted(data):
    kind, safe = process.convert(data)
    assert kind == "image/jpeg"
    return Image.open(io.BytesIO(safe))


def refused(data):
    with pytest.raises(BadFile) as error:
        process.convert(data)
    return error.value.why


def scan(mode="L"):
    """A grey page with a black bar: light, middle and dark can be told apart."""
    page = Image.linear_gradient("L").resize((200, 100))
    ImageDraw.Draw(page).rectangle((20, 40, 180, 60), fill=0)
    return page.convert(mode)


def shades(picture, *places):
    return [picture.convert("L").getpixel(place) for place in places]


def alike(one, other, within=6):
    return all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


PLACES = [(100, 5), (100, 25), (100, 50), (100, 80), (100, 95)]


def deep(picture):
    """The same with 16 bits a shade."""
    wide = struct.pack(f">{picture.width * picture.height}H", *(shade * 257 for shade in picture.tobytes()))
    rows = b"".join(b"\0" + wide[at : at + picture.width * 2] for at in range(0, len(wide), picture.width * 2))
    return bombs.png(picture.width, picture.height, zlib.compress(rows), bits=16, colour=0)


def test_a_16_bit_grey_scan_keeps_its_shades():
    assert alike(shades(converted(deep(scan())), *PLACES), shades(scan(), *PLACES))


KINDS = {
    "of one bit": lambda: saved(Image.linear_gradient("L").resize((200, 100)).point(lambda v: 255 * (v > 128)).convert("1"), "PNG"),
    "with a palette": lambda: saved(scan("RGB").quantize(64), "PNG"),
    "grey with transparency": lambda: saved(scan("LA"), "PNG"),
    "for print": lambda: saved(scan("RGB").convert("CMYK"), "JPEG", quality=95),
    "webp": lambda: saved(scan("RGB"), "WEBP", quality=95),
    "webp without loss and with transparency": lambda: saved(scan("RGBA"), "WEBP", lossless=True),
    "gif": lambda: saved(scan("L"), "GIF"),
    "bmp": lambda: saved(scan("RGB"), "BMP"),
    "heic": lambda: saved(scan("RGB"), "HEIF", quality=95),
    "avif": lambda: saved(scan("RGB"), "AVIF", quality=95),
    "progressive": lambda: saved(scan("RGB"), "JPEG", progressive=True, quality=95),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_of_any_kind_looks_as_before(kind):
    data = KINDS[kind]()
    assert alike(shades(converted(data), *PLACES), shades(Image.open(io.BytesIO(data)).convert("RGBA"), *PLACES), within=10)


def test_a_10_bit_heic_is_read():
    wide = bytes(byte for shade in scan("RGB").tobytes() for byte in (0, shade))
    deep_picture = pillow_heif.from_bytes("RGB;16", (200, 100), wide)
    kept = io.BytesIO()
    deep_picture.save(kept, quality=95)
    assert alike(shades(converted(kept.getvalue()), *PLACES), shades(scan(), *PLACES), within=12)


def test_a_heic_with_more_parts_than_the_library_allows_is_read():
    """Phones add maps of depth and light; the library stops at 16 references unless it is told not to."""
    data = saved(scan("RGB").resize((64, 64)), "HEIF", thumbnails=[16 + n for n in range(0, 40, 2)])
    assert converted(data).size == (64, 64)


def test_black_ink_on_nothing_and_white_ink_on_nothing_are_both_seen():
    for ink in ("black", "white"):
        drawn = Image.new("RGBA", (80, 40), (0, 0, 0, 0))
        ImageDraw.Draw(drawn).line((10, 20, 70, 20), fill=ink, width=6)
        low, high = converted(saved(drawn, "PNG")).convert("L").getextrema()
        assert high - low > 200, ink


def test_colours_of_another_space_are_turned_into_usual_ones():
    """A profile is taken out with the rest of what is hidden: what it said has to be in the pixels."""
    space = ImageCms.createProfile("LAB")
    usual = ImageCms.createProfile("sRGB")
    red = Image.new("RGB", (40, 40), (200, 30, 30))
    as_lab = ImageCms.profileToProfile(red, usual, space, outputMode="LAB")
    shown = pictures.in_usual_colours(as_lab, ImageCms.ImageCmsProfile(space).tobytes())
    assert alike(shown.getpixel((9, 9)), (200, 30, 30))


def test_a_profile_that_can_not_be_read_refuses_nothing():
    assert alike(shades(converted(saved(scan("RGB"), "JPEG", icc_profile=b"no profile", quality=95)), *PLACES), shades(scan(), *PLACES))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("held", range(1, 9))
def test_however_the_camera_was_held_the_picture_stands_upright_and_says_no_place(form, held):
    corner = Image.new("RGB", (80, 40), "white")
    ImageDraw.Draw(corner).rectangle((0, 0, 20, 10), fill="black")
    exif = Image.Exif()
    exif[0x0112] = held
    exif.get_ifd(GPS)[2] = (55.0, 40.0, 12.0)
    data = saved(corner, form, exif=exif)
    upright = converted(data)
    assert upright.size == ((80, 40) if held < 5 else (40, 80))
    dark = {1: (2, 2), 2: (77, 2), 3: (77, 37), 4: (2, 37), 5: (2, 2), 6: (37, 2), 7: (37, 77), 8: (2, 77)}[held]
    assert shades(upright, dark)[0] < 60 and not upright.getexif() and b"Exif" not in process.convert(data)[1]


def test_a_heic_says_in_its_own_words_how_it_was_held_and_its_place_is_gone():
    """ISO 23008-12: the turn stands beside the picture (irot), which the library follows; the tag is only a note."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "taken at Torvet 1"
    data = saved(scan("RGB"), "HEIF", exif=exif)
    kept = process.convert(data)[1]
    assert b"Torvet" in data and b"Torvet" not in kept and Image.open(io.BytesIO(kept)).size == (200, 100)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_of_damaged_words_in_a_photo_nothing_is_believed():
    broken = saved(scan("RGB"), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff", quality=95)
    assert converted(broken).size == (200, 100)


MOVING = {
    "gif": lambda frames: saved(frames[0], "GIF", save_all=True, append_images=frames[1:]),
    "webp": lambda frames: saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
    "png": lambda frames: saved(frames[0], "PNG", save_all=True, append_images=frames[1:]),
    "heic": lambda frames: saved(frames[0], "HEIF", save_all=True, append_images=frames[1:]),
}


@pytest.mark.parametrize("kind", MOVING)
def test_of_several_pictures_in_one_file_none_is_left_out_without_a_word(kind):
    assert refused(MOVING[kind]([Image.new("RGB", (64, 64), colour) for colour in ("red", "green", "blue")])) == "several"


def test_the_second_picture_a_phone_hides_in_a_photo_does_not_refuse_it():
    two = saved(scan("RGB"), "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])
    assert converted(two).size == (200, 100)


PHONES = {"12": (4000, 3000), "48": (8064, 6048), "50": (8160, 6120), "108": (12_000, 9000), "200": (16_320, 12_240)}


@pytest.mark.parametrize("phone", ["12", "50", "200"])
def test_a_photo_as_phones_take_them_is_taken_and_made_smaller_by_its_area(phone):
    kept = converted(saved(Image.linear_gradient("L").resize(PHONES[phone]), "JPEG", quality=30))
    assert 0.95 < kept.width * kept.height / limits.KEPT_PIXELS <= 1.01
    assert alike(shades(kept, (9, 20), (9, kept.height - 20)), (0, 255), within=12)


def test_a_long_screenshot_stays_readable():
    """Its longest side says nothing of how large its letters are."""
    assert converted(saved(Image.new("L", (1080, 14_000)), "PNG")).width > 800


def test_too_many_pixels_too_many_bytes_and_a_kind_we_do_not_take_are_told_apart():
    assert refused(bombs.png_of_many_pixels()) == "too-many-pixels"
    assert refused(b"\xff\xd8\xff" + bytes(limits.MAX_BYTES)) == "too-large"
    assert refused(saved(scan(), "TIFF")) == "wrong-kind"
    assert refused(saved(scan("RGB"), "HEIF")[:400]) == "heic"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF", "GIF"])
def test_a_picture_of_which_a_part_is_missing_is_refused(form):
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    whole = saved(noise, form)
    assert refused(whole[: len(whole) * 6 // 10]) in ("broken", "heic")


def test_what_we_would_change_is_refused(monkeypatch):
    """Should a kind of picture be converted wrongly, it is noticed: here as 16-bit scans were once, clipped."""
    monkeypatch.setattr(pictures, "of_eight_bits", lambda picture: picture.convert("L"))
    assert refused(deep(scan())) == "differs"
