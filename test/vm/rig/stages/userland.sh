# Debian 12 with the packages of packages.txt, from the mirrors that this machine uses itself.
# Leaves: userland/.

suite=bookworm
mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk -v suite="$1" '$2 == suite { print $1; exit }'
}
main=$(mirror $suite)
security=$(mirror $suite-security)
packages=$(grep -v '^#' "$HERE/packages.txt" | tr '\n' ' ')

rm -rf userland
debootstrap --variant=minbase $suite userland "${main:-http://deb.debian.org/debian}"
{
  echo "deb ${main:-http://deb.debian.org/debian} $suite main"
  echo "deb ${main:-http://deb.debian.org/debian} $suite-updates main"
  echo "deb ${security:-http://deb.debian.org/debian-security} $suite-security main"
} > userland/etc/apt/sources.list
apt-config dump | grep -E '^Acquire::(http|https)::Proxy ' > userland/etc/apt/apt.conf.d/90host || true
echo 'APT::Install-Recommends "0";' > userland/etc/apt/apt.conf.d/91lean
cp /etc/resolv.conf userland/etc/resolv.conf
# Nothing is started while it is only being unpacked.
printf '#!/bin/sh\nexit 101\n' > userland/usr/sbin/policy-rc.d
chmod 0755 userland/usr/sbin/policy-rc.d
# The first disk image is made later, for the kernel that is added there.
mkdir -p userland/etc/initramfs-tools/conf.d
printf 'MODULES=list\nCOMPRESS=gzip\n' > userland/etc/initramfs-tools/conf.d/rig
chroot userland env DEBIAN_FRONTEND=noninteractive sh -ec "
  apt-get -q update
  apt-get -q -y dist-upgrade
  apt-get -q -y install $packages
  apt-get clean"
rm userland/usr/sbin/policy-rc.d
