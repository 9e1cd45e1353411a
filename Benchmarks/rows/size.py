"""The binary, stripped, and the image's root file system."""
import os
import re
import shutil
import subprocess

from bench import measure, places
from bench.results import Result, Target

TITLE = "binary and image"


def run(bench):
    stripped = shutil.copy(places.whimbrel(), places.folder("size"))
    subprocess.run(["strip", stripped], check=True)
    megabytes = os.path.getsize(stripped) / 1e6
    libraries = subprocess.run(["ldd", stripped], check=True, capture_output=True, text=True).stdout
    direct = re.findall(r"\(NEEDED\).*\[(.*)\]", subprocess.run(["readelf", "-d", stripped], check=True, capture_output=True, text=True).stdout)
    with_icu = sorted(set(re.findall(r"lib\w*(?:icu|_Foundation|FoundationInternationalization)\w*\.so\S*", libraries, re.IGNORECASE)))
    # ICU is linked statically if it is: its data has this symbol, and its name stays in the text.
    with open(stripped, "rb") as binary:
        if b"icudt" in binary.read():
            with_icu.append("the data of ICU, in the binary")
    result = Result("binary", [], targets=[
        Target("at most 25 MB stripped", megabytes, 25, " MB", 1),
        Target("no ICU", len(with_icu), 0, " parts of ICU", 0)])
    result.notes = ["%s, linked with %s%s." % (
        "A release build" if "release" in places.whimbrel() else "The program of WHIMBREL_BINARY", ", ".join(sorted(direct)),
        "; " + ", ".join(with_icu) if with_icu else "")]
    return [result, image(stripped)]


def image(binary):
    """The image's stage `runtime`, made without a container engine."""
    result = Result("image", [], missing={
        "the images of Flyway and of Atlas's operator": "they come from registries of images, and none is asked here"})
    if os.geteuid() != 0 or not shutil.which("debootstrap"):
        result.missing["whimbrel"] = "making a root file system needs root and debootstrap"
        return result
    measure.say("  making the image's root file system (infrastructure/image)")
    made = subprocess.run([os.path.join(places.checkout, "infrastructure", "image"), binary], capture_output=True, text=True)
    sizes = re.search(r"runtime stage, with the binary: ([\d.]+) MB \(minimal Debian without it: ([\d.]+) MB\)", made.stdout)
    if sizes:
        result.notes.append("The root file system of the image has %s MB uncompressed, of which %s MB are Debian's minimum." % sizes.groups())
    else:
        result.missing["whimbrel"] = "infrastructure/image failed: " + (made.stderr.strip().splitlines() or ["it printed no size"])[-1]
    return result
