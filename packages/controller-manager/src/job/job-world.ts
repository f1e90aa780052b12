import type { batchv1, corev1 } from '@typekube/api';
import type { Expectations, Indexer } from '@typekube/client';
import type { ControllerDeps } from '../shared/controller-deps';
import type { NewestWritten } from '../shared/newest-written';
import type { Backoffs } from './backoffs';

export const JOB = { apiVersion: 'batch/v1', kind: 'Job' };

/** What passes over jobs share. */
export interface JobWorld {
  readonly deps: ControllerDeps;
  readonly jobs: Indexer<batchv1.Job>;
  readonly pods: Indexer<corev1.Pod>;
  readonly expectations: Expectations;
  readonly written: NewestWritten<batchv1.Job>;
  /** UIDs of pods whose finalizer was taken and which the cache still shows with it. */
  readonly untracked: Set<string>;
  readonly backoffs: Backoffs;
}
