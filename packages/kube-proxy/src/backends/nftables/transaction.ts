import type { ExistingSet, ExistingTable } from './existing';
import type { Chain, Element, NftSet, Ruleset } from './ruleset';
import { Statements } from './statements';

/** What one call of nft does, all or nothing. */
export interface Transaction {
  readonly text: string;
  /**
   * Chains that nothing refers to any more and that are empty now. They are deleted later: kernels before 6.2 see the
   * references of deleted map elements for a moment longer.
   */
  readonly stale: readonly string[];
}

const NOTHING: ExistingTable = { chains: new Map(), sets: new Map() };

/**
 * Makes of a table that may be anything the ruleset. Packets see the old rules or the new ones. Clients stay bound to their
 * endpoints where the ruleset still has those.
 */
export function fullTransaction(existing: ExistingTable | undefined, after: Ruleset): Transaction {
  const out = new Statements(after.family);
  out.addTable();
  const { chains, sets } = existing ?? NOTHING;
  for (const name of chains.keys()) out.flushChain(name);
  const kept = new Set<string>();
  for (const [name, set] of sets) {
    if (isSameAffinity(set, after.sets.get(name))) kept.add(name);
    else out.deleteSet(name, set.kind);
  }
  // A chain with a hook cannot be changed into one with another.
  for (const [name, { isHooked }] of chains) if (isHooked) out.deleteChain(name);
  for (const [name, chain] of after.chains) out.addChain(name, chain);
  for (const [name, set] of after.sets) if (!kept.has(name)) out.addSet(name, set);
  for (const [name, set] of after.sets) out.addElements(name, set.elements);
  for (const [name, chain] of after.chains) out.addRules(name, chain);
  const stale = [...chains].filter(([name, { isHooked }]) => !isHooked && !after.chains.has(name)).map(([name]) => name);
  return { text: out.toString(), stale };
}

/** Makes of one ruleset, which the kernel has, another one. The text is empty where they are equal. */
export function partialTransaction(before: Ruleset, after: Ruleset): Transaction {
  const out = new Statements(after.family);
  const redefined = new Set(
    [...after.sets].filter(([name, set]) => isRedefined(before.sets.get(name), set)).map(([name]) => name),
  );
  const rewritten = [...after.chains].filter(([name, chain]) => mustRewrite(before.chains.get(name), chain, redefined));
  const stale = [...before.chains.keys()].filter((name) => !after.chains.has(name));
  for (const [name, chain] of rewritten) if (!before.chains.has(name)) out.addChain(name, chain);
  for (const name of [...rewritten.map(([chain]) => chain), ...stale]) out.flushChain(name);
  for (const [name, set] of after.sets)
    if (!redefined.has(name)) deleteElements(out, name, { before: before.sets.get(name), after: set });
  for (const [name, { kind }] of before.sets) if (!after.sets.has(name) || redefined.has(name)) out.deleteSet(name, kind);
  for (const [name, set] of after.sets) if (!before.sets.has(name) || redefined.has(name)) out.addSet(name, set);
  for (const [name, set] of after.sets) {
    const old = redefined.has(name) ? undefined : before.sets.get(name);
    if (old?.elements !== set.elements) out.addElements(name, changedElements(old, set));
  }
  for (const [name, chain] of rewritten) out.addRules(name, chain);
  return { text: out.toString(), stale };
}

/** Deletes chains that are empty and that nothing refers to. */
export function deletionTransaction(family: Ruleset['family'], chains: readonly string[]): string {
  const out = new Statements(family);
  for (const chain of chains) out.deleteChain(chain);
  return out.toString();
}

function isSameAffinity(existing: ExistingSet, set: NftSet | undefined): boolean {
  return set?.timeoutSeconds !== undefined && existing.timeoutSeconds === set.timeoutSeconds;
}

function isRedefined(before: NftSet | undefined, after: NftSet): boolean {
  if (!before || before === after) return false;
  return before.kind !== after.kind || before.type !== after.type || before.timeoutSeconds !== after.timeoutSeconds;
}

/** Also where a set that it looks into is made anew: a set can be deleted only when no rule refers to it. */
function mustRewrite(before: Chain | undefined, after: Chain, redefined: ReadonlySet<string>): boolean {
  if (!before) return true;
  if (redefined.size > 0 && after.rules.some((rule) => [...redefined].some((set) => rule.includes(`@${set} `)))) return true;
  if (before === after) return false;
  return before.rules.length !== after.rules.length || before.rules.some((rule, i) => rule !== after.rules[i]);
}

/** An element with another verdict is deleted and added. */
function deleteElements(out: Statements, name: string, { before, after }: { before: NftSet | undefined; after: NftSet }): void {
  if (!before || before.elements === after.elements) return;
  const gone = [...before.elements].filter(([key, element]) => !isSameElement(after.elements.get(key), element));
  out.deleteElements(
    name,
    gone.map(([key]) => key),
  );
}

function changedElements(before: NftSet | undefined, after: NftSet): (readonly [string, Element])[] {
  return [...after.elements].filter(([key, element]) => !isSameElement(before?.elements.get(key), element));
}

function isSameElement(a: Element | undefined, b: Element): boolean {
  return a !== undefined && a.verdict === b.verdict && a.comment === b.comment;
}
