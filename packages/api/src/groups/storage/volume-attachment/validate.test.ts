import { fieldErrorMessage } from '@typekube/apimachinery';
import type { storagev1 } from '../../../types';
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from './validate';

function attachment(spec: Partial<storagev1.VolumeAttachmentSpec> = {}): storagev1.VolumeAttachment {
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: 'a' },
    spec: { attacher: 'd.example.com', nodeName: 'n', source: { persistentVolumeName: 'v' }, ...spec },
  };
}

const CSI = { csi: { driver: 'd.example.com', volumeHandle: 'h' } };

describe('validateVolumeAttachment', () => {
  it.each<[string, Partial<storagev1.VolumeAttachmentSpec>, string[]]>([
    ['a volume', {}, []],
    ['an inline volume', { source: { inlineVolumeSpec: CSI } }, []],
    ['no source', { source: {} }, [
      'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
    ]],
    ['two sources', { source: { persistentVolumeName: 'v', inlineVolumeSpec: CSI } }, [
      'spec.source: Forbidden: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
    ]],
    ['an inline volume with a class', { source: { inlineVolumeSpec: { ...CSI, storageClassName: 'c' } } }, [
      'spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes',
    ]],
  ])('%s', (_, spec, wanted) => {
    expect(validateVolumeAttachment(attachment(spec)).map(fieldErrorMessage)).toEqual(wanted);
  });

  it('keeps its spec', () => {
    const changed = validateVolumeAttachmentUpdate(attachment({ nodeName: 'm' }), attachment());
    expect(changed.map(({ field, detail }) => `${field}: ${detail}`)).toEqual(['spec: field is immutable']);
  });
});
