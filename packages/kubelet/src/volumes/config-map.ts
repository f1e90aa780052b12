import { configMapFiles, DEFAULT_MODE, downwardFiles, secretFiles } from './payload';
import type { VolumePlugin } from './volume';
import { writeVolume } from './wrapped';

/** The keys of a ConfigMap as files, which follow its changes. */
export const configMap: VolumePlugin = {
  name: 'kubernetes.io/configmap',
  supports: ({ configMap: source }) => source !== undefined,
  async setUp(context) {
    const { name = '', items, optional, defaultMode = DEFAULT_MODE } = context.volume.configMap ?? {};
    const files = await configMapFiles(context, { name, items, optional }, defaultMode);
    await writeVolume(context, files, 'disk');
  },
};

/** The keys of a Secret as files, in memory. */
export const secret: VolumePlugin = {
  name: 'kubernetes.io/secret',
  supports: ({ secret: source }) => source !== undefined,
  async setUp(context) {
    const { secretName = '', items, optional, defaultMode = DEFAULT_MODE } = context.volume.secret ?? {};
    const files = await secretFiles(context, { name: secretName, items, optional }, defaultMode);
    await writeVolume(context, files, 'memory');
  },
};

/** Fields of the pod as files, which follow its labels and annotations. */
export const downwardApi: VolumePlugin = {
  name: 'kubernetes.io/downward-api',
  supports: ({ downwardAPI: source }) => source !== undefined,
  async setUp(context) {
    const { items = [], defaultMode = DEFAULT_MODE } = context.volume.downwardAPI ?? {};
    await writeVolume(context, downwardFiles(context, items, defaultMode), 'disk');
  },
};
