import type { Condition } from '@typekube/apimachinery';
import { age } from '../../../shared/columns/age';
import { defineTable, integer, nameColumn, text } from '../../../shared/columns/table';
import type { resourcev1alpha3 } from '../../../types';

type Request = resourcev1alpha3.ResourcePoolStatusRequest;
type Pool = resourcev1alpha3.PoolStatus;

export const table = defineTable<Request>(
  nameColumn,
  text('Driver', 'The driver to query pools for.', ({ spec }) => spec.driver),
  text('Total', 'Total number of devices across all pools.', sumOf((pool) => pool.totalDevices)),
  text('Available', 'Number of available devices across all pools.', sumOf((pool) => pool.availableDevices)),
  text('Allocated', 'Number of allocated devices across all pools.', sumOf((pool) => pool.allocatedDevices)),
  text('Unavailable', 'Number of unavailable devices across all pools.', sumOf((pool) => pool.unavailableDevices)),
  text('Errors', 'Number of pools with validation errors.', sumOf((pool) => Number(pool.validationError !== undefined))),
  integer('Pools', 'Total number of matching pools.', ({ status }) => status?.poolCount ?? 0),
  text('Status', 'Processing status.', statusText),
  text('Completed', 'Time since the observation completed.', completedText),
);

/** A cell that adds up the pools; `-` while there is no status, and for a request that failed. */
function sumOf(count: (pool: Pool) => number | undefined): (request: Request) => string {
  return (request) => {
    const { status } = request;
    if (!status || outcomeOf(request)?.type === 'Failed') return '-';
    return String((status.pools ?? []).reduce((sum, pool) => sum + (count(pool) ?? 0), 0));
  };
}

/** The first condition that ends a request. */
function outcomeOf({ status }: Request): Condition | undefined {
  return status?.conditions?.find(({ type, status: is }) => is === 'True' && ['Complete', 'Failed'].includes(type));
}

/** Says too how many pools are told of, where the limit left some out. */
function statusText(request: Request): string {
  const { poolCount = 0, pools = [] } = request.status ?? {};
  const outcome = outcomeOf(request)?.type ?? 'Pending';
  return outcome === 'Complete' && poolCount > pools.length ? `Complete (${pools.length}/${poolCount} pools)` : outcome;
}

function completedText(request: Request, now: Date): string {
  const outcome = outcomeOf(request);
  return outcome?.type === 'Complete' ? age(outcome.lastTransitionTime, now) : '<none>';
}
