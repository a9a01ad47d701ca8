"""The body of text that every maker sets: sentences by language, words for headings, tables of statistics.

Everything is drawn by a seeded generator, so that a document can be had again by its number.
"""
import random

# Universal Declaration of Human Rights, articles 1 to 6 (public domain), beside sentences written for this repository.
SENTENCES = {
    "en": """The harbour master keeps the book of arrivals in the small office by the gate.
Every vessel that comes in past the mole is written down with its master, its cargo and the hour at which it made fast.
Strangers are asked to wait until somebody has come for them, because the quay is narrow and the carts do not stop.
The wardens walk the length of the wall twice a day, at the turn of the tide, and look at the ropes and at the lamps.
A package is removed from the archive when nobody answers for it and when a newer one does what it did.
The maintainer must describe the change in the changelog, so that a reader can tell why the file is different.
If the configuration was edited by hand, the program asks before it writes anything over it.
All human beings are born free and equal in dignity and rights.
They are endowed with reason and conscience and should act towards one another in a spirit of brotherhood.
Everyone has the right to life, liberty and security of person.
No one shall be held in slavery or servitude; slavery and the slave trade shall be prohibited in all their forms.
The number of households rose by a fifth within ten years, while the number of dwellings stayed nearly the same.
Values marked with a dash could not be collected, since the stations were out of service during the winter.
The second method is slower, but it needs no more memory than the largest of the records.
Water that stands in the lower chamber is let out before the gate is opened, never afterwards.
A symbolic link that points outside of the tree is not followed, whatever the option says.
For the purpose of this chapter a document is any file that a person can read without running it.
It was found that the error grows with the square of the distance, which nobody had expected.""",
    "de": """Alle Menschen sind frei und gleich an Würde und Rechten geboren.
Sie sind mit Vernunft und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen.
Der Hafenmeister führt das Buch der Ankünfte in dem kleinen Büro neben dem Tor.
Jedes Schiff wird mit Ladung und Stunde eingetragen, sobald es an der Mauer festgemacht hat.
Die Zahl der Haushalte stieg innerhalb von zehn Jahren um ein Fünftel.
Niemand darf in Sklaverei oder Leibeigenschaft gehalten werden.""",
    "fr": """Tous les êtres humains naissent libres et égaux en dignité et en droits.
Ils sont doués de raison et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité.
Le maître du port tient le livre des arrivées dans le petit bureau près de la porte.
Le nombre de ménages a augmenté d'un cinquième en dix ans.
Nul ne sera tenu en esclavage ni en servitude.""",
    "el": """Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα.
Είναι προικισμένοι με λογική και συνείδηση, και οφείλουν να συμπεριφέρονται μεταξύ τους με πνεύμα αδελφοσύνης.
Κάθε άτομο έχει δικαίωμα στη ζωή, την ελευθερία και την προσωπική του ασφάλεια.
Κανείς δεν επιτρέπεται να ζει υπό καθεστώς δουλείας.""",
    "ru": """Все люди рождаются свободными и равными в своем достоинстве и правах.
Они наделены разумом и совестью и должны поступать в отношении друг друга в духе братства.
Каждый человек имеет право на жизнь, на свободу и на личную неприкосновенность.
Никто не должен содержаться в рабстве или в подневольном состоянии.""",
    "zh": """人人生而自由,在尊严和权利上一律平等。
他们赋有理性和良心,并应以兄弟关系的精神相对待。
人人有权享有生命、自由和人身安全。
任何人不得使为奴隶或奴役;一切形式的奴隶制度和奴隶买卖,均应予以禁止。""",
    "ja": """すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。
人間は、理性と良心とを授けられており、互いに同胞の精神をもって行動しなければならない。
すべて人は、生命、自由及び身体の安全に対する権利を有する。
何人も、奴隷にされ、又は苦役に服することはない。""",
    "ar": """يولد جميع الناس أحرارا متساوين في الكرامة والحقوق.
وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم بعضا بروح الإخاء.
لكل فرد الحق في الحياة والحرية وسلامة شخصه.
لا يجوز استرقاق أو استعباد أي شخص.""",
    "he": """כל בני אדם נולדו בני חורין ושווים בערכם ובזכויותיהם.
כולם חוננו בתבונה ובמצפון, לפיכך חובה עליהם לנהוג איש ברעהו ברוח של אחווה.
כל אדם יש לו הזכות לחיים, לחירות ולביטחון אישי.
לא יהיה אדם עבד או משועבד.""",
}
SENTENCES = {language: text.split("\n") for language, text in SENTENCES.items()}

NOUNS = """archive arrival berth boundary buffer cargo channel chapter column command country current delivery district
document engine entry error estimate failure field filter format gateway harbour household index interval journal
keeper language library licence machine margin measure method mirror notice number office option order package
passage payment period process program quality quarter record region release report request result revenue rule
sample schedule season section sensor service signal source station storage survey symbol system table tariff
target tender territory timber toll transfer unit value vessel village volume warden water winter worker""".split()
VERBS = "Checking Closing Comparing Counting Describing Finding Keeping Loading Measuring Moving Opening Reading Removing Sorting Writing".split()
PLACES = "Aarhus Bergen Cadiz Dover Emden Faro Ghent Hull Izmir Kiel Lagos Malmo Narvik Oporto Patras Riga Split Turku Varna Ystad".split()
HEADINGS = {
    "de": ["Geltungsbereich", "Ankunft und Abfahrt", "Rechte der Reisenden", "Ergebnisse der Zählung", "Schlussfolgerung"],
    "fr": ["Champ d'application", "Arrivées et départs", "Droits des voyageurs", "Résultats du recensement"],
    "el": ["Πεδίο εφαρμογής", "Δικαιώματα των ταξιδιωτών", "Αποτελέσματα"],
    "ru": ["Область применения", "Права пассажиров", "Итоги переписи"],
    "zh": ["适用范围", "旅客的权利", "统计结果"],
    "ja": ["適用の範囲", "旅行者の権利", "調査の結果"],
    "ar": ["نطاق التطبيق", "حقوق المسافرين", "نتائج الإحصاء"],
    "he": ["תחולה", "זכויות הנוסעים", "תוצאות המפקד"],
}
RIGHT_TO_LEFT = {"ar", "he"}
UNSPACED = {"zh", "ja"}


class Author:
    """Writes by a seed."""

    def __init__(self, seed, language="en"):
        self.random = random.Random(f"{seed}/{language}")
        self.language = language
        self.used = set()

    def sentence(self):
        return self.random.choice(SENTENCES[self.language])

    def paragraph(self, low=2, high=6):
        joint = "" if self.language in UNSPACED else " "
        return joint.join(self.sentence() for _ in range(self.random.randint(low, high)))

    def heading(self):
        """No two of a document are the same."""
        for _ in range(200):
            if self.language == "en":
                form = self.random.randrange(5)
                noun, other = self.random.sample(NOUNS, 2)
                text = [f"The {noun.capitalize()} and Its {other.capitalize()}", f"{self.random.choice(VERBS)} the {noun.capitalize()}",
                        f"{noun.capitalize()} {other}s", noun.capitalize() + "s",
                        f"How a {noun} becomes a {other}, and what follows from it"][form]
            else:
                text = self.random.choice(HEADINGS[self.language])
                if text in self.used:
                    text += f" {self.random.randint(2, 99)}"
            if text not in self.used:
                self.used.add(text)
                return text
        raise ValueError("no heading is left")

    def item(self):
        if self.language != "en":
            return self.sentence()
        noun, other = self.random.sample(NOUNS, 2)
        short = f"the {noun} of the {self.random.choice(PLACES)} {other}"
        return self.random.choice([short, short + ", which is looked at every morning", self.sentence().rstrip(".")])

    def code(self):
        a, b, c = self.random.sample(NOUNS, 3)
        lines = [f"def {a}({b}, {c}=None):", f"    if {c} is None:", f"        {c} = {self.random.randint(2, 999)}",
                 f"    for entry in {b}:", f"        print(entry, {c})", f"    return {c}"]
        return lines[:self.random.randint(3, 6)]

    def number(self):
        kind = self.random.randrange(5)
        if kind == 0:
            return f"{self.random.randint(1, 99999):,}"
        if kind == 1:
            return f"{self.random.uniform(0, 100):.1f}"
        if kind == 2:
            return f"{self.random.randint(1, 999)}"
        if kind == 3:
            return f"{self.random.uniform(-20, 60):.2f}"
        return f"{self.random.randint(0, 100)}%"

    def table(self, rows, columns, groups=False):
        """Cells as rows of (text, row span, column span); the first row is a header."""
        heads = self.random.sample(NOUNS, columns)
        if self.random.random() < 0.3:
            start = self.random.randint(1990, 2015)
            heads[1:] = [str(start + i) for i in range(columns - 1)]
        header = [("District" if self.random.random() < .5 else heads[0].capitalize(), 1, 1)]
        header += [(head.capitalize(), 1, 1) for head in heads[1:]]
        body = []
        names = self.random.sample(PLACES, min(rows, len(PLACES)))
        wordy = self.random.random() < 0.25
        for index in range(rows):
            row = [(names[index % len(names)] if index < len(names) else f"{names[index % len(names)]} {index}", 1, 1)]
            for column in range(1, columns):
                text = self.item() if wordy and column == columns - 1 and self.language == "en" else self.number()
                row.append(("–" if self.random.random() < .04 else text, 1, 1))
            body.append(row)
        table = [header] + body
        if groups and columns >= 5:
            half = (columns - 1) // 2
            top = [("", 1, 1), (self.random.choice(NOUNS).capitalize() + "s", 1, half), (self.random.choice(NOUNS).capitalize() + "s", 1, columns - 1 - half)]
            table = [top] + table
        return table

    def term(self):
        return "-".join(self.random.sample(NOUNS, 2))

    def spanned(self, groups, columns):
        """A table whose first column and first row have cells over several rows and columns."""
        half = (columns - 2 + 1) // 2
        spans = [half, columns - 2 - half] if columns - 2 > half else [half]
        heads = self.random.sample(NOUNS, columns + 2)
        rows = [[(heads[0].capitalize(), 2, 1), (heads[1].capitalize(), 2, 1)] + [(heads[2 + k].capitalize() + "s", 1, span) for k, span in enumerate(spans)],
                [(heads[4 + k].capitalize(), 1, 1) for k in range(columns - 2)]]
        for group, name in enumerate(self.random.sample(PLACES, groups)):
            height = self.random.randint(2, 4)
            for index in range(height):
                row = [(name, height, 1)] if index == 0 else []
                rows.append(row + [(f"{self.random.choice(NOUNS)} {group}{index}", 1, 1)] + [(self.number(), 1, 1) for _ in range(columns - 2)])
        return rows
