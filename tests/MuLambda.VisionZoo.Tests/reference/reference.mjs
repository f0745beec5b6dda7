// Runs TensorFlow.js graph models on given inputs and writes their outputs.
// node reference.mjs PACKAGES JOBS: PACKAGES has the node_modules, JOBS is a JSON file: a list of
//   { model, inputs: [{ name, dtype, shape, file }], outputs: [{ name, file }] }
// Inputs and outputs are files of raw little-endian numbers. One line a job goes to standard output:
// the type and the shape of each output, as JSON.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const [packages, jobsFile] = process.argv.slice(2);
const require = createRequire(join(packages, 'package.json'));
const tf = require('@tensorflow/tfjs');
const wasm = require('@tensorflow/tfjs-backend-wasm');

wasm.setWasmPaths(join(packages, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'dist') + '/');
if (!await tf.setBackend('wasm')) {
  throw new Error('The WebAssembly backend of TensorFlow.js does not start.');
}

const arrays = { float32: Float32Array, int32: Int32Array };

function load(file) {
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const shards = json.weightsManifest.flatMap(group => group.paths).map(path => readFileSync(join(dirname(file), path)));
  const weights = Buffer.concat(shards);
  return tf.loadGraphModel({
    load: async () => ({
      ...json,
      weightSpecs: json.weightsManifest.flatMap(group => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length),
    }),
  });
}

function read({ dtype, shape, file }) {
  const bytes = readFileSync(file);
  return tf.tensor(new arrays[dtype](bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)), shape, dtype);
}

const models = new Map();
for (const job of JSON.parse(readFileSync(jobsFile, 'utf8'))) {
  if (!models.has(job.model)) {
    models.forEach(model => model.dispose());
    models.clear();
    models.set(job.model, await load(job.model));
  }

  const inputs = Object.fromEntries(job.inputs.map(input => [input.name, read(input)]));
  const result = models.get(job.model).execute(inputs, job.outputs.map(output => output.name));
  const outputs = Array.isArray(result) ? result : [result];
  for (const [i, output] of outputs.entries()) {
    const values = await output.data();
    writeFileSync(job.outputs[i].file, Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  }

  console.log(JSON.stringify(outputs.map(output => ({ dtype: output.dtype, shape: output.shape }))));
  tf.dispose([...outputs, ...Object.values(inputs)]);
}
