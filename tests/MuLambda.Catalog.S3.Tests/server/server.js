// s3rver with what it lacks of S3: objects replaced as a whole, uploads aborted, uploads listed, a bucket's slash signed.
// usage: node server.js DIRECTORY; prints its port, ends with its input.
'use strict';

const fs = require('fs');
const path = require('path');
const S3rver = require('@20minutes/s3rver');
const v4 = require('@20minutes/s3rver/lib/signature/v4');

const [directory] = process.argv.slice(2);
const server = new S3rver({ directory, port: 0, address: '127.0.0.1', silent: true, vhostBuckets: false });
const { store } = server;

const putContent = store.putContent.bind(store);
let temporaries = 0;
store.putContent = async (file, content) => {
  const temporary = `${file}.${process.pid}-${temporaries++}`;
  try {
    const result = await putContent(temporary, content);
    await fs.promises.rename(temporary, file);
    return result;
  } catch (error) {
    await fs.promises.rm(temporary, { force: true });
    throw error;
  }
};

// Content and metadata are files of their own: writers of one server take turns, or they would mix.
let turn = Promise.resolve();
for (const name of ['putObject']) {
  const write = store[name].bind(store);
  store[name] = (...args) => {
    const result = turn.then(() => write(...args));
    turn = result.catch(() => {});
    return result;
  };
}

// A bucket is asked for as /bucket/, and signed so; s3rver leaves the slash out of what it compares.
const { getStringToSign } = v4;
v4.getStringToSign = (canonical, request) => getStringToSign(
  /^\/[^/]+$/.test(canonical.uri) ? { ...canonical, uri: `${canonical.uri}/` } : canonical, request);

const uploadsOf = (bucket) => store.getResourcePath(bucket, undefined, 'uploads');

// Signatures are checked for every route of s3rver; these two are beside them.
server.middleware.unshift(async (ctx, next) => {
  const [, bucket] = ctx.path.split('/');
  if (ctx.method === 'DELETE' && ctx.query.uploadId) {
    await fs.promises.rm(path.join(uploadsOf(bucket), path.basename(ctx.query.uploadId)), { recursive: true, force: true });
    ctx.status = 204;
  } else if (ctx.method === 'GET' && 'uploads' in ctx.query) {
    const ids = await fs.promises.readdir(uploadsOf(bucket)).catch(() => []);
    const uploads = ids.map((id) => {
      const key = fs.readFileSync(path.join(uploadsOf(bucket), id, 'key'), 'utf8');
      return `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`;
    });
    ctx.type = 'application/xml';
    ctx.body = '<?xml version="1.0" encoding="UTF-8"?>'
      + '<ListMultipartUploadsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
      + `<Bucket>${bucket}</Bucket><IsTruncated>false</IsTruncated>${uploads.join('')}</ListMultipartUploadsResult>`;
  } else {
    await next();
  }
});

process.stdin.on('end', () => process.exit(0)).resume();
server.run().then(({ port }) => console.log(port));
