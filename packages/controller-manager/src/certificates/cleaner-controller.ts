import { hasReason } from '@typekube/apimachinery';
import { certificateSigningRequests } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { every } from '../shared/every';
import type { CertificateSigningRequest } from '../shared/objects';
import { cleanupReason } from './plan-cleanup';

const PERIOD_MILLISECONDS = 3_600_000;

/** Deletes requests that nobody waits for any more. */
export function cleanerController(deps: ControllerDeps): Runnable {
  const informer = deps.informers.for(certificateSigningRequests);
  const remove = async ({ metadata }: CertificateSigningRequest, signal: AbortSignal): Promise<void> => {
    const { name = '', uid = '' } = metadata;
    try {
      await deps.client.for(certificateSigningRequests).delete(name, { preconditions: { uid }, signal });
    } catch (error) {
      if (!hasReason(error, 'NotFound') && !hasReason(error, 'Conflict')) throw error;
    }
  };
  const work = async (signal: AbortSignal): Promise<void> => {
    for (const request of informer.indexer.list()) {
      const reason = cleanupReason(request, deps.clock.now());
      if (reason === undefined) continue;
      deps.logger.info('Cleaning CSR', { csr: request.metadata.name, reason });
      await remove(request, signal);
    }
  };
  return {
    async run(signal) {
      try {
        await informer.synced(signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await every({ name: 'csrcleaner', milliseconds: PERIOD_MILLISECONDS, clock: deps.clock, logger: deps.logger, work }, signal);
    },
  };
}
