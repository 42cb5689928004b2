# The guest's disk: userland, kernel modules, this machine's Node, the files of guest/, and a key to come in with.
# Leaves: base.qcow2, vmlinuz, initrd, key, key.pub.

release=$(cat kernel.version)
rm -rf root base.qcow2
cp -a --reflink=auto userland root

rm -rf root/usr/lib/modules
mkdir -p root/usr/lib/modules "root/usr/lib/modules/$release/updates"
cp -a "kernel/lib/modules/$release" root/usr/lib/modules/
cp gpio-sim/gpio-sim.ko "root/usr/lib/modules/$release/updates/"
cp kernel/boot/* root/boot/
chroot root depmod "$release"
printf '%s\n' virtio_pci virtio_blk ext4 crc32c_intel crc32c_generic > root/etc/initramfs-tools/modules
chroot root update-initramfs -c -k "$release"
cp "root/boot/vmlinuz-$release" vmlinuz
cp "root/boot/initrd.img-$release" initrd

install -m 0755 "$(readlink -f "$NODE")" root/usr/bin/node
chroot root node --version

cp -r "$HERE/guest/." root/
chmod 0755 root/usr/local/sbin/*
echo raspberrypi > root/etc/hostname
echo '127.0.0.1 localhost raspberrypi' > root/etc/hosts
: > root/etc/machine-id
mkdir -p root/share root/var/log/journal
chroot root passwd -q -d root
chroot root sh -ec '
  getent group gpio > /dev/null || groupadd --system gpio
  ssh-keygen -q -A
  systemctl -q enable systemd-networkd ssh mosquitto pcscd.socket gpio-sim
  systemctl -q mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer systemd-networkd-wait-online'
test -e key || ssh-keygen -q -t ed25519 -N '' -C cardea-vm -f key
install -d -m 0700 root/root/.ssh
install -m 0600 key.pub root/root/.ssh/authorized_keys

mke2fs -q -t ext4 -L root -d root base.raw 4G
qemu-img convert -O qcow2 base.raw base.qcow2
rm -rf base.raw root
