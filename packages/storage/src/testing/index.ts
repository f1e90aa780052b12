/// <reference types="jest" />
import type { Store } from '../store';
import type { StoreFixture } from './fixture';
import { describeFaults } from './faults';
import { describeLeases } from './leases';
import { describeReads } from './reads';
import { describeWatches } from './watches';
import { describeWrites } from './writes';

export { startEtcd, freePorts, type EtcdProcess, type EtcdProcessOptions } from './etcd-process';
export type { StoreFixture } from './fixture';

/** What each part of the kit is given: the fixture and the store open on it. */
export interface Context {
  readonly fixture: StoreFixture;
  store: Store;
}

/** The whole contract of `Store`, as jest tests; a driver passes when all do. */
export function describeStore(name: string, prepare: () => Promise<StoreFixture>): void {
  describe(name, () => {
    let context: Context | undefined;
    const current = (): Context => {
      if (!context) throw new Error('the store is open only while tests run');
      return context;
    };

    beforeAll(async () => {
      const fixture = await prepare();
      context = { fixture, store: await fixture.open() };
    });

    afterAll(async () => {
      await context?.store.close();
      await context?.fixture.dispose();
    });

    describeWrites(current);
    describeReads(current);
    describeWatches(current);
    describeLeases(current);
    describeFaults(current);
  });
}
