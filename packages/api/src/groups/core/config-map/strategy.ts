import type { Strategy } from '../../../registry/resource-definition';
import type { corev1 } from '../../../types';
import { validateConfigMap, validateConfigMapUpdate } from './validate';

export const strategy: Strategy<corev1.ConfigMap> = {
  validate: (configMap) => validateConfigMap(configMap),
  validateUpdate: (configMap, old) => validateConfigMapUpdate(configMap, old),
};
