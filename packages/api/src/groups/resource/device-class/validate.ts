import { FieldPath, type FieldError, invalid } from '@typekube/apimachinery';
import type { resourcev1 } from '../../../types';
import { validateSlice } from '../../../shared/device/collections';
import { validateConfiguration, validateSelectors } from '../../../shared/device/configuration';
import { semanticEqual } from '../../../shared/fields/semantic-equal';
import { isExtendedResourceName } from '../../../shared/resources/validate';

const MAX_CONFIGURATIONS = 32;

/** The rules of a DeviceClass, new or changed: what did not change is not measured again. */
export function validateDeviceClass(object: resourcev1.DeviceClass, old?: resourcev1.DeviceClass): FieldError[] {
  const spec: resourcev1.DeviceClassSpec = object.spec ?? {};
  const path = FieldPath.of('spec');
  const sameSelectors = { stored: old !== undefined && semanticEqual(spec.selectors, old.spec?.selectors) };
  const sameConfig = { stored: old !== undefined && semanticEqual(spec.config, old.spec?.config) };
  return [
    ...validateSelectors(spec.selectors, path.child('selectors'), sameSelectors),
    ...validateSlice(
      spec.config,
      MAX_CONFIGURATIONS,
      (one, at) => validateConfiguration(one, at, sameConfig),
      path.child('config'),
    ),
    ...validateResourceName(spec.extendedResourceName, path.child('extendedResourceName')),
  ];
}

function validateResourceName(name: string | undefined, path: FieldPath): FieldError[] {
  return name === undefined || isExtendedResourceName(name)
    ? []
    : [invalid(path, name, 'must be a valid extended resource name')];
}
