"""Words by which a line shows that it is language and not a command. Data for `route.py`; no word list of a test."""

from __future__ import annotations

from typing import Final


def words(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


FUNCTION_WORDS: Final = words(
    """the me my mine i you your it its them they their we our us his her this that these those of to into in by
    with from and for than without about between inside within except which what what's how where where's why
    when who who's whose whatever is are was were am be been being do does did has have had can could would
    should will may might please every each any everything anything something nothing only both most more less
    called named here there also just but so if while because until already together like such some many much
    too very i'm i'd i'll i've it's there's that's don't doesn't isn't aren't let's kindly having using
    containing ending starting beginning as who've sorted instead afterwards everywhere today yesterday tomorrow
    ago now again"""
)
"""Words that hardly ever stand bare among the arguments of a command."""

SURE_WORDS: Final = words(
    """the my me please everything anything something nothing you your which i'm i i'd these those every this that
    it them"""
)
"""Function words that are never arguments."""

LIGHT_WORDS: Final = words(
    """all or not on off at up down out over under new old first last next other same two three four five six seven
    eight nine ten hundred thousand once twice times one then per via"""
)
"""Words that lean towards language but are arguments too."""

FOREIGN_WORDS: Final = words(
    """der die das den dem des ein eine einen einem einer alle allen alles im ins mit von vom und auf zu zum zur
    nach ist sind ich mir mich mein meine meinen bitte aus bei für über unter ohne nicht als wie dieser diesem
    diese diesen hier dort el los las un una unos unas del de en con y para por que más está están hay aquí mi
    mis este esta estos todos todas al sin según cuando donde le la les une du dans avec et pour est sont sur
    mon ma mes ce cette ces tous toutes ici ne pas plus où a-t-il par sans sous qui il lo gli della dei nella
    per tutti tutte questa questo o os as um uma do da dos no na com meu minha"""
)
"""Function words of German, Spanish, French, Italian and Portuguese."""

OPENERS: Final = words(
    """thx sure accept access activate adapt adjust advance aggregate align analyse announce answer append apply
    approve arrange ask assemble assign assist attach audit authenticate authorize average avoid beautify begin
    benchmark bind boot borrow bump burn bypass capture cast catch categorize center chain charge chart choose
    classify click close cluster collapse colour color compile complete compose concat condense configure
    confirm consolidate construct contact contain contrast control correct correlate cover crash crawl cross
    customize debug decide declare decode decompile decompress deduct define delay deliver deploy derive design
    destroy determine develop diagnose dig discard discover dismiss dispatch distribute dock document dominate
    double-check duplicate echo eliminate embed emit emulate encode engage enhance enlarge enlist enrich ensure
    enumerate establish estimate evaluate evict examine expire explore expose express extrapolate fake
    fast-forward file fill finalize finish fire flag flash flatten flush focus fork forward freeze fuse gauge
    grab grade grant graph grow guard guide handle hang highlight hold hook hunt illustrate imitate implement
    improve index infer initialize inject inline install instrument integrate intercept interpret interrupt
    invert invite invoke isolate issue iterate label launch lay lead learn lift limit listen localize locate
    loop magnify maintain manage map mask match maximize merge migrate minify minimize mix mock modify mute
    narrow need nest normalize notify number obfuscate obtain omit operate optimize order outline output
    override overwrite pair parse partition pass patch peek perform permit persist pin pipe pivot play plot
    polish populate port post preload prepare prepend preserve press prevent preview probe process produce
    profile program promote prompt protect provide provision publish punctuate quantify query queue quote rank
    rate reach react realign rearrange rebase rebuild receive recheck recompile reconnect reconstruct record
    recover recreate recycle redact redirect redistribute reduce refactor register reject relate release relink
    remap render reorder repack repartition replay report reposition request require rerun reserve resolve
    respond result resync retrieve return reuse review rewind rewrite roll route sample sanitize satisfy
    screenshot scroll seal seek segment serve share shelve shift shoot shred shrug shut sign simplify simulate
    size sketch slice snap snapshot solve sort-by span spawn split-up spot stage standardize state stitch stream
    strike structure style submit subscribe substitute suggest supply support surface suppress survey swap
    synthesize tabulate tag tail-end target teach tear tell-me terminate test-drive throttle tick tie tile
    time-travel toggle tokenize top-up trace track train transcode transcribe transfer transliterate transmit
    transport traverse trigger truncate try tune tweak unarchive unblock undelete unfold unify unmount unpublish
    unregister unzip urlencode vary view visualize walk want warm wash watermark weed widen wire withdraw wonder
    wrap-up yank wem wen wessen welchem welchen again another back bring call clone collect concatenate count
    crop dedupe deduplicate divide double draw emphasize enter exclude exit extend figure flip gather guess
    halve hit ignore include increase decrease join jump keep kindly lower make multiply name navigate paint
    pick place pop pretty print punch raise randomize recall recompute reinstall relocate renumber reverse ring
    round save scale secure select separate shell shorten shuffle skip speak spell square squash stack strip
    subtract tail tally tar transform translate transpose treat trim turn type uncompress underline unite unlink
    unmute unset uppercase lowercase use validate visit wake warn weigh whats wheres whos whens hows why work
    wrap zero zoom show list display give tell find search look get fetch download upload create add insert
    write delete remove erase clean clear empty purge move copy rename backup restore store change replace
    convert switch set edit update upgrade uninstall open start stop restart run execute quit kill end check
    verify test sum calculate compute compare diff sort filter group combine split extract unpack compress
    archive pack zip encrypt decrypt hash measure monitor watch follow head describe explain summarize summarise
    analyze read see browse inspect identify detect scan connect disconnect mount eject enable disable allow
    block lock unlock send email schedule remind plan undo redo revert rollback reset cancel help hello hi hey
    thanks thank sorry ok okay yes no yeah nope bye goodbye good go come take put leave let lets drop throw tidy
    organize organise free reclaim shrink resize rotate generate build format indent lint fix repair reload
    refresh sync synchronize mirror commit push pull stash checkout branch log who what which where when how
    whose is are am was were do does did can could would should will shall may might has have had please i i'd
    i'm i'll we you my the a an all any every each some most there these those this that it its in on at from
    with for if while after before until once as since what's who's where's how's when's it's let's that's
    there's i've don't never always only just maybe note remember forget touch cut paste link symlink hide
    reveal prune wipe trash dump export import load unload revoke suspend resume pause continue wait sleep
    repeat retry hibernate shutdown reboot zeige zeig liste finde such suche lösche lösch entferne erstelle
    erzeuge mache mach kopiere verschiebe benenne öffne starte stoppe beende installiere prüfe zähle sortiere
    packe entpacke komprimiere lies schreibe ändere ersetze wie wo wer wann warum welche welcher welches wieviel
    wieviele gib gibt ist sind kannst kann könntest bitte ich räume leere lade vergleiche füge hänge wechsle
    gehe geh hilfe danke hallo ja nein alle muestra muéstrame mostrar lista listar busca buscar encuentra borra
    borrar elimina eliminar crea crear copia copiar mueve mover renombra abre abrir cierra instala instalar
    desinstala cuenta contar ordena comprime descomprime extrae cambia reemplaza ejecuta inicia detén para
    reinicia verifica comprueba qué que cuál cuáles cuánto cuánta cuántos cuántas cómo dónde cuándo quién por
    quiero necesito puedes podrías dame dime haz hola gracias ayuda sí montre affiche lister cherche trouve
    trouver supprime supprimer efface crée créer copie copier déplace renomme ouvre ferme installe désinstalle
    compte trie compresse décompresse extrais remplace lance démarre arrête redémarre vérifie quel quelle quels
    quelles combien comment où quand qui pourquoi est-ce peux-tu pouvez-vous je donne dis fais bonjour merci
    aide oui non mets enlève mostra mostrami elenca cerca trova cancella sposta rinomina apri quanto quanti
    quante quale quali dove mostre procure apague exclua crie mova abra quantos quantas onde como"""
)
"""Words that open a request or a question, of which some are programs too."""

THINGS: Final = words(
    """gpu gpus screenshots screenshot thumbnails updates tests tasks jobs threads sockets sessions mails emails
    file files folder folders directory directories dir dirs subfolder subfolders document documents doc pdf
    pdfs image images picture pictures photo photos jpg jpgs jpeg jpegs png pngs video videos song songs music
    movie movies text texts line lines word words character characters column columns row rows page pages name
    names size sizes date dates time disk disks drive drives partition space memory ram cpu cpus core cores
    process processes program programs service services daemon port ports connection connections network ip
    address user users group groups permission permissions owner package packages log logs error errors warning
    warnings message messages script scripts code source project projects repo repository commit commits change
    changes branch branches container containers archive archives backup backups zip zips tarball link links
    symlink symlinks version versions system machine computer battery temperature screen window desktop
    downloads trash cache history config configuration settings variable variables environment dependencies todo
    todos comment comments function functions class classes test duplicate duplicates hogs usage info
    information status list number count total contents content extension extensions level levels readme
    spreadsheet spreadsheets csvs jsons sheet table data database databases server servers website url urls
    password passwords key keys invoice invoices report reports note weather wifi bluetooth volume kernel uptime
    load build builds piece pieces part parts string strings pattern patterns dateien datei ordner verzeichnis
    bilder bild fotos prozesse prozess speicher platz fehler zeilen zeile wörter größe archivos archivo carpeta
    carpetas imágenes procesos proceso memoria espacio disco errores líneas tamaño fichiers fichier dossier
    dossiers processus mémoire espace disque erreurs lignes taille"""
)
"""Things people ask about."""

QUALITIES: Final = words(
    """unique sorted private zombie orphaned suspicious stale corrupt corrupted matching remaining entire whole
    unread big bigger biggest large larger largest huge small smaller smallest tiny long longer longest short
    shorter shortest new newer newest old older oldest recent latest hidden empty full free used unused running
    open closed duplicate modified changed created deleted executable readable writable readonly lowercase
    uppercase temporary temp broken heavy heaviest top current available installed missing local remote public
    slow fast active idle failed failing great alphabetical different identical similar own tracked untracked
    total average maximum minimum"""
)
"""How things are described."""

SPEAKERS: Final = words("echo printf say espeak cowsay figlet toilet banner wall logger notify-send # :")
"""Commands whose arguments are anybody's words."""

PATTERN_FIRST: Final = words("grep egrep fgrep rg ag ack pgrep pkill git-grep zgrep apropos whatis")
"""Commands whose first operand is any text."""

PREFIXES: Final = words(
    """sudo doas time nohup nice ionice env exec command builtin watch timeout setsid stdbuf xargs strace which
    type whereis man proxychains caffeinate noglob coproc help"""
)
"""Commands that take another command."""

WORDS_TOO: Final = words(
    """find make sort kill cut head tail touch who which date time test split join look watch write read set
    install type file more less top host open clear at history jobs help last free link fold paste rename mount
    move copy import display compare identify locate sleep wait convert print show get list search start stop go
    code screen command let select function case users groups service enable disable hash export continue return
    break suspend times shift local alias source bind complete trap reset strip size strings factor expand
    column script bat fetch say note play record edit view see run yes ping zip trash put delete remove create
    add use switch update upgrade clean black true false dig whereis uptime expr logout exit"""
)
"""Commands whose names are words of English."""

NO_OPERANDS: Final = words("who w date top free history jobs uptime clear users times reset logout suspend")
"""Commands that take no bare words."""

OF_FILES: Final = words(
    """sort head tail split join paste file open more less look compare display import identify strings column
    expand fold cut cat bat strip size nl tac rev"""
)
"""Commands whose operands are files."""

MADE: Final = words(
    """folder folders directory directories dir file files copy backup list archive link symlink sure new another
    empty subfolder zip tarball shortcut script note two three"""
)
"""What people ask `make` to make."""

SUBCOMMANDS: Final = words(
    """mod vet services generate work doc env fix get-url fmt clippy tidy add apply attach auth bisect blame branch
    build bundle checkout cherry-pick clone commit compose config cp create delete describe diff down exec
    explain fetch format get grep images info init inspect install kill list log login logs ls merge mv network
    new outdated pr ps publish pull push rebase reflog remote remove reset restart restore revert rm rollout run
    scale search serve show start stash status stop submodule switch sync tag test top uninstall up update
    upgrade version volume worktree issue repo release plan destroy validate reload enable disable daemon-reload
    is-active"""
)
"""Second words of the many programs that have subcommands."""

GIT_SUBCOMMANDS: Final = words(
    """mod vet services generate work doc env fix get-url fmt clippy tidy add am annotate apply archive bisect
    blame branch bundle checkout cherry cherry-pick citool clean clone commit config count-objects describe diff
    difftool fetch fsck gc grep gui help init instaweb lfs log ls-files ls-remote ls-tree maintenance merge
    mergetool mv notes pull push range-diff rebase reflog remote repack replace request-pull rerere reset
    restore rev-list rev-parse revert rm shortlog show show-branch show-ref sparse-checkout stash status
    submodule subtree svn switch tag update-index version whatchanged worktree st co br ci lg"""
)
"""What git knows, with the aliases most people have."""

FAMILIAR: Final = words(
    """sudo doas apt apt-get aptitude dpkg dnf yum rpm pacman zypper apk brew systemctl journalctl docker
    docker-compose podman kubectl minikube dig nslookup traceroute htop btop vi vim nvim emacs nano tmux rg fd
    bat fzf jq yq git gh glab npm npx yarn pnpm pip pip3 pipx uv python python3 ipython node deno cargo rustc
    rustup gcc g++ clang cmake mvn gradle java javac ruby irb perl php lua ssh scp sftp rsync curl wget ffmpeg
    ffprobe nmap tcpdump netstat ss ip ifconfig iptables ufw lsof lsblk strace gdb mysql psql sqlite3 redis-cli
    mongosh terraform ansible ansible-playbook vagrant aws gcloud az pytest tox ruff mypy pylint eslint tsc ls
    cd cp mv rm mkdir rmdir chmod chown grep egrep sed awk xargs df du ps pkill pgrep killall tar gzip gunzip
    bzip2 xz zcat md5sum sha256sum base64 uniq wc tr tee diff ln pwd printenv whoami uname dmesg modprobe fdisk
    mkfs dd tree nohup crontab useradd usermod passwd hexdump xxd rclone 7z yt-dlp pandoc"""
)
"""Commands everybody knows, which are no words: a line that begins with one is shell even where it is missing."""

WITH_SUBCOMMANDS: Final = words(
    """mod vet services generate work doc env fix get-url fmt clippy tidy git docker podman kubectl helm npm yarn
    pnpm pip pip3 cargo go apt apt-get dnf yum brew snap flatpak systemctl service terraform gh glab aws gcloud
    az rustup conda poetry uv tmux vagrant ip nmcli zfs lxc minikube composer bundle rails flutter hg svn jj"""
)
