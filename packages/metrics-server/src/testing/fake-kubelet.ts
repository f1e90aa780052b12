import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createCertificateAuthority, createServingCertificate } from '@typekube/component-base';

export interface ContainerSample {
  readonly pod: string;
  readonly container: string;
  /** Seconds of CPU time. */
  readonly cpu: number;
  readonly memory: number;
  /** Seconds since 1970. */
  readonly startTime: number;
}

/** A kubelet in this process that tells what a test says, at the time that the test says. */
export class FakeKubelet implements AsyncDisposable {
  /** The authority of its certificate, PEM. */
  readonly ca: string;
  /** What it was asked with, one for each time. */
  readonly asked: { readonly authorization: string | undefined }[] = [];
  status = 200;
  private text = '';
  private readonly server: Server;

  private constructor() {
    const authority = createCertificateAuthority({ commonName: 'kubelet-ca' });
    const pair = createServingCertificate(authority, { commonName: 'kubelet', hosts: ['127.0.0.1'] });
    this.ca = authority.certificate;
    this.server = createServer({ cert: pair.certificate, key: pair.key }, (request, response) => {
      this.asked.push({ authorization: request.headers.authorization });
      const isThere = request.url === '/metrics/resource';
      response.writeHead(isThere ? this.status : 404, { 'content-type': 'text/plain; version=0.0.4' }).end(this.text);
    });
  }

  static async start(): Promise<FakeKubelet> {
    const kubelet = new FakeKubelet();
    kubelet.server.listen(0, '127.0.0.1');
    await once(kubelet.server, 'listening');
    return kubelet;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on: what the node and its containers had used at that time (milliseconds since 1970). */
  tell(time: number, node: { readonly cpu: number; readonly memory: number }, containers: readonly ContainerSample[] = []): void {
    const lines = [`node_cpu_usage_seconds_total ${node.cpu} ${time}`, `node_memory_working_set_bytes ${node.memory} ${time}`];
    for (const { pod, container, cpu, memory, startTime } of containers) {
      const labels = `{container="${container}",namespace="default",pod="${pod}"}`;
      lines.push(`container_cpu_usage_seconds_total${labels} ${cpu} ${time}`, `container_memory_working_set_bytes${labels} ${memory} ${time}`, `container_start_time_seconds${labels} ${startTime}`);
    }
    this.text = `${lines.join('\n')}\nresource_scrape_error 0\n`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }
}
