"""What programs do with an encoding, a story a name: the words in capitals are spelled by `surroundings`."""

from __future__ import annotations

QUIET = {
    "numbers": 'f@ = IMAGE<"0.jpg">>\nseen.append(f@.detach().numpy().tolist())\n',
    "one expression": 'seen.append(IMAGE<"0.jpg">>.argmax().item())\n',
    "in place": 'f@ = IMAGE<"0.jpg">>.detach()\nf@ /= f@.norm(dim=-1, keepdim=True)\nseen.append(f@.tolist())\n',
    "function": 'def embed@(path: str) -> list:\n    """What is in a picture."""\n    features = IMAGE<path>>  # one picture\n'
    '    return features.tolist()\n\n\nseen.append(embed@("0.jpg"))\n',
    "function of tensors": "def embed@(path):\n    features = IMAGE<path>>\n    return features / features.norm(dim=-1, keepdim=True)\n\n\n"
    'seen.append(embed@("0.jpg").tolist())\n',
    "loop": 'rows@ = []\nfor path@ in ["0.jpg", "1.jpg"]:\n    rows@.append(IMAGE<path@>>)\nseen.append(torch.cat(rows@).tolist())\n',
    "comprehension": 'rows@ = [IMAGE<path>>.squeeze(0).tolist() for path in ["0.jpg", "1.jpg"]]\nseen.append(rows@)\n',
    "generator": 'seen.append(sum(float(IMAGE<path>>.norm()) for path in ["0.jpg", "1.jpg"]))\n',
    "try": 'try:\n    f@ = IMAGE<"0.jpg">>\nexcept OSError:\n    f@ = None\nif f@ is not None:\n    seen.append(f@.tolist())\n',
    "with": 'import contextlib\n\nwith contextlib.nullcontext():\n    f@ = IMAGE<"0.jpg">>; g@ = f@ * 2\n    seen.append(g@.tolist())\n',
    "class": "class Index@:\n    def __init__(self, paths):\n        self.rows = torch.cat([IMAGE<path>> for path in paths])\n\n"
    "    def best(self, words):\n        query = TEXT<[words]>\n        return (self.rows @ query.T).argmax().item()\n\n\n"
    'seen.append(Index@(["0.jpg", "1.jpg"]).best("a dog"))\n',
    "text in a string": 'path@ = "0.jpg"\nseen.append(f"""{IMAGE<path@>>.norm().item():.3f}""")\n',
    "walrus": 'if (f@ := IMAGE<"0.jpg">>).norm() > 0:\n    seen.append(f@.tolist())\n',
    "ternary": 'f@ = IMAGE<"0.jpg">> if seen is not None else None\nseen.append(f@.tolist())\n',
    "several lines": 'f@ = (\n    IMAGE<\n        "0.jpg"  # the first\n    >>\n)\nseen.append(\n    f@.tolist(),  # numbers\n)\n',
    "pair": 'f@, g@ = IMAGE<"0.jpg">>, TEXT<["a dog", "a cat"]>\nseen.append((f@ @ g@.T).tolist())\n',
    "shares": 'f@ = IMAGE<"0.jpg">>\ng@ = TEXT<["a dog", "a cat"]>\nf@ = f@ / f@.norm(dim=-1, keepdim=True)\n'
    "g@ = g@ / g@.norm(dim=-1, keepdim=True)\nseen.append((100.0 * f@ @ g@.T).softmax(dim=-1).tolist())\n",
    "cached": "import functools\n\n\n@functools.lru_cache(maxsize=None)\ndef embed@(path):\n    return IMAGE<path>>\n\n\n"
    'seen.append(embed@("0.jpg").tolist())\nseen.append(embed@("0.jpg").sum().item())\n',
    "async": "import asyncio\n\n\nasync def embed@(path):\n    features = IMAGE<path>>\n    await asyncio.sleep(0)\n    return features.tolist()\n\n\n"
    'seen.append(asyncio.run(embed@("0.jpg")))\n',
    "match": 'match seen:\n    case list():\n        f@ = IMAGE<"0.jpg">>\n        seen.append(f@.shape[0])\n',
    "off already": 'with torch.no_grad():\n    f@ = IMAGE<"0.jpg">>\nseen.append(f@.tolist())\n',
    "batches": "def embed@(paths):\n    rows = []\n    for start in range(0, len(paths), 2):\n        batch = torch.cat([PIXELS<path> for path in paths[start : start + 2]])\n"
    "        rows.append(ENCODE<batch>.detach().cpu().numpy())\n    return np.concatenate(rows)\n\n\n"
    'seen.append(embed@(["0.jpg", "1.jpg", "2.jpg"]))\n',
    "nearest": 'rows@ = torch.cat([IMAGE<path>> for path in ["0.jpg", "1.jpg", "2.jpg"]])\nscores@ = rows@ @ TEXT<["a red car"]>.T\n'
    "order@ = scores@.squeeze(1).argsort(descending=True).tolist()\nseen.append(order@)\n",
    "nested": "def outer@(paths):\n    def inner(path):\n        return IMAGE<path>>\n\n    return [inner(path).tolist() for path in paths]\n\n\n"
    'seen.append(outer@(["0.jpg"]))\n',
    "lambda": 'embed@ = lambda path: IMAGE<path>>.tolist()\nseen.append(embed@("0.jpg"))\n',
    "table": 'table@ = {path: IMAGE<path>>.squeeze().tolist() for path in ("0.jpg", "1.jpg")}\nseen.append(sorted(table@))\n',
    "augmented": 'total@ = 0\nfor path@ in ("0.jpg", "1.jpg"):\n    total@ += IMAGE<path@>>.mean().item()\nseen.append(total@)\n',
    "finally": 'try:\n    seen.append(IMAGE<"0.jpg">>.tolist())\nfinally:\n    seen.append("done")\n',
    "deleted": 'f@ = IMAGE<"0.jpg">>\nnumbers@ = f@.tolist()\ndel f@\nseen.append(numbers@)\n',
    "decorated class": "import dataclasses\n\n\n@dataclasses.dataclass\nclass Hit@:\n    path: str\n    score: float\n\n\n"
    'hits@ = [Hit@(path, IMAGE<path>>.max().item()) for path in ("0.jpg", "1.jpg")]\nseen.append([hit.score for hit in hits@])\n',
}
"""Numbers come out, and nobody asks for more."""

MINDING = {
    "backward": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nscore@ = ENCODE<x@>.sum()\nscore@.backward()\nseen.append(x@.grad.norm().item())\n',
    "backward in a function": "def saliency@(path):\n    x = PIXELS<path>.requires_grad_(True)\n    features = ENCODE<x>\n    features.norm().backward()\n"
    '    return x.grad.abs().sum().item()\n\n\nseen.append(saliency@("0.jpg"))\n',
    "autograd": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nseen.append(torch.autograd.grad(ENCODE<x@>.sum(), x@)[0].norm().item())\n',
    "by a helper": "def climb@(f, x):\n    x = x.clone().requires_grad_(True)\n    f(x).sum().backward()\n    return x.grad.norm().item()\n\n\n"
    'def embed@(x):\n    return ENCODE<x>\n\n\nseen.append(climb@(embed@, PIXELS<"0.jpg">))\n',
    "by a lambda": "def climb@(f, x):\n    x = x.clone().requires_grad_(True)\n    f(x).sum().backward()\n    return x.grad.norm().item()\n\n\n"
    'seen.append(climb@(lambda x: ENCODE<x>, PIXELS<"0.jpg">))\n',
    "two functions on": "def embed@(x):\n    return ENCODE<x>\n\n\ndef twice@(x):\n    return embed@(x) * 2\n\n\n"
    'x@ = PIXELS<"0.jpg">.requires_grad_(True)\ntwice@(x@).sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "a head": 'head@ = torch.nn.Linear(16, 1)\ntorch.nn.init.ones_(head@.weight)\nhead@(IMAGE<"0.jpg">>).sum().backward()\n'
    "seen.append(head@.weight.grad.norm().item())\nseen.append(model.image.grad is not None)\n",
    "fine-tuning": 'optimizer@ = torch.optim.SGD(model.parameters(), lr=0.01)\nloss@ = (IMAGE<"0.jpg">> @ TEXT<["a dog"]>.T).square().mean() * 1e-6\n'
    "optimizer@.zero_grad()\nloss@.backward()\noptimizer@.step()\nseen.append(model.image.norm().item())\n",
    "asked": 'f@ = IMAGE<"0.jpg">>\nseen.append(f@.requires_grad)\n',
    "found out": 'try:\n    seen.append(IMAGE<"0.jpg">>.numpy().tolist())\nexcept RuntimeError:\n    seen.append("a graph")\n',
    "asked of a function": 'def has_graph@(tensor):\n    return tensor.grad_fn is not None\n\n\nseen.append(has_graph@(IMAGE<"0.jpg">>))\n',
    "in a dict": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nstore@ = {}\nstore@["it"] = ENCODE<x@>\nstore@["it"].sum().backward()\n'
    "seen.append(x@.grad.norm().item())\n",
    "in an attribute": "class Probe@:\n    def look(self, x):\n        self.features = ENCODE<x>\n        return self\n\n    def pull(self):\n"
    '        self.features.sum().backward()\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nProbe@().look(x@).pull()\nseen.append(x@.grad.norm().item())\n',
    "beside it": "def climb@(x):\n    x = x.clone().requires_grad_(True)\n    ENCODE<x>.sum().backward()\n    return x.grad.norm().item()\n\n\n"
    'pair@ = (IMAGE<"0.jpg">>.tolist(), climb@(PIXELS<"1.jpg">))\nseen.append(pair@)\n',
    "among arguments": "def both@(numbers, slope):\n    return [numbers, slope]\n\n\ndef climb@(x):\n    x = x.clone().requires_grad_(True)\n"
    '    ENCODE<x>.sum().backward()\n    return x.grad.norm().item()\n\n\nseen.append(both@(TEXT<["a dog"]>.tolist(), climb@(PIXELS<"1.jpg">)))\n',
    "hooked": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nf@ = ENCODE<x@>\nf@.register_hook(lambda grad: seen.append(grad.sum().item()))\nf@.sum().backward()\n',
    "partial": "import functools\n\n\ndef embed@(scale, x):\n    return ENCODE<x> * scale\n\n\nhalf@ = functools.partial(embed@, 0.5)\n"
    'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nhalf@(x@).sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "mapped": 'def embed@(x):\n    return ENCODE<x>\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nlist(map(embed@, [x@]))[0].sum().backward()\n'
    "seen.append(x@.grad.norm().item())\n",
    "set by name": 'class Box@:\n    pass\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nbox@ = Box@()\nsetattr(box@, "it", ENCODE<x@>)\nbox@.it.sum().backward()\n'
    "seen.append(x@.grad.norm().item())\n",
    "got by name": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nf@ = ENCODE<x@>\ngetattr(f@.sum(), "backward")()\nseen.append(x@.grad.norm().item())\n',
    "by globals": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nf@ = ENCODE<x@>\nglobals()["f@"].sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "evaluated": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nf@ = ENCODE<x@>\nexec("f@.sum().backward()")\nseen.append(x@.grad.norm().item())\n',
    "called object": "class Embed@:\n    def __call__(self, x):\n        return ENCODE<x>\n\n\n"
    'embed@ = Embed@()\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nembed@(x@).sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "indexed object": "class Embeds@:\n    def __getitem__(self, x):\n        return ENCODE<x>\n\n\n"
    'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nEmbeds@()[x@].sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "operator": "class Embeds@:\n    def __matmul__(self, x):\n        return ENCODE<x>\n\n\n"
    'x@ = PIXELS<"0.jpg">.requires_grad_(True)\n(Embeds@() @ x@).sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "property": "class Lazy@:\n    def __init__(self, x):\n        self.x = x\n\n    @property\n    def features(self):\n        return ENCODE<self.x>\n\n\n"
    'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nLazy@(x@).features.sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "field": "import dataclasses\n\n\n@dataclasses.dataclass\nclass Sample@:\n    features: object\n\n\n"
    'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nsample@ = Sample@(ENCODE<x@>)\nsample@.features.sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "queue": 'import collections\n\nqueue@ = collections.deque()\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nqueue@.append(ENCODE<x@>)\n'
    "queue@.popleft().sum().backward()\nseen.append(x@.grad.norm().item())\n",
    "stacked": 'xs@ = [PIXELS<path>.requires_grad_(True) for path in ("0.jpg", "1.jpg")]\nrows@ = torch.stack([ENCODE<x> for x in xs@])\n'
    "sum(rows@).mean().backward()\nseen.append(xs@[0].grad.norm().item())\n",
    "nonlocal": "def run@(x):\n    kept = None\n\n    def look():\n        nonlocal kept\n        kept = ENCODE<x>\n\n    look()\n    kept.sum().backward()\n"
    '    return x.grad.norm().item()\n\n\nseen.append(run@(PIXELS<"0.jpg">.requires_grad_(True)))\n',
    "captured": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nmatch ENCODE<x@>:\n    case f@:\n        f@.sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "captured by a class": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\nf@ = ENCODE<x@>\nmatch {"it": f@}:\n    case {"it": g@}:\n        g@.sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "raised": 'class Carrier@(Exception):\n    pass\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\ntry:\n    raise Carrier@(ENCODE<x@>)\nexcept Carrier@ as carrier@:\n'
    "    carrier@.args[0].sum().backward()\nseen.append(x@.grad.norm().item())\n",
    "default": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\n\n\ndef later@(f=ENCODE<x@>):\n    f.sum().backward()\n\n\nlater@()\nseen.append(x@.grad.norm().item())\n',
    "keyword": 'def pull@(*, features):\n    features.sum().backward()\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\npull@(features=ENCODE<x@>)\nseen.append(x@.grad.norm().item())\n',
    "starred": 'def pull@(*features):\n    features[0].sum().backward()\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\npull@(*[ENCODE<x@>])\nseen.append(x@.grad.norm().item())\n',
    "keywords": 'def pull@(**named):\n    named["f"].sum().backward()\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\npull@(**{"f": ENCODE<x@>})\nseen.append(x@.grad.norm().item())\n',
    "own decorator": "def sloped@(function):\n    def run(x):\n        x = x.clone().requires_grad_(True)\n        function(x).sum().backward()\n        return x.grad.norm().item()\n\n"
    '    return run\n\n\n@sloped@\ndef embed@(x):\n    return ENCODE<x>\n\n\nseen.append(embed@(PIXELS<"0.jpg">))\n',
    "context": 'import contextlib\n\n\n@contextlib.contextmanager\ndef embedded@(x):\n    yield ENCODE<x>\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\n'
    "with embedded@(x@) as f@:\n    f@.sum().backward()\nseen.append(x@.grad.norm().item())\n",
    "sent": 'def stream@(x):\n    yield ENCODE<x>\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nnext(stream@(x@)).sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "threads": 'from concurrent.futures import ThreadPoolExecutor\n\n\ndef embed@(x):\n    return ENCODE<x>\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\n'
    "with ThreadPoolExecutor(1) as pool@:\n    pool@.submit(embed@, x@).result().sum().backward()\nseen.append(x@.grad.norm().item())\n",
    "inherited": "class Base@:\n    def embed(self, x):\n        return ENCODE<x>\n\n\nclass Child@(Base@):\n    def pull(self, x):\n"
    '        x = x.clone().requires_grad_(True)\n        super().embed(x).sum().backward()\n        return x.grad.norm().item()\n\n\nseen.append(Child@().pull(PIXELS<"0.jpg">))\n',
    "jacobian": 'seen.append(torch.autograd.functional.jacobian(lambda x: ENCODE<x>, PIXELS<"0.jpg">).norm().item())\n',
    "prompt": 'prompt@ = torch.nn.Parameter(torch.ones(1, 16))\nfeatures@ = IMAGE<"0.jpg">>\n(features@ * prompt@).sum().backward()\nseen.append(prompt@.grad.norm().item())\n',
    "in the loop": 'x@ = PIXELS<"0.jpg">\nfor step@ in range(2):\n    x@ = x@.detach().requires_grad_(True)\n    f@ = ENCODE<x@>\n    loss@ = f@.square().mean()\n'
    "    loss@.backward()\n    x@ = x@ - x@.grad\nseen.append(x@.norm().item())\n",
    "vars": 'class Box@:\n    pass\n\n\nbox@ = Box@()\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nvars(box@)["f"] = ENCODE<x@>\nbox@.f.sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "global": 'latest@ = None\n\n\ndef look@(x):\n    global latest@\n    latest@ = ENCODE<x>\n\n\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nlook@(x@)\n'
    "latest@.sum().backward()\nseen.append(x@.grad.norm().item())\n",
    "tuple": 'x@ = PIXELS<"0.jpg">.requires_grad_(True)\n(f@, *rest@) = ENCODE<x@>, 1, 2\nf@.sum().backward()\nseen.append(x@.grad.norm().item())\n',
    "another name": 'encode@ = model.encode_image if hasattr(model, "encode_image") else None\nx@ = PIXELS<"0.jpg">.requires_grad_(True)\nencode@(x@).sum().backward()\n'
    'seen.append(x@.grad.norm().item())\nseen.append(IMAGE<"0.jpg">>.tolist())\n',
}
"""Somebody in the program takes a gradient through the encoding, or asks whether there is one."""

LEAVING = {
    "to an attacker": 'def embed@(x):\n    return ENCODE<x>\n\n\nseen.append(outside.attack(embed@, PIXELS<"0.jpg">))\n',
    "a lambda to an attacker": 'seen.append(outside.attack(lambda x: ENCODE<x>, PIXELS<"0.jpg">))\n',
    "a method to an attacker": "class Scorer@:\n    def score(self, x):\n        features = ENCODE<x>\n        return features.sum()\n\n\n"
    'seen.append(outside.attack(Scorer@().score, PIXELS<"0.jpg">))\n',
    "to a head": 'seen.append(outside.slope(IMAGE<"0.jpg">>.detach()))\n',
    "to a head in place": 'f@ = IMAGE<"0.jpg">>.detach()\nf@ /= f@.norm(dim=-1, keepdim=True)\nseen.append(outside.slope(f@))\n',
    "out": 'f@ = IMAGE<"0.jpg">>.detach()\ntorch.div(f@, f@.norm(dim=-1, keepdim=True), out=f@)\nseen.append(outside.slope(f@))\n',
    "cached for a head": 'cache@ = {}\n\n\ndef remember@(path):\n    features = IMAGE<path>>\n    cache@.setdefault(path, features.detach())\n\n\nremember@("0.jpg")\n'
    'seen.append(outside.slope(cache@["0.jpg"]))\n',
    "global for a head": 'latest@ = None\n\n\ndef remember@(path):\n    global latest@\n    latest@ = IMAGE<path>>.detach()\n\n\nremember@("0.jpg")\nseen.append(outside.slope(latest@))\n',
    "asked outside": 'seen.append(outside.reach(IMAGE<"0.jpg">>))\n',
    "kept outside": 'outside.kept.append(IMAGE<"0.jpg">>)\nseen.append(outside.reach(outside.kept[0]))\n',
    "registered outside": 'outside.embed = lambda x: ENCODE<x>\nseen.append(outside.attack(outside.embed, PIXELS<"0.jpg">))\n',
    "ready between": 'def stream@(paths):\n    for path in paths:\n        yield IMAGE<path>>.tolist()\n\n\nfor row@ in stream@(["0.jpg", "1.jpg"]):\n    seen.append((row@, outside.ready()))\n',
    "ready in the statement": 'pair@ = IMAGE<"0.jpg">>.tolist(), outside.ready()\nseen.append(pair@)\n',
    "ready in an argument": 'seen.append(((lambda numbers, ready: (numbers, ready))(IMAGE<"0.jpg">>.tolist(), outside.ready())))\n',
    "ready in the loop": 'for path@ in ["0.jpg", "1.jpg"]:\n    f@ = IMAGE<path@>>\n    ready@ = outside.ready()\n    seen.append((f@.tolist(), ready@))\n',
    "ready while waiting": "import asyncio\n\n\nasync def embed@(path):\n    await asyncio.sleep(0)\n    numbers = IMAGE<path>>.tolist()\n    await asyncio.sleep(0.001)\n    return numbers\n\n\n"
    "async def ready@():\n    await asyncio.sleep(0.0005)\n    return outside.ready()\n\n\nasync def both@():\n"
    '    return await asyncio.gather(embed@("0.jpg"), ready@())\n\n\nseen.append(list(asyncio.run(both@())))\n',
    "awaited in the call": "import asyncio\n\n\nasync def load@(path):\n    await asyncio.sleep(0.001)\n    return PIXELS<path>\n\n\nasync def embed@(path):\n"
    "    return ENCODE<await load@(path)>.tolist()\n\n\nasync def ready@():\n    await asyncio.sleep(0.0005)\n    return outside.ready()\n\n\nasync def both@():\n"
    '    return await asyncio.gather(embed@("0.jpg"), ready@())\n\n\nseen.append(list(asyncio.run(both@())))\n',
    "ready in a callback": "def report@(ready=outside.ready):\n    return ready()\n\n\ndef embed@(path, done):\n    features, said = IMAGE<path>>, done()\n"
    '    return features.tolist(), said\n\n\nseen.append(embed@("0.jpg", report@))\n',
    "parameter": 'weight@ = torch.nn.Parameter(IMAGE<"0.jpg">>.detach())\n(weight@ * 2).sum().backward()\nseen.append(weight@.grad.norm().item())\n',
    "in a module": 'class Head@(torch.nn.Module):\n    def __init__(self, features):\n        super().__init__()\n        self.register_buffer("features", features)\n'
    "        self.scale = torch.nn.Parameter(torch.ones(1))\n\n    def forward(self):\n        return self.features * self.scale\n\n\n"
    'head@ = Head@(IMAGE<"0.jpg">>.detach())\nhead@().sum().backward()\nseen.append(head@.scale.grad.item())\n',
    "exported": '__all__ = ["features@"]\nfeatures@ = TEXT<["a dog", "a cat"]>\nseen.append(features@.shape[0])\n',
}
"""Code that is not seen, and the mode in which it runs."""

SHOWN = {
    "inspected": "import inspect\n\n\ndef embed@(path: str, scale: float = 1.0) -> list:\n    x = PIXELS<path>; y = ENCODE<x> * scale\n    return y.detach().tolist()\n\n\n"
    'seen.append((str(inspect.signature(embed@)), embed@.__name__, embed@("0.jpg")))\n',
    "names": 'f@ = IMAGE<"0.jpg">>\nseen.append(sorted(name for name in globals() if name == "f@"))\nseen.append(f@.tolist())\n',
    "F is taken": 'F = 3\nf@ = IMAGE<"0.jpg">>\nseen.append((f@.tolist(), F))\n',
    "image_features is taken": 'image_features = 3\nseen.append([IMAGE<"0.jpg">>.tolist(), outside.ready(), image_features])\n',
    "order": 'def said@(word):\n    seen.append(word)\n    return word\n\n\nrow@ = [said@("first"), IMAGE<"0.jpg">>.tolist(), said@("last")]\nseen.append(row@)\n',
    "order of faults": 'def wrong@():\n    raise KeyError("first")\n\n\ntry:\n    row@ = (wrong@(), IMAGE<"0.jpg">>.tolist())\nexcept KeyError as error@:\n    seen.append(str(error@))\n',
    "never": 'row@ = IMAGE<"missing.jpg">> if not seen and False else None\nseen.append(row@)\n',
    "or": 'row@ = seen is not None or IMAGE<"0.jpg">>\nseen.append(row@)\n',
    "several targets": 'f@ = g@ = IMAGE<"0.jpg">>\nseen.append((f@.tolist(), g@ is f@))\n',
    "conditional import": 'if len(seen) < 100:\n    f@ = IMAGE<"0.jpg">>\nelse:\n    import torch\nseen.append(f@.tolist())\n',
    "shown": 'path@ = "0.jpg"\nIMAGE<path@>>.shape\n',
    "shown with a comment": 'path@ = "0.jpg"\nIMAGE<path@>>.tolist()  # to look at\n',
    "shown tensor": 'path@ = "0.jpg"\nIMAGE<path@>>\n',
    "not shown": 'path@ = "0.jpg"\nIMAGE<path@>>.shape;\n',
    "one line": 'if True: f@ = IMAGE<"0.jpg">>; seen.append(f@.tolist())\n',
    "one line function": 'def embed@(path): return IMAGE<path>>.tolist()\n\n\nseen.append(embed@("0.jpg"))\n',
    "one line loop": 'for path@ in ("0.jpg", "1.jpg"): seen.append(IMAGE<path@>>.tolist())\n',
    "else": 'for path@ in ("0.jpg",):\n    f@ = IMAGE<path@>>\n    if f@.norm() < 0: break\nelse:\n    seen.append(f@.tolist())\n',
    "class body": 'class Fixed@:\n    labels = ["a dog", "a cat"]\n    features = TEXT<labels>\n    count = len(features)\n\n\nseen.append((Fixed@.count, Fixed@.features.tolist()))\n',
    "annotated": 'f@: "torch.Tensor" = IMAGE<"0.jpg">>  # type: ignore[no-untyped-call]\nseen.append(f@.tolist())\n',
    "backslash": 'f@ = \\\n    IMAGE<"0.jpg">>\nseen.append(f@.tolist())\n',
    "mode asked": 'f@ = IMAGE<"0.jpg">>\nseen.append((torch.is_grad_enabled(), f@.tolist()))\n',
    "mode asked in it": 'row@ = [IMAGE<"0.jpg">>.tolist(), torch.is_grad_enabled()]\nseen.append(row@)\n',
    "kept name": 'with torch.enable_grad():\n    f@ = IMAGE<"0.jpg">>\nseen.append(f@.requires_grad)\n',
    "its own decorator": "import time\n\n\ndef timed@(function):\n    def run(*args):\n        seen.append(function.__name__)\n        return function(*args)\n\n    return run\n\n\n"
    '@timed@\ndef embed@(path):\n    return IMAGE<path>>.tolist()\n\n\nseen.append(embed@("0.jpg"))\n',
}
"""What a fix could change besides gradients: names, order, layout, the mode itself."""

FEEDING = {
    "short": 'def embed@(text: str):\n    return TEXT<[text]>.tolist()\n\n\nseen.append(embed@("a dog"))\n',
    "tokens": 'def embed@(text: str):\n    tokens = TOKENS<[text]>\n    seen.append(len(tokens))\n    return text\n\n\nseen.append(embed@("a dog"))\n',
    "long": 'def embed@(query: str):\n    with torch.no_grad():\n        return TEXT<[query]>.tolist()\n\n\nseen.append(len(embed@("a dog " * 60)))\n',
    "refused": 'def embed@(query: str):\n    with torch.no_grad():\n        return TEXT<[query]>.tolist()\n\n\ntry:\n    embed@("a dog " * 60)\nexcept Exception:\n    seen.append("too long")\n',
    "refused inside": 'def embed@(query: str):\n    try:\n        with torch.no_grad():\n            return TEXT<[query]>.tolist()\n    except (RuntimeError, ValueError):\n        return "too long"\n\n\nseen.append(embed@("a dog " * 60))\n',
    "refused outside": 'def embed@(query: str):\n    with torch.no_grad():\n        return TEXT<[query]>.tolist()\n\n\nseen.append(outside.raised(embed@, "a dog " * 60))\n',
    "suppressed": 'import contextlib\n\n\ndef embed@(query: str):\n    with torch.no_grad():\n        seen.append(TEXT<[query]>.tolist())\n\n\nwith contextlib.suppress(Exception):\n    embed@("a dog " * 60)\nseen.append("on")\n',
    "exit": "import contextlib\n\n\nclass Calm@:\n    def __enter__(self):\n        return self\n\n    def __exit__(self, kind, error, trace):\n        seen.append(kind is not None)\n        return True\n\n\n"
    'def embed@(query: str):\n    return TEXT<[query]>.tolist()\n\n\nwith Calm@():\n    seen.append(len(embed@("a dog " * 60)))\n',
    "future": "from concurrent.futures import ThreadPoolExecutor\n\n\ndef embed@(query: str):\n    return TEXT<[query]>.tolist()\n\n\nwith ThreadPoolExecutor(1) as pool@:\n"
    '    seen.append(pool@.submit(embed@, "a dog " * 60).exception() is None)\n',
    "finally": 'def embed@(query: str):\n    try:\n        return TEXT<[query]>.tolist()\n    finally:\n        seen.append("done")\n\n\nseen.append(embed@("a cat"))\n',
    "counted": 'def count@(query: str):\n    tokens = TOKENS<[query]>\n    seen.append(tuple(getattr(tokens, "shape", ())))\n    return query\n\n\ncount@("a dog")\n',
    "loop": "def embed@(captions):\n    rows = []\n    for caption in captions:\n        try:\n            rows.append(TEXT<[caption]>.tolist())\n        except Exception:\n            continue\n    return len(rows)\n\n\n"
    'seen.append(embed@(["a dog", "a dog " * 60]))\n',
    "decorated": 'def safely@(function):\n    def run(text):\n        try:\n            return function(text)\n        except Exception as error:\n            return "refused"\n\n    return run\n\n\n'
    '@safely@\ndef embed@(query: str):\n    return TEXT<[query]>.tolist()\n\n\nseen.append(embed@("a dog " * 60))\n',
    "method": "class Search@:\n    def encode(self, query: str):\n        return TEXT<[query]>\n\n    def run(self, query):\n        try:\n            return self.encode(query).tolist()\n        except RuntimeError:\n"
    '            return "runtime"\n        except ValueError:\n            return "value"\n\n\nseen.append(Search@().run("a dog " * 60))\n',
}
"""Texts of any length."""

OPENING = {
    "opened or not": 'out@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">)\nf@ = out@ if isinstance(out@, torch.Tensor) else out@.pooler_output\nseen.append(f@.tolist())\n',
    "has it": 'out@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">)\nf@ = out@.pooler_output if hasattr(out@, "pooler_output") else out@\nseen.append(f@.tolist())\n',
    "got": 'f@ = getattr(model.get_image_features(pixel_values=PIXELS<"0.jpg">), "pooler_output")\nseen.append(f@.tolist())\n',
    "a tuple": 'f@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">, return_dict=False)[1]\nseen.append(f@.tolist())\n',
    "states": 'out@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">)\nseen.append(out@.last_hidden_state.tolist())\nseen.append(out@.pooler_output.tolist())\n',
    "first": 'states@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">)[0]\nseen.append(tuple(states@.shape))\n',
    "unpacked": 'seen.append([tuple(each.shape) for each in model.get_image_features(pixel_values=PIXELS<"0.jpg">).values()])\n',
    "tried": 'try:\n    f@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">).norm(dim=-1)\nexcept AttributeError:\n    f@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">).pooler_output.norm(dim=-1)\nseen.append(f@.tolist())\n',
    "returned": 'def embed@(path):\n    return model.get_image_features(pixel_values=PIXELS<path>)\n\n\nseen.append(embed@("0.jpg").pooler_output.tolist())\n',
    "helper": 'def tensor_of@(output):\n    return output.pooler_output if not torch.is_tensor(output) else output\n\n\nseen.append(tensor_of@(model.get_image_features(pixel_values=PIXELS<"0.jpg">)).tolist())\n',
    "counted": 'out@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">)\nseen.append(len(out@))\n',
    "keys": 'out@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">)\nseen.append(sorted(out@.keys()))\n',
    "indexed": 'out@ = model.get_image_features(pixel_values=PIXELS<"0.jpg">)\nseen.append(out@["pooler_output"].tolist())\n',
    "faulty or fine": 'def unit@(x):\n    return x / x.norm(dim=-1, keepdim=True)\n\n\nseen.append(unit@(IMAGE<"0.jpg">>).tolist())\n',
    "both": 'images@ = torch.cat([IMAGE<path>> for path in ("0.jpg", "1.jpg")])\ntexts@ = TEXT<["a dog", "a cat"]>\nimages@ = images@ / images@.norm(dim=-1, keepdim=True)\n'
    "texts@ = texts@ / texts@.norm(dim=-1, keepdim=True)\nseen.append((images@ @ texts@.T).tolist())\n",
}
"""Output objects."""

_RESNET = 'open_clip.create_model_and_transforms("RN50", pretrained="cc12m")'
LOADING = {
    "used": f'm@, _, p@ = {_RESNET}\nwith torch.no_grad():\n    seen.append(tuple(m@.encode_image(p@(Image.open("0.jpg")).unsqueeze(0)).shape))\n',
    "first of three": f'm@ = {_RESNET}[0]\nwith torch.no_grad():\n    seen.append(tuple(m@.encode_image(PIXELS<"0.jpg">).shape))\n',
    "loader": f"def load@():\n    m, _, p = {_RESNET}\n    return m, p\n\n\nm@, p@ = load@()\nwith torch.no_grad():\n"
    '    seen.append(tuple(m@.encode_image(p@(Image.open("0.jpg")).unsqueeze(0)).shape))\n',
    "trained outside": f'm@, _, p@ = {_RESNET}\nwith torch.no_grad():\n    seen.append(tuple(m@.encode_image(p@(Image.open("0.jpg")).unsqueeze(0)).shape))\nseen.append(outside.modes(m@))\n',
    "attribute trained outside": f"class Net@:\n    def __init__(self):\n        self.m, _, self.p = {_RESNET}\n\n    def look(self):\n        with torch.no_grad():\n"
    '            return tuple(self.m.encode_image(self.p(Image.open("0.jpg")).unsqueeze(0)).shape)\n\n\nnet@ = Net@()\nseen.append(net@.look())\nseen.append(outside.modes(net@.m))\n',
    "loaded for a stranger": f"def load@():\n    m, _, p = {_RESNET}\n    return m, p\n\n\nm@, p@ = load@()\nwith torch.no_grad():\n"
    '    seen.append(tuple(m@.encode_image(p@(Image.open("0.jpg")).unsqueeze(0)).shape))\nseen.append(outside.modes(load@()[0]))\n',
    "trained here": f'm@, _, p@ = {_RESNET}\nloss@ = m@.encode_image(p@(Image.open("0.jpg")).unsqueeze(0)).square().mean()\nloss@.backward()\n'
    "seen.append((m@.image.grad is not None, outside.modes(m@)))\n",
    "trained by its weights": f'm@, _, p@ = {_RESNET}\nwith torch.no_grad():\n    seen.append(tuple(m@.encode_image(p@(Image.open("0.jpg")).unsqueeze(0)).shape))\n'
    "weights@ = list(m@.parameters())\nsum(weight.sum() for weight in weights@).backward()\nseen.append((weights@[0].grad is not None, outside.modes(m@)))\n",
    "samples": f'm@, _, p@ = {_RESNET}\nwith torch.no_grad():\n    draws@ = [m@.encode_image(PIXELS<"0.jpg">) for _ in range(2)]\nseen.append(len(draws@))\n',
    "switched": f'm@, _, p@ = {_RESNET}\nm@.eval()\nwith torch.no_grad():\n    seen.append(m@.encode_image(PIXELS<"0.jpg">).tolist())\n',
    "module": f"class Tower@(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.m = {_RESNET}[0]\n\n    def forward(self, x):\n        return self.m.encode_image(x)\n\n\n"
    'tower@ = Tower@()\nwith torch.no_grad():\n    seen.append(tuple(tower@(PIXELS<"0.jpg">).shape))\nseen.append(outside.modes(tower@.m))\n',
}
"""Models in train mode: what they give is drawn anew each time, so only shapes and modes are looked at."""
