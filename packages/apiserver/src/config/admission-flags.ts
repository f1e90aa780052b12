import { inputFileFlag, integerFlag, listFlag, section } from '@typekube/component-base';
import { pluginNames } from '../admission/order';

const NAMES = `Comma-delimited list of admission plugins: ${[...pluginNames].sort().join(', ')}. The order of plugins in this flag does not matter.`;

export const admission = section('Admission', {
  enableAdmissionPlugins: listFlag({
    default: [],
    help: `Admission plugins that should be enabled in addition to default enabled ones. ${NAMES}`,
  }),
  disableAdmissionPlugins: listFlag({
    default: [],
    help: `Admission plugins that should be disabled although they are in the default enabled plugins list. ${NAMES}`,
  }),
  admissionControlConfigFile: inputFileFlag({ help: 'File with admission control configuration.' }),
  defaultNotReadyTolerationSeconds: integerFlag({
    default: 300,
    help: 'Indicates the tolerationSeconds of the toleration for notReady:NoExecute that is added by default to every pod that does not already have such a toleration.',
  }),
  defaultUnreachableTolerationSeconds: integerFlag({
    default: 300,
    help: 'Indicates the tolerationSeconds of the toleration for unreachable:NoExecute that is added by default to every pod that does not already have such a toleration.',
  }),
});
