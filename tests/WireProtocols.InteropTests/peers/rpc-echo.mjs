// The service wire.Echo as the library of Connect for Node.js sees it: messages are google.protobuf.BytesValue, and no compiler is needed.
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, file_google_protobuf_wrappers } from '@bufbuild/protobuf/wkt';

const type = '.google.protobuf.BytesValue';
const methods = [
  ['Unary', false, false],
  ['ClientStreaming', true, false],
  ['ServerStreaming', false, true],
  ['Bidirectional', true, true],
];
const file = create(FileDescriptorProtoSchema, {
  name: 'wire.proto',
  package: 'wire',
  syntax: 'proto3',
  dependency: ['google/protobuf/wrappers.proto'],
  service: [{
    name: 'Echo',
    method: methods.map(([name, clientStreaming, serverStreaming]) => ({ name, inputType: type, outputType: type, clientStreaming, serverStreaming })),
  }],
});

export const Echo = createFileRegistry(file, (name) => (name === file_google_protobuf_wrappers.proto.name ? file_google_protobuf_wrappers : undefined))
  .getService('wire.Echo');
