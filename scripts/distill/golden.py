"""Golden data for the reader's tests: token ids of odd texts, and vectors of the current table.

The texts are made here or are WordNet's. `tokens.jsonl` and `language.jsonl` depend on
the tokenizer only, `vectors.*` on the table as well.
"""

import json
import pathlib
import random
import unicodedata

import numpy as np

import corpus
import language
import table

ODD = [
    "", " ", "\t\n\r", "a", "A", ".", "...", "?!?!?!", "----", "—–‒―", "“quoted” ‘single’ «guillemets»",
    "don't can't won't I'm you're they'd it's we've o'clock rock'n'roll", "don’t can’t it’s", "'tis 'twas",
    "Ünïcödé ÀÉÎÕÜ ñ ç ø å æ œ ð þ ł đ ħ", "naïve café résumé coöperate façade", "STRASSE Straße straße ẞ ß",
    "İstanbul ISPARTA ısparta İI ıi", "ΟΔΟΣ οδός Σίσυφος ΣΑΣ ς σ Σ", "ǅ ǆ Ǆ Ǳ ǲ ﬁ ﬂ ﬀ ﬃ ſ K Å Ω", "² ³ ¹ ½ ¼ Ⅷ ⅷ ① ㊿ ™ ℡",
    "e\u0301 é e\u0301\u0323 ệ a\u030a å", "q\u0307\u0323 q\u0323\u0307", "n\u0303\u0303\u0303", "\u0301", "\u0301a", "a\u0301\u200db",
    "한국어 한글 대한민국", "\u1112\u1161\u11ab\u1100\u116e\u11a8", "각 \u1100\u1161\u11a8", "日本語のテキスト カタカナ ひらがな が か\u3099 ｶﾞ",
    "中文测试，句子。我们在说话！", "漢字kanji混ぜ書き", "㐀𠀀𪜀豈\uf900", "𠮷野家", "，。、；：？！（）【】《》", "ａｂｃ１２３ＡＢＣ",
    "Привет, мир! Ёлка й Й", "Ελληνικά ά ώ ΐ", "עברית שָׁלוֹם", "العَرَبِيَّة ﷺ لا", "हिन्दी क्षि", "ภาษาไทย สวัสดี", "தமிழ்", "ქართული", "Հայերեն", "አማርኛ",
    "😀 😂👍🏽 👨‍👩‍👧‍👦 🇩🇪 ❤️ ☺ ✌🏿 #️⃣ 1️⃣ 🏴‍☠️", "I ❤️ you 😀😀😀!!!", "a😀b", "a\u200bb a\u200cb a\u200db a\ufeffb a\u00adb a\u2060b",
    "\u200b", "\ufeffstart", "\u202eabc\u202c", "a\u0000b", "\u0000", "a\u0007b\u001bc\u007fd\u0085e\u009ff", "a\tb\nc\rd\x0be\x0cf",
    "a\u00a0b\u1680c\u2003d\u2028e\u2029f\u202fg\u205fh\u3000i", "\ufffd", "a\ufffdb", "\ufffd\ufffd text", "\ue000\uf8ff \U000f0000 \U0010fffd",
    "\ud7ff \ue000 \uffff \U00010000 \U0010ffff", "\ufdd0 \ufffe x", "\u0378 \u0380 unassigned", "x" * 100, "x" * 101, "x" * 1000, "ab" * 50,
    "ab" * 51, "é" * 100, "é" * 101, "e\u0301" * 60, "ß" * 100, "中" * 120, "." * 120, "a." * 60, "hello" + "o" * 94, "hello" + "o" * 95, "hello" + "o" * 96,
    "İ" * 60, "İ" * 100, "\u0130x\u0307", "antidisestablishmentarianism", "pneumonoultramicroscopicsilicovolcanoconiosis",
    "https://example.org/a/b?c=d&e=%20f#g", "mailto:first.last+tag@example.co.uk", "C:\\dir\\file.txt ~/a/b ../c", "192.168.0.1 ::1 fe80::1%eth0",
    "fn main() { println!(\"{:?}\", vec![1_000u64; 3]); }", "def f(x): return x**2 if x != None else {}", "a_b __init__ snake_case camelCase HTMLParser",
    "<div class=\"x\">&amp;</div>", "{\"key\": [1, 2.5e-3, null]}", "$x = @{a}; ^b | ~c `d` \\n", "SELECT * FROM t WHERE a<>b;", "1,234.56 €5 £3 ¥9 $1.99 50% 3/4 1e10 0xFF -7 +7 ±1 −3",
    "2024-05-17T12:00:00Z 5:30pm 1st 2nd 3rd", "x=y+z*w/v-u", "a-b_c.d,e;f:g", "well-known state-of-the-art e.g. i.e. U.S.A.", "№ § ¶ † ‡ • … ‰ ′ ″",
    "∀x∈ℝ: x²≥0 ∑∫√∞≠≤", "→ ⇒ ← ↔ ✓ ✗ ★ ☆ ♪ ■ □", "[CLS] [SEP] [PAD] [MASK] [UNK] [unused1]", "[ CLS ] [cls]", "##ing ##s # ##", "the ##the", "|`~^+=<>$",
    "¿Qué? ¡Olé!", "٠١٢٣ ०१२ ๑๒๓", "²x³", "Ⓐ ⓐ 🅰 𝐀 𝒜 𝔸", "Zalgo̶̢̧̨ t̷e̸x̵t̶", "ʻokina ʼapostrophe ˈstress ˌsec", "ﷲ", "\u0345\u0399", "ᾼ ᾳ ΑΙ",
    "Dž dz ǈ", "ŉ ǰ ΐ ẖ", "ᎣᏏᏲ ꭰ Ꭰ", "Ა ა", "𐐀 𐐨", "ϴ θ ϐ β ϕ φ", "\u2126 \u212a \u212b", "\u1e9e", "i\u0307 I\u0307 ı\u0307", "À\u0300",
]
WHOLE = "the of and to in is you that it he was for on are as with his they I at be this have from".split()
CONSONANTS, VOWELS = "bcdfghjklmnpqrstvwxz", "aeiouy"


def assigned():
    """The code points of Unicode 3.2, whose properties all later tables agree on, without surrogates."""
    old = unicodedata.ucd_3_2_0
    return [chr(c) for c in range(1, 0x110000) if old.category(chr(c)) not in ("Cn", "Cs", "Co")]


def made_word(pick):
    """A pronounceable word that is in no vocabulary, for the splitting into pieces."""
    return "".join(pick.choice(CONSONANTS) + pick.choice(VOWELS) for _ in range(pick.randint(1, 7)))


def odd_texts(natural, count=2400, seed="leeboard-golden"):
    """Texts for the tokenizer: the list above, then mixtures of scripts, marks, made words and sentences."""
    pick, chars = random.Random(seed), assigned()
    blocks = [chars[at:at + 64] for at in range(0, len(chars), 64)]
    small = [b for b in blocks if ord(b[0]) < 0x3400 or 0xA000 < ord(b[0]) < 0xAC00 or ord(b[0]) > 0xF8FF]
    out = list(ODD)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        out += [unicodedata.normalize(form, t) for t in ODD if unicodedata.normalize(form, t) != t]
    for block in small:
        out.append("".join(block[:20]) + " " + " ".join(block[20::3]))
    while len(out) < count:
        kind = pick.choices(range(8), (2, 1, 1, 2, 2, 2, 2, 4))[0]
        words = pick.choice(natural).split()[:14] or ["x"]
        if kind == 0:
            text = " ".join(made_word(pick) for _ in range(pick.randint(1, 6)))
        elif kind == 1:
            block = pick.choice(small)
            text = " ".join("".join(pick.choices(block, k=pick.randint(1, 8))) for _ in range(pick.randint(1, 5)))
        elif kind == 2:
            text = "".join(pick.choices(chars, k=pick.randint(1, 12)))
        elif kind == 3:
            at = pick.randrange(len(words))
            words[at] = "".join(c + pick.choice("\u0300\u0301\u0308\u0323\u200b\u00ad\u20dd") * pick.randrange(2) for c in words[at])
            text = " ".join(words)
        elif kind == 4:
            text = pick.choice(["-", "_", ".", "/", "'", "’", ", ", "\u00a0", "\u3000", ""]).join(words)
        elif kind == 5:
            text = " ".join(pick.choice([str.upper, str.title, str.swapcase, str.casefold])(w) for w in words)
        elif kind == 6:
            numbers = [f"{pick.uniform(-1e4, 1e4):.{pick.randrange(4)}f}" for _ in range(3)]
            text = " ".join(numbers + pick.choices(WHOLE, k=4) + [hex(pick.getrandbits(64))])
        else:
            text = " ".join(words) + pick.choice([".", "!", "?", "…", " :)", "!!", ""])
        out.append(text)
    return list(dict.fromkeys(out))[:count]


def write(folder, tokenizer, rows, work):
    """Writes the golden files into `folder`."""
    definitions, examples, passages = corpus.wordnet(corpus.fetch(work))
    pick = random.Random("leeboard-golden-natural")
    natural = [pick.choice(pick.choice([definitions, examples, examples])) for _ in range(2000)]
    odd = odd_texts(natural)
    ids = [e.ids for e in tokenizer.encode_batch(odd, add_special_tokens=False)]
    lines = [json.dumps({"text": t, "ids": i}, separators=(",", ":")) for t, i in zip(odd, ids)]
    (folder / "tokens.jsonl").write_text("\n".join(lines) + "\n", encoding="ascii")
    texts = list(dict.fromkeys(natural + pick.sample(passages, 100)))[-880:] + odd[:len(ODD)]
    texts = texts[-1000:]
    vectors = table.encode(rows, [e.ids for e in tokenizer.encode_batch(texts, add_special_tokens=False)])
    packed = np.rint(vectors.astype(np.float64) * 32767).astype("<i2")
    (folder / "vectors.i16").write_bytes(packed.tobytes())
    lines = [json.dumps(t) for t in texts]
    (folder / "vectors.jsonl").write_text("\n".join(lines) + "\n", encoding="ascii")
    vocabulary = (pathlib.Path(work) / "model" / "vocab.txt").read_text(encoding="utf-8").split("\n")
    rule = language.Rule(vocabulary[:table.ROWS])
    (folder / "language.jsonl").write_text("\n".join(language.golden(rule, tokenizer)) + "\n", encoding="ascii")


def read_vectors(folder):
    """The golden texts and vectors back from the files."""
    texts = [json.loads(line) for line in (folder / "vectors.jsonl").read_text(encoding="ascii").splitlines()]
    packed = np.frombuffer((pathlib.Path(folder) / "vectors.i16").read_bytes(), "<i2")
    return texts, packed.reshape(len(texts), table.DIMS).astype(np.float64) / 32767
