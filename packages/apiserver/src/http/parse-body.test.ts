import { getSchema } from '@typekube/api';
import { parseBody } from './parse-body';

const EXPECTED = { kind: 'ConfigMap', schema: getSchema('io.k8s.api.core.v1.ConfigMap') };
const UNRECOGNIZED = 'the object provided is unrecognized (must be of type ConfigMap): ';
const UNTOLD = `${UNRECOGNIZED}couldn't get version/kind; json parse error: `;
const STRUCT = 'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

const read = (text: string, type?: string): unknown => parseBody(Buffer.from(text), type, EXPECTED).value;

it.each([
  ['', `${UNTOLD}unexpected end of JSON input (<empty>)`],
  ['{"a"', `${UNTOLD}unexpected end of JSON input ({"a")`],
  ['{"kind":"ConfigMap","data":{"a":"b"}} {}', `${UNTOLD}invalid character '{' after top-level value ({"kind":"ConfigMap","data":{"a ...)`],
  [
    'apiVersion: v1\nkind: PersistentVolume',
    `${UNTOLD}invalid character 'a' looking for beginning of value (61706956657273696f6e3a2076310a6b696e643a2050657273697374656e ...)`,
  ],
  ['[]', `${UNTOLD}json: cannot unmarshal array into Go value of type ${STRUCT} (5b5d)`],
  ['true', `${UNTOLD}json: cannot unmarshal bool into Go value of type ${STRUCT} (74727565)`],
  ['{"kind":5}', `${UNTOLD}json: cannot unmarshal number into Go struct field .kind of type string ({"kind":5})`],
])('says what a body is that is no object: %j', (text, message) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ message, code: 400 }));
});

it('says so of YAML too', () => {
  expect(() => read('- a', 'application/yaml')).toThrow(`${UNTOLD}json: cannot unmarshal array into Go value of type ${STRUCT} (2d2061)`);
  expect(() => read('a: [', 'application/yaml')).toThrow(/^the object provided is unrecognized \(must be of type ConfigMap\): yaml: .* \(613a205b\)$/);
});

it('takes null for an empty object', () => {
  expect(read('null')).toEqual({});
  expect(read('{"kind":null}')).toEqual({ kind: null });
});
