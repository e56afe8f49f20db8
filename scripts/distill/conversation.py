"""A small grammar of everyday English: conversation, questions, plans, captions, news and reflection.

Written for this script. It gives the fit the register of dialogue, which dictionaries lack. The slots
are lists below and, for breadth, single words of WordNet. No evaluation text is in here.
"""

import random
import re

NAMES = """Anna Ben Carla David Elena Frank Grace Henry Irene Jack Karen Leo Maria Nick Olivia Paul Rachel Sam
Tina Victor Wendy Adam Bella Chris Diana Eric Fiona George Hannah Ivan Julia Kevin Laura Mark Nora Oscar Peter
Rosa Steve Tom Uma Vera Will Zoe Amir Mei Raj Sofia Omar Lucy Emma Daniel Alice Robert Sarah James""".split()
PEOPLE = """man woman boy girl child baby teacher doctor nurse farmer driver student player singer chef artist
neighbor friend brother sister mother father cousin uncle aunt grandmother grandfather boss colleague roommate
tourist soldier dancer worker runner couple family crowd team kid lady guy person lawyer engineer writer""".split()
ANIMALS = """dog cat horse bird cow sheep goat rabbit monkey lion tiger bear panda elephant fish duck snake puppy
kitten hamster parrot turtle frog squirrel deer fox wolf pig chicken mouse""".split()
FOODS = """bread cheese soup rice pasta pizza salad cake apple banana orange onion potato tomato carrot garlic egg
chicken beef fish sandwich coffee tea juice milk wine water chocolate butter pepper cucumber noodles cookies
pancakes curry tacos sushi shrimp meat vegetables fruit""".split()
THINGS = """guitar piano violin flute drum ball book phone camera laptop car bike bicycle boat train bus motorcycle
skateboard knife bowl box chair table sofa bed window door hat shirt jacket dress umbrella bag letter painting
picture toy rope stick paper gun ladder mirror lamp clock ring bottle cup plate flag kite tent backpack map ticket
necklace puzzle candle blanket trophy notebook song poem recipe project game movie""".split()
PLACES = """park kitchen garden beach street city school office hospital restaurant store market library museum
station airport church gym stadium forest river lake mountain field farm road bridge hotel house apartment village
studio cafe theater bar yard bedroom garage pool desert island train hallway classroom workshop""".split()
TOPICS = """work school music painting cooking travel health family money politics history science art sports
photography gardening writing reading dancing yoga hiking camping meditation therapy adoption marriage divorce
pregnancy parenting pets climate religion philosophy memory language technology programming video games
fashion volunteering running swimming cycling fishing pottery knitting astronomy chess basketball football tennis
anxiety depression grief friendship love loneliness identity freedom trust honesty patience change time truth
silence meaning consciousness attention learning creativity stress sleep exercise diet nutrition charity community
business marketing retirement education energy economy war peace justice immigration vaccines""".split()
FEELINGS = """happy sad tired excited nervous proud grateful lonely angry worried hopeful relaxed bored confused
surprised stressed anxious inspired disappointed embarrassed calm curious thankful overwhelmed motivated""".split()
TIMES = ["yesterday", "last week", "last night", "last month", "last year", "two days ago", "this morning",
         "on Monday", "on Friday", "last weekend", "in the summer", "in May", "in October", "a few years ago",
         "earlier today", "on my birthday", "in 2019", "over the holidays", "when I was ten", "recently"]
SOON = ["tomorrow", "next week", "next month", "this weekend", "tonight", "next summer", "in June", "soon",
        "later", "next year", "on Saturday", "in a few days", "after work", "in the morning"]
# Base, past, -ing, and what fits as an object: f(ood), t(hing), a(nimal), p(erson).
VERBS = [tuple(v.split()) for v in """buy bought buying ft|sell sold selling ft|cook cooked cooking f|eat ate eating f|
slice sliced slicing f|cut cut cutting ft|peel peeled peeling f|fry fried frying f|drink drank drinking f|play played
playing t|hold held holding ta|carry carried carrying ta|throw threw throwing t|catch caught catching ta|ride rode
riding ta|drive drove driving t|read read reading t|write wrote writing t|draw drew drawing tap|paint painted painting
tap|break broke breaking t|fix fixed fixing t|clean cleaned cleaning t|open opened opening t|close closed closing
t|find found finding tap|lose lost losing t|feed fed feeding ap|pet petted petting a|chase chased chasing ap|watch
watched watching tap|see saw seeing tap|meet met meeting p|help helped helping p|call called calling p|visit visited
visiting p|teach taught teaching p|hug hugged hugging pa|kiss kissed kissing pa|thank thanked thanking p|push pushed
pushing tp|pull pulled pulling ta|build built building t|make made making ft|order ordered ordering ft|bring brought
bringing ft|want wanted wanting fta|like liked liking ftap|love loved loving ftap|hate hated hating ft|miss missed
missing tap|need needed needing ft|share shared sharing ft|give gave giving t|borrow borrowed borrowing t|wash washed
washing ta|photograph photographed photographing tap|adopt adopted adopting a|train trained training a|follow
followed following pa|attack attacked attacking pa|shoot shot shooting pa""".replace("\n", " ").split("|")]
MOVES = [tuple(v.split()) for v in """walk walked walking|run ran running|sit sat sitting|stand stood standing|sleep
slept sleeping|dance danced dancing|sing sang singing|swim swam swimming|jump jumped jumping|wait waited waiting|work
worked working|laugh laughed laughing|cry cried crying|talk talked talking|play played playing|rest rested
resting|climb climbed climbing|fall fell falling|exercise exercised exercising|study studied
studying|smile smiled smiling|pray prayed praying|argue argued arguing|shop shopped
shopping""".replace("\n", " ").split("|")]
FRAMES = {
    "caption": """A {person} is {doing}.|Two {person}s are {moving} in the {place}.|A {adj} {animal} is {moving}.|
The {person} is {moving} near the {place}.|A {person} and a {person} are {doing}.|A {color} {thing} on a {thing}.|
A {animal} is {moving} on the {place}.|Someone is {doing}.|A {person} in a {color} shirt is {doing}.|
The {animal} is not {moving}.|There is no {person} {doing}.|A group of people {moving} at a {place}.|
{num} {animal}s {moving} in a {place}.|A close-up of a {color} {animal}.|A {person} {doing} next to a {thing}.|
The {person} {did} the {n}.|A {n} and a {n} in the {place}.|The {adj} {n} is in the {place}.""",
    "talk": """I {did} {when}.|We {moved} at the {place} {when}.|Hey {name}! How was the {n}?|{name}, did you {do}?|
I'm going to {do} {soon}.|My {person} {did} {when} and I felt {feeling}.|I'm so {feeling} about {topic} these days.|
That's great, {name}! What made you interested in {topic}?|I've been into {topic} for {num} years.|
Thanks, {name}. I really needed to hear that about {topic}.|I went to the {place} with my {person} {when}.|
My {animal} is called {name} and loves to {move}.|I just started {topic}, and it makes me {feeling}.|
Wow, that sounds {a}! Did you take a picture of the {thing}?|I used to {do} when I lived near the {place}.|
Do you want to {do} with me {soon}?|I don't like {topic}, I prefer {topic}.|Can we talk about {topic} instead?|
No, I never {did}.|Yes, my {person} gave me a {thing} {when}.|It was {a} to {move} in the {place} with {name}.|
{name} told me that you {did}.|I'm allergic to {food}, so please don't {v} any.|We are planning a trip to the {place}
{soon}.|I changed my mind about the {n}.|My favorite {n} is {adj} and {a}.|I have {num} {animal}s and a {person}.|
I moved to the {place} because of {topic}.|Sorry, I can't {do} {soon}, I have to {v}.|{name} and I {did} {when}.|
I work as a {person} and I study {topic}.|Take care, {name}, and good luck with the {n}!|I keep thinking about {n}.""",
    "ask": """What is {n}?|What do you think about {topic}?|How do I {v} a {n}?|Why is {n} so {a}?|Can you explain {n}
in simple words?|When did {name} {do}?|Where did {name} {move} {when}?|Who {did}?|How many {animal}s does {name} have?|
What is the difference between {n} and {n}?|Should I {v} or {v}?|What does {name} like to do for {topic}?|
Is it safe to {v} with {n}?|How often should a {person} {v}?|Which {n} would you recommend for {topic}?|
What kind of {thing} did {name} buy?|What happens when a {n} becomes {a}?|Do you remember my {n}?|
What did I say about {topic}?|Tell me about the {n} of {topic}.|Please write a short {n} about {topic}.|
Give me three tips for {topic}.|How can I get better at {topic}?|What helps against {feeling} thoughts?|
Does {topic} make people {feeling}?|How would you describe yourself?|What are your limits in {topic}?""",
    "answer": """{n} is a kind of {n}.|You could {v} the {n} first, then {v} it {adv}.|It depends on the {n} and on
how {a} it is.|Start with a small {n}, keep it {a}, and {v} when you can.|I would not {v} that; it is too {a}.|
That sounds {a}, and it makes sense to feel {feeling}.|Most people {v} {adv} when they are {feeling}.|
The main point is {n}, not {n}.|If the {n} is {a}, see a {person}.|There are {num} ways to {v} a {n}.|
First check the {n}, then the {n}.|I understand that {topic} matters to you.|In short, {topic} needs {n}.|
A good {n} is {a} and {a}.|Try to {v} the {n} for {num} minutes a day.|As your {person}, I suggest more {topic}.|
I don't know enough about {n} to answer.|Let's return to {topic}.|You said you {did}, so {topic} may help.""",
    "reflect": """{n} begins where {n} ends.|Without {n} there is no {n}.|Every {n} carries a {a} {n}.|
What remains of {topic} when {n} is gone?|{topic} is a form of {n}.|We learn {n} through {n}, {adv}.|
How does {n} become {n}?|Between {n} and {n} lies a {a} {n}.|To {v} is to {v} again.|A {n} that cannot {v} is {a}.|
Is {n} possible without {n}?|{n} and {topic} shape each other {adv}.|In {n}, the {n} returns to itself.|
A {a} mind does not {v}; it {v2}s.|The {n} of {topic} is {a} {n}.|What does {n} ask of {n}?""",
    "news": """{country} to {v} {n} after {n} talks.|{num} killed in {country} {n}.|{name} wins {a} {n} in {country}.|
Police say the {person} was {moving} near the {place}.|Shares of the {n} company rose {num} percent on Friday.|
The president said the {n} was {a}.|{country} and {country} agree on {topic}.|{country} {n} leaves {num} dead.|
A court in {country} has ruled on the {n}.|Oil prices fell as {country} cut its {n}.|Scientists find {a} {n} in
{country}.|The government plans to {v} {topic} {soon}.|{name} said {adv} that the {n} would {v}.""",
}
COUNTRIES = """China Russia India Iran Israel Egypt Syria Ukraine France Germany Japan Pakistan Mexico Brazil Turkey
Iraq Britain Spain Italy Greece Kenya Canada Australia Thailand Korea Afghanistan""".split()
COLORS = "red blue green white black brown yellow orange pink gray".split()
NUMBERS = "two three four five six ten twelve 20 30 100".split()
LOOKS = "small big old young white black brown little tall wet happy".split()


class Grammar:
    """Fills frames with words."""

    def __init__(self, words, seed):
        self.random = random.Random(seed)
        self.words = words
        self.frames = [f for text in FRAMES.values() for f in text.replace("\n", " ").split("|")]

    def breadth(self, part):
        """A word of WordNet: common ones more often, all of them sometimes."""
        pool = self.words[part]
        return pool[int(len(pool) * self.random.random() ** 1.5)]

    def object(self, kinds):
        kind = self.random.choice(kinds)
        pick = {"f": FOODS, "t": THINGS, "a": ANIMALS, "p": PEOPLE}[kind]
        article = self.random.choice(["some", "the"] if kind == "f" else ["a", "the", "my", "her", "his"])
        return f"{article} {self.random.choice(pick)}"

    def slot(self, name):
        choose = self.random.choice
        if name in ("do", "did", "doing"):
            verb = choose(VERBS)
            return f"{verb[('do', 'did', 'doing').index(name)]} {self.object(verb[3])}"
        if name in ("move", "moved", "moving"):
            return choose(MOVES)[("move", "moved", "moving").index(name)]
        lists = {"person": PEOPLE, "animal": ANIMALS, "food": FOODS, "thing": THINGS, "place": PLACES,
                 "topic": TOPICS, "feeling": FEELINGS, "when": TIMES, "soon": SOON, "name": NAMES,
                 "country": COUNTRIES, "color": COLORS, "num": NUMBERS, "adj": LOOKS}
        if name in lists:
            return choose(lists[name])
        return self.breadth({"n": "noun", "v": "verb", "v2": "verb", "a": "adj", "adv": "adv"}[name])

    def sentence(self):
        frame = self.random.choice(self.frames).strip()
        text = re.sub(r"\{(\w+)\}", lambda m: self.slot(m[1]), frame)
        text = re.sub(r"\b([Aa]) (?=[aeiou])", r"\1n ", text)
        return text[0].upper() + text[1:]

    def text(self):
        """One to four sentences, most often one."""
        count = self.random.choices([1, 2, 3, 4], [6, 2, 1, 1])[0]
        return " ".join(self.sentence() for _ in range(count))


def sentences(words, count, seed="leeboard-conversation"):
    """`count` texts of the grammar; `words` are WordNet's by part of speech."""
    grammar = Grammar(words, seed)
    return [grammar.text() for _ in range(count)]
