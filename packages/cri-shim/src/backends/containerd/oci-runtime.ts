import { containerd as api } from '../../generated/containerd';

/** containerd's own process beside each container; it runs programs that have runc's command line. */
const RUNTIME = 'io.containerd.runc.v2';

const { Options } = api.runc.v1;

/**
 * containerd keeps it with each container: one goes on with the program that it was made by, whatever is chosen for others later. `root` is where the
 * program keeps what it knows of its containers; what is left there after everything was killed goes with that folder.
 */
export function containerdRuntime(program: string, root: string): { name: string; options: { type_url: string; value: Uint8Array } } {
  return { name: RUNTIME, options: { type_url: 'containerd.runc.v1.Options', value: Options.encode({ binaryName: program, root }).finish() } };
}
