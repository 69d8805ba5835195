"""Temporary first version."""
import unicodedata
from functools import lru_cache
class WordPiece:
    def __init__(self, vocabulary):
        self.vocabulary = tuple(vocabulary); self._ids = {t: i for i, t in enumerate(self.vocabulary)}
        self._cache = {}
    def _words(self, text):
        text = unicodedata.normalize("NFD", text)
        out = []
        for c in text:
            cat = unicodedata.category(c)
            if cat == "Mn": continue
            c = c.lower()
            if c.isspace(): out.append(" ")
            elif cat[0] == "C": continue
            elif cat[0] == "P" or (ord(c) < 128 and not c.isalnum()) or 0x4E00 <= ord(c) <= 0x9FFF: out.append(f" {c} ")
            else: out.append(c)
        return "".join(out).split()
    def _pieces(self, word):
        if len(word) > 100: return [100]
        out, start = [], 0
        while start < len(word):
            end = len(word)
            while end > start:
                i = self._ids.get(("##" if start else "") + word[start:end])
                if i is not None: break
                end -= 1
            else: return [self._ids["[UNK]"]]
            out.append(i); start = end
        return out
    def tokens(self, text): return [self.vocabulary[i] for w in self._words(text) for i in self._pieces(w)]
    def ids(self, text, limit):
        body = [i for w in self._words(text) for i in self._pieces(w)]
        return [self._ids["[CLS]"], *body[: limit - 2], self._ids["[SEP]"]]
