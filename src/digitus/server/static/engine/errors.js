/**
 * Why a picture cannot be read, by the names that the server and the command line use.
 *
 * @module
 */

/** An error that the worker tells by its name. */
export class DigitusError extends Error {
  /**
   * @param {"ImageTooSmall" | "ImageTooLarge" | "InvalidOption"} name
   * @param {string} message
   */
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}
