import protobuf from 'protobufjs';
import { builtInDefinitions } from '../groups/index';
import { buildOpenAPIv3, OPENAPI_INFO } from './build-v3';
import { encodeOpenAPIv3Protobuf } from './v3-protobuf';

/** The parts of gnostic's messages that are read here, as its OpenAPIv3.proto numbers them. */
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Any { string yaml = 2; }
  message NamedAny { string name = 1; Any value = 2; }
  message Reference { string ref = 1; }
  message DefaultType { oneof oneof { double number = 1; bool boolean = 2; string string = 3; } }
  message ItemsItem { repeated SchemaOrReference schema_or_reference = 1; }
  message AdditionalPropertiesItem { oneof oneof { SchemaOrReference schema_or_reference = 1; bool boolean = 2; } }
  message Schema {
    double minimum = 13; int64 max_length = 15; repeated string required = 23; repeated Any enum = 24; string type = 25; repeated SchemaOrReference all_of = 26;
    ItemsItem items = 30; Schemas properties = 31; AdditionalPropertiesItem additional_properties = 32; DefaultType default = 33; string description = 34; string format = 35;
    repeated NamedAny specification_extension = 36;
  }
  message SchemaOrReference { oneof oneof { Schema schema = 1; Reference reference = 2; } }
  message NamedSchema { string name = 1; SchemaOrReference value = 2; }
  message Schemas { repeated NamedSchema additional_properties = 1; }
  message MediaType { SchemaOrReference schema = 1; }
  message NamedMediaType { string name = 1; MediaType value = 2; }
  message MediaTypes { repeated NamedMediaType additional_properties = 1; }
  message Response { string description = 1; MediaTypes content = 3; }
  message ResponseOrReference { Response response = 1; }
  message NamedResponse { string name = 1; ResponseOrReference value = 2; }
  message Responses { ResponseOrReference default = 1; repeated NamedResponse response_or_reference = 2; }
  message Parameter { string name = 1; string in = 2; bool required = 4; SchemaOrReference schema = 10; }
  message ParameterOrReference { Parameter parameter = 1; }
  message RequestBody { MediaTypes content = 2; bool required = 3; }
  message RequestBodyOrReference { RequestBody request_body = 1; }
  message Operation {
    repeated string tags = 1; string operation_id = 5; repeated ParameterOrReference parameters = 6; RequestBodyOrReference request_body = 7; Responses responses = 8;
    repeated NamedAny specification_extension = 13;
  }
  message PathItem { Operation get = 4; Operation put = 5; Operation post = 6; Operation delete = 7; Operation patch = 10; repeated ParameterOrReference parameters = 13; }
  message NamedPathItem { string name = 1; PathItem value = 2; }
  message Paths { repeated NamedPathItem path = 1; }
  message StringArray { repeated string value = 1; }
  message NamedStringArray { string name = 1; StringArray value = 2; }
  message SecurityRequirement { repeated NamedStringArray additional_properties = 1; }
  message SecurityScheme { string type = 1; string name = 3; }
  message SecuritySchemeOrReference { SecurityScheme security_scheme = 1; }
  message NamedSecurityScheme { string name = 1; SecuritySchemeOrReference value = 2; }
  message SecuritySchemes { repeated NamedSecurityScheme additional_properties = 1; }
  message Components { Schemas schemas = 1; SecuritySchemes security_schemes = 7; }
  message Info { string title = 1; string version = 6; }
  message Document { string openapi = 1; Info info = 2; Paths paths = 4; Components components = 5; repeated SecurityRequirement security = 6; }
`);

function decode(document: Parameters<typeof encodeOpenAPIv3Protobuf>[0]): Record<string, unknown> {
  const type = root.lookupType('Document');
  return type.toObject(type.decode(encodeOpenAPIv3Protobuf(document)), { longs: Number }) as Record<string, unknown>;
}

const reference = { $ref: '#/components/schemas/X' };

it('writes the messages of gnostic', () => {
  const schema = {
    type: 'object', description: 'Größe', required: ['a'], properties: { a: { allOf: [reference], default: 0 }, b: { type: 'array', items: reference, default: '' }, c: { type: 'boolean', default: false, enum: [1, 'x'] } },
    additionalProperties: false, 'x-kubernetes-list-type': 'atomic', maxLength: 7, minimum: 1.5, default: {},
  };
  const operation = {
    tags: ['t'], operationId: 'first', parameters: [{ name: 'p', in: 'query', required: true, schema: { type: 'string' } }],
    requestBody: { content: { '*/*': { schema: reference } }, required: true }, responses: { 200: { description: 'OK', content: { j: { schema: reference } } }, default: { description: 'D' } },
    'x-kubernetes-action': 'get',
  };
  const decoded = decode({
    openapi: '3.0.0', info: { title: 'T', version: 'v' }, paths: { '/a': { get: operation }, '/b': { parameters: [{ name: 'n', in: 'path' }] } },
    components: { schemas: { X: schema }, securitySchemes: { B: { type: 'apiKey', name: 'authorization' } } }, security: [{ B: [] }],
  });
  const ref = { reference: { ref: '#/components/schemas/X' } };
  expect(decoded).toEqual({
    openapi: '3.0.0',
    info: { title: 'T', version: 'v' },
    paths: {
      path: [
        {
          name: '/a',
          value: {
            get: {
              tags: ['t'], operationId: 'first', parameters: [{ parameter: { name: 'p', in: 'query', required: true, schema: { schema: { type: 'string' } } } }],
              requestBody: { requestBody: { content: { additionalProperties: [{ name: '*/*', value: { schema: ref } }] }, required: true } },
              responses: {
                default: { response: { description: 'D' } },
                responseOrReference: [{ name: '200', value: { response: { description: 'OK', content: { additionalProperties: [{ name: 'j', value: { schema: ref } }] } } } }],
              },
              specificationExtension: [{ name: 'x-kubernetes-action', value: { yaml: '"get"\n' } }],
            },
          },
        },
        { name: '/b', value: { parameters: [{ parameter: { name: 'n', in: 'path' } }] } },
      ],
    },
    components: {
      schemas: {
        additionalProperties: [
          {
            name: 'X',
            value: {
              schema: {
                type: 'object', description: 'Größe', required: ['a'], maxLength: 7, minimum: 1.5, additionalProperties: { boolean: false },
                properties: {
                  additionalProperties: [
                    { name: 'a', value: { schema: { allOf: [ref], default: { number: 0 } } } },
                    { name: 'b', value: { schema: { type: 'array', items: { schemaOrReference: [ref] }, default: { string: '' } } } },
                    { name: 'c', value: { schema: { type: 'boolean', default: { boolean: false }, enum: [{ yaml: '1\n' }, { yaml: '"x"\n' }] } } },
                  ],
                },
                specificationExtension: [{ name: 'x-kubernetes-list-type', value: { yaml: '"atomic"\n' } }],
              },
            },
          },
        ],
      },
      securitySchemes: { additionalProperties: [{ name: 'B', value: { securityScheme: { type: 'apiKey', name: 'authorization' } } }] },
    },
    security: [{ additionalProperties: [{ name: 'B', value: {} }] }],
  });
});

it('has all paths and schemas of a real document', () => {
  const document = buildOpenAPIv3('apis/apps/v1', builtInDefinitions, OPENAPI_INFO);
  const { paths, components } = decode(document) as { paths: { path: { name: string }[] }; components: { schemas: { additionalProperties: { name: string }[] } } };
  expect(paths.path.map(({ name }) => name)).toEqual(Object.keys(document.paths as object));
  expect(components.schemas.additionalProperties.map(({ name }) => name)).toEqual(Object.keys((document.components as { schemas: object }).schemas));
});
