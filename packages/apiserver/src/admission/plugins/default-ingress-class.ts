import type { networkingv1 } from '@typekube/api';
import type { AdmissionPlugin } from '../admission';
import type { AdmissionDependencies } from '../dependencies';
import { isResource } from '../pods';
import { newestMarked } from '../newest-marked';

const DEFAULT_MARK = 'ingressclass.kubernetes.io/is-default-class';
const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** Upstream's DefaultIngressClass: an ingress that names no class gets the default one. */
export function defaultIngressClass({ objects }: Pick<AdmissionDependencies, 'objects'>): AdmissionPlugin {
  const classes = objects<networkingv1.IngressClass>('networking.k8s.io', 'ingressclasses');
  return {
    name: 'DefaultIngressClass',
    handles: (target) => isResource(target, 'networking.k8s.io', 'ingresses') && target.operation === 'CREATE' && target.subresource === '',
    admit({ object }) {
      const ingress = object as networkingv1.Ingress;
      if (ingress.spec?.ingressClassName !== undefined || ingress.metadata.annotations?.[CLASS_ANNOTATION]) return;
      const name = newestMarked(classes.list(''), [DEFAULT_MARK])?.metadata.name;
      if (name) ingress.spec = { ...ingress.spec, ingressClassName: name };
    },
  };
}
