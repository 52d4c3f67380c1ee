"""What known programs do when they do not only read. Data: a program or subcommand not named here just executes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from nlsh.shell.vocabulary import words

DELETES: Final = words("rm rmdir unlink shred srm wipe trash trash-put rimraf del")
PERMITS: Final = words("chmod chown chgrp chattr setfacl chcon")
FORMATS: Final = words(
    """mkfs mkswap wipefs fdisk sfdisk cfdisk gdisk sgdisk parted blkdiscard mke2fs mkdosfs mkntfs badblocks
    hdparm cryptsetup dmsetup pvcreate vgcreate lvremove lvcreate vgremove pvremove mdadm zpool zfs btrfs
    newfs diskutil"""
)
SHELLS: Final = words("sh bash dash zsh ksh ash mksh fish csh tcsh rbash")
_EFFECTS: Final[Mapping[str, frozenset[str]]] = {
    "DELETE": DELETES
    | words(
        """git:clean git:rm git:reset git:restore git:checkout docker:rm docker:rmi docker:prune docker:system
        kubectl:delete dropdb truncate npm:uninstall pip:uninstall pip3:uninstall cargo:uninstall
        brew:uninstall apt:purge apt:remove apt:autoremove apt-get:purge apt-get:remove apt-get:autoremove
        dnf:remove yum:remove pacman logrotate tmpreaper userdel groupdel deluser delgroup git:branch
        git:tag git:stash fdupes rclone rsync make:clean"""
    )
    | FORMATS,
    "WRITE": PERMITS
    | FORMATS
    | words(
        """cp mv ln install mkdir touch tee dd truncate split csplit sed patch tar zip unzip gzip gunzip bzip2
        bunzip2 xz unxz zstd 7z cpio ar rsync scp sftp rclone rename mkfifo mknod mktemp convert mogrify
        ffmpeg sort uniq ed ex vi vim nvim nano emacs wget curl git make cmake cargo npm yarn pnpm pip pip3
        go rustup gem bundle composer dos2unix iconv openssl gpg ssh-keygen crontab vipw visudo docker
        podman kubectl helm terraform ansible sqlite3 psql mysql xxd sponge fallocate ditto unlink dpkg rpm
        apt apt-get dnf yum pacman brew snap flatpak update-alternatives ldconfig updatedb pg_dump mysqldump"""
    ),
    "NETWORK": words(
        """curl wget ssh scp sftp rsync rclone ftp lftp telnet nc ncat netcat socat nmap ping ping6 traceroute
        tracepath mtr dig nslookup host whois git:push git:pull git:fetch git:clone git:ls-remote
        git:submodule apt apt-get dnf yum pacman brew snap flatpak npm yarn pnpm pip pip3 gem cargo go
        docker:pull docker:push docker:run docker:login podman:pull kubectl helm aws gcloud az terraform
        ansible ansible-playbook mail mailx sendmail mutt http https xh aria2c youtube-dl yt-dlp openssl
        mosh autossh ntpdate tailscale wg-quick openvpn"""
    ),
    "SIGNAL": words(
        """kill killall pkill skill xkill killall5 fuser renice systemctl:kill docker:kill docker:stop
        docker:restart podman:stop podman:kill pm2 supervisorctl"""
    ),
    "CONFIGURE": words(
        """systemctl service rc-service rc-update chkconfig update-rc.d initctl launchctl sysctl mount umount
        swapon swapoff useradd userdel usermod groupadd groupdel groupmod adduser deluser addgroup delgroup
        passwd chpasswd chsh chfn gpasswd vipw visudo crontab at batch iptables ip6tables nft ufw firewall-
        cmd ip ifconfig iwconfig nmcli route brctl modprobe insmod rmmod depmod hostnamectl hostname
        timedatectl localectl loginctl hwclock date apt apt-get dpkg dnf yum rpm pacman zypper apk snap
        flatpak brew update-alternatives ldconfig grub-install update-grub update-initramfs setenforce
        semanage apparmor_parser auditctl reboot shutdown poweroff halt init telinit setcap chroot
        git:config defaults scutil networksetup dscl pmset csrutil kextload efibootmgr losetup quotaon"""
    )
    | FORMATS,
}
PRIVILEGED: Final = (
    FORMATS
    | words(
        """sudo su doas pkexec run0 sudoedit runuser gosu systemctl service rc-service rc-update chkconfig
        update-rc.d initctl launchctl sysctl mount umount swapon swapoff useradd userdel usermod groupadd
        groupdel groupmod adduser deluser addgroup delgroup passwd chpasswd chsh chfn gpasswd vipw visudo
        crontab at batch iptables ip6tables nft ufw firewall-cmd modprobe insmod rmmod depmod hostnamectl
        hostname timedatectl localectl loginctl hwclock apt apt-get aptitude dpkg dnf yum rpm pacman zypper
        apk snap update-alternatives ldconfig grub-install update-grub update-initramfs setenforce semanage
        apparmor_parser auditctl reboot shutdown poweroff halt init telinit setcap chroot nsenter efibootmgr
        losetup mknod kexec ip ifconfig route nmcli brctl date dmesg systemd-run csrutil kextload dscl
        scutil networksetup"""
    )
) - {"btrfs"}
"""Programs that raise privileges or change the system, unless they provably only read."""


def effects_of(program: str, first: str) -> frozenset[str]:
    """The names of the effects a program is known to have; `first` its first operand, subcommand perhaps."""
    name = program.partition(".")[0] if program.startswith("mkfs") else program
    keys = {name, f"{name}:{first}"}
    return frozenset(effect for effect, known in _EFFECTS.items() if keys & known)
