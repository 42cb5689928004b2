# Debian's own 6.12 kernel with its headers, unpacked and not installed, and the two source files of the simulated GPIO chip.
# Leaves: kernel/ (the packages' files), kernel.version, sources/.

apt-get -q update || echo 'the package lists stay as they are'
release=$(apt-cache show --no-all-versions linux-image-6.12-amd64 | sed -n 's/^Depends:.*linux-image-\(6\.12[^ ,]*-amd64\).*/\1/p')
test -n "$release"
plain=${release%-amd64}

rm -rf debs kernel sources
mkdir -p debs kernel sources
chmod 0777 debs # apt's own user writes here
(cd debs && apt-get -q download "linux-image-$release" "linux-headers-$release" "linux-headers-$plain-common" \
  "linux-kbuild-$plain" linux-source-6.12)

for package in debs/linux-image-* debs/linux-headers-* debs/linux-kbuild-*; do dpkg-deb -x "$package" kernel; done
# The headers name each other by their place in an installed system.
sed -i "s#^include /usr/src/#include $RIG/kernel/usr/src/#" "kernel/usr/src/linux-headers-$release/Makefile"

dpkg-deb --fsys-tarfile debs/linux-source-6.12_*.deb | tar -xO ./usr/src/linux-source-6.12.tar.xz |
  tar -xJ -C sources --strip-components=1 linux-source-6.12/drivers/gpio/gpio-sim.c linux-source-6.12/kernel/irq/irq_sim.c
rm -rf debs
echo "$release" > kernel.version
