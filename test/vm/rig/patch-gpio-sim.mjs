// node patch-gpio-sim.mjs SOURCES TARGET: the two kernel files of the simulated GPIO chip, changed so that they build as one
// module for a stock Debian kernel. Each change must find its place exactly once, or nothing is built.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const changes = [
  {
    file: 'drivers/gpio/gpio-sim.c',
    to: 'chip.c',
    edits: [
      // `lose_interrupts`: inputs change without one, as on an expander whose interrupt line is broken.
      [
        /static int gpio_sim_apply_pull\(/,
        'static bool lose_interrupts;\nmodule_param(lose_interrupts, bool, 0644);\n\nstatic int gpio_sim_apply_pull(',
      ],
      [/if \(!irq\)\s+goto set_value;/, 'if (!irq || lose_interrupts)\n\t\t\tgoto set_value;'],
      // `silent`: no level can be read, as of an expander that does not answer on its bus.
      [
        /static int gpio_sim_get\(struct gpio_chip \*gc, unsigned int offset\)\n\{\n(.*)\n/,
        'static bool silent;\nmodule_param(silent, bool, 0644);\n\n' +
          'static int gpio_sim_get(struct gpio_chip *gc, unsigned int offset)\n{\n$1\n\n\tif (silent)\n\t\treturn -EIO;\n',
      ],
      [/(static int gpio_sim_get_multiple\([^{]*\{\n.*\n)/, '$1\n\tif (silent)\n\t\treturn -EIO;\n'],
      // `persist_outputs`: a released output keeps its level, as on a Raspberry Pi without dtparam=strict_gpiod.
      [
        /static void gpio_sim_free\(/,
        'static bool persist_outputs;\nmodule_param(persist_outputs, bool, 0644);\n\nstatic void gpio_sim_free(',
      ],
      [
        /__assign_bit\(offset, chip->value_map,(\s+!!test_bit\(offset, chip->pull_map\)\);\s+__clear_bit\(offset, chip->request_map\))/,
        'if (test_bit(offset, chip->direction_map) || !persist_outputs)\n\t\t\t__assign_bit(offset, chip->value_map,$1',
      ],
    ],
  },
  {
    file: 'kernel/irq/irq_sim.c',
    to: 'interrupts.c',
    edits: [
      // irq_to_desc is not for modules; the descriptor is reached through the data that it embeds.
      [/irq_to_desc\(irqnum\)/, 'irq_data_to_desc(irq_get_irq_data(irqnum))'],
      [/#include <linux\/irq\.h>/, '#include <linux/irq.h>\n#include <linux/irqdesc.h>'],
      // A search that goes on where the last one ended misses what came before that place meanwhile, and then never ends.
      [
        /find_next_bit\(work_ctx->pending,(\s+)work_ctx->irq_count, offset\)/,
        'find_first_bit(work_ctx->pending,$1work_ctx->irq_count)',
      ],
    ],
    // All of it is one module: nothing is offered to others.
    drop: /^EXPORT_SYMBOL.*$/gm,
  },
];

const [sources, target] = process.argv.slice(2);
for (const { file, to, edits, drop } of changes) {
  let text = readFileSync(join(sources, file), 'utf8');
  for (const [from, into] of edits) {
    const found = text.match(new RegExp(from, 'g'))?.length ?? 0;
    if (found !== 1) throw new Error(`${file}: ${from} is there ${found} times; this kernel needs another change`);
    text = text.replace(from, into);
  }
  writeFileSync(join(target, to), drop === undefined ? text : text.replace(drop, ''));
}
