// Calls the selector's fronts with @grpc/grpc-js: `node client.js PROTOS ADDRESS`. The client `fast` takes images of 2 by 2.
// Prints one line of JSON a case: {"name", "error"}; the error is null where all is as it should be.
'use strict';
const assert = require('node:assert/strict');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [protos, address] = process.argv.slice(2);
const files = ['serving/prediction_service.proto', 'serving/model_service.proto', 'inference/grpc_inference_service.proto'];
const definition = loader.loadSync(files, { includeDirs: [protos], keepCase: true, longs: Number, enums: String, defaults: true, oneofs: true });
const { tensorflow, inference } = grpc.loadPackageDefinition(definition);
const credentials = grpc.credentials.createInsecure();
const prediction = new tensorflow.serving.PredictionService(address, credentials);
const models = new tensorflow.serving.ModelService(address, credentials);
const open = new inference.GRPCInferenceService(address, credentials);
const { status } = grpc;

// A unary call: the answer, with the metadata that came with it.
function call(client, method, request, deadline = 60_000) {
  return new Promise((resolve, reject) => {
    const got = {};
    const under = client[method](request, new grpc.Metadata(), { deadline: Date.now() + deadline }, (error, response) =>
      error ? reject(Object.assign(error, got)) : resolve({ response, ...got }));
    under.on('metadata', (m) => { got.headers = m; });
  });
}

async function fails(promise, code, ...words) {
  const error = await promise.then(() => assert.fail('the call succeeded'), (e) => e);
  assert.equal(status[error.code], code, error.details ?? error.message);
  for (const word of words) {
    assert.ok(error.details.includes(word), `'${error.details}' lacks '${word}'`);
  }
}

const image = (label) => Buffer.from(Float32Array.from([label, 0, 0, 0]).buffer);
const floatsOf = (bytes) => Array.from(new Float32Array(Uint8Array.from(bytes).buffer));
const labelOf = (values) => values.indexOf(Math.max(...values));
const predict = (label, name = 'fast', shape = [1, 2, 2, 1]) => ({
  model_spec: { name },
  inputs: { image: { dtype: 'DT_FLOAT', tensor_shape: { dim: shape.map((size) => ({ size })) }, tensor_content: image(label) } },
});
const infer = (label, contents) => ({
  model_name: 'fast', id: 'a', inputs: [{ name: 'image', datatype: 'FP32', shape: [1, 2, 2, 1], ...contents }],
  raw_input_contents: contents ? [] : [image(label)],
});
const decided = ({ headers }) => {
  assert.equal(headers.get('mulambda-model')[0], 'small@1');
  assert.equal(headers.get('mulambda-executor')[0], 'small');
  assert.ok(Number(headers.get('mulambda-latency-estimate-ms')[0]) > 0);
  assert.match(headers.get('mulambda-request-id')[0], /^[0-9a-f-]{36}$/);
};

const cases = {
  async 'TensorFlow Serving: Predict answers, and tells the decision'() {
    const answer = await call(prediction, 'Predict', predict(7));
    assert.equal(labelOf(floatsOf(answer.response.outputs.probabilities.tensor_content)), 7);
    assert.equal(answer.response.model_spec.name, 'fast');
    decided(answer);
  },
  async 'TensorFlow Serving: what cannot be answered has its status'() {
    await fails(call(prediction, 'Predict', predict(7, 'nobody')), 'NOT_FOUND', 'nobody');
    await fails(call(prediction, 'Predict', predict(7, 'fast', [4])), 'INVALID_ARGUMENT', 'inputs.image');
    await fails(call(prediction, 'Classify', { model_spec: { name: 'fast' } }), 'UNIMPLEMENTED', 'Classify');
  },
  async 'TensorFlow Serving: status and metadata answer'() {
    const { response } = await call(models, 'GetModelStatus', { model_spec: { name: 'fast' } });
    assert.deepEqual(response.model_version_status.map((s) => [s.version, s.state]), [[1, 'AVAILABLE']]);
    const metadata = await call(prediction, 'GetModelMetadata', { model_spec: { name: 'fast' }, metadata_field: ['signature_def'] });
    assert.equal(metadata.response.metadata.signature_def.type_url, 'type.googleapis.com/tensorflow.serving.SignatureDefMap');
  },
  async 'Open Inference: ModelInfer answers raw contents raw, and tells the decision'() {
    const answer = await call(open, 'ModelInfer', infer(5));
    assert.equal(labelOf(floatsOf(answer.response.raw_output_contents[0])), 5);
    assert.equal(answer.response.id, 'a');
    assert.deepEqual(answer.response.outputs.map((o) => [o.name, o.datatype, o.shape, o.contents]), [['probabilities', 'FP32', [1, 10], null]]);
    decided(answer);
  },
  async 'Open Inference: what cannot be answered has its status'() {
    await fails(call(open, 'ModelInfer', { ...infer(5), model_name: 'nobody' }), 'NOT_FOUND', 'nobody');
    await fails(call(open, 'ModelInfer', infer(5, { contents: { fp32_contents: [5, 0] } })), 'INVALID_ARGUMENT', 'inputs[0].contents');
    await fails(call(open, 'ModelInfer', { ...infer(5), model_version: '7' }), 'NOT_FOUND', "'7'");
  },
  async 'Open Inference: health and metadata answer'() {
    assert.equal((await call(open, 'ServerLive', {})).response.live, true);
    assert.equal((await call(open, 'ServerReady', {})).response.ready, true);
    assert.equal((await call(open, 'ModelReady', { name: 'fast' })).response.ready, true);
    assert.equal((await call(open, 'ServerMetadata', {})).response.name, 'mulambda-selector');
    const { response } = await call(open, 'ModelMetadata', { name: 'fast' });
    assert.deepEqual(response.inputs, [{ name: 'image', datatype: 'FP32', shape: [-1, 2, 2, 1] }]);
  },
  async 'calls side by side get their own answers'() {
    const all = await Promise.all(Array.from({ length: 100 }, (_, i) => call(prediction, 'Predict', predict(i % 10))));
    assert.deepEqual(all.map(({ response }) => labelOf(floatsOf(response.outputs.probabilities.tensor_content))), all.map((_, i) => i % 10));
  },
};

(async () => {
  for (const [name, run] of Object.entries(cases)) {
    const error = await run().then(() => null, (e) => e.stack);
    console.log(JSON.stringify({ name, error }));
  }
  for (const client of [prediction, models, open]) {
    client.close();
  }
})();
