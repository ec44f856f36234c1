/**
 * Why a picture could not be read.
 *
 * @module
 */

export class ReadError extends Error {
  /**
   * @param {string} type `picture`: it cannot be opened; `offline`: no server can be reached;
   *   `engine`: the reader does not start; or the name of one of the server's problems.
   * @param {string} [message] In English.
   */
  constructor(type, message = type) {
    super(message);
    this.type = type;
  }
}
