"""Wishes of two steps: something is made, packed or copied first, and then something done with it."""

from __future__ import annotations

from typing import Final

from nlsh.tools.sayings import courses

ARCHIVE: Final = (
    *courses(
        "fs.archive",
        "fs.remove",
        ("zip docs into docs.zip and delete the folder", '"source":"docs","to":"docs.zip"', '"path":"docs"'),
        ("pack logs as logs.tar.gz, then remove logs", '"source":"logs","to":"logs.tar.gz"', '"path":"logs"'),
        ("archive old into old.zip and remove the original", '"source":"old","to":"old.zip"', '"path":"old"'),
        (
            "compress all log files into logs.tar.gz and delete them",
            '"source":"*.log","to":"logs.tar.gz"',
            '"path":"*.log"',
        ),
        (
            "compress dump.sql to dump.sql.gz and delete dump.sql",
            '"source":"dump.sql","to":"dump.sql.gz"',
            '"path":"dump.sql"',
        ),
        ("tar up the folder project, afterwards get rid of it", '"source":"project"', '"path":"project"'),
        ("zip the pdfs to papers.zip then trash the pdfs", '"source":"*.pdf","to":"papers.zip"', '"path":"*.pdf"'),
        ("packe bilder in bilder.zip und lösche den ordner", '"source":"bilder","to":"bilder.zip"', '"path":"bilder"'),
        ("comprime fotos en fotos.zip y borra la carpeta", '"source":"fotos","to":"fotos.zip"', '"path":"fotos"'),
        (
            "compresse notes en notes.zip puis supprime le dossier",
            '"source":"notes","to":"notes.zip"',
            '"path":"notes"',
        ),
    ),
    *courses(
        "fs.archive",
        "fs.move",
        (
            "zip docs into docs.zip and move it to backup",
            '"source":"docs","to":"docs.zip"',
            '"source":"docs.zip","to":"backup"',
        ),
        (
            "pack src as src.tar.gz and put that in /mnt/usb",
            '"source":"src","to":"src.tar.gz"',
            '"source":"src.tar.gz","to":"/mnt/usb"',
        ),
        (
            "tar logs to logs.tar, then move logs.tar to old",
            '"source":"logs","to":"logs.tar"',
            '"source":"logs.tar","to":"old"',
        ),
        (
            "archive music in music.zip and shift music.zip to storage",
            '"source":"music","to":"music.zip"',
            '"source":"music.zip","to":"storage"',
        ),
    ),
)

MKDIR: Final = (
    *courses(
        "fs.mkdir",
        "fs.move",
        ("create a folder pics and move all jpgs into it", '"path":"pics"', '"source":"*.jpg","to":"pics"'),
        ("make a directory docs and move the pdfs there", '"path":"docs"', '"source":"*.pdf","to":"docs"'),
        (
            "make a folder called old and put a.txt and b.txt in it",
            '"path":"old"',
            '"source":["a.txt","b.txt"],"to":"old"',
        ),
        (
            "create a new folder texts, then move all txt files into texts",
            '"path":"texts"',
            '"source":"*.txt","to":"texts"',
        ),
        ("mkdir music and mv every mp3 to it", '"path":"music"', '"source":"*.mp3","to":"music"'),
        ("put all the csv files in a new folder tables", '"path":"tables"', '"source":"*.csv","to":"tables"'),
        ("move the markdown files into a new directory called notes", '"path":"notes"', '"source":"*.md","to":"notes"'),
        ("i want all zips in a new folder named archives", '"path":"archives"', '"source":"*.zip","to":"archives"'),
        (
            "erstelle einen ordner bilder und verschiebe alle png dateien hinein",
            '"path":"bilder"',
            '"source":"*.png","to":"bilder"',
        ),
        ("crea una carpeta textos y mueve los txt ahí", '"path":"textos"', '"source":"*.txt","to":"textos"'),
        ("crée un dossier images et déplace les jpg dedans", '"path":"images"', '"source":"*.jpg","to":"images"'),
        ("新建文件夹 图片 并把所有 jpg 移进去", '"path":"图片"', '"source":"*.jpg","to":"图片"'),
    ),
    *courses(
        "fs.mkdir",
        "fs.copy",
        (
            "make a folder backup and copy all the txt files into it",
            '"path":"backup"',
            '"source":"*.txt","to":"backup"',
        ),
        ("create a directory safe and copy report.pdf there", '"path":"safe"', '"source":"report.pdf","to":"safe"'),
        (
            "create a new folder copies, then copy main.py to copies",
            '"path":"copies"',
            '"source":"main.py","to":"copies"',
        ),
        ("copy the jpgs into a new folder called album", '"path":"album"', '"source":"*.jpg","to":"album"'),
        ("mkdir bak and cp config.ini into it", '"path":"bak"', '"source":"config.ini","to":"bak"'),
        (
            "erstelle einen ordner kopien und kopiere alle pdfs hinein",
            '"path":"kopien"',
            '"source":"*.pdf","to":"kopien"',
        ),
        ("crea una carpeta respaldo y copia los txt ahí", '"path":"respaldo"', '"source":"*.txt","to":"respaldo"'),
    ),
    *courses(
        "fs.mkdir",
        "fs.touch",
        ("make a folder app and an empty file app/main.py in it", '"path":"app"', '"path":"app/main.py"'),
        ("create a directory blog, then create blog/index.md", '"path":"blog"', '"path":"blog/index.md"'),
        ("create folder test and touch test/a.txt", '"path":"test"', '"path":"test/a.txt"'),
        ("new folder site with an empty site/index.html", '"path":"site"', '"path":"site/index.html"'),
    ),
    *courses(
        "fs.mkdir",
        "fs.write",
        (
            "make a folder demo and write hello to demo/hello.txt",
            '"path":"demo"',
            '"path":"demo/hello.txt","text":"hello"',
        ),
        (
            "create a directory info and put ready into info/state.txt",
            '"path":"info"',
            '"path":"info/state.txt","text":"ready"',
        ),
        (
            'create folder web and write "welcome" into web/index.html',
            '"path":"web"',
            '"path":"web/index.html","text":"welcome"',
        ),
    ),
    *courses(
        "fs.mkdir",
        "sh.cd",
        ("make a folder lab and go into it", '"path":"lab"', '"path":"lab"'),
        ("create a directory playground and cd there", '"path":"playground"', '"path":"playground"'),
        ("mkdir demo and change into demo", '"path":"demo"', '"path":"demo"'),
        ("erstelle einen ordner labor und wechsle hinein", '"path":"labor"', '"path":"labor"'),
    ),
)

EXTRACT: Final = (
    *courses(
        "fs.extract",
        "fs.remove",
        ("unzip data.zip and delete the zip", '"source":"data.zip"', '"path":"data.zip"'),
        ("extract backup.tar.gz, then remove the archive", '"source":"backup.tar.gz"', '"path":"backup.tar.gz"'),
        (
            "unpack photos.zip into photos and get rid of photos.zip",
            '"source":"photos.zip","to":"photos"',
            '"path":"photos.zip"',
        ),
        ("untar src.tar and throw src.tar away", '"source":"src.tar"', '"path":"src.tar"'),
        ("entpacke daten.zip und lösche das archiv", '"source":"daten.zip"', '"path":"daten.zip"'),
        ("descomprime fotos.zip y borra el zip", '"source":"fotos.zip"', '"path":"fotos.zip"'),
        ("décompresse notes.zip et supprime l'archive", '"source":"notes.zip"', '"path":"notes.zip"'),
    ),
    *courses(
        "fs.extract",
        "fs.list",
        ("unzip pack.zip into pack and list what is in pack", '"source":"pack.zip","to":"pack"', '"path":"pack"'),
        (
            "extract files.tar.gz to files and show me the files",
            '"source":"files.tar.gz","to":"files"',
            '"path":"files"',
        ),
        ("unpack docs.zip to docs then ls docs", '"source":"docs.zip","to":"docs"', '"path":"docs"'),
    ),
)

BACKED_UP: Final = (
    *courses(
        "fs.copy",
        "fs.replace",
        (
            "back up app.ini to app.ini.bak, then replace dev with prod in it",
            '"source":"app.ini","to":"app.ini.bak"',
            '"path":"app.ini","pattern":"dev","replacement":"prod"',
        ),
        (
            "copy a.txt to a.bak and change foo to bar in a.txt",
            '"source":"a.txt","to":"a.bak"',
            '"path":"a.txt","pattern":"foo","replacement":"bar"',
        ),
        (
            "make a copy of site.conf as site.old and replace 80 with 8080 in site.conf",
            '"source":"site.conf","to":"site.old"',
            '"path":"site.conf","pattern":"80","replacement":"8080"',
        ),
        (
            "kopiere text.txt nach text.bak und ersetze alt durch neu in text.txt",
            '"source":"text.txt","to":"text.bak"',
            '"path":"text.txt","pattern":"alt","replacement":"neu"',
        ),
    ),
    *courses(
        "fs.copy",
        "fs.remove",
        (
            "copy notes.txt to backup and delete the original",
            '"source":"notes.txt","to":"backup"',
            '"path":"notes.txt"',
        ),
        ("back up old.db to /mnt/safe, then remove old.db", '"source":"old.db","to":"/mnt/safe"', '"path":"old.db"'),
        ("copy the logs to archive and then delete them here", '"source":"*.log","to":"archive"', '"path":"*.log"'),
        (
            "kopiere bild.png nach sicherung und lösche bild.png",
            '"source":"bild.png","to":"sicherung"',
            '"path":"bild.png"',
        ),
    ),
    *courses(
        "fs.copy",
        "fs.append",
        (
            "copy list.txt to list.bak and add milk to list.txt",
            '"source":"list.txt","to":"list.bak"',
            '"path":"list.txt","text":"milk"',
        ),
        (
            "duplicate a.md as b.md, then append done to b.md",
            '"source":"a.md","to":"b.md"',
            '"path":"b.md","text":"done"',
        ),
        (
            "make a copy of log.txt called log2.txt and append end to log2.txt",
            '"source":"log.txt","to":"log2.txt"',
            '"path":"log2.txt","text":"end"',
        ),
    ),
)

WRITTEN: Final = (
    *courses(
        "fs.write",
        "fs.chmod",
        (
            'write "echo hi" to hi.sh and make it executable',
            '"path":"hi.sh","text":"echo hi"',
            '"path":"hi.sh","mode":"+x"',
        ),
        (
            "create run.sh with the text date and make run.sh executable",
            '"path":"run.sh","text":"date"',
            '"path":"run.sh","mode":"+x"',
        ),
        (
            'put "ls -la" in show.sh, then make it runnable',
            '"path":"show.sh","text":"ls -la"',
            '"path":"show.sh","mode":"+x"',
        ),
    ),
)

TWICE: Final = (
    *courses(
        "fs.rename",
        "fs.move",
        ("rename a.txt to b.txt and move it to docs", '"path":"a.txt","to":"b.txt"', '"source":"b.txt","to":"docs"'),
        (
            "call draft.md final.md and put it into published",
            '"path":"draft.md","to":"final.md"',
            '"source":"final.md","to":"published"',
        ),
        (
            "rename scan.pdf to bill.pdf, then move bill.pdf to bills",
            '"path":"scan.pdf","to":"bill.pdf"',
            '"source":"bill.pdf","to":"bills"',
        ),
    ),
)
