import { BIND_COMPLETED, storageClassNameOf } from '@typekube/api';
import { Controller, objectKey, persistentVolumeClaims, persistentVolumes, storageClasses, watching } from '@typekube/client';
import type { ControllerDeps, Runnable } from '../shared/controller-deps';
import { byName, type PersistentVolume, type PersistentVolumeClaim } from '../shared/objects';
import { retryConflicts } from '../shared/retry-conflicts';
import { ClaimSync } from './claim-sync';
import { claimKeyOf } from './plan-claim';
import { VolumeSync } from './volume-sync';

/** Indexes: claims that are not bound by their class, claims by the volume that they name, volumes by the claim that they are kept for. */
const UNBOUND_OF_CLASS = 'unbound of class';
const BY_VOLUME = 'by volume';
const BY_CLAIM = 'by claim';

/** Binds claims and volumes to each other, and reclaims volumes whose claims are gone. One key at a time: claims vie for volumes. */
export function persistentVolumeBinder(deps: ControllerDeps): Runnable {
  const claims = deps.informers.for(persistentVolumeClaims);
  const volumes = deps.informers.for(persistentVolumes);
  const classes = deps.informers.for(storageClasses);
  claims.addIndex(UNBOUND_OF_CLASS, (claim) => (isUnbound(claim) ? [storageClassNameOf(claim)] : []));
  claims.addIndex(BY_VOLUME, (claim) => (claim.spec?.volumeName ? [claim.spec.volumeName] : []));
  volumes.addIndex(BY_CLAIM, (volume) => [claimKeyOf(volume) ?? []].flat());
  const waiting = (className: string): string[] => claims.indexer.byIndex(UNBOUND_OF_CLASS, className).map(objectKey);
  const claimSync = new ClaimSync(deps, {
    volume: (name) => volumes.indexer.get(name),
    volumes: () => volumes.indexer.list().sort(byName),
    storageClass: (name) => classes.indexer.get(name),
    storageClasses: () => classes.indexer.list(),
  });
  const volumeSync = new VolumeSync(deps, claims.indexer);
  return new Controller({
    name: 'persistent_volume_binder',
    watches: [
      watching(claims, {
        mapToKeys: (claim) => [
          objectKey(claim),
          ...(claim.spec?.volumeName ? [claim.spec.volumeName] : []),
          ...volumes.indexer.byIndex(BY_CLAIM, objectKey(claim)).map(objectKey),
        ],
      }),
      watching(volumes, {
        mapToKeys: (volume) => [
          objectKey(volume),
          ...[claimKeyOf(volume) ?? []].flat(),
          ...claims.indexer.byIndex(BY_VOLUME, objectKey(volume)).map(objectKey),
          ...(isFree(volume) ? waiting(storageClassNameOf(volume)) : []),
        ],
      }),
      // Claims that have no class may get a default one.
      watching(classes, { when: ({ type }) => type !== 'deleted', mapToKeys: (each) => [...waiting(objectKey(each)), ...waiting('')] }),
    ],
    reconcile: retryConflicts(async (key, { signal }) => {
      // Only the keys of claims have a namespace.
      const claim = key.includes('/') ? claims.indexer.get(key) : undefined;
      if (claim) return claimSync.sync(claim, signal);
      const volume = volumes.indexer.get(key);
      if (volume) await volumeSync.sync(volume, signal);
    }),
    workers: 1,
    metrics: deps.metrics('persistent_volume_binder'),
    logger: deps.logger,
    clock: deps.clock,
  });
}

function isUnbound({ metadata }: PersistentVolumeClaim): boolean {
  return metadata.annotations?.[BIND_COMPLETED] === undefined;
}

function isFree({ spec, status }: PersistentVolume): boolean {
  return !spec?.claimRef && status?.phase === 'Available';
}
