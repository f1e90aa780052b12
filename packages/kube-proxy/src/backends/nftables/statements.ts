import type { IpFamily } from '../../model/ip-family';
import { type Chain, DIALECTS, type Element, type NftSet, TABLE } from './ruleset';

/** One nft command after the other, each a line: writes them for one family's table. */
export class Statements {
  private readonly lines: string[] = [];
  private readonly table: string;

  constructor(family: IpFamily) {
    this.table = `${DIALECTS[family].table} ${TABLE}`;
  }

  get isEmpty(): boolean {
    return this.lines.length === 0;
  }

  /** The input of `nft -f -`. */
  toString(): string {
    return this.lines.map((line) => `${line}\n`).join('');
  }

  addTable(): void {
    this.lines.push(`add table ${this.table} { comment "rules for kube-proxy" ; }`);
  }

  addChain(name: string, { hook, comment }: Chain): void {
    const parts = [
      ...(hook ? [`type ${hook.type} hook ${hook.hook} priority ${hook.priority} ;`] : []),
      ...(comment ? [`comment ${quote(comment)} ;`] : []),
    ];
    this.lines.push(`add chain ${this.table} ${name}${parts.length ? ` { ${parts.join(' ')} }` : ''}`);
  }

  flushChain(name: string): void {
    this.lines.push(`flush chain ${this.table} ${name}`);
  }

  deleteChain(name: string): void {
    this.lines.push(`delete chain ${this.table} ${name}`);
  }

  addRules(chain: string, { rules }: Chain): void {
    for (const rule of rules) this.lines.push(`add rule ${this.table} ${chain} ${rule}`);
  }

  addSet(name: string, { kind, type, timeoutSeconds, comment }: NftSet): void {
    const parts = [
      `type ${type} ;`,
      ...(timeoutSeconds === undefined ? [] : [`flags dynamic,timeout ; timeout ${timeoutSeconds}s ;`]),
      ...(comment ? [`comment ${quote(comment)} ;`] : []),
    ];
    this.lines.push(`add ${kind} ${this.table} ${name} { ${parts.join(' ')} }`);
  }

  deleteSet(name: string, kind: NftSet['kind']): void {
    this.lines.push(`delete ${kind} ${this.table} ${name}`);
  }

  addElements(set: string, elements: Iterable<readonly [string, Element]>): void {
    const written = [...elements].map(
      ([key, { verdict, comment }]) => `${key}${comment ? ` comment ${quote(comment)}` : ''}${verdict ? ` : ${verdict}` : ''}`,
    );
    if (written.length) this.lines.push(`add element ${this.table} ${set} { ${written.join(', ')} }`);
  }

  deleteElements(set: string, keys: readonly string[]): void {
    if (keys.length) this.lines.push(`delete element ${this.table} ${set} { ${keys.join(', ')} }`);
  }
}

/** Comments are ours or names of the API: neither can hold a quote. nft takes 128 bytes. */
function quote(comment: string): string {
  return `"${comment.slice(0, 127)}"`;
}
