"""The photographs the sample collection is cut from, who made them, and what is to be seen where.

All of them lie inside the installed scikit-image and scikit-learn packages, so nothing is
downloaded. Left out of what those packages carry: everything that is not a photograph (brick, cell,
chessboards, colour wheel, horse, logo, phantom), everything whose licence is not stated (moon,
motorcycle, page, lfw_subset), and the eye detail of 102 pixels, too small to crop.
"""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from contrast_engine.errors import CollectionError

Region = tuple[int, int, int, int]
"""Left, top, right and bottom of what is to be seen, in percent of the photograph."""

CC0 = "CC0 1.0"
CC_BY = "CC BY 2.0 (https://creativecommons.org/licenses/by/2.0/)"


@dataclass(frozen=True)
class Source:
    """One photograph inside an installed package.

    Args:
        package: The package that carries it, as it is imported.
        file: Path inside that package.
        sha256: Hash of the file, so that another picture is never taken for this one.
        title: What it shows.
        author: Who made it.
        licence: Under which terms it may be passed on, as its package states them.
        origin: Where the package says it was taken from.
        further: How many pictures are cut beyond one of each subject.
        subjects: What to point the camera at, best first.
    """

    package: str
    file: str
    sha256: str
    title: str
    author: str
    licence: str
    origin: str
    further: int
    subjects: dict[str, Region]

    def read(self) -> bytes:
        """The bytes of the photograph.

        Raises:
            CollectionError: The package is not installed, or carries another file.
        """
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise CollectionError(
                f"the sample photographs come with {PACKAGES[self.package]}, which is not "
                'installed; run: pip install "contrast-engine[samples]"'
            )
        path = Path(spec.submodule_search_locations[0]) / self.file
        data = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise CollectionError(
                f"{path} is not the photograph the samples are made from; "
                f"install the {PACKAGES[self.package]} version of constraints.txt"
            )
        return data


PACKAGES = {"skimage": "scikit-image", "sklearn": "scikit-learn"}

WHOLE = (0, 0, 100, 100)

SOURCES: dict[str, Source] = {
    "pagoda": Source(
        "sklearn",
        "datasets/images/china.jpg",
        "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29",
        "A pagoda above a lake",
        "danielbuechele (Flickr)",
        CC_BY,
        "https://www.flickr.com/photos/danielbuechele/6061409035/",
        14,
        {
            "by-the-lake": WHOLE, "tower": (8, 2, 58, 86), "roof": (12, 4, 54, 44),
            "lake": (52, 42, 90, 80), "old-tree": (78, 28, 100, 100), "balcony": (8, 54, 60, 92),
            "treetops": (44, 64, 94, 100), "view": (50, 32, 100, 100), "eaves": (28, 22, 62, 70),
            "spire": (14, 0, 50, 38), "horizon": (44, 30, 100, 70), "garden": (0, 30, 32, 100),
            "storeys": (12, 28, 56, 62), "leaves": (0, 76, 46, 100), "sky": (50, 0, 100, 50),
        },
    ),
    "dahlia": Source(
        "sklearn",
        "datasets/images/flower.jpg",
        "a77f6ec41e353afdf8bdff2ea981b2955535d8d83294f8cfa49cf4e423dd5638",
        "A dahlia before dark leaves",
        "vultilion (Flickr; the package's note also names danielbuechele)",
        CC_BY,
        "https://www.flickr.com/photos/vultilion/6056698931/",
        11,
        {
            "garden": WHOLE, "blossom": (22, 16, 74, 88), "heart": (31, 30, 66, 72),
            "petals": (20, 18, 52, 76), "two": (24, 48, 78, 100), "half": (48, 10, 100, 80),
            "from-above": (32, 16, 68, 50), "corner": (0, 4, 54, 60), "crown": (22, 0, 76, 50),
            "bud": (38, 74, 78, 100), "shade": (0, 0, 27, 60), "background": (70, 30, 100, 100),
        },
    ),
    "astronaut": Source(
        "skimage",
        "data/astronaut.png",
        "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5",
        "Eileen Collins, NASA astronaut",
        "NASA",
        "Public domain (no known copyright restrictions)",
        "https://flic.kr/p/r9qvLn",
        12,
        {
            "studio": WHOLE, "portrait": (16, 0, 78, 66), "helmet": (52, 64, 100, 100),
            "shuttle": (64, 0, 96, 58), "suit": (4, 46, 58, 100), "smile": (24, 0, 66, 42),
            "flag": (0, 0, 26, 62), "patch": (12, 56, 56, 94), "wide": (0, 0, 100, 52),
            "collar": (18, 26, 64, 60), "backdrop": (48, 0, 100, 50), "sleeve": (0, 40, 40, 100),
            "gloves": (2, 76, 52, 100), "badge": (36, 52, 82, 84),
        },
    ),
    "filming": Source(
        "skimage",
        "data/camera.png",
        "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
        "A man filming on a lawn, black and white",
        "Lav Varshney",
        CC0,
        "https://github.com/scikit-image/scikit-image/issues/3927",
        5,
        {
            "lawn": WHOLE, "cameraman": (22, 10, 72, 62), "skyline": (57, 21, 100, 54),
            "tripod": (44, 38, 84, 100), "coat": (2, 38, 50, 100), "profile": (28, 12, 68, 46),
            "grass": (60, 52, 100, 100), "campus": (40, 22, 94, 80), "wide": (0, 8, 100, 64),
            "hands": (38, 20, 80, 54), "shoulder": (0, 16, 44, 60), "stance": (8, 58, 52, 100),
        },
    ),
    "cat": Source(
        "skimage",
        "data/chelsea.png",
        "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
        "Chelsea the cat",
        "Stefan van der Walt",
        CC0,
        "given to scikit-image by its author",
        10,
        {
            "chelsea": WHOLE, "eyes": (22, 18, 84, 62), "nose": (34, 50, 82, 98),
            "whiskers": (0, 58, 48, 100), "ear": (52, 0, 100, 52), "eye": (10, 12, 60, 68),
            "muzzle": (14, 40, 100, 100), "left": (0, 0, 52, 72), "right": (46, 0, 100, 100),
            "forehead": (20, 0, 80, 36), "glance": (50, 24, 98, 78),
        },
    ),
    "coffee": Source(
        "skimage",
        "data/coffee.png",
        "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
        "An espresso on a wooden table",
        "Rachel Michetti (courtesy of Pikolo Espresso Bar)",
        CC0,
        "given to scikit-image by its author",
        12,
        {
            "table": WHOLE, "cup": (26, 2, 72, 66), "spoon": (42, 40, 80, 92),
            "wood": (66, 50, 100, 100), "saucer": (10, 14, 82, 100), "espresso": (32, 20, 66, 52),
            "handle": (22, 50, 56, 88), "edge": (0, 0, 38, 42), "rim": (26, 0, 72, 34),
            "plank": (64, 0, 100, 50), "corner": (0, 36, 32, 100), "detail": (46, 12, 92, 68),
        },
    ),
    "rocket": Source(
        "skimage",
        "data/rocket.jpg",
        "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c",
        "Falcon 9 before its launch at dusk",
        "SpaceX",
        "Public domain (released by SpaceX)",
        "https://www.flickr.com/photos/spacexphotos/16511594820/",
        12,
        {
            "at-dusk": WHOLE, "launch-pad": (36, 26, 64, 100), "lights": (8, 70, 42, 100),
            "base": (34, 60, 74, 100), "nose": (36, 20, 64, 80), "left": (0, 16, 54, 100),
            "right": (46, 16, 100, 100), "flares": (50, 68, 84, 100), "mast": (22, 26, 43, 100),
            "lattice": (0, 40, 23, 92), "horizon": (54, 42, 98, 96), "gantry": (68, 0, 100, 58),
            "tower": (0, 0, 25, 80), "evening-sky": (20, 0, 80, 40),
        },
    ),
    "coins": Source(
        "skimage",
        "data/coins.png",
        "f8d773fc9cfa6f4d8e5942dc34d0a0788fcaed2a4fefbbed0aef5398d7ef4cba",
        "Greek coins from Pompeii, black and white",
        "Brooklyn Museum Collection",
        "No known copyright restrictions",
        "https://www.brooklynmuseum.org/opencollection/archives/image/51611",
        3,
        {
            "tray": WHOLE, "six": (0, 4, 62, 52), "heads": (8, 52, 66, 100),
            "corner": (46, 50, 100, 100), "large": (50, 0, 100, 54), "middle": (12, 26, 68, 78),
            "four": (34, 24, 90, 80), "row": (20, 0, 100, 32), "worn": (0, 26, 54, 80),
        },
    ),
    "deep-field": Source(
        "skimage",
        "data/hubble_deep_field.jpg",
        "3a19c5dd8a927a9334bb1229a6d63711b1c0c767fb27e2286e7c84a3e2c2f5f4",
        "Galaxies in the Hubble eXtreme Deep Field",
        "NASA, ESA (Hubble Space Telescope)",
        "Public domain (NASA)",
        "http://hubblesite.org/newscenter/archive/releases/2012/37/image/a/",
        5,
        {
            "whole": WHOLE, "spiral": (0, 35, 28, 62), "orange": (60, 42, 86, 68),
            "blue-star": (64, 54, 92, 84), "pair": (20, 2, 54, 30), "south": (28, 68, 58, 100),
            "sparse": (66, 6, 100, 40), "group": (16, 24, 46, 48), "west": (0, 66, 34, 100),
        },
    ),
    "retina": Source(
        "skimage",
        "data/retina.jpg",
        "38a07f36f27f095e818aea7b96d34202c05176d30253c66733f2e00379e9e0e6",
        "The back of a healthy left eye",
        "Mikael Häggström",
        CC0,
        "https://commons.wikimedia.org/wiki/File:Fundus_photograph_of_normal_left_eye.jpg",
        6,
        {
            "eye": WHOLE, "optic-disc": (4, 34, 34, 64), "macula": (34, 36, 68, 68),
            "vessels": (12, 6, 60, 40), "rim": (68, 4, 100, 36), "lower": (14, 60, 64, 94),
            "far-side": (60, 20, 98, 60), "branches": (56, 56, 96, 94),
        },
    ),
    "tissue": Source(
        "skimage",
        "data/ihc.png",
        "f8dd1aa387ddd1f49d8ad13b50921b237df8e9b262606d258770687b0ef93cef",
        "Stained colonic glands through a microscope",
        "Center for Microscopy and Molecular Imaging (CMMI)",
        "No known copyright restrictions",
        "given to scikit-image by its author",
        5,
        {
            "slide": WHOLE, "gland": (0, 0, 52, 52), "island": (42, 56, 84, 100),
            "lumen": (50, 0, 94, 58), "stroma": (22, 42, 60, 92), "border": (56, 30, 100, 80),
        },
    ),
    "gravel": Source(
        "skimage",
        "data/gravel.png",
        "c48615b451bf1e606fbd72c0aa9f8cc0f068ab7111ef7d93bb9b0f2586440c12",
        "Gravel, black and white",
        "CC0Textures",
        CC0,
        "https://cc0textures.com/view.php?tex=Gravel04",
        2,
        {
            "path": WHOLE, "bright-stones": (28, 8, 76, 56), "stones": (0, 44, 44, 92),
            "fine": (48, 28, 100, 62), "heap": (42, 56, 90, 100),
        },
    ),
    "grass": Source(
        "skimage",
        "data/grass.png",
        "b6b6022426b38936c43a4ac09635cd78af074e90f42ffa8227ac8b7452d39f89",
        "Grass and clover, black and white",
        "linolafett (DeviantArt)",
        CC0,
        "https://www.deviantart.com/linolafett/art/Grass-01-434853879",
        2,
        {
            "meadow": WHOLE, "clover": (8, 18, 50, 60), "leaves": (40, 56, 84, 100),
            "blades": (54, 4, 100, 52), "close": (0, 62, 38, 100),
        },
    ),
    "handwriting": Source(
        "skimage",
        "data/text.png",
        "bd84aa3a6e3c9887850d45d606c96b2e59433fbef50338570b63c319e668e6d1",
        "A page of handwritten mathematics, black and white",
        "Wikipedia, File:Corner.png",
        "Public domain (no known copyright restrictions)",
        "https://en.wikipedia.org/wiki/File:Corner.png",
        1,
        {
            "page": WHOLE, "left": (0, 0, 52, 100), "middle": (24, 0, 76, 100),
            "right": (48, 0, 100, 100),
        },
    ),
    "clock": Source(
        "skimage",
        "data/clock_motion.png",
        "f029226b28b642e80113d86622e9b215ee067a0966feaf5e60604a1e05733955",
        "A wall clock, blurred by a moving camera, black and white",
        "Stefan van der Walt",
        "Public domain (released by the photographer)",
        "given to scikit-image by its author",
        1,
        {"wall": WHOLE, "passing": (28, 24, 78, 80), "aside": (46, 10, 100, 84)},
    ),
}  # fmt: skip
