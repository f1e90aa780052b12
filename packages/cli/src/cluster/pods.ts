import { cri, GrpcConnection, serviceClient } from '@typekube/cri-api';
import type { Layout } from './layout';

/** Stops and removes every pod of the runtime, with its network: what must happen before the runtime itself stops. */
export async function removeAllPods({ cri: { socket } }: Layout): Promise<void> {
  const connection = new GrpcConnection(socket);
  try {
    const runtime = serviceClient(connection, cri.RuntimeService);
    const { items } = await runtime.ListPodSandbox({});
    await Promise.all(items.map(({ id }) => runtime.RemovePodSandbox({ podSandboxId: id })));
  } finally {
    connection.close();
  }
}
