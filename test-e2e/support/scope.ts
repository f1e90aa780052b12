import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EtcdProcess, type EtcdProcessOptions, startEtcd } from '@typekube/storage/testing';
import type { RunningProgram } from './process';
import { ServerProcess, type ServerOptions } from './server';

/** What a test file starts; all of it ends after the file's last test. */
export class Scope {
  private readonly endings: (() => Promise<unknown>)[] = [];
  private namespaces = 0;

  /** Call it in the body of a `describe` or of the file. */
  constructor() {
    afterAll(async () => {
      for (const end of this.endings.reverse()) await end();
    });
  }

  /** An empty folder. */
  folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'typekube-e2e-'));
    this.endings.push(async () => rmSync(path, { recursive: true, force: true }));
    return path;
  }

  /** A server, by default on a new folder. */
  async server({ dataDir = this.folder(), args }: Partial<ServerOptions> = {}): Promise<ServerProcess> {
    const server = await ServerProcess.start({ dataDir, args });
    this.endings.push(() => server.kill());
    return server;
  }

  async etcd(options?: EtcdProcessOptions): Promise<EtcdProcess> {
    const etcd = await startEtcd(options);
    this.endings.push(() => etcd.stop());
    return etcd;
  }

  /** Ends a program with the file, if the test does not come to it. */
  running<T extends RunningProgram>(program: T): T {
    this.endings.push(() => program.kill());
    return program;
  }

  /** A new namespace of a server; gives its name. */
  async namespace(server: ServerProcess): Promise<string> {
    const name = `test-${++this.namespaces}`;
    await server.client.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    return name;
  }
}
