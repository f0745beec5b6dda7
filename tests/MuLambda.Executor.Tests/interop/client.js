// Calls every method of the executor with @grpc/grpc-js: `node client.js PROTOS ADDRESS MODELS`.
// Prints one line of JSON a case: {"name", "error"}; the error is null where all is as it should be.
'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const [protos, address, models] = process.argv.slice(2);
const files = ['serving/prediction_service.proto', 'serving/model_service.proto', 'grpc/health/health.proto', 'serving/get_model_metadata.proto'];
const definition = loader.loadSync(files, {
  includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true,
});
const { tensorflow, grpc: { health } } = grpc.loadPackageDefinition(definition);
const credentials = grpc.credentials.createInsecure();
const channelOptions = { 'grpc.max_receive_message_length': 64 << 20, 'grpc.max_send_message_length': 128 << 20 };
const prediction = new tensorflow.serving.PredictionService(address, credentials, channelOptions);
const service = new tensorflow.serving.ModelService(address, credentials, channelOptions);
const checks = new health.v1.Health(address, credentials, channelOptions);
const { status } = grpc;

// A unary call: the answer, with the metadata that came with it. Every call has a deadline.
function call(client, method, request, { metadata = new grpc.Metadata(), deadline = 60_000, cancel } = {}) {
  return new Promise((resolve, reject) => {
    const got = {};
    const under = client[method](request, metadata, { deadline: Date.now() + deadline }, (error, response) =>
      error ? reject(Object.assign(error, got)) : resolve({ response, ...got }));
    under.on('metadata', (m) => { got.headers = m; });
    under.on('status', (s) => { got.trailers = s.metadata; });
    cancel?.(under);
  });
}

async function fails(promise, code, ...words) {
  const error = await promise.then(() => assert.fail('the call succeeded'), (e) => e);
  assert.equal(status[error.code], code, error.details ?? error.message);
  for (const word of words) {
    assert.ok(error.details.includes(word), `'${error.details}' lacks '${word}'`);
  }
}

const floats = (values, shape = [values.length]) => ({
  dtype: 'DT_FLOAT', tensor_shape: { dim: shape.map((size) => ({ size })) }, tensor_content: Buffer.from(Float32Array.from(values).buffer),
});
const valuesOf = (tensor) => {
  const copy = Uint8Array.from(tensor.tensor_content);
  return Array.from(new Float32Array(copy.buffer, 0, copy.length / 4));
};
const predict = (values, spec = {}) => ({ model_spec: { name: 'half', ...spec }, inputs: { x: floats(values) } });
const example = (x) => ({ features: { feature: { x: { float_list: { value: [x] } } } } });
const examples = (...values) => ({ example_list: { examples: values.map(example) } });
const slow = { model_spec: { name: 'slow' }, inputs: { x: floats(new Array(384 * 384).fill(0), [384, 384]) } };

const cases = {
  async 'Predict answers'() {
    const { response } = await call(prediction, 'Predict', predict([1, 2, 5]));
    assert.deepEqual(valuesOf(response.outputs.y), [2.5, 3, 4.5]);
    assert.deepEqual(response.outputs.y.tensor_shape.dim.map((d) => d.size), [3]);
    assert.equal(response.model_spec.name, 'half');
    assert.equal(response.model_spec.version.value, 1);
    assert.equal(response.model_spec.signature_name, 'serving_default');
  },
  async 'Predict takes float_val, and a version'() {
    const request = { model_spec: { name: 'half', version: { value: 1 } }, inputs: { x: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: 3 }] }, float_val: [1, 2] } } };
    assert.deepEqual(valuesOf((await call(prediction, 'Predict', request)).response.outputs.y), [2.5, 3, 3]);
  },
  async 'Classify answers'() {
    const { response } = await call(prediction, 'Classify', { model_spec: { name: 'examples', signature_name: 'classify' }, input: examples(1, 2, 5) });
    assert.deepEqual(response.result.classifications.map((c) => c.classes.map((one) => [one.label, one.score])), [[['', 2.5]], [['', 3]], [['', 4.5]]]);
    assert.equal(response.model_spec.signature_name, 'classify');
  },
  async 'Regress answers, with a context too'() {
    const request = { model_spec: { name: 'examples', signature_name: 'regress' } };
    const plain = await call(prediction, 'Regress', { ...request, input: examples(1, 2) });
    assert.deepEqual(plain.response.result.regressions.map((r) => r.value), [2.5, 3]);
    const input = { example_list_with_context: { context: example(5), examples: [{}, example(1)] } };
    const merged = await call(prediction, 'Regress', { ...request, input });
    assert.deepEqual(merged.response.result.regressions.map((r) => r.value), [4.5, 2.5]);
  },
  async 'MultiInference answers'() {
    const task = (signature_name, method) => ({ model_spec: { name: 'examples', signature_name }, method_name: `tensorflow/serving/${method}` });
    const tasks = [task('regress', 'regress'), task('classify', 'classify')];
    const { response } = await call(prediction, 'MultiInference', { tasks, input: examples(1) });
    assert.deepEqual(response.results.map((r) => r.result), ['regression_result', 'classification_result']);
    assert.equal(response.results[0].regression_result.regressions[0].value, 2.5);
    assert.equal(response.results[1].classification_result.classifications[0].classes[0].score, 2.5);
    await fails(call(prediction, 'MultiInference', { tasks: [tasks[0], tasks[0]], input: examples(1) }), 'INVALID_ARGUMENT', 'Duplicate evaluation of signature: regress');
    await fails(call(prediction, 'MultiInference', { tasks: [task('regress', 'predict')], input: examples(1) }), 'UNIMPLEMENTED', 'Unsupported signature method_name');
  },
  async 'GetModelMetadata answers'() {
    const { response } = await call(prediction, 'GetModelMetadata', { model_spec: { name: 'half' }, metadata_field: ['signature_def'] });
    const any = response.metadata.signature_def;
    assert.equal(any.type_url, 'type.googleapis.com/tensorflow.serving.SignatureDefMap');
    const root = new protobuf.Root();
    root.resolvePath = (_, file) => path.resolve(protos, file);
    root.loadSync(files);
    const signature = root.lookupType('tensorflow.serving.SignatureDefMap').decode(any.value).toJSON().signatureDef.serving_default;
    assert.equal(signature.methodName, 'tensorflow/serving/predict');
    assert.deepEqual(signature.inputs.x, { name: 'x', dtype: 'DT_FLOAT', tensorShape: { dim: [{ size: '-1' }] } });
    await fails(call(prediction, 'GetModelMetadata', { model_spec: { name: 'half' }, metadata_field: ['weights'] }), 'INVALID_ARGUMENT', 'Metadata field weights is not supported');
  },
  async 'GetModelStatus answers'() {
    const { response } = await call(service, 'GetModelStatus', { model_spec: { name: 'half' } });
    assert.deepEqual(response.model_version_status, [{ version: 1, state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }]);
    await fails(call(service, 'GetModelStatus', { model_spec: { name: 'nobody' } }), 'NOT_FOUND', 'Could not find any versions of model nobody');
  },
  async 'Health Check answers'() {
    assert.equal((await call(checks, 'Check', {})).response.status, 'SERVING');
    assert.equal((await call(checks, 'Check', { service: 'tensorflow.serving.PredictionService' })).response.status, 'SERVING');
    await fails(call(checks, 'Check', { service: 'nobody' }), 'NOT_FOUND', 'nobody');
  },
  async 'Health Watch streams until it is cancelled'() {
    const watch = (name) => new Promise((resolve, reject) => {
      const seen = [];
      const stream = checks.Watch({ service: name }, { deadline: Date.now() + 60_000 });
      stream.on('data', (m) => { seen.push(m.status); stream.cancel(); });
      stream.on('error', (e) => (e.code === status.CANCELLED ? resolve(seen) : reject(e)));
      stream.on('end', () => resolve(seen));
    });
    assert.deepEqual(await watch(''), ['SERVING']);
    assert.deepEqual(await watch('nobody'), ['SERVICE_UNKNOWN']);
  },
  async 'gzip goes both ways'() {
    const gzip = { ...channelOptions, 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip };
    const client = new tensorflow.serving.PredictionService(address, credentials, gzip);
    const many = new Array(50_000).fill(1);
    const { response } = await call(client, 'Predict', predict(many));
    assert.deepEqual(valuesOf(response.outputs.y), many.map(() => 2.5));
    client.close();
  },
  async 'an encoding nobody knows is UNIMPLEMENTED'() {
    const deflate = { ...channelOptions, 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.deflate };
    const client = new tensorflow.serving.PredictionService(address, credentials, deflate);
    await fails(call(client, 'Predict', predict([1])), 'UNIMPLEMENTED', 'deflate');
    client.close();
  },
  async 'metadata, text and bytes, is taken'() {
    const metadata = new grpc.Metadata();
    metadata.add('client', 'digits-fast');
    metadata.add('token-bin', Buffer.from([0, 255, 7]));
    await call(prediction, 'Predict', predict([1]), { metadata });
  },
  async 'a deadline ends a run'() {
    await fails(call(prediction, 'Predict', slow, { deadline: 700 }), 'DEADLINE_EXCEEDED');
  },
  async 'a cancelled call ends'() {
    await fails(call(prediction, 'Predict', slow, { cancel: (under) => setTimeout(() => under.cancel(), 100) }), 'CANCELLED');
    // Its place is free again.
    await call(prediction, 'Predict', predict([1]));
  },
  async 'a message over the server\'s limit is RESOURCE_EXHAUSTED'() {
    await fails(call(prediction, 'Predict', predict(new Array(300_000).fill(0))), 'RESOURCE_EXHAUSTED', '1000000');
  },
  async 'a message over the client\'s limit is RESOURCE_EXHAUSTED'() {
    const client = new tensorflow.serving.PredictionService(address, credentials, { 'grpc.max_receive_message_length': 1000 });
    await fails(call(client, 'Predict', predict(new Array(1000).fill(0))), 'RESOURCE_EXHAUSTED');
    client.close();
  },
  async 'what cannot be answered has TensorFlow Serving\'s status and words'() {
    await fails(call(prediction, 'Predict', {}), 'INVALID_ARGUMENT', 'Missing ModelSpec');
    await fails(call(prediction, 'Predict', predict([1], { name: 'nobody' })), 'NOT_FOUND', 'Servable not found for request: Latest(nobody)');
    await fails(call(prediction, 'Predict', predict([1], { version: { value: 9 } })), 'NOT_FOUND', 'Servable not found for request: Specific(half, 9)');
    await fails(call(prediction, 'Predict', predict([1], { version_label: 'canary' })), 'INVALID_ARGUMENT', 'Unrecognized servable version label: canary');
    await fails(call(prediction, 'Predict', predict([1], { signature_name: 'other' })), 'FAILED_PRECONDITION', 'Serving signature key "other" not found.');
    await fails(call(prediction, 'Classify', { model_spec: { name: 'examples', signature_name: 'classify' } }), 'INVALID_ARGUMENT', 'Input is empty.');
    await fails(call(prediction, 'Regress', { model_spec: { name: 'half' }, input: examples(1) }), 'INVALID_ARGUMENT', 'No regression inputs found in SignatureDef');
  },
  async 'a method nobody has is UNIMPLEMENTED'() {
    const Unknown = grpc.makeGenericClientConstructor({
      Explain: { path: '/tensorflow.serving.PredictionService/Explain', requestStream: false, responseStream: false, requestSerialize: () => Buffer.alloc(0), responseDeserialize: (b) => b },
    }, 'Unknown');
    const client = new Unknown(address, credentials);
    await fails(call(client, 'Explain', {}), 'UNIMPLEMENTED', 'Explain');
    client.close();
  },
  async 'calls side by side get their own answers'() {
    const all = await Promise.all(Array.from({ length: 200 }, (_, i) => call(prediction, 'Predict', predict([i]))));
    assert.deepEqual(all.map(({ response }) => valuesOf(response.outputs.y)[0]), all.map((_, i) => i / 2 + 2));
  },
  async 'HandleReloadConfigRequest replaces the models'() {
    const config = (...names) => ({
      config: { model_config_list: { config: names.map((name) => ({ name, base_path: path.join(models, name), model_platform: 'tensorflow' })) } },
      metric_names: ['mulambda_executor_model_loads_total'],
    });
    await fails(call(service, 'HandleReloadConfigRequest', {}), 'INVALID_ARGUMENT', 'Only ModelConfigList is currently supported');
    const { response } = await call(service, 'HandleReloadConfigRequest', config('half', 'examples', 'slow', 'other'));
    assert.equal(response.status.error_code, 'OK');
    assert.deepEqual(response.metric, [{ name: 'mulambda_executor_model_loads_total', int64_value_increase: 1, value_increase: 'int64_value_increase' }]);
    assert.deepEqual(valuesOf((await call(prediction, 'Predict', predict([1], { name: 'other' }))).response.outputs.y), [2.5]);
    await call(service, 'HandleReloadConfigRequest', config('half', 'examples', 'slow'));
    await fails(call(prediction, 'Predict', predict([1], { name: 'other' })), 'NOT_FOUND', 'other');
  },
};

(async () => {
  for (const [name, run] of Object.entries(cases)) {
    const error = await run().then(() => null, (e) => e.stack);
    console.log(JSON.stringify({ name, error }));
  }
  for (const client of [prediction, service, checks]) {
    client.close();
  }
})();
