import { Client, credentials, status } from '@grpc/grpc-js';
import type { ProbeOutcome } from './probe';

const METHOD = '/grpc.health.v1.Health/Check';
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;

/** Asks the standard health service of a gRPC server. Never rejects. */
export function probeGrpc(address: string, service: string, timeoutMs: number): Promise<ProbeOutcome> {
  const client = new Client(address, credentials.createInsecure(), { 'grpc.primary_user_agent': 'kube-probe/1.36' });
  return new Promise((resolve) => {
    const end = (outcome: ProbeOutcome): void => {
      client.close();
      resolve(outcome);
    };
    client.makeUnaryRequest(
      METHOD,
      encodeRequest,
      decodeStatus,
      service,
      { deadline: Date.now() + timeoutMs },
      (error, answer) => {
        if (error) return end({ isSuccess: false, output: errorText(error, address, timeoutMs) });
        if (answer === SERVING) return end({ isSuccess: true, output: 'service healthy' });
        end({ isSuccess: false, output: `service unhealthy (responded with "${STATUSES[answer ?? 0] ?? answer}")` });
      },
    );
  });
}

function errorText({ code, details }: { code: number; details: string }, address: string, timeoutMs: number): string {
  if (code === status.UNIMPLEMENTED)
    return `this server does not implement the grpc health protocol (grpc.health.v1.Health): ${details}`;
  if (code === status.DEADLINE_EXCEEDED) return `timeout: health rpc did not complete within ${timeoutMs / 1000}s`;
  if (code === status.UNAVAILABLE)
    // Why the connection failed holds the time of day: events of one failure would not be counted as one.
    return `timeout: failed to connect service "${address}" within ${timeoutMs / 1000}s: context deadline exceeded`;
  return `error: health rpc probe failed: ${details}`;
}

/** HealthCheckRequest: the service's name is field 1. */
function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service);
  if (name.length === 0) return Buffer.alloc(0);
  const length: number[] = [];
  for (let rest = name.length; ; rest >>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from([0x0a, ...length]), name]);
}

/** HealthCheckResponse: the status is field 1, a small number. */
function decodeStatus(bytes: Buffer): number {
  return bytes[0] === 0x08 ? (bytes[1] ?? 0) : 0;
}
