"""A picture of any usual kind as an upright JPEG, no larger than needed; place, time and whatever was appended are gone."""

import io

from PIL import Image, ImageChops, ImageCms, UnidentifiedImageError

from backend.domain.errors import BadFile
from backend.store.conversion import limits

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"mif2", b"msf1", b"avif", b"avis", b"miaf", b"MiHE")
MAY_HOLD_SEVERAL = ("GIF", "WEBP", "PNG", "HEIF", "AVIF")
"""Not JPEG: a second picture in it is the phone's own, as the same with less light."""
GREY_16 = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""EXIF 2.3, tag 274, as Pillow's `Transpose`."""
AFAR = (48, 48)
MOST_DIFFERENT, WITH_PROFILE = 14, 60
"""Of 255, on average, between the picture and what became of it, both from afar: JPEG's own loss is below 4, a profile for
print moves colours further."""

Image.MAX_IMAGE_PIXELS = None  # ours is lower, and is asked before a pixel is decoded


def rewrite(data: bytes) -> bytes:
    is_heif = data[4:8] == b"ftyp"
    if is_heif and data[8:12] not in HEIF_BRANDS:
        raise BadFile("wrong-kind")
    try:
        picture = Image.open(io.BytesIO(data), formats=heif_formats() if is_heif else FORMATS)
        refuse_too_much(picture)
        picture.load()
    except UnidentifiedImageError:
        raise BadFile("heic" if is_heif else "wrong-kind") from None
    except (OSError, ValueError, RuntimeError, EOFError, SyntaxError) as error:
        raise BadFile("heic" if is_heif else "broken") from error
    return as_jpeg(picture)


def heif_formats() -> tuple[str, ...]:
    """The library's own limits refuse whole photos of newer phones (more than 16 references between the parts of one);
    the process has limits of its own."""
    import pillow_heif  # 50 ms that most photos do not need

    pillow_heif.options.DISABLE_SECURITY_LIMITS = True
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    return ("HEIF", "AVIF")


def refuse_too_much(picture: Image.Image) -> None:
    """From its head, before a pixel is decoded; a JPEG is told to decode itself smaller."""
    is_jpeg = picture.format in ("JPEG", "MPO")
    if picture.width * picture.height > (limits.MAX_PIXELS if is_jpeg else limits.MAX_PIXELS_WHOLE):
        raise BadFile("too-many-pixels")
    if picture.format in MAY_HOLD_SEVERAL and getattr(picture, "n_frames", 1) > 1:
        raise BadFile("several")
    if is_jpeg:
        picture.draft(None, wanted(picture.size))


def wanted(size: tuple[int, int]) -> tuple[int, int]:
    """The size to keep: the same shape, at most so many pixels."""
    width, height = size
    factor = min(1.0, (limits.KEPT_PIXELS / (width * height)) ** 0.5, 65_000 / max(size))
    return max(1, round(width * factor)), max(1, round(height * factor))


def as_jpeg(picture: Image.Image) -> bytes:
    seen, turn = from_afar(picture), TURNS.get(orientation(picture))
    profile = picture.info.get("icc_profile") or b""
    plain = in_usual_colours(on_paper(smaller(of_eight_bits(picture))), profile)
    if turn is not None:
        plain = plain.transpose(Image.Transpose(turn))
        seen = seen.transpose(Image.Transpose(turn))
    blank = Image.new("RGB", plain.size)
    blank.paste(plain)
    kept = io.BytesIO()
    blank.save(kept, "JPEG", quality=85)
    refuse_different(seen, from_afar(Image.open(kept)), WITH_PROFILE if profile else MOST_DIFFERENT)
    return kept.getvalue()


def orientation(picture: Image.Image) -> int:
    """How the camera was held; a part of the file that cannot be read says nothing of it."""
    try:
        return picture.getexif().get(0x0112, 1)
    except Exception:
        return 1


def of_eight_bits(picture: Image.Image) -> Image.Image:
    """Scaled, not clipped: clipped, nearly every shade of a 16-bit scan is white."""
    if picture.mode in GREY_16:
        return picture.convert("F").point(lambda value: value * (1 / 257) + 0).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in ("P", "PA"):
        return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    return picture


def smaller(picture: Image.Image) -> Image.Image:
    size = wanted(picture.size)
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def on_paper(picture: Image.Image) -> Image.Image:
    """What shines through is white; where that would hide all there is (white ink), black."""
    if not picture.has_transparency_data:
        return picture
    inked = picture.convert("RGBA")
    for paper in ("white", "black"):
        shown = Image.alpha_composite(Image.new("RGBA", inked.size, paper), inked).convert("RGB")
        if any(low != high for low, high in shown.getextrema()):
            break
    return shown


def in_usual_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """In sRGB, which needs no profile to be read rightly; a profile that cannot be used is as none."""
    if profile and picture.mode in ("RGB", "L", "CMYK", "LAB"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            shown = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return shown or picture.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture.convert("RGB")


def from_afar(picture: Image.Image) -> Image.Image:
    """Small and grey, made from the picture in its own kind of pixels, not by the way it is kept."""
    if picture.mode in GREY_16:
        wide = picture.convert("F").resize(AFAR, Image.Resampling.BOX)
        shades = Image.new("L", AFAR)
        shades.putdata([max(0, min(255, int(value) >> 8)) for value in wide.get_flattened_data()])
        return shades
    small = on_paper(of_eight_bits(picture).resize(AFAR, Image.Resampling.BOX))
    return small.convert("RGB").convert("L")


def refuse_different(before: Image.Image, after: Image.Image, bound: int) -> None:
    """A kind of picture we convert wrongly is refused, not stored wrongly."""
    histogram = ImageChops.difference(before, after).histogram()
    if sum(value * count for value, count in enumerate(histogram)) / sum(histogram) > bound:
        raise BadFile("differs")
