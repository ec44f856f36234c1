// Reads pictures by a running `digitus serve`, in Node 20 or newer:
//
//   node examples/http/read.mjs seven.png meter.jpg
//
// The server is at DIGITUS_URL; where it wants an API key, that is taken from DIGITUS_API_KEY.
import { File } from "node:buffer";
import { readFile } from "node:fs/promises";

import { line, read } from "./digitus.mjs";

try {
  const file = async (path) => new File([await readFile(path)], path);
  const pictures = await Promise.all(process.argv.slice(2).map(file));
  const { DIGITUS_URL: server, DIGITUS_API_KEY: key } = process.env;
  for (const reading of await read(pictures, { server, key })) console.log(line(reading));
} catch (error) {
  console.error(error.cause?.message ?? error.message);
  process.exitCode = 1;
}
