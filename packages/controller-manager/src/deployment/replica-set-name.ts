/** The label by which the replica sets of a deployment and their pods are told apart. */
export const POD_TEMPLATE_HASH = 'pod-template-hash';

const MAX_NAME = 253;

/** The name of a deployment's replica set, cut so that names of pods remain valid. */
export function replicaSetName(deployment: string, hash: string): string {
  return `${deployment.slice(0, MAX_NAME - hash.length - 1)}-${hash}`;
}
