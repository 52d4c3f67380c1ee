"""More ways in which people ask for what the text stages do, by syscall."""

from __future__ import annotations

from typing import Final

from nlsh.tools.sayings import sayings

SORT: Final = sayings(
    "text.sort",
    ("sort names.txt alphabetically", '"source":"names.txt"'),
    ("sort list.txt in reverse order", '"source":"list.txt","reverse":true'),
    ("sort the numbers in values.txt", '"source":"values.txt","numeric":true'),
    ("put the lines of cities.txt in alphabetical order", '"source":"cities.txt"'),
    ("sort words.txt by length of the line", '"source":"words.txt","by":"length"'),
    ("sort sales.csv by price, highest first", '"source":"sales.csv","by":"price","numeric":true,"reverse":true'),
    ("sort -n numbers.txt", '"source":"numbers.txt","numeric":true'),
    ("print todo.txt sorted and without duplicates", '"source":"todo.txt","unique":true'),
    ("sortiere namen.txt", '"source":"namen.txt"'),
    ("trie les lignes de noms.txt", '"source":"noms.txt"'),
)

UNIQ: Final = sayings(
    "text.uniq",
    ("show unique lines in data.txt", '"source":"data.txt"'),
    ("remove duplicate lines from names.txt", '"source":"names.txt"'),
    ("drop repeated lines of log.txt", '"source":"log.txt"'),
    ("count how often each line appears in colors.txt", '"source":"colors.txt","counts":true'),
    ("most frequent lines in answers.txt", '"source":"answers.txt","counts":true'),
    ("show only the duplicated lines of keys.txt", '"source":"keys.txt","duplicates_only":true'),
    ("entferne doppelte Zeilen aus liste.txt", '"source":"liste.txt"'),
)

COUNT: Final = sayings(
    "text.count",
    ("how many lines in server.py", '"source":"server.py"'),
    ("count lines in notes.md", '"source":"notes.md"'),
    ("number of lines of data.csv", '"source":"data.csv"'),
    ("wc -l errors.log", '"source":"errors.log"'),
    ("how many words are in chapter1.txt?", '"source":"chapter1.txt","what":"words"'),
    ("count the words in speech.txt", '"source":"speech.txt","what":"words"'),
    ("how many characters does password.txt have", '"source":"password.txt","what":"chars"'),
    ("how many bytes is image.raw", '"source":"image.raw","what":"bytes"'),
    ("lines of code in all py files here", '"source":"*.py"'),
    ("length of the longest line in wide.txt", '"source":"wide.txt","what":"longest"'),
    ("wie viele Zeilen hat code.py", '"source":"code.py"'),
    ("combien de mots dans texte.txt", '"source":"texte.txt","what":"words"'),
    ("统计 data.txt 的行数", '"source":"data.txt"'),
)

COLUMNS: Final = sayings(
    "text.columns",
    ("second column of data.csv", '"source":"data.csv","fields":2'),
    ("print the third field of each line in table.txt", '"source":"table.txt","fields":3'),
    ("show only the name column of users.csv", '"source":"users.csv","names":"name"'),
    ("first and fourth column of log.tsv", '"source":"log.tsv","fields":[1,4]'),
    ("cut the first field out of list.txt, split at commas", '"source":"list.txt","fields":1,"separator":"commas"'),
    ("rows of people.csv where age is below 18", '"source":"people.csv","where":"age","below":18'),
    ("lines of orders.csv where status equals open", '"source":"orders.csv","where":"status","equals":"open"'),
    ("columna 2 de tabla.csv", '"source":"tabla.csv","fields":2'),
)

TRANSLATE: Final = sayings(
    "text.translate",
    ("convert poem.txt to uppercase", '"source":"poem.txt","change":"upper"'),
    ("print names.txt in lowercase", '"source":"names.txt","change":"lower"'),
    ('uppercase "hello there"', '"change":"upper","text":"hello there"'),
    ("show data.txt without punctuation", '"source":"data.txt","delete":"punctuation"'),
    ("wandle text.txt in Großbuchstaben um", '"source":"text.txt","change":"upper"'),
)

CALC: Final = sayings(
    "text.calc",
    ("what is 2+2", '"expression":"2+2"'),
    ("what is 17 * 23?", '"expression":"17 * 23"'),
    ("how much is 20 percent of 50", '"expression":"20 percent of 50"'),
    ("compute 1024 / 16", '"expression":"1024 / 16"'),
    ("100 minus 37", '"expression":"100 minus 37"'),
    ("what's 2^32", '"expression":"2^32"'),
    ("sum of the numbers in amounts.txt", '"source":"amounts.txt"'),
    ("sum up column price of cart.csv", '"source":"cart.csv","by":"price"'),
    ("average of the values in scores.txt", '"source":"scores.txt","operation":"mean"'),
    ("largest number in data.txt", '"source":"data.txt","operation":"max"'),
    ("wie viel ist 12 * 12", '"expression":"12 * 12"'),
    ("cuánto es 8 * 7", '"expression":"8 * 7"'),
)

JSON: Final = sayings(
    "text.json",
    ("pretty print response.json", '"source":"response.json"'),
    ("format data.json nicely", '"source":"data.json"'),
    ("get the email field from user.json", '"source":"user.json","query":"email"'),
    ("what is server.port in app.json", '"source":"app.json","query":"server.port"'),
    ("list the keys of config.json", '"source":"config.json","keys":true'),
)

LAYOUT: Final = sayings(
    "text.layout",
    ("reverse the lines of log.txt", '"source":"log.txt","operation":"reverse"'),
    ("number the lines in draft.txt", '"source":"draft.txt","operation":"number"'),
    ("join all lines of words.txt into one", '"source":"words.txt","operation":"join"'),
    ("put list.txt in random order", '"source":"list.txt","operation":"shuffle"'),
    ("align the columns of table.txt", '"source":"table.txt","operation":"align"'),
    ("wrap long.txt to 60 columns", '"source":"long.txt","operation":"fold","width":60'),
)

ENCODE: Final = sayings(
    "text.encode",
    ("base64 encode letmein", '"text":"letmein"'),
    ("encode this in base64: good morning", '"text":"good morning"'),
    ("decode the base64 string SGVsbG8=", '"text":"SGVsbG8=","decode":true'),
    ("base64 of picture.png", '"source":"picture.png"'),
    ('percent-encode "q=1&r=2"', '"text":"q=1&r=2","format":"url"'),
)

PRINT: Final = sayings(
    "text.print",
    ("print hello", '"text":"hello"'),
    ("echo hello world", '"text":"hello world"'),
    ("show the text all done on the screen", '"text":"all done"'),
    ("gib hallo welt aus", '"text":"hallo welt"'),
)

SLICE: Final = sayings(
    "text.slice",
    ("all lines of data.txt but the first", '"source":"data.txt","skip":1'),
    ("leave out the last 3 lines of list.txt", '"source":"list.txt","drop":3'),
    ("first 8 characters of each line in ids.txt", '"source":"ids.txt","first":8,"unit":"chars"'),
    ("last 64 bytes of image.raw", '"source":"image.raw","last":64,"unit":"bytes"'),
)

SETOPS: Final = sayings(
    "text.setops",
    ("lines common to one.txt and two.txt", '"source":"one.txt","other":"two.txt"'),
    ("what lines are in both left.txt and right.txt", '"source":"left.txt","other":"right.txt"'),
    (
        "lines only in first.txt, not in second.txt",
        '"source":"first.txt","other":"second.txt","operation":"only_first"',
    ),
)
