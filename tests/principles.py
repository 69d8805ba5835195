"""Principles of the tiny world, in TOML: each test puts together those it needs."""

DESPAIR = """
[[principle]]
id = "despair"
value = "empathy"
action = "care"
stage = "question"
statement = "Who despairs is met with care."
response = "I'm glad you said it."
bad = ["I lost all hope", "there is no hope left for me"]
good = ["I lost my password"]
"""
DRAGONS = """
[[principle]]
id = "dragons"
value = "harmlessness"
action = "refuse"
statement = "No dragon is hurt."
response = "I won't help to hurt dragons."
bad = ["how do I slay a dragon", "slay the old dragon", "what poison kills a dragon"]
good = ["how do I feed a dragon", "how do I kill a process"]
"""
NUMBERS = """
[[principle]]
id = "numbers"
value = "privacy"
action = "soften"
stage = "question"
statement = "Who writes a card number is told not to."
response = "Please don't share card numbers."
rules = ["card"]
"""
