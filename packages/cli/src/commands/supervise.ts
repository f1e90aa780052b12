import { outliveFullDisk, shutdownSignal } from '@typekube/component-base';
import { layoutOf } from '../cluster/layout';
import { ociRuntimeInPlace, probeOciRuntime } from '../cluster/oci-runtime';
import { type ClusterOptions, planProcesses } from '../cluster/plan';
import { removeAllPods } from '../cluster/pods';
import { Supervisor } from '../cluster/supervisor';

/** The process behind `typekube up`: runs until it is told to stop. Its first argument is the data folder, by which it is recognised. */
export async function supervise(dataDir: string, cluster: string): Promise<void> {
  outliveFullDisk();
  const layout = layoutOf(dataDir);
  const options = JSON.parse(cluster) as ClusterOptions;
  const { program, because } = ociRuntimeInPlace(options.ociRuntime, probeOciRuntime());
  process.stderr.write(`Containers are made by ${program}: ${because}\n`);
  const plans = planProcesses(layout, options, program);
  const beforeStopping = new Map([['cri-shim', () => removeAllPods(layout)]]);
  const { signal } = shutdownSignal();
  await new Supervisor(layout, plans, beforeStopping).run(signal);
}
