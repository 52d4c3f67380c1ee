"""Words of German, French, Spanish, Portuguese, Italian, Dutch and Polish by which a line shows that it is language.

Verbs stand as stems, with the endings an order or a wish takes; all of it is compared without accents, as people who
type without them write it (`loesche`, `decompresse`). Data for `shapes.py`; no word list of a test.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Final

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_STROKES: Final = str.maketrans("łøđßœæ", "lodsoa")


def bare(word: str) -> str:
    """A word in small letters without accents."""
    folded = word.casefold().replace("’", "'")
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFD", folded.translate(_STROKES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _all(text: str) -> frozenset[str]:
    """The words of a text without accents, and as they are typed where a keyboard has no umlauts."""
    found = text.split()
    return frozenset(bare(word) for word in found) | {bare(word.translate(_UMLAUTS)) for word in found}


def _verbs(stems: str, endings: str) -> frozenset[str]:
    return frozenset(stem + ending.strip("-") for stem in _all(stems) for ending in endings.split())


_STEMS: Final = (
    (  # German
        """zeig such find lösch entfern erstell erzeug mach kopier verschieb benenn umbenenn öffn start stopp
        beend installier deinstallier prüf überprüf zähl sortier pack entpack komprimier schreib änder ersetz
        räum leer lad vergleich füg häng wechsl wechsel geh hol sag erklär list druck spiel schick send sicher
        teil speicher führ schließ schliess töt verbind trenn aktualisier wiederhol stell setz leg nenn wandl
        wandel konvertier verkleiner vergrößer dreh schalt wart merk erinner filter gruppier fass analysier
        kontrollier bau test lass bring beschreib archivier extrahier verschlüssel entschlüssel berechn rechn
        lauf läuf funktionier gehör brauch möcht woll""",
        "- e en n t st",
    ),
    (  # French
        """montr affich list cherch trouv supprim effac cré copi déplac renomm ferm install désinstall compt tri
        compress décompress remplac lanc démarr arrêt redémarr vérifi donn télécharg tu vid chang modifi ajout
        enlèv enlev envoi envoy sauvegard calcul compar expliqu not rappell exécut chiffr déchiffr coup divis
        écout jou regard surveill nettoi nettoy activ désactiv connect déconnect mesur résum aid mont démont
        partag imprim annul pass class group décri utilis sépar filtr recherch mets""",
        "e es ez er ons",
    ),
    (  # Spanish
        """muestr mostr list busc borr elimin cre copi renombr cierr cerr instal desinstal cuent cont orden
        compar cambi reemplaz ejecut inici reinici verific comprueb comprob mat par empiez empez guard descarg
        baj mir revis encuentr encontr escuch llam llev limpi vací agreg añad quit junt separ cort peg mont
        desmont envi mand habilit deshabilit activ desactiv conect desconect calcul sum explic recuerd record
        anot us comprim descomprim abr mov muev extra extraig le escrib convert conviert divid un mid repit
        actualiz apag""",
        "a e ar er ir o as an ame eme alo ala alos alas elo ela elos elas arme",
    ),
    (  # Portuguese
        """mostr list procur busc apagu apag exclu cri copi renomei renomi fech instal desinstal cont orden
        compact descompact extra extrai troc substitu execut rod inici reinici par mat limp baix salv envi
        compar mud verific escrev coloc junt cort col expliqu explic mov abr comprim divid atualiz adicion
        remov us desligu""",
        "a e ar er ir em am o",
    ),
    (  # Italian
        """mostr elenc cerc trov cancell spost rinomin install disinstall cont ordin compar confront cambi avvi
        riavvi ferm termin verific controll copi cre salv scaric invi svuot aggiorn elimin mand mont smont
        spieg stamp apr chiud legg scriv comprim decomprim estra mett uccid divid converti aggiung rimuov us
        list ordin raggrupp cifr""",
        "a i are ere ire ami imi ala alo ali ale ate ete",
    ),
    (  # Dutch
        """toon zoek vind verwijder wis maak kopieer verplaats hernoem sluit installeer deïnstalleer tel sorteer
        pak comprimeer vervang start stop herstart controleer laat geef lees schrijf verander vergelijk
        download voeg zet ga haal stuur leg noem bekijk splits bewaar leeg druk vertel ververs open""",
        "- t en",
    ),
)
"""Stems of verbs, with the endings that make orders and wishes of them."""

_SAID_FIRST: Final = """
    pokaż znajdź usuń utwórz stwórz zmień przenieś skopiuj kopiuj otwórz zamknij zainstaluj instaluj odinstaluj
    policz posortuj sortuj spakuj rozpakuj zamień uruchom zatrzymaj zrestartuj sprawdź podaj wyświetl wypisz
    wyczyść dodaj zapisz pobierz porównaj zabij zrób daj wyślij przeczytaj napisz połącz podziel szukaj wyszukaj
    edytuj zobacz wyjaśnij ustaw włącz wyłącz odczytaj opróżnij skompresuj przywróć wykonaj wymień oblicz pomóż
    odśwież które który która kto co jak gdzie kiedy dlaczego czemu ile czy jaki jaka jakie chcę proszę mam mogę
    możesz cofnij lies liest gib gibt nimm hilf brich wie wo wer was wann warum wieso weshalb wem wen wessen
    welche welcher welches welchem welchen wieviel wieviele ist sind war hat haben kann kannst können könntest
    könnt soll muss will bitte ich du wir hilfe danke hallo ja nein alle alles der die das ein eine einen mein
    meine es gibt's bin qué que cuál cuáles cuánto cuánta cuántos cuántas cómo dónde cuándo quién quiénes por
    porqué quiero necesito puedes podrías dame dime haz hacer hola gracias ayuda sí pon poner ve ver di decir
    muéstrame está están hay es son el los las una unos mis detén detener fecha espacio quel quelle quels
    quelles combien comment où quand qui quoi pourquoi est-ce peux-tu pouvez-vous peux pouvez peut je j'ai tu il
    y a-t-il ouvre ouvrir ouvrez extrais extraire fais faire faites mets mettre dis dire lis lire écris écrire
    va vais veux voudrais voir vois prends convertis convertir réduis bonjour merci aide oui non tous toutes les
    des mon mes ma ce cette est-il qu'est-ce quelqu'un espace quanto quanti quanta quante quale quali qual dove
    chi cosa perché quando come sono c'è vorrei voglio puoi potresti dammi dimmi fammi fai fare vai unisci
    esegui sostituisci pulisci ciao grazie aiuto tutti tutte gli il lo ho spazio quais quem quantos quantas onde
    como mostre apague exclua crie mova abra faça faz veja leia põe diga diz quero preciso pode poderia por olá
    obrigado obrigada ajuda tem há meu minha meus minhas espaço welke wie wat waar wanneer waarom hoe hoeveel
    kun kan kunt wil ik mijn het een er zijn heeft heb alle alsjeblieft bedankt hoi dank salut bonsoir servus
    moin guten buenas buenos bom boa buongiorno buonasera dag goedemorgen cześć dzień dziękuję"""
"""Polish orders, question words, and what else a request begins with."""
_TOO_COMMON: Final = frozenset("a e o y i list test start stop open download use class".split())


@cache
def openers_abroad() -> frozenset[str]:
    """Words that open a request or a question, without accents. Made on first use: few lines that are run need it."""
    verbs = (_verbs(stems, endings) for stems, endings in _STEMS)
    return _all(_SAID_FIRST).union(*verbs) - _TOO_COMMON


WORDS_ABROAD: Final = _all(
    """der die das den dem des ein eine einen einem einer eines alle allen alles aller im ins mit von vom und auf zu zum
    zur nach ist sind hat ich mir mich mein meine meinen meiner bitte aus bei für über unter ohne nicht als wie dieser
    diesem diese diesen dieses hier dort welche welcher nur noch auch oder wenn was gerade jetzt heute gestern älter
    kleiner neuer größer größten ältesten neuesten letzten ersten gibt jede jeden kein keine sich wurde wurden
    el los las una unos unas del con y para por que más está están hay aquí mi mis este esta estos estas todos todas
    todo toda al sin según cuando donde lo su sus hoy ayer entre sobre desde hasta cada mayores
    les une du dans avec et pour est sont sur mon ma mes ce cette ces tous toutes tout toute ici ne pas plus où par
    sans sous qui que depuis chaque leur d'un d'une aujourd'hui hier gros quel
    il lo gli della delle dello degli dei del nella nelle nel nei sul sulla per tutti tutte tutto questa questo questi
    con che sono più una uno alla alle allo quali come oggi ieri ogni miei mie
    os uma dos das na no nas nos com meu minha meus minhas mais todos todas para pelo pela em esta este isso hoje ontem
    cada maiores
    het een van voor met naar uit bij aan alle niet dat deze dit mijn welke heeft zijn dan nog meer alleen tussen zonder
    groter kleiner ouder grootste laatste vandaag gisteren daar
    wszystkie wszystkich wszystko każdy każdego mój moje mojego moich dla przez przy nad między jest są tego tej tych
    nie jak który która które których oraz lub albo się mnie tylko tutaj tu proszę niż dzisiaj dziś wczoraj"""
)
"""Function words, without accents."""

SHORT_ABROAD: Final = _all("de en la le un al os as um da do na po ze od op te ta tu er om ou et se si")
"""Function words that are often codes and names too."""

THINGS_ABROAD: Final = _all(
    """dateien datei ordner ordnern verzeichnis verzeichnisse bilder bild fotos prozesse prozess speicher platz fehler
    zeilen zeile wörter größe rechte inhalt archivos archivo carpeta carpetas imágenes procesos proceso memoria espacio
    disco errores líneas tamaño palabras puerto permisos fichiers fichier dossier dossiers processus mémoire espace
    disque erreurs lignes taille mots droits cartella cartelle processi processo spazio righe riga errori parole
    immagini porta permessi arquivo arquivos pasta pastas processos espaço linhas erros palavras imagens bestand
    bestanden map mappen processen proces poort ruimte schijf regels fouten woorden afbeeldingen foto's plik pliki
    plików foldery folderów folderu katalog procesy procesów miejsce dysk dysku linie linii błędy słowa słów zdjęcia
    zdjęć"""
)
"""Things people ask about."""


def clitic_free(word: str) -> Iterable[str]:
    """A word, and what is left of it without what French and Portuguese hang on with a hyphen (`montre-moi`)."""
    yield word
    if "-" in word:
        yield word.partition("-")[0] if word.partition("-")[2] in _HUNG_ON else word


_HUNG_ON: Final = frozenset("moi les le la nous me se o a os as tu vous il elle y".split())
