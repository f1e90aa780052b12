import type { Strategy } from '../../../registry/resource-definition';
import { deriveStatusStrategy, keepField } from '../../../registry/status-strategy';
import type { flowcontrolv1 } from '../../../types';
import { validateFlowSchema, validateFlowSchemaStatus } from './validate';

/** How a FlowSchema is written. */
export const strategy: Strategy<flowcontrolv1.FlowSchema> = {
  prepareForCreate(object) {
    delete object.status;
  },
  prepareForUpdate(object, old) {
    keepField(object, old, 'status');
  },
  validate: (object) => validateFlowSchema(object),
  validateUpdate: (object) => validateFlowSchema(object),
  tracksGeneration: true,
  allowCreateOnUpdate: false,
  allowUnconditionalUpdate: true,
};

/** How its conditions are written. */
export const statusStrategy = deriveStatusStrategy(strategy, {
  metadata: 'kept',
  validateUpdate: (object) => validateFlowSchemaStatus(object),
});
