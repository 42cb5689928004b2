// What a disk tells of its own age: eMMC has counters, SD cards only their date; ext4 counts errors and what was written.

import { basename } from 'node:path';
import type { Tree } from '../devices/tree.ts';

export interface BlockDevice {
  /** Of the partition, as `mmcblk0p2`. */
  readonly name: string;
  /** `SD`, `MMC` (eMMC) or another kind. */
  readonly kind: 'SD' | 'MMC' | 'other';
  readonly model: string | null;
  /** Month of its making, `MM/YYYY`. */
  readonly made: string | null;
  /** EXT_CSD life time estimates (JESD84-B51): 1 means up to 10 % used, 11 means beyond its life; null where not told. */
  readonly lifeUsed: number | null;
  /** EXT_CSD PRE_EOL_INFO: 1 normal, 2 warning, 3 urgent; null where not told. */
  readonly preEndOfLife: number | null;
  /** Errors that ext4 met since it was made or checked; null where it is no ext4. */
  readonly errors: number | null;
  /** Written through ext4 in its life; null where it is no ext4. */
  readonly writtenGb: number | null;
}

/** @param source what is mounted; null where it is no block device, as for a file system in memory. */
export function blockDevice(tree: Tree, source: string): BlockDevice | null {
  const device = tree.real(source);
  const name = device === null ? null : basename(device);
  if (name === null || !source.startsWith('/dev/')) return null;
  // /dev/root is a name that the kernel makes up.
  const place = tree.real(`/sys/class/block/${name}`);
  if (place === null) return null;
  const disk =
    ['', '/..'].map((up) => `${place}${up}/device`).find((folder) => tree.exists(folder)) ?? `${place}/device`;
  const type = tree.line(`${disk}/type`);
  const life = (tree.line(`${disk}/life_time`) ?? '').split(/\s+/).map((text) => number(text) ?? 0);
  const written = number(tree.line(`/sys/fs/ext4/${name}/lifetime_write_kbytes`));
  return {
    name,
    kind: type === 'SD' || type === 'MMC' ? type : 'other',
    model: tree.line(`${disk}/name`) ?? tree.line(`${disk}/model`),
    made: tree.line(`${disk}/date`),
    lifeUsed: Math.max(...life) > 0 ? Math.max(...life) : null,
    preEndOfLife: number(tree.line(`${disk}/pre_eol_info`)) || null,
    errors: number(tree.line(`/sys/fs/ext4/${name}/errors_count`)),
    writtenGb: written === null ? null : Math.round(written / 1024 ** 2),
  };
}

function number(text: string | null): number | null {
  const value = text === null || text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}
