"""Hold an invented evaluation, for tests of what shows one."""

from __future__ import annotations

from bot.evaluation.frequencies import Closeness
from bot.evaluation.report import Evaluation, Predictor, Recitation, Written
from bot.evaluation.words import WordShares

EVALUATION = Evaluation(
    model="a|b<c",
    vocabulary_size=98,
    learned_characters=1_000_000,
    held_out_characters=50_000,
    replaced=3,
    dropped=2,
    predictors=(
        Predictor("a|b<c", 1.93211),
        Predictor("Kneser-Ney, order 9", 1.9562, "learned the last 20 characters"),
        Predictor("PPMd variant H, order 10", 1.94449),
    ),
    written=(
        Written(1, 40_100, Closeness(0.2, 0.05, 0.5, 0.3), WordShares(6000, 1.0, 1.0, 0.03, 0.9)),
        Written(3, 40_200, Closeness(0.1, 0.02, 0.3, 0.1), WordShares(6000, 0.975, 0.98, 0.8, 0.01)),
        Written(98, 40_300, Closeness(0.02, 0.001, 0.08, 0.02), WordShares(6000, 0.85, 0.86, 0.99, 0.0)),
    ),
    floor=Closeness(0.01, 0.0009, 0.07, 0.019),
    real_words=WordShares(6000, 0.97, 0.989, 0.985, 0.001),
    word_list="words",
    reciting=Recitation(5, 100_000, 40, 0.0012, 0.0044),
    recommended=98,
    random_seed=0,
)
