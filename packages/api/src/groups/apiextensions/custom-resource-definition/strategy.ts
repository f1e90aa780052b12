import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { apiextensionsv1 } from '../../../types';
import { formatWarnings } from './schema/unknown-formats';
import {
  validateCustomResourceDefinition,
  validateCustomResourceDefinitionStatus,
  validateCustomResourceDefinitionUpdate,
} from './validate';

type Definition = apiextensionsv1.CustomResourceDefinition;

/** How a CustomResourceDefinition is written. Every version that was ever the storage version stays noted in its status. */
export const strategy: Strategy<Definition> = {
  prepareForCreate(object) {
    delete object.status;
    noteStorageVersion(object);
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
    noteStorageVersion(object);
  },
  validate: (object) => validateCustomResourceDefinition(object),
  validateUpdate: (object, old) => validateCustomResourceDefinitionUpdate(object, old),
  warningsOnCreate: ({ spec }) => formatWarnings(spec),
  warningsOnUpdate: ({ spec }, old) => formatWarnings(spec, old.spec),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: false,
};

/** How names are accepted and conditions are written. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object) => validateCustomResourceDefinitionStatus(object),
});

function noteStorageVersion(object: Definition): void {
  const storage = object.spec?.versions?.find((version) => version.storage)?.name;
  const stored = object.status?.storedVersions ?? [];
  if (storage !== undefined && !stored.includes(storage)) object.status = { ...object.status, storedVersions: [...stored, storage] };
}
