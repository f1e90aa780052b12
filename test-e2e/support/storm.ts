import type { KubeObject } from '@typekube/apimachinery';
import type { ServerProcess } from './server';

/** A config map as a storm writes it. */
export interface StormObject extends KubeObject {
  readonly data: { readonly n: string; readonly filling: string };
}

/** The last write of an object that the server acknowledged. */
export interface Acknowledged {
  readonly n: number;
  readonly revision: number;
}

const PATH = '/api/v1/namespaces/default/configmaps';
const WRITERS = 12;

/**
 * Writers that create objects and change them without end, each waiting for its answer before its next write, until the server
 * is gone.
 */
export class Storm {
  /** By name; a writer makes a new object after some changes of the one before. */
  readonly acknowledged = new Map<string, Acknowledged>();
  private count = 0;
  private readonly waiting: { count: number; resolve: () => void }[] = [];
  private running: Promise<unknown> = Promise.resolve();

  /** Starts writing to a server; `round` tells the names of this storm from those of earlier ones. */
  start({ client }: Pick<ServerProcess, 'client'>, round: number): void {
    const writer = async (id: number): Promise<void> => {
      for (let object = 0; ; object++) {
        const name = `storm-${round}-${id}-${object}`;
        let written = await client.post<StormObject>(PATH, stormObject(name, 0));
        this.acknowledge(written);
        for (let n = 1; n < 8; n++) {
          written = await client.put<StormObject>(`${PATH}/${name}`, { ...stormObject(name, n), metadata: written.metadata });
          this.acknowledge(written);
        }
      }
    };
    this.running = Promise.allSettled(Array.from({ length: WRITERS }, (_, id) => writer(id)));
  }

  /** Resolves when so many writes are acknowledged since the beginning of all. */
  reached(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.count >= count) resolve();
      else this.waiting.push({ count, resolve });
    });
  }

  /** Resolves when all writers have noticed that the server is gone. */
  async ended(): Promise<void> {
    await this.running;
  }

  get total(): number {
    return this.count;
  }

  private acknowledge({ metadata: { name = '', resourceVersion }, data }: StormObject): void {
    this.acknowledged.set(name, { n: Number(data.n), revision: Number(resourceVersion) });
    this.count += 1;
    for (const { count, resolve } of this.waiting) if (this.count >= count) resolve();
  }
}

/** What a writer writes at its nth time: of different lengths, and whole only if the filling fits its number. */
export function stormObject(name: string, n: number): StormObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { n: String(n), filling: fillingOf(n) } };
}

export function fillingOf(n: number): string {
  return String(n % 10).repeat(100 + ((n * 977) % 3000));
}
