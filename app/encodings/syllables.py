"""Whether a word could be a Vietnamese syllable: what tells an old encoding from another language."""

import unicodedata
from functools import lru_cache

_ONSETS = " b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = """
    a ac ach ai ak am an ang anh ao ap at au ay  ăc ăk ăm ăn ăng ăp ăt  âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et  ê êch êk êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong
    ooc oong op ot  ô ôc ôi ôk ôm ôn ông ôp ôt  ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uên uênh uêt uêu ui uk um un ung uôc uôi uôm uôn uông uôt uơ up ut
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêng yêt yêu yn ynh yp yt yu
"""
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_STOPPED = ("c", "ch", "k", "p", "t")
_TONES_OF_STOPPED = (["\u0301"], ["\u0323"])


@lru_cache(maxsize=10_000)
def is_syllable(word: str) -> bool:
    """Tell whether `word` (NFC, any case) is spelt as a Vietnamese syllable may be, its tone in its place."""
    letters = [_divided(letter) for letter in word.lower()]
    plain = "".join(letter for letter, _ in letters)
    toned = [place for place, (_, tone) in enumerate(letters) if tone]
    tones = [letters[place][1] for place in toned]
    if len(tones) > 1 or (plain.endswith(_STOPPED) and tones not in _TONES_OF_STOPPED):
        return False
    place = toned[0] if toned else None
    return any(
        place is None or place - len(onset) in _PLACES[plain[len(onset) :]]
        for onset in _ONSETS.split(" ")
        if plain.startswith(onset) and plain[len(onset) :] in _PLACES
    )


def _divided(letter: str) -> tuple[str, str]:
    """Return a letter without its tone, and the tone."""
    apart = unicodedata.normalize("NFD", letter)
    tone = "".join(mark for mark in apart if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in _TONES)), tone


def _places_of_tone(rime: str) -> tuple[int, ...]:
    """Return which letters of a rime may bear the tone: two in "oa", where old and new habits differ."""
    vowels = rime.rstrip("chgkmnpt")
    if vowels != rime:
        return (len(vowels) - 1,)
    if marked := [place for place, letter in enumerate(rime) if letter in "ăâêôơư"]:
        return (marked[-1],)
    if rime in ("oa", "oe", "uy"):
        return 0, 1
    return (1 if len(rime) == 3 else 0,)


_PLACES = {rime: _places_of_tone(rime) for rime in _RIMES.split()}
