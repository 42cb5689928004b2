# The kernel's simulated GPIO chip as a module: Debian builds gpio-sim, but without the interrupt simulator that it stands on.
# Leaves: gpio-sim/gpio-sim.ko.

release=$(cat kernel.version)
rm -rf gpio-sim
mkdir gpio-sim
"$NODE" "$HERE/patch-gpio-sim.mjs" sources gpio-sim
cat > gpio-sim/Makefile <<'END'
obj-m := gpio-sim.o
gpio-sim-y := chip.o interrupts.o
ccflags-y += -DCONFIG_IRQ_SIM=1
END
make -C "kernel/usr/src/linux-headers-$release" M="$RIG/gpio-sim" CONFIG_DEBUG_INFO_BTF_MODULES= modules
strip --strip-debug gpio-sim/gpio-sim.ko
