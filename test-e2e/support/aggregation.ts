import { writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority, createClientCertificate, createServingCertificate, type KeyPair } from '@typekube/component-base';
import { RunningProgram } from './process';
import type { ServerProcess } from './server';

const PROGRAM = join(__dirname, '../programs/sample-apiserver.mjs');

/** What an API server must be given so that extension API servers believe it: files in a folder, and its flags. */
export function frontProxyFlags(folder: string): string[] {
  const authority = createCertificateAuthority({ commonName: 'front-proxy-ca' });
  const client = createClientCertificate(authority, { subject: { commonName: 'front-proxy-client' } });
  const [ca, cert, key] = ['front-proxy-ca.crt', 'front-proxy-client.crt', 'front-proxy-client.key'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(ca, authority.certificate);
  writeFileSync(cert, client.certificate);
  writeFileSync(key, client.key, { mode: 0o600 });
  return [
    `--proxy-client-cert-file=${cert}`, `--proxy-client-key-file=${key}`, `--requestheader-client-ca-file=${ca}`, '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User', '--requestheader-uid-headers=X-Remote-Uid', '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
  ];
}

/** An address of this machine that endpoints may have. */
export function machineAddress(): string {
  const found = Object.values(networkInterfaces()).flatMap((addresses = []) => addresses).find(({ family, internal }) => family === 'IPv4' && !internal);
  if (!found) throw new Error('this machine has no address but the loopback ones');
  return found.address;
}

/** The sample extension API server (programs/sample-apiserver.mjs), a process of its own that may be killed and started again. */
export class SampleApiServer {
  private readonly authority = createCertificateAuthority({ commonName: 'sample' });
  private readonly files: { readonly cert: string; readonly key: string };
  private program: RunningProgram | undefined;
  port = 0;

  constructor(
    private readonly server: Pick<ServerProcess, 'kubeconfig'>,
    folder: string,
    private readonly service = { namespace: 'sample-system', name: 'sample-api' },
  ) {
    const pair: KeyPair = createServingCertificate(this.authority, { commonName: service.name, hosts: [`${service.name}.${service.namespace}.svc`] });
    this.files = { cert: join(folder, 'sample.crt'), key: join(folder, 'sample.key') };
    writeFileSync(this.files.cert, pair.certificate);
    writeFileSync(this.files.key, pair.key, { mode: 0o600 });
  }

  /** Starts it, on the port that it had before. */
  async start(): Promise<RunningProgram> {
    const env = { ...process.env, KUBECONFIG: this.server.kubeconfig, TLS_CERT: this.files.cert, TLS_KEY: this.files.key, PORT: String(this.port) };
    this.program = new RunningProgram(process.execPath, [PROGRAM], { env });
    const [, port] = await this.program.waitFor(/serving on (\d+)/, 20_000);
    this.port = Number(port);
    return this.program;
  }

  /** It does not answer any more, and keeps what it has. */
  pause(): void {
    this.program?.child.kill('SIGSTOP');
  }

  resume(): void {
    this.program?.child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    await this.program?.kill();
  }

  /** Its service with the endpoints that it has, and its API service. */
  objects(): object[] {
    const { namespace, name } = this.service;
    const port = { name: 'api', port: this.port };
    return [
      { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec: { ports: [{ ...port, port: 7443 }] } },
      {
        apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { namespace, name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
        addressType: 'IPv4', ports: [port], endpoints: [{ addresses: [machineAddress()], conditions: { ready: true } }],
      },
      {
        apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1alpha1.wardle.example.com' },
        spec: {
          group: 'wardle.example.com', version: 'v1alpha1', groupPriorityMinimum: 2000, versionPriority: 200,
          service: { namespace, name, port: 7443 }, caBundle: Buffer.from(this.authority.certificate).toString('base64'),
        },
      },
    ];
  }
}
