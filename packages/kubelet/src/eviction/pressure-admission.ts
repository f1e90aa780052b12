import { findUntolerated } from '@typekube/apimachinery';
import { isCritical } from '../admission/preemption';
import { type Pod, qosClassOf, specOf } from '../objects';
import type { Refusal } from '../pod/admit';
import type { Pressure } from './signals';

const MEMORY_TAINT = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' };

/**
 * Why a node under pressure does not begin a pod; undefined where it does. Short of memory alone it takes those that have asked for some, or that tolerate the
 * state; those that it cannot be without in any case. Pure.
 */
export function pressureRefusal(pod: Pod, pressures: readonly Pressure[]): Refusal | undefined {
  if (pressures.length === 0 || isCritical(pod)) return undefined;
  const isMemoryAlone = pressures.every((pressure) => pressure === 'MemoryPressure');
  if (isMemoryAlone && (qosClassOf(pod) !== 'BestEffort' || toleratesMemoryPressure(pod))) return undefined;
  return { reason: 'Evicted', message: `The node had condition: [${pressures.join(' ')}]. ` };
}

function toleratesMemoryPressure(pod: Pod): boolean {
  return !findUntolerated([MEMORY_TAINT], specOf(pod).tolerations ?? [], ['NoSchedule']);
}
