"""Golden files of tokenizers, made by HuggingFace's Python package (tokenizers 0.23.2), which shares no binding with ours:

    python make_tokenizers.py <repository> <tokenizer.json of all-MiniLM-L6-v2> <folder for the results>

bpe.json and unigram.json are trained on the first 200,000 characters of a novel and the lines below; encodings.json holds, for them and for
MiniLM's WordPiece, the ids and the offsets (in code points) of each line, without special tokens, and the decoded ids.
"""
import gzip
import json
import sys
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

LINES = [
    "hello world",
    "It is a truth universally acknowledged, that a single man's wife isn't his.",
    "  two  blanks \t and a tab",
    "na\u00efve caf\u00e9 r\u00e9sum\u00e9, decomposed cafe\u0301",
    "\u4f60\u597d\uff0c\u4e16\u754c\u3002 \u65e5\u672c\u8a9e\u306e\u6587",
    "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u03b1\u03b2\u03b3 \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "emoji \U0001F600\U0001F680 and \U0001F468\u200d\U0001F469\u200d\U0001F467 then text",
    "\U0001D504\U0001D51F\U0001D520 fraktur \ufb01 ligature \u00bd \u2460",
    "control \x01\x02 and \x7f and \u200b zero width \u00ad soft",
    "line\nend\r\nand\n\n\ntwo empty\n",
    "",
    "   ",
    "[MASK] <mask> </s> <|endoftext|> [CLS]",
    "x" * 300,
    "1234567890 3.14159 1,000,000",
    "tail blanks   ",
]


def corpus(repository):
    path = Path(repository) / "datasets/text/jane-austen/emma.txt.gz"
    text = gzip.open(path, "rt", encoding="utf-8", newline="").read()[:200_000]
    return text + "\n" + "\n".join(LINES)


def bpe(text):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([text], trainers.BpeTrainer(
        vocab_size=1000, min_frequency=2, show_progress=False, special_tokens=["<pad>", "<mask>", "<bos>", "<eos>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return tokenizer


def unigram(text):
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.train_from_iterator([text], trainers.UnigramTrainer(
        vocab_size=400, show_progress=False, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"], unk_token="<unk>"))
    return tokenizer


def encodings(tokenizer):
    tokenizer.no_padding()
    tokenizer.no_truncation()
    result = []
    for line in LINES:
        read = tokenizer.encode(line, add_special_tokens=False)
        result.append({
            "text": line,
            "ids": read.ids,
            "starts": [start for start, _ in read.offsets],
            "ends": [end for _, end in read.offsets],
            "decoded": tokenizer.decode(read.ids, skip_special_tokens=False),
        })
    return result


def main(repository, minilm, out):
    text = corpus(repository)
    golden = {}
    for name, tokenizer in (("bpe", bpe(text)), ("unigram", unigram(text))):
        tokenizer.save(str(Path(out) / (name + ".json")), pretty=False)
        golden[name] = encodings(tokenizer)
    golden["minilm"] = encodings(Tokenizer.from_file(minilm))
    with open(Path(out) / "encodings.json", "w", encoding="ascii") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
