// The value of a composed YAML document, and where its parts stand. Aliases are followed once each, in measure: one that
// contains itself, or that stands for too much, is a fault.

import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import type { KeyPath } from '../problem.ts';
import { maxAliasedValues, maxDepth } from './limits.ts';
import { duplicateKey, type TextFault } from './text-fault.ts';

export class YamlTree {
  readonly faults: TextFault[] = [];
  readonly value: unknown;
  /** The value is incomplete: an alias could not be followed. */
  broken = false;
  private readonly root: Node | null;
  private readonly anchors = new Map<string, Node>();
  private readonly targets = new Map<Node, Node>();
  private readonly open = new Set<Node>();
  private aliased = 0;
  /** The alias of the text itself that is being followed, while others may be followed inside it. */
  private outermost: { node: Node; path: KeyPath } | null = null;

  constructor(root: Node | null) {
    this.root = root;
    this.value = root === null ? null : this.build(root, [], false);
  }

  /** The path of the innermost value around an offset. */
  pathAt(offset: number): KeyPath {
    const path: (string | number)[] = [];
    for (let node = this.root; node !== null; ) {
      const next = childrenOf(node).find(({ from, value }) => offset >= from && offset < endOf(value, from));
      if (next === undefined) break;
      path.push(next.step);
      node = next.value;
    }
    return path;
  }

  offsets(wanted: readonly { readonly path: KeyPath; readonly at: 'key' | 'value' }[]): number[] {
    const steps = new Map<Node, Map<string | number, Child>>();
    return wanted.map(({ path, at }) => {
      let node = this.root;
      let offset = startOf(node) ?? 0;
      for (const [index, step] of path.entries()) {
        const inside: Node | null = node === null ? null : (this.targets.get(node) ?? node);
        if (inside === null) break;
        const children = steps.get(inside) ?? new Map(childrenOf(inside).map((child) => [child.step, child]));
        steps.set(inside, children);
        const child = children.get(step);
        if (child === undefined) break;
        node = child.value;
        offset = at === 'key' && index === path.length - 1 ? child.from : (startOf(node) ?? child.from);
      }
      return offset;
    });
  }

  private build(node: Node, path: KeyPath, inAlias: boolean): unknown {
    if (isAlias(node)) return this.follow(node, node.source, path, inAlias);
    if (inAlias && ++this.aliased > maxAliasedValues) {
      const { node: at, path: where } = this.outermost ?? { node, path };
      return this.refuse(
        at,
        where,
        'an alias that stands for too much',
        `at most ${maxAliasedValues} values through aliases`,
      );
    }
    if (path.length > maxDepth) return this.refuse(node, path, 'too deep a nesting', `at most ${maxDepth} levels`);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
    if (isScalar(node)) return node.value;
    this.open.add(node);
    const value = isSeq(node) ? this.list(node, path, inAlias) : this.mapping(node, path, inAlias);
    this.open.delete(node);
    return value;
  }

  private list(node: Node, path: KeyPath, inAlias: boolean): unknown[] {
    return childrenOf(node).map(({ step, value }) => this.part(value, [...path, step], inAlias));
  }

  private mapping(node: Node, path: KeyPath, inAlias: boolean): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    for (const { step, from, value } of childrenOf(node)) {
      const own = [...path, step];
      if (Object.hasOwn(mapping, step)) this.faults.push(duplicateKey(own, from));
      const part = this.part(value, own, inAlias);
      Object.defineProperty(mapping, step, { value: part, configurable: true, enumerable: true, writable: true });
    }
    return mapping;
  }

  private part(node: Node | null, path: KeyPath, inAlias: boolean): unknown {
    if (this.broken && inAlias) return undefined;
    return node === null ? null : this.build(node, path, inAlias);
  }

  private follow(alias: Node, name: string, path: KeyPath, inAlias: boolean): unknown {
    const target = this.anchors.get(name);
    if (target === undefined)
      return this.refuse(alias, path, 'an alias of nothing', 'an alias of an anchor that stands before it');
    if (this.open.has(target))
      return this.refuse(alias, path, 'an alias of what it stands in', 'an alias of another value');
    this.targets.set(alias, target);
    if (!inAlias) this.outermost = { node: alias, path };
    return this.build(target, path, true);
  }

  private refuse(node: Node, path: KeyPath, found: string, allowed: string): undefined {
    if (!this.broken) this.faults.push({ offset: startOf(node) ?? 0, path, found, allowed });
    this.broken = true;
    return undefined;
  }
}

interface Child {
  readonly step: string | number;
  /** Offset of the key, or of the item. */
  readonly from: number;
  readonly value: Node | null;
}

function childrenOf(node: Node): Child[] {
  if (isSeq<Node | null>(node)) {
    return node.items.map((value, step) => ({ step, from: startOf(value) ?? startOf(node) ?? 0, value }));
  }
  if (!isMap<Node, Node | null>(node)) return [];
  return node.items.map(({ key, value }) => ({
    step: isScalar(key) ? String(key.value) : '',
    from: startOf(key) ?? startOf(node) ?? 0,
    value,
  }));
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}

function endOf(node: Node | null, from: number): number {
  return node?.range?.[2] ?? from + 1;
}
