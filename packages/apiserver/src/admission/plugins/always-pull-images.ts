import { FieldPath, fieldErrorMessage, notSupported } from '@typekube/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission';
import { forbidden } from '../forbidden';
import { containersOf, isPod, oldPodOf, podOf } from '../pods';

/** Upstream's AlwaysPullImages: who uses a private image must be able to pull it, even where it is on the node already. */
export function alwaysPullImages(): AdmissionPlugin {
  return {
    name: 'AlwaysPullImages',
    handles: (target) => isPod(target) && (target.operation === 'CREATE' || target.operation === 'UPDATE'),
    admit(attributes) {
      if (hasNoNewImages(attributes)) return;
      const { spec } = podOf(attributes);
      for (const container of containersOf(spec)) container.imagePullPolicy = 'Always';
      for (const { image } of spec.volumes ?? []) if (image) image.pullPolicy = 'Always';
    },
    validate(attributes) {
      if (hasNoNewImages(attributes)) return;
      const { spec } = podOf(attributes);
      const problems = LISTS.flatMap((list) =>
        (spec[list] ?? []).flatMap(({ imagePullPolicy = '' }, i) => {
          if (imagePullPolicy === 'Always') return [];
          return [fieldErrorMessage(notSupported(FieldPath.of('spec', list).index(i).child('imagePullPolicy'), imagePullPolicy, ['Always']))];
        }),
      );
      if (problems.length) throw forbidden(attributes, problems.length === 1 ? problems[0]! : `[${problems.join(', ')}]`);
    },
  };
}

const LISTS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Pods that were there before the plugin may be changed in other ways. */
function hasNoNewImages(attributes: AdmissionAttributes): boolean {
  if (attributes.operation !== 'UPDATE') return false;
  const known = new Set(containersOf(oldPodOf(attributes).spec).map(({ image }) => image));
  return containersOf(podOf(attributes).spec).every(({ image }) => known.has(image));
}
