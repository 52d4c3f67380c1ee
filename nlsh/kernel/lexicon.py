"""Words by which a line shows that it is language and not a command. Data for `shapes.py`; no word list of a test."""

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
    ago now again against vs versus onto upon through across during toward towards beneath behind beside besides
    among amid near despite outta pls plz thx thanks asap dont doesnt isnt didnt cant wont whats wheres hows im ive
    thats theres becomes became lemme gimme wanna gonna tonight"""
)
"""Words that hardly ever stand bare among the arguments of a command."""

SURE_WORDS: Final = words(
    """the my me please everything anything something nothing you your which i'm i i'd these those every this that
    it them and then"""
)
"""Function words that are never arguments."""

LIGHT_WORDS: Final = words(
    """all or not on off at up down out over under new old first last next other same two three four five six seven
    eight nine ten hundred thousand once twice times one then per via multiple several few single
    specific certain various"""
)
"""Words that lean towards language but are arguments too."""

OPENERS: Final = words(
    """thx sure accept access activate adapt adjust advance aggregate align analyse announce answer append apply
    approve arrange ask assemble assign assist attach audit authenticate authorize average avoid beautify begin
    benchmark bind boot borrow bump burn bypass capture cast catch categorize center chain charge chart choose
    classify click close cluster collapse colour color compile complete compose concat condense configure confirm
    consolidate construct contact contain contrast control correct correlate cover crash crawl cross customize
    debug decide declare decode decompile decompress deduct define delay deliver deploy derive design destroy
    determine develop diagnose dig discard discover dismiss dispatch distribute dock document dominate
    double-check duplicate echo eliminate embed emit emulate encode engage enhance enlarge enlist enrich ensure
    enumerate establish estimate evaluate evict examine expire explore expose express extrapolate fake
    fast-forward file fill finalize finish fire flag flash flatten flush focus fork forward freeze fuse gauge grab
    grade grant graph grow guard guide handle hang highlight hold hook hunt illustrate imitate implement improve
    index infer initialize inject inline install instrument integrate intercept interpret interrupt invert invite
    invoke isolate issue iterate label launch lay lead learn lift limit listen localize locate loop magnify
    maintain manage map mask match maximize merge migrate minify minimize mix mock modify mute narrow need nest
    normalize notify number obfuscate obtain omit operate optimize order outline output override overwrite pair
    parse partition pass patch peek perform permit persist pin pipe pivot play plot polish populate port post
    preload prepare prepend preserve press prevent preview probe process produce profile program promote prompt
    protect provide provision publish punctuate quantify query queue quote rank rate reach react realign rearrange
    rebase rebuild receive recheck recompile reconnect reconstruct record recover recreate recycle redact redirect
    redistribute reduce refactor register reject relate release relink remap render reorder repack repartition
    replay report reposition request require rerun reserve resolve respond result resync retrieve return reuse
    review rewind rewrite roll route sample sanitize satisfy screenshot scroll seal seek segment serve share
    shelve shift shoot shred shrug shut sign simplify simulate size sketch slice snap snapshot solve sort-by span
    spawn split-up spot stage standardize state stitch stream strike structure style submit subscribe substitute
    suggest supply support surface suppress survey swap synthesize tabulate tag tail-end target teach tear tell-me
    terminate test-drive throttle tick tie tile time-travel toggle tokenize top-up trace track train transcode
    transcribe transfer transliterate transmit transport traverse trigger truncate try tune tweak unarchive
    unblock undelete unfold unify unmount unpublish unregister unzip urlencode vary view visualize walk want warm
    wash watermark weed widen wire withdraw wonder wrap-up yank again another back bring call clone collect
    concatenate count crop dedupe deduplicate divide double draw emphasize enter exclude exit extend figure flip
    gather guess halve hit ignore include increase decrease join jump keep kindly lower make multiply name
    navigate paint pick place pop pretty print punch raise randomize recall recompute reinstall relocate renumber
    reverse ring round save scale secure select separate shell shorten shuffle skip speak spell square squash
    stack strip subtract tail tally tar transform translate transpose treat trim turn type uncompress underline
    unite unlink unmute unset uppercase lowercase use validate visit wake warn weigh whats wheres whos whens hows
    why work wrap zero zoom show list display give tell find search look get fetch download upload create add
    insert write delete remove erase clean clear empty purge move copy rename backup restore store change replace
    convert switch set edit update upgrade uninstall open start stop restart run execute quit kill end check
    verify test sum calculate compute compare diff sort filter group combine split extract unpack compress archive
    pack zip encrypt decrypt hash measure monitor watch follow head describe explain summarize summarise analyze
    read see browse inspect identify detect scan connect disconnect mount eject enable disable allow block lock
    unlock send email schedule remind plan undo redo revert rollback reset cancel help hello hi hey thanks thank
    sorry ok okay yes no yeah nope bye goodbye good go come take put leave let lets drop throw tidy organize
    organise free reclaim shrink resize rotate generate build format indent lint fix repair reload refresh sync
    synchronize mirror commit push pull stash checkout branch log who what which where when how whose is are am
    was were do does did can could would should will shall may might has have had please i i'd i'm i'll we you my
    the a an all any every each some most there these those this that it its in on at from with for if while after
    before until once as since what's who's where's how's when's it's let's that's there's i've don't never always
    only just maybe note remember forget touch cut paste link symlink hide reveal prune wipe trash dump export
    import load unload revoke suspend resume pause continue wait sleep repeat retry hibernate shutdown reboot
    specify force mark remount lookup attempt deny package transpile escape brute-force bruteforce drain crack
    fuzz annotate consume deactivate detach initiate abort preprocess colorize colourise bootstrap disallow assume
    fail restrict reindex undeploy cap knock resubmit halt enroll prefix suffix represent observe enqueue dequeue
    autoload deregister daemonize decompose drive tap trust vendor step sniff delimit prebuild remux impersonate
    stamp broadcast indicate abandon disassemble instantiate star unstar setup cleanup login logout consider
    convolve shear smooth replicate blur sharpen stress offer feed behave manipulate unseal upscale downscale
    serialize deserialize balance spin inhibit unmask sparsify allocate deallocate page power blacklist whitelist
    ban unban subset quiet silence bounce taint teleport steal clip escalate elevate demote appoint nominate book
    rent lease vote like dislike comment reply greet calm cool heat dim brighten darken lighten tint fade blend
    thicken thin loosen tighten straighten centre interpolate floor ceil conceal leak plug solder brick jailbreak
    root unroot overclock underclock defragment relabel retag untag amend unstage init initialise carry ship
    unwrap bundle unbundle backport cherry-pick bisect blame unassign reopen unpin unfreeze thaw postpone
    reschedule ping poke nudge dial text message chat talk dictate subtitle caption dub detune harmonize
    orchestrate conduct rehearse break expand signal mean matter seem wish hope expect think believe know
    understand realize morning evening yo sup howdy cheers ugh oops wow nice great sheesh nuke tack rip yeet gimme
    lemme wanna gonna dont wont cant didnt doesnt isnt im ive thats checksum chop hup slap stick shove dunk ditch
    axe zap nix scrap lose pray behold  enough wrong right"""
)
"""Words that open a request or a question, of which some are programs too."""

THINGS: Final = words(
    """gpu gpus screenshots screenshot thumbnails updates tests tasks jobs threads sockets sessions mails emails file
    files folder folders directory directories dir dirs subfolder subfolders document documents doc pdf pdfs image
    images picture pictures photo photos jpg jpgs jpeg jpegs png pngs video videos song songs music movie movies
    text texts line lines word words character characters column columns row rows page pages name names size sizes
    date dates time disk disks drive drives partition space memory ram cpu cpus core cores process processes
    program programs service services daemon port ports connection connections network ip address user users group
    groups permission permissions owner package packages log logs error errors warning warnings message messages
    script scripts code source project projects repo repository commit commits change changes branch branches
    container containers archive archives backup backups zip zips tarball link links symlink symlinks version
    versions system machine computer battery temperature screen window desktop downloads trash cache history
    config configuration settings variable variables environment dependencies todo todos comment comments function
    functions class classes test duplicate duplicates hogs usage info information status list number count total
    contents content extension extensions level levels readme spreadsheet spreadsheets csvs jsons sheet table data
    database databases server servers website url urls password passwords key keys invoice invoices report reports
    note weather wifi bluetooth volume kernel uptime load build builds piece pieces part parts string strings
    pattern patterns"""
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
