import { containerd as api } from '../../generated/containerd';

/** containerd's own process beside each container; it runs programs that have runc's command line. */
const RUNTIME = 'io.containerd.runc.v2';

const { Options } = api.runc.v1;

/** containerd keeps it with each container: one goes on with the program that it was made by, whatever is chosen for others later. */
export function containerdRuntime(program: string): { name: string; options: { type_url: string; value: Uint8Array } } {
  return { name: RUNTIME, options: { type_url: 'containerd.runc.v1.Options', value: Options.encode({ binaryName: program }).finish() } };
}
