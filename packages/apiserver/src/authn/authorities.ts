import { CertificatePool, type Clock } from '@typekube/component-base';
import type { AuthenticationFlags } from '../config/authentication-flags';
import { FollowedFile } from './followed-file';

interface Bundle {
  readonly pem: string;
  readonly pool: CertificatePool;
}

export interface FollowContext {
  /** Told of the authorities that TLS is to verify by, when they change. */
  readonly onChange: (pem: string) => void;
  readonly onError: (error: unknown) => void;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Who may sign the certificates of clients, and of proxies. Files are read again when they change. */
export class Authorities {
  private constructor(
    private readonly clients: () => Bundle,
    private readonly proxies: (() => Bundle) | undefined,
    private readonly files: readonly FollowedFile<Bundle>[],
  ) {}

  /** `ownCA` signs clients where no flag names a file. */
  static async open({ clientCaFile, requestheaderClientCaFile }: AuthenticationFlags, ownCA: string): Promise<Authorities> {
    const clients = clientCaFile ? await open(clientCaFile, '--client-ca-file') : undefined;
    const proxies = requestheaderClientCaFile ? await open(requestheaderClientCaFile, '--requestheader-client-ca-file') : undefined;
    const own: Bundle = clients?.value ?? { pem: ownCA, pool: new CertificatePool(ownCA, 'the generated authority') };
    const files = [clients, proxies].filter((file) => file !== undefined);
    return new Authorities(() => clients?.value ?? own, proxies && (() => proxies.value), files);
  }

  clientPool(): CertificatePool {
    return this.clients().pool;
  }

  /** Undefined where no proxy may name clients. */
  get proxyPool(): (() => CertificatePool) | undefined {
    const { proxies } = this;
    return proxies && (() => proxies().pool);
  }

  get clientPem(): string {
    return this.clients().pem;
  }

  get proxyPem(): string | undefined {
    return this.proxies?.().pem;
  }

  /** All of them, for TLS. */
  get pem(): string {
    return [this.clientPem, this.proxyPem ?? ''].join('\n');
  }

  /** Reads the files again and again; resolves when the signal is aborted. */
  async follow({ onChange, onError, clock, signal }: FollowContext): Promise<void> {
    await Promise.all(this.files.map((file) => file.follow(() => onChange(this.pem), signal, { clock, onError })));
  }
}

function open(path: string, flag: string): Promise<FollowedFile<Bundle>> {
  return FollowedFile.open(path, (pem) => ({ pem, pool: new CertificatePool(pem, `${flag} ${path}`) }));
}
