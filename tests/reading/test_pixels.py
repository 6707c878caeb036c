"""Pixels on their way into a model: each story is a small program whose findings are exactly the marked lines."""

from __future__ import annotations

import re
import textwrap

import pytest

from clip_lint.engine.lint import lint_text
from clip_lint.settings.configuration import Configuration
from clip_lint.settings.model import Overrides

MARK = re.compile(r"#\s*(CLP\d{3})$")
PREAMBLE = """\
import clip
import cv2
import numpy as np
import torch
import torch.nn.functional as F
import torchvision.transforms as T
from PIL import Image
from torch.utils.data import DataLoader, Dataset
model, preprocess = clip.load("ViT-B/32")
model.eval().requires_grad_(False)
frames = np.load("frames.npy")
"""
STORIES = {
    "a library's own numbers": """
        import albumentations as A
        from albumentations.pytorch import ToTensorV2
        prepare = A.Compose([A.Resize(224, 224), A.HorizontalFlip(), A.Normalize(), ToTensorV2()])
        pixels = prepare(image=np.array(Image.open("harbour.jpg")))["image"]
        print(model.encode_image(pixels.unsqueeze(0)))  # CLP304
    """,
    "CLIP's numbers in another library": """
        import albumentations as A
        MEAN, STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
        prepare = A.Compose([A.Resize(224, 224), A.Normalize(mean=MEAN, std=STD)])
        print(model.encode_image(prepare(image=frames)["image"]))
    """,
    "a step that may do anything": """
        import albumentations as A
        prepare = A.Compose([A.Resize(224, 224), A.Lambda(image=adapt), A.Normalize()])
        print(model.encode_image(prepare(image=frames)["image"]))
    """,
    "steps that turn and crop": """
        prepare = T.Compose([T.RandomResizedCrop(224), T.RandomHorizontalFlip(), T.ToTensor()])
        print(model.encode_image(prepare(Image.open("harbour.jpg")).unsqueeze(0)))  # CLP304
    """,
    "divided by 255": """
        pixels = torch.from_numpy(frames).permute(0, 3, 1, 2).float() / 255.0
        print(model.encode_image(pixels))  # CLP304
    """,
    "times one over 255": """
        pixels = cv2.cvtColor(cv2.imread("harbour.jpg"), cv2.COLOR_BGR2RGB) * (1 / 255)
        print(model.encode_image(torch.from_numpy(pixels)))  # CLP304
    """,
    "read by a function": """
        def pixels_of(path):
            picture = cv2.resize(cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB), (224, 224))
            return torch.from_numpy(picture.astype(np.float32) / 255.0).permute(2, 0, 1)
        print(model.encode_image(pixels_of("harbour.jpg").unsqueeze(0)))  # CLP304
    """,
    "divided by 255 and normalised by hand": """
        mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
        pixels = (torch.from_numpy(frames) / 255 - mean) / 0.27
        print(model.encode_image(pixels))
    """,
    "normalised in place": """
        pixels = torch.from_numpy(frames) / 255
        pixels.sub_(0.45).div_(0.27)
        print(model.encode_image(pixels))
    """,
    "normalised channel by channel": """
        pixels = torch.from_numpy(frames) / 255
        for channel in range(3):
            pixels[:, channel] = (pixels[:, channel] - 0.45) / 0.27
        print(model.encode_image(pixels))
    """,
    "divided by something else": """
        print(model.encode_image(torch.from_numpy(frames) / 128))
    """,
    "pixels taken for vectors": """
        print(model.encode_image(F.normalize(torch.from_numpy(frames).float())))  # CLP304
        batch = F.normalize(torch.load("batch.pt"), dim=1)
        print(model.encode_image(batch))  # CLP304
    """,
    "vectors": """
        print(model.encode_image(preprocess(Image.open("harbour.jpg")).unsqueeze(0)) @ F.normalize(torch.load("known.pt")).T)
    """,
    "resized after all": """
        from torchvision.transforms import functional as TF
        pixels = TF.resize(TF.to_tensor(Image.open("harbour.jpg")), [224, 224])
        print(model.encode_image(pixels.unsqueeze(0)))  # CLP304
    """,
    "what a generator makes": """
        def look(z, generator):
            print(model.encode_image((generator(z) + 1) / 2))  # CLP304
        def look_again(z, generator):
            print(model.encode_image(generator(z).clamp(-1, 1).add(1).div(2)))  # CLP304
        def look_well(z, generator):
            normalize = T.Normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
            print(model.encode_image(normalize(generator(z).add(1).div(2))))
    """,
    "a data set and its loader": """
        MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
        class Harbour(Dataset):
            def __init__(self, transform):
                self.transform = transform
            def __getitem__(self, index):
                return self.transform(Image.open("harbour.jpg")), index
        loader = DataLoader(Harbour(T.Compose([T.Resize(224), T.ToTensor(), T.Normalize(MEAN, STD)])))
        texts = clip.tokenize(["a photo of a ferry", "a photo of a tug"])
        for pixels, label in loader:
            print(model.encode_image(pixels.cuda()))  # CLP304
            print(model(pixels, texts))
    """,
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_how_pixels_are_prepared(story: str) -> None:
    program = PREAMBLE + textwrap.dedent(story)
    wanted = {number for number, line in enumerate(program.splitlines(), 1) if MARK.search(line)}
    settings = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", settings, "/nowhere", isolated=True)
    assert {each.place.start.line for each in outcome.reported if each.code == "CLP304"} == wanted


def test_a_pipeline_is_told_once_with_every_place_that_takes_its_pictures() -> None:
    program = PREAMBLE + textwrap.dedent(STORIES["a data set and its loader"])
    settings = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", settings, "/nowhere", isolated=True)
    (found,) = (each for each in outcome.reported if each.code == "CLP304")
    again = next(
        number for number, line in enumerate(program.splitlines(), 1) if "model(pixels, texts)" in line
    )
    assert ("and here", again) in {(each.message, each.place.start.line) for each in found.related}


def test_pictures_of_a_list_are_pictures() -> None:
    program = PREAMBLE + textwrap.dedent("""
        def frames_of(path):
            capture, frames = cv2.VideoCapture(path), []
            while capture.isOpened():
                is_there, frame = capture.read()
                if is_there:
                    frames.append(frame)
            return frames
        for frame in frames_of("harbour.mp4"):
            print(model.encode_image(preprocess(Image.fromarray(frame)).unsqueeze(0)))  # CLP303
    """)
    settings = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", settings, "/nowhere", isolated=True)
    wanted = {number for number, line in enumerate(program.splitlines(), 1) if MARK.search(line)}
    assert {each.place.start.line for each in outcome.reported if each.code == "CLP303"} == wanted


READ = {
    "one way of two": """
        def read(path):
            if path.endswith(".mp4"):
                ok, frame = cv2.VideoCapture(path).read()
                return Image.fromarray(frame)  # CLP303
            return Image.open(path)
    """,
    "where the first reader fails": """
        def read(path):
            frame = cv2.imread(path)
            if frame is None:
                return Image.open(path).convert("RGB")
            return Image.fromarray(frame).convert("RGB")  # CLP303
    """,
    "turned in time": """
        def read(path):
            if path.endswith(".mp4"):
                ok, frame = cv2.VideoCapture(path).read()
                return Image.fromarray(cv2.cvtColor(frame, cv2.COLOR_BGR2RGB))
            return Image.open(path)
    """,
    "turned where somebody asks for it": """
        def read(path, is_bgr):
            frame = cv2.imread(path) if path.endswith(".png") else np.array(Image.open(path))
            if is_bgr:
                frame = cv2.cvtColor(frame, cv2.COLOR_BGR2RGB)
            return Image.fromarray(frame)
    """,
    "both turned": """
        def read(path):
            frame = cv2.imread(path) if path.endswith(".png") else cv2.VideoCapture(path).read()[1]
            return Image.fromarray(frame[:, :, ::-1])
    """,
}


@pytest.mark.parametrize("story", READ.values(), ids=READ)
def test_pictures_that_come_in_several_ways(story: str) -> None:
    program = PREAMBLE + textwrap.dedent(story)
    program += (
        "\nfor path in open('paths'):\n    print(model.encode_image(preprocess(read(path)).unsqueeze(0)))\n"
    )
    settings = Configuration(Overrides({}), "/nowhere", isolated=True)
    outcome = lint_text(program.encode(), "program.py", settings, "/nowhere", isolated=True)
    wanted = {number for number, line in enumerate(program.splitlines(), 1) if MARK.search(line)}
    assert {each.place.start.line for each in outcome.reported if each.code == "CLP303"} == wanted
