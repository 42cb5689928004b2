#!/bin/sh
# What the installer does to a machine once a program is in its place: users, folders, config, keys, units, the start, an
# upgrade and its way back. Read in by install.sh, which sets the names that are used here ($release, $old, $etc, …).
# shellcheck shell=sh disable=SC2154,SC2034

# ---- users, folders, config, keys ---------------------------------------------------------------------------------------

copy() { install -D -m 644 "$1" "$root$2"; }

as_cardea() { setpriv --reuid cardea --regid cardea --init-groups --reset-env "$@"; }

settle() {
  copy "$release/systemd/sysusers.d/cardea.conf" /etc/sysusers.d/cardea.conf
  copy "$release/systemd/tmpfiles.d/cardea.conf" /etc/tmpfiles.d/cardea.conf
  systemd-sysusers ${root:+"--root=$root"} "$root/etc/sysusers.d/cardea.conf" \
    || die 'the user cardea could not be made: systemd-sysusers says why above'
  install -d -m 750 "$etc" "$var"
  install -d -m 700 "$etc/keys"
  [ -e "$var/backups" ] || install -d -m 700 "$var/backups"
  first_config
  [ -z "$root" ] || return 0
  systemd-tmpfiles --create /etc/tmpfiles.d/cardea.conf || die 'the folders could not be made: systemd-tmpfiles says why above'
  make_keys
}

first_config() {
  [ ! -e "$etc/controller.yaml" ] || return 0
  sed -e "s/^site: [^ ]*/site: $site/" -e "s/^controller: [^ ]*/controller: $controller/" \
    -e "s/^    space: [^ ]*/    space: $site/" "$release/systemd/controller.yaml" >"$etc/controller.yaml.new"
  chmod 640 "$etc/controller.yaml.new"
  mv "$etc/controller.yaml.new" "$etc/controller.yaml"
  fresh=yes
}

# Only what the config names, and only where it is missing.
make_keys() {
  if grep -q 'keys/site' "$etc/controller.yaml" && [ ! -e "$etc/keys/site" ]; then
    as_cardea "$release/bin/cardea.mjs" keys site "$etc/keys/site" >/dev/null || die "$etc/keys/site could not be made"
  fi
  if grep -q 'keys/controller' "$etc/controller.yaml" && [ ! -e "$etc/keys/controller" ]; then
    as_cardea "$release/bin/cardea.mjs" keys new "$etc/keys/controller" >/dev/null || die "$etc/keys/controller could not be made"
  fi
}

check_config() {
  [ -z "$root" ] || return 0
  as_cardea "$release/bin/cardea.mjs" check "$etc/controller.yaml" \
    || die "cardea $version does not take this config: mend what is listed above, and run this again; nothing was changed"
}

# The folder that the config names, where an admin chose another one. It is the service's: root goes into it as that user,
# so that no link in it leads root astray.
find_data() {
  [ -z "$root" ] || return 0
  data=$(as_cardea node "$release/systemd/data-dir.mjs" "$etc/controller.yaml") \
    || die "$etc/controller.yaml does not say where the journal is; nothing was changed"
}

# ---- units --------------------------------------------------------------------------------------------------------------

# Those of the release in $1.
install_units() {
  for unit in $unit_files; do copy "$1/systemd/units/$unit" "/etc/systemd/system/$unit"; done
  copy "$1/systemd/udev/70-cardea.rules" /etc/udev/rules.d/70-cardea.rules
  copy "$1/systemd/polkit/50-cardea-pcsc.rules" /etc/polkit-1/rules.d/50-cardea-pcsc.rules
  if [ -n "$root" ]; then
    systemctl --root="$root" -q enable cardea.service cardea-backup.timer
    return
  fi
  systemctl daemon-reload
  # Nothing to be sorry about where there is no udev, as in a container.
  udevadm control --reload 2>/dev/null || return 0
  udevadm trigger --subsystem-match=gpio --subsystem-match=usb-serial 2>/dev/null || :
}

# Makes the release in $1 the one that runs; whole or not at all.
switch_to() {
  rm -f "$opt/.current"
  ln -s "$(basename "$1")" "$opt/.current"
  mv -T "$opt/.current" "$opt/current"
  mkdir -p "$(dirname "$command")"
  ln -sfn /opt/cardea/current/bin/cardea.mjs "$command"
  [ -z "$old" ] || [ "$old" = "$1" ] || ln -sfn "$(basename "$old")" "$opt/previous"
}

# ---- start, upgrade, roll back --------------------------------------------------------------------------------------------

ready() {
  [ "$(systemctl show -p ActiveState --value cardea.service)" = active ]
}

# Whether the doors work before the time is over; three ends in a row are no start.
start_and_wait() {
  systemctl reset-failed cardea.service 2>/dev/null || :
  systemctl start --no-block cardea.service
  say "waiting until the doors work (at most $timeout s)"
  waited=0
  while [ "$waited" -lt "$timeout" ]; do
    ready && return
    [ "$(systemctl show -p NRestarts --value cardea.service)" -lt 3 ] || break
    sleep 1
    waited=$((waited + 1))
    [ $((waited % 15)) != 0 ] || say "still waiting ($waited s)"
  done
  ready && return
  warn 'the doors do not work; what the controller said last:'
  journalctl -u cardea.service -t cardea -n 15 --no-pager -o cat >&2 || :
  return 1
}

journal_facts() { as_cardea node "$release/systemd/schema.mjs" "$data/journal.db" 2>/dev/null || :; }

first_start() {
  switch_to "$release"
  install_units "$release"
  systemctl -q enable cardea.service cardea-backup.timer
  [ "$start" = yes ] || return 0
  systemctl -q start cardea-backup.timer
  # One that runs goes on: only what is not ready yet is started.
  ready || start_and_wait || die 'mend what it says, then: systemctl restart cardea; or run this again'
}

upgrade() {
  say "from $(basename "$old") to $(basename "$release")"
  backup=$var/backups/before-$version.cardea-backup
  if [ -e "$data/journal.db" ]; then
    as_cardea "$old/bin/cardea.mjs" backup --force --db "$data/journal.db" "$backup" \
      || die "no backup, no upgrade: mend what is said above (room on the disk?), and run this again; nothing was changed"
    before=$(journal_facts)
  else
    before=''
  fi
  rollback_to=$old
  kept=no
  if [ "$start" = yes ]; then
    say 'stopping the old one: the locks are in their safe state until the new one is ready'
    systemctl stop cardea.service || :
    keep_data
  fi
  switch_to "$release"
  install_units "$release"
  systemctl -q enable cardea.service cardea-backup.timer
  if [ "$start" = no ]; then
    rollback_to=''
    say 'not restarted (--no-start): systemctl restart cardea runs the new version'
    return
  fi
  start_and_wait || exit 1
  rollback_to=''
  as_cardea rm -rf "$data/before-upgrade"
}

# What the new program may change: exactly as the old one left it.
keep_data() {
  [ -d "$data" ] || return 0
  as_cardea rm -rf "$data/before-upgrade"
  as_cardea mkdir -m 700 "$data/before-upgrade"
  [ ! -e "$data/replica.db" ] || as_cardea cp -p "$data/replica.db" "$data/before-upgrade/replica.db"
  keep_journal
  sync
  kept=yes
}

# Where the new program will change the journal's schema: exactly what the old one left, and a backup of the same.
keep_journal() {
  [ -n "$before" ] || return 0
  before=$(journal_facts)
  [ "${before%% *}" != "$(printf '%s' "$before" | cut -d ' ' -f 2)" ] || return 0
  say "the journal's schema goes from ${before%% *} to $(printf '%s' "$before" | cut -d ' ' -f 2): a copy of it is kept meanwhile"
  for part in journal.db journal.db-wal journal.db-shm; do
    [ ! -e "$data/$part" ] || as_cardea cp -p "$data/$part" "$data/before-upgrade/$part"
  done
  as_cardea "$old/bin/cardea.mjs" backup --force --db "$data/journal.db" "$backup" >/dev/null
}

# The old program, its units, and, where the new one changed its schema, the journal as the old one left it.
roll_back() {
  to=$rollback_to
  rollback_to=''
  warn "cardea $version did not become ready: going back to $(basename "$to")"
  systemctl stop cardea.service || :
  bring_journal_back "$to"
  bring_replica_back
  switch_to "$to"
  install_units "$to"
  if start_and_wait; then
    as_cardea rm -rf "$data/before-upgrade"
    warn "$(basename "$to") runs again, and $data/journal.db is its own; cardea $version is in $release. Send its last words above to whoever made it."
  else
    warn "$(basename "$to") does not become ready either: the locks are in their safe state. The backup is $backup; journalctl -u cardea says why."
  fi
}

bring_journal_back() {
  [ -e "$data/before-upgrade/journal.db" ] || return 0
  after=$(journal_facts)
  [ "${after%% *}" != "${before%% *}" ] || return 0
  aside=$data/journal.db.of-$version
  for part in '' -wal -shm; do
    [ ! -e "$data/journal.db$part" ] || as_cardea mv -f "$data/journal.db$part" "$aside$part"
  done
  if [ "${after##* }" != "${before##* }" ]; then
    # What the new one recorded may be at the office already: the same numbers must not be given out twice.
    say "the new one had recorded something: it is kept in $aside, and a new epoch begins"
    as_cardea "$1/bin/cardea.mjs" restore --config "$etc/controller.yaml" "$backup" && return
    warn "the backup $backup could not be restored: the journal is put back as it was, and the office may find numbers in it twice"
  fi
  for part in journal.db journal.db-wal; do
    [ ! -e "$data/before-upgrade/$part" ] || as_cardea cp -p "$data/before-upgrade/$part" "$data/$part"
  done
  # With nothing new in it, the changed one is worth nothing.
  [ "${after##* }" != "${before##* }" ] || as_cardea rm -f "$aside" "$aside-wal" "$aside-shm"
}

# Without the office nobody is known to a program that cannot read its replica: where the new one put another version of it in
# its place, or set it aside, the old one has its own again.
bring_replica_back() {
  mine=$data/before-upgrade/replica.db
  [ "$kept" = yes ] && [ -e "$mine" ] || return 0
  [ "$(replica_version "$data/replica.db")" != "$(replica_version "$mine")" ] || return 0
  if as_cardea cp -p "$mine" "$data/replica.db.back" && as_cardea mv -f "$data/replica.db.back" "$data/replica.db"; then return; fi
  as_cardea rm -f "$data/replica.db.back"
  warn "the replica could not be put back: nobody is known until the office sends one"
}

# SQLite's user_version: bytes 60 to 63 of the file. Empty where there is no file.
replica_version() { od -An -tx1 -j60 -N4 "$1" 2>/dev/null || :; }
