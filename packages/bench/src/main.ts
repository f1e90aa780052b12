import type { Benchmark } from './benchmark';
import { cluster } from './cluster';
import { create } from './create';
import { fairness } from './fairness';
import { fullChain } from './full-chain';
import { get } from './get';
import { list } from './list';
import { formatTable, type Row } from './report';
import { start } from './start';
import { storage } from './storage';
import { watch } from './watch';

/** Those that run when none is named. */
const ALONE: readonly Benchmark[] = [start, get, list, create, watch, storage, fullChain, fairness];

const BENCHMARKS: readonly Benchmark[] = [...ALONE, cluster];

/** `main.js [--etcd] [NAME…]`: runs the named benchmarks, or all but that of a whole cluster, and prints their table. */
async function main(args: readonly string[]): Promise<void> {
  const flags = args.filter((arg) => arg.startsWith('--'));
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = [...flags.filter((flag) => flag !== '--etcd'), ...names.filter((name) => !find(name))];
  if (unknown.length) {
    throw new Error(`unknown: ${unknown.join(' ')}; usage: npm run bench -- [--etcd] [${BENCHMARKS.map(({ name }) => name).join('|')}]…`);
  }
  const rows: Row[] = [];
  for (const { name, run } of names.length ? BENCHMARKS.filter((each) => names.includes(each.name)) : ALONE) {
    console.log(`${name} …`);
    rows.push(...(await run({ etcd: flags.includes('--etcd'), note: (text) => console.log(`  ${text}`) })));
  }
  console.log(`\n${formatTable(rows)}`);
}

function find(name: string): Benchmark | undefined {
  return BENCHMARKS.find((each) => each.name === name);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
