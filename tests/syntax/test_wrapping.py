"""Long statements over several lines: as Ruff's formatter lays them out, or not at all."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from clip_lint.syntax.width import Width, usual_width
from clip_lint.syntax.wrapping import wrapped

LONG = [
    'image_features = self.encoder.get_image_features(**self.processor(images=picture, return_tensors="pt")).pooler_output',
    'inputs = self.processor(text=captions_of_batch, return_tensors="pt", padding=True, truncation=True).to(self.device)',
    'inputs = self.processor(text=captions_of_the_batch, images=pictures_of_the_batch, return_tensors="pt", truncation=True)',
    'picture_features = getattr(picture_features_of_the_batch, "pooler_output", picture_features_of_the_batch)',
    "picture_features = picture_features_of_batch / picture_features_of_batch.norm(dim=-1, keepdim=True)",
    "picture_features_of_batch = picture_features_of_batch / picture_features_of_batch.norm(dim=-1, keepdim=True)",
    "scores_of_words = F.normalize(picture_features, dim=-1) @ F.normalize(word_features_of_all, dim=-1).T",
    "rows = F.normalize(self.encoder.encode_image(self.prepare(picture).unsqueeze(0).to(self.device)), dim=-1)",
    "row = self.encoder.encode_image(self.prepare(picture).unsqueeze(0).to(self.device)).float().cpu().numpy()",
    "return self.encoder.get_text_features(**self.words([query_text], return_tensors='pt', truncation=True))",
    'tokens = clip.tokenize([f"a photo of a {kind} outdoors" for kind in self.kinds], truncate=True).to(self.device)',
    "self.rows.append(self.encoder.encode_image(self.prepare(Image.open(path_of_picture)).unsqueeze(0)))",
    'inputs = words(text=text, return_tensors="pt", padding=1, truncation=1)["input_ids"].to(self.device_of_words)',
    "first_rows, second_rows = self.encode_pictures(pictures_of_first_page), self.encode_pictures(pictures_of_second)",
    "first = self.encode_pictures(pictures_of_first_page, size=12) + self.encode_pictures(pictures_of_second, size=12)",
    'picture = "é" + Image.fromarray(cv2.cvtColor(frame_of_the_film, cv2.COLOR_BGR2RGB)).convert("RGB") + "ß"',
    "x = (first_of_many_numbers_in_a_row) * function_with_a_long_name(argument_with_long_name=value_of_it, b=1)",
    "rows = torch.stack([self.encoder.encode_image(self.prepare(picture).unsqueeze(0)) for picture in pictures])",
]


def formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    return subprocess.run(
        command, input=text, capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout


def program(*statements: str) -> str:
    return "class Search:\n    def run(self):\n" + "".join(f"        {each}\n" for each in statements)


def test_what_is_laid_out_at_all_is_laid_out_as_ruff_does_it() -> None:
    pytest.importorskip("ruff")
    kept = []
    for statement in LONG:
        text = program(statement)
        made = wrapped("", text, Width(88))
        assert ast.dump(ast.parse(made)) == ast.dump(ast.parse(text))
        if made == text:
            kept.append(statement)
        else:
            assert made.replace("'", '"') == formatted(text), statement
    assert len(kept) < len(LONG) / 2, kept


def test_only_lines_that_grew_are_laid_out() -> None:
    old = program(LONG[0], "short = 1", LONG[3])
    new = old.replace("return_tensors", "padding=True, return_tensors").replace("short = 1", LONG[1])
    made = wrapped(old, new, Width(88)).split("\n")
    assert made[2] == new.split("\n")[2]
    assert made[3] == "        inputs = self.processor("
    assert made[-2] == old.split("\n")[-2]


def test_what_fits_on_its_line_now_stays_there() -> None:
    long = "rows = self.encode(\n            pictures_of_the_first_page, words_of_the_first_page, rows_of_the_first_page\n        )"
    before = program(long)
    after = program("rows = self.encode(pictures_of_the_first_page)")
    assert formatted(before) == before
    assert wrapped(before, after, Width(88)) == after


@pytest.mark.parametrize(
    ("short", "piece", "longer"),
    [
        (
            'inputs = self.words([text], padding=True, return_tensors="pt_of_them").to(\n    self.device\n)',
            "padding=True",
            "padding=True, truncation=True",
        ),
        (
            'inputs = self.prepare(\n    text=prompts, images=picture, return_tensors="pt", max_length=64, kind=1\n)',
            "max_length=64",
            'padding="max_length", max_length=64',
        ),
        (
            "rows = torch.stack(\n    [self.encode(self.prepare(picture)) for picture in pictures_of_all_pages],\n    dim=0,\n)",
            "self.encode(self.prepare(picture))",
            "self.encode(self.prepare(picture)).pooler_output",
        ),
        (
            "rows = join(\n    first_rows_of_the_page,\n    self.encode(self.prepare(picture_of_the_page), device=self.device),\n)",
            "device=self.device",
            "device=self.device, truncation=True",
        ),
        (
            "for row in self.encode(pictures_of_the_page, words_of_the_page):\n    print(row)",
            "page)",
            "page, truncation=True)",
        ),
        (
            "if self.is_near(self.encode(pictures_of_the_page), other_rows_there):\n    print(1)",
            "page)",
            "page, cut=True)",
        ),
        (
            "raise ValueError(self.encode(pictures_of_the_page, words_of_the_page), 12)",
            "page)",
            "page, truncation=True)",
        ),
        (
            "rows: Tensor = self.encode(pictures_of_the_page, words_of_the_page, 12345)",
            "12345",
            "12345, truncation=True",
        ),
        (
            "rows = self.encode(pictures_of_the_page, words_of_the_page, 12345678)[0]",
            "12345678",
            "12345678, truncation=True",
        ),
    ],
)
def test_what_stands_on_several_lines_is_laid_out_anew(short: str, piece: str, longer: str) -> None:
    before = formatted(program(short.replace("\n", "\n        ")))
    after = before.replace(piece, longer)
    assert after != before
    assert wrapped(before, after, Width(88)) == formatted(after)


@pytest.mark.parametrize(
    "line",
    [
        f"{LONG[1]}; y = 2",
        f"if x: {LONG[1]}",
        f"with torch.no_grad(): {LONG[1]}",
        'x = f"{' + "+".join(["number"] * 20) + '}"',
    ],
)
def test_what_is_no_plain_statement_stays_as_it_is(line: str) -> None:
    text = program(line)
    assert wrapped("", text, Width(88)) == text


def test_a_comment_stays_behind_its_statement() -> None:
    text = program(f"{LONG[1]}  # of this page")
    assert wrapped("", text, Width(88)) == formatted(text)


def numbers(length: int) -> str:
    """A line of code with so many characters."""
    line = f"a = [{'1, ' * ((length - 7) // 3)}1]"
    return line.replace("a", "a" * (1 + length - len(line)), 1) + "\n"


@pytest.mark.parametrize(
    ("lengths", "limit"),
    [
        ([60] * 99, 88),
        ([88], 88),
        ([60] * 99 + [90], 120),
        ([60] * 99 + [95] * 20 + [115], 120),
        ([130], 120),
        ([150], 120),
    ],
)
def test_a_width_is_what_all_lines_keep_to(lengths: list[int], limit: int) -> None:
    assert usual_width("".join(map(numbers, lengths))).limit == limit


def test_formatted_statements_speak_against_a_few_long_lines() -> None:
    """Formatters part what is too long: lines that stayed so were written later, or are kept on purpose."""
    text = numbers(95) + numbers(130)
    kept = formatted(program(*LONG[:3]))
    assert usual_width(text + kept).limit == 88
    assert usual_width(text * 2 + kept).limit == 120
    by_hand = kept.replace("(\n            ", "(").replace("\n        )", ")").replace("text=", "\n    text=")
    assert usual_width(text + by_hand).limit == 120


@pytest.mark.parametrize(("told", "limit"), [(80, 80), (100, 100), (79, 79)])
def test_what_the_formatter_is_told_holds_where_it_is_used(told: int, limit: int) -> None:
    assert usual_width(numbers(78), told).limit == limit
    assert usual_width(numbers(110), told).limit == 120
    assert usual_width(f"# fmt: off\n{numbers(110)}# fmt: on\n", told).limit == told
    assert usual_width(f"{numbers(110)[:-1]}  # fmt: skip\n", told).limit == told


@pytest.mark.parametrize("statement", LONG)
@pytest.mark.parametrize("first", [(), (95,), (95, 130)])
def test_what_is_laid_out_for_a_width_does_not_change_it(statement: str, first: tuple[int, ...]) -> None:
    old = "".join(map(numbers, first)) + program("short = 1")
    width = usual_width(old)
    new = wrapped(old, old + f"        {statement}\n", width)
    assert usual_width(new) == width
    deeper = wrapped(old, old + f"        if short:\n            {statement}\n", width)
    assert usual_width(deeper) == width


def test_lines_that_cannot_be_parted_say_nothing_of_a_width() -> None:
    name = "_".join(["a_long_name_of_a_number"] * 4)
    assert len(name) > 88
    assert usual_width(f"{name} = 1\n{name} += 2\n").limit == 88


def test_texts_and_comments_say_nothing_of_a_width() -> None:
    words = 'a = ["word"' + ', "word"' * 20 + "]"
    filled = [f'y = "{"a" * 150}"', f"# {'b ' * 80}", f'"""{"c " * 80}\n"""', words, f"x = 1  # {'d ' * 60}"]
    assert usual_width(program("x = 1", *filled)) == Width(88, (100, 120, 140))
    call = f"x = f('a', {', '.join(['key=1'] * 12)}, last='b')"
    assert usual_width(program("x = 1", call)).limit == 120


def test_early_parted_statements_tell_of_the_old_width() -> None:
    text = "names = load_the_names_of_everything_that_stands_in_a_file(\n    folder, suffix, encoding)\n"
    assert usual_width(text) == Width(79)
    assert usual_width(text.replace("folder", "f")) == Width(88, (100, 120, 140))


@pytest.mark.parametrize(
    ("length", "is_parted"), [(70, True), (86, True), (94, False), (98, True), (105, True), (119, True)]
)
def test_what_was_long_before_may_stay_long_but_not_for_ever(length: int, is_parted: bool) -> None:
    before = f"a = {'b' * 30}({'c' * (length - 37)})\n"
    after = before.replace(")", f", d={'1' * (20 if length == 70 else 1)})")
    assert len(before) == length
    assert (wrapped(before, after, Width(88, (100, 120, 140))) != after) is is_parted


@pytest.mark.parametrize("indent", ["  ", "\t"])
def test_blocks_are_indented_as_the_program_indents_them(indent: str) -> None:
    text = program(LONG[1], "for x in y:", "    pass").replace("    ", indent)
    made = wrapped("", text, Width(88))
    assert made == formatted(text.expandtabs(4)).replace("    ", indent)


def test_a_call_round_a_call_of_several_lines_is_laid_out_anew() -> None:
    before = program("rows = self.encode(", "    pictures = pictures_of_the_first_page,", "   ).cpu()")
    after = before.replace("self.encode(", "opened(self.encode(").replace("   ).cpu()", "   )).cpu()")
    laid = "rows = opened(\n            self.encode(pictures = pictures_of_the_first_page)\n        ).cpu()"
    assert wrapped(before, after, Width(64)) == program(laid)
    assert wrapped(after, after.replace("first", "last"), Width(64)) == after.replace("first", "last")


def test_what_goes_into_a_block_is_laid_out_for_its_new_place() -> None:
    line = (
        'rows = torch.cat([F.normalize(self.encode(pixel_values=prepare(images=Image.open(p), return_tensors="pt")'
        '["pixel_values"]).pooler_output, dim=-1) for p in paths])'
    )
    before = formatted(program("first = 1", line))
    inner = "".join(f"    {each}\n" for each in before.split("\n")[2:-1])
    after = program("with torch.no_grad():") + inner
    wanted = formatted(program("with torch.no_grad():", "    first = 1", f"    {line}"))
    assert wanted != after
    assert wrapped(before, after, Width(88)) == wanted


def test_tabs_are_seen_at_the_margin_as_well() -> None:
    text = f"if x:\n\tpass\n{LONG[1]}\n"
    assert "\n\ttext=captions" in wrapped("", text, Width(88))


def test_other_line_ends_are_left_alone() -> None:
    """The parser begins a line after a lone carriage return, and what is split at line feeds has fewer."""
    old = "if x:\r    y = 1\r\rif x:\n    z = 1\n"
    new = old.replace("z = 1", f"z = {'f(1) + ' * 20}1")
    assert wrapped(old, new, Width(88)) == new


@pytest.mark.parametrize("newline", ["\r\n", "\r"])
def test_a_program_is_as_wide_whatever_ends_its_lines(newline: str) -> None:
    program = 'text = """\n  one\n"""\nwords = [\n    "mill and barn and boat and gull",\n    "harbour and lighthouse and net",\n]\nx = 1\n'
    assert usual_width(program.replace("\n", newline)) == usual_width(program)
