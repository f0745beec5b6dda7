// A model behind Node's HTTP server, as one writes it without a serving system.
// Usage: node server.mjs MODEL.onnx [PORT]      POST /predict {"instances": [...]} -> {"predictions": [...]}
import http from 'node:http';
import * as ort from 'onnxruntime-node';

const [file, port = '0'] = process.argv.slice(2);
const session = await ort.InferenceSession.create(file);
const input = session.inputNames[0];
const type = session.inputMetadata[0].type;
const Numbers = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array }[type];

function shapeOf(value) {
  const shape = [];
  for (let level = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  return shape;
}

function nest(data, shape) {
  if (shape.length === 0) return data[0];
  let level = Array.from(data);
  for (let axis = shape.length - 1; axis > 0; axis--) {
    const rows = [];
    for (let i = 0; i < level.length; i += shape[axis]) rows.push(level.slice(i, i + shape[axis]));
    level = rows;
  }
  return level;
}

async function predict(body) {
  const { instances } = JSON.parse(body);
  const tensor = new ort.Tensor(type, Numbers.from(instances.flat(Infinity)), shapeOf(instances));
  const outputs = await session.run({ [input]: tensor });
  const names = session.outputNames;
  if (names.length === 1) return { predictions: nest(outputs[names[0]].data, outputs[names[0]].dims) };
  return { outputs: Object.fromEntries(names.map((name) => [name, nest(outputs[name].data, outputs[name].dims)])) };
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    let status = 200;
    let answer;
    try {
      answer = await predict(Buffer.concat(chunks).toString());
    } catch (error) {
      status = 400;
      answer = { error: String(error) };
    }
    response.writeHead(status, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
process.on('SIGTERM', () => process.exit(0));
