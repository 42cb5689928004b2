#!/bin/sh
# Installs Cardea on a Debian or Raspberry Pi OS machine, upgrades it, and takes it away again. It may be run any number of
# times: what is there is kept, what is missing is made, and no config, key or database of yours is ever written over.
# Docs: docs/install.md.

set -eu
umask 022

usage() {
  cat <<'HELP'
install.sh [options] [TARBALL]     installs the program in TARBALL, or upgrades to it
install.sh [options]               from an unpacked one: makes what is missing and starts it
install.sh --uninstall             takes program and units away; config, keys and data stay

TARBALL is what `npm pack` makes (cardea-X.Y.Z.tgz: packages are fetched by npm), or a bundle that has all packages in it
(cardea-X.Y.Z-linux-ARCH.tgz, by systemd/bundle.mjs: neither npm nor a network is needed).

  --site ID            of the first config (default riverside)
  --controller ID      of the first config (default front-desk)
  --timeout SECONDS    how long a started controller may take until its doors work (default 300)
  --no-start           installs, and starts nothing
  --root FOLDER        into the system below FOLDER (to build an image): no keys, no packages of the system, nothing started
  --help

Program: /opt/cardea/VERSION, /opt/cardea/current, /usr/local/bin/cardea. Config and keys: /etc/cardea. Data: /var/lib/cardea.
An upgrade checks the config with the new program and makes a backup before it stops the old one; where the new one does not
become ready, the old one is brought back, with the journal as it was, and the exit status is 1.
HELP
}

least_node=20.19.0
root='' tarball='' site=riverside controller=front-desk timeout=300 start=yes action=install
staging='' rollback_to='' made_opt='' made_parent=''

say() { printf '%s\n' "$*"; }
warn() { printf 'install.sh: %s\n' "$*" >&2; }
die() { warn "$@"; exit 1; }
wrong() { warn "$1 (--help says more)"; exit 2; }

parse() {
  while [ $# -gt 0 ]; do
    case $1 in
      --site | --controller | --timeout | --root) [ $# -ge 2 ] || wrong "$1 needs a value" ;;
    esac
    case $1 in
      --help | -h) usage; exit 0 ;;
      --uninstall) action=uninstall ;;
      --no-start) start=no ;;
      --site) site=$2; shift ;;
      --controller) controller=$2; shift ;;
      --timeout) timeout=$2; shift ;;
      --root) root=$2; shift ;;
      -*) wrong "$1: no such option" ;;
      *) [ -z "$tarball" ] || wrong "one tarball, not two: $tarball and $1"; tarball=$1 ;;
    esac
    shift
  done
  case $timeout in '' | *[!0-9]* | 0) wrong "--timeout $timeout: whole seconds, 1 or more" ;; esac
  for id in "$site" "$controller"; do
    case $id in '' | *[!A-Za-z0-9._-]*) wrong "$id: an id has letters, digits, dots, dashes and underscores" ;; esac
  done
  if [ -n "$root" ]; then
    [ -d "$root" ] || wrong "--root $root: no such folder"
    root=$(cd "$root" && pwd)
    start=no
  fi
  [ "$action" = uninstall ] || find_source
  opt=$root/opt/cardea etc=$root/etc/cardea var=$root/var/lib/cardea command=$root/usr/local/bin/cardea
}

# Where the program comes from: the tarball, or else the folder that this script lies in.
find_source() {
  if [ -n "$tarball" ]; then
    [ -f "$tarball" ] || die "$tarball: no such file"
    return
  fi
  here=$(cd "$(dirname "$0")/.." && pwd -P)
  [ -d "$here/node_modules" ] || wrong 'name the tarball to install: install.sh cardea-X.Y.Z.tgz'
}

# Only one installer at a time, and only as root.
enter() {
  [ -z "$root" ] || return 0
  [ "$(id -u)" = 0 ] || die "this has to be run as root: sudo sh $0 $tarball"
  command -v systemctl >/dev/null || die "there is no systemd here: run the program by yourself (cardea run --config FILE)"
  exec 9>/run/cardea-install.lock
  flock -n 9 || die 'another install.sh is at work: wait until it has ended'
}

# ---- Node -------------------------------------------------------------------------------------------------------------

not_older() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

node_is_good() {
  command -v node >/dev/null || return 1
  found=$(node -p process.versions.node 2>/dev/null) || return 1
  not_older "$found" "$least_node"
}

need_node() {
  found=none
  node_is_good && return
  offered=$(apt-cache policy nodejs 2>/dev/null | sed -n 's/^ *Candidate: *//p' | sed 's/^[0-9]*://; s/[^0-9.].*//')
  if [ -z "$root" ] && [ -n "$offered" ] && not_older "$offered" "$least_node"; then
    say "installing nodejs $offered from this system's packages"
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -q -y install --no-install-recommends nodejs \
      || die 'apt-get could not install nodejs: mend what it says above, and run this again'
    hash -r
    node_is_good && return
  fi
  die "Node $least_node or newer is needed, here is $found, and this system's packages offer ${offered:-none}: install it from https://nodejs.org/en/download or https://github.com/nodesource/distributions, so that \`node --version\` works as root, and run this again"
}

need_npm() {
  command -v npm >/dev/null && return
  [ -z "$root" ] && apt-get -o DPkg::Lock::Timeout=120 -q -y install --no-install-recommends npm >/dev/null 2>&1 && return
  die 'npm is missing: apt-get install npm, or take a bundle (cardea-X.Y.Z-linux-ARCH.tgz), which needs none'
}

# ---- the program ------------------------------------------------------------------------------------------------------

field() { node -p "const v = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'))[process.argv[2]]; v ?? ''" "$1" "$2"; }

# Leaves the program in $release, whole and proven, or nothing.
place_program() {
  [ -d "$opt" ] || made_opt=$opt
  [ -d "$root/opt" ] || made_parent=$root/opt
  mkdir -p "$opt"
  rm -rf "$opt"/.new.*
  if [ -z "$tarball" ]; then
    case $here in "$opt"/*) release=$here; version=$(field "$release/package.json" version); return ;; esac
    mark=$here
    staging=$(mktemp -d "$opt/.new.XXXXXX")
    cp -R "$here/." "$staging/"
  else
    mark=$(sha256sum <"$tarball" | cut -d ' ' -f 1)
    staging=$(mktemp -d "$opt/.new.XXXXXX")
    tar -xf "$tarball" -C "$staging" --strip-components=1 --no-same-owner \
      || die "$tarball cannot be unpacked: is it whole, and is there room in $opt?"
  fi
  chmod 755 "$staging"
  [ -f "$staging/dist/daemon/cli/main.js" ] || die "$tarball is no packed Cardea: \`npm pack\` or systemd/bundle.mjs makes one"
  version=$(field "$staging/package.json" version)
  release=$opt/$version
  [ ! -f "$release/.installed" ] || [ "$(cat "$release/.installed")" = "$mark" ] || release=$opt/$version-$(printf %.8s "$mark" | tr -c 'A-Za-z0-9' x)
  if [ -f "$release/.installed" ] && [ "$(cat "$release/.installed")" = "$mark" ]; then
    rm -rf "$staging"; staging=''
    return
  fi
  get_packages
  prove_program
  printf '%s\n' "$mark" >"$staging/.installed"
  rm -rf "$release"
  mv "$staging" "$release"
  staging=''
}

get_packages() {
  if [ -f "$staging/bundle.json" ]; then
    made=$(field "$staging/bundle.json" platform)-$(field "$staging/bundle.json" arch)-$(field "$staging/bundle.json" nodeAbi)
    here=$(node -p "[process.platform, process.arch, process.versions.modules].join('-')")
    [ "$made" = "$here" ] || die "this bundle was made for $made (system, processor, Node's binary interface), here is $here: take the bundle for this machine, or cardea-$version.tgz"
    return
  fi
  [ -d "$staging/node_modules" ] && return
  need_npm
  say 'fetching packages (some may be compiled: minutes on a small machine)'
  # What is packed is built already; only its dependencies have scripts to run. Their versions are those that were tested.
  (cd "$staging" && node -e "const fs = require('node:fs'); const p = JSON.parse(fs.readFileSync('package.json', 'utf8')); delete p.scripts; fs.writeFileSync('package.json', JSON.stringify(p, null, 2));" \
    && mv dist/package-versions.json package-lock.json && npm ci --omit=dev --no-audit --no-fund --loglevel=error) \
    || die 'npm could not fetch or compile the packages: is there a network? are g++, make and python3 there (apt-get install g++ make python3)? Or take a bundle, which needs neither'
}

prove_program() {
  (cd "$staging" && node systemd/prove.mjs && node bin/cardea.mjs --version >/dev/null) \
    || die "cardea $version does not run on this machine, for the reason above; nothing was changed"
}

on_exit() {
  status=$?
  # What goes back goes all the way: a second Ctrl-C, or a line that is lost, would leave a door without a controller.
  trap - EXIT
  trap '' HUP INT TERM
  set +e
  [ -z "$staging" ] || rm -rf "$staging"
  # Nothing that was made for nothing; what is not empty stays.
  [ -z "$made_opt" ] || rmdir "$made_opt" 2>/dev/null
  [ -z "$made_parent" ] || rmdir "$made_parent" 2>/dev/null
  if [ -n "$rollback_to" ]; then
    [ "$status" != 0 ] || status=1
    roll_back
  fi
  exit "$status"
}

# The one that runs, the one before it, and nothing older; of the backups before upgrades the last three.
prune() {
  for folder in "$opt"/[0-9]*/; do
    name=$(basename "$folder")
    [ "$name" = "$(readlink "$opt/current")" ] || [ "$name" = "$(readlink "$opt/previous")" ] || rm -rf "$folder"
  done
  find "$var/backups" -maxdepth 1 -name 'before-*' -printf '%T@ %p\0' | sort -zrn | tail -z -n +4 | cut -z -d ' ' -f 2- | xargs -0r rm -f
}

# ---- the two actions --------------------------------------------------------------------------------------------------------

install_all() {
  trap on_exit EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  fresh=no
  need_node
  place_program
  # shellcheck source=systemd/steps.sh
  . "$release/systemd/steps.sh"
  old=''
  [ ! -e "$opt/current" ] || old=$(cd "$opt/current" && pwd -P)
  settle
  check_config
  find_data
  if [ -n "$root" ]; then
    switch_to "$release"
    install_units "$release"
    prune
    say "cardea $version is in $root. It has no keys: on the machine itself, run /opt/cardea/current/systemd/install.sh"
    return
  fi
  if [ -n "$old" ] && [ "$old" != "$release" ]; then upgrade; else first_start; fi
  prune
  tell
}

tell() {
  say "cardea $version is installed$([ "$start" = no ] || printf ', and its doors work')."
  [ "$fresh" = yes ] || return 0
  say "
  config             $etc/controller.yaml   (edit, then: sudo cardea check $etc/controller.yaml && sudo systemctl reload cardea)
  try it             sudo cardea status; sudo cardea tap front-in card:04A1B2C3D4E580
  what is plugged in cardea devices
  what it does       journalctl -fu cardea
  may use it         sudo usermod -aG cardea NAME
For the office:
  public key         $etc/keys/controller.pub, id $(as_cardea "$release/bin/cardea.mjs" keys show "$etc/keys/controller" 2>/dev/null || :)
                     its config needs: controllers: [{ id: $controller, publicKeyFile: …/controller.pub }]
  from the office    its keys/office.pub and its keys/site (secret), to $etc/keys; then \`upstream\` in the config
All of it, step by step: /opt/cardea/current/docs/install.md"
}

unit_files='cardea.service cardea-office.service cardea-backup.service cardea-backup.timer'

uninstall() {
  if [ -z "$root" ]; then
    systemctl -q disable --now cardea-backup.timer cardea.service cardea-office.service 2>/dev/null || :
    for unit in $unit_files; do
      case $(systemctl show -p ActiveState --value "$unit") in
        inactive | failed) ;;
        *) systemctl stop "$unit" || die "$unit does not stop: nothing was taken away" ;;
      esac
    done
  else
    systemctl --root="$root" -q disable cardea-backup.timer cardea.service cardea-office.service 2>/dev/null || :
  fi
  for unit in $unit_files; do rm -f "$root/etc/systemd/system/$unit"; done
  for file in sysusers.d/cardea.conf tmpfiles.d/cardea.conf udev/rules.d/70-cardea.rules udev/rules.d/71-cardea-gpio-sysfs.rules polkit-1/rules.d/50-cardea-pcsc.rules; do
    rm -f "$root/etc/$file"
  done
  [ "$(readlink "$command" 2>/dev/null)" != /opt/cardea/current/bin/cardea.mjs ] || rm -f "$command"
  rm -rf "$opt"
  if [ -z "$root" ]; then
    systemctl daemon-reload
    udevadm control --reload 2>/dev/null || :
  fi
  say "cardea is gone. Kept: config and keys in $etc, journal and backups in $var, drop-ins of yours in /etc/systemd/system, the user cardea."
  # In an image the command would remove the user of the machine that the image is built on.
  [ -n "$root" ] && remove_user='' || remove_user='; userdel cardea'
  say "To remove these for good: rm -r $etc $var$remove_user"
}

main() {
  parse "$@"
  enter
  case $action in install) install_all ;; uninstall) uninstall ;; esac
}

main "$@"
