/** What files.js says of the site; the server writes it, and so does build.mjs. */
declare const site: {
  /** Changes with any of the files. */
  version: string;
  /** Is the HTTP API there, too? */
  api: boolean;
  /** Addresses of all files, relative to the page. */
  files: string[];
};
