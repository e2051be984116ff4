/* A film on its screen. The addresses of its file expire, and new ones come while it is watched: to take a new
   one would begin the film anew. So a film that has begun keeps the address that it has, until that one fails. */

export class FilmScreen {
  #video;
  #newest = "";
  /** @type {{ time: number, isPlaying: boolean } | null} */
  #place = null;
  #hasFailed = false;

  /** @param {HTMLVideoElement} video */
  constructor(video) {
    this.#video = video;
    video.addEventListener("error", () => this.#fail());
    video.addEventListener("loadedmetadata", () => this.#return());
  }

  /**
   * The address that is valid from now on.
   *
   * @param {string} address
   */
  offer(address) {
    this.#newest = address;
    const hasBegun = this.#video.currentTime > 0 || !this.#video.paused;
    if (this.#hasFailed || !hasBegun) this.#take();
  }

  #fail() {
    const { currentTime, paused } = this.#video;
    this.#place ??= { time: currentTime, isPlaying: !paused };
    this.#hasFailed = true;
    this.#take();
  }

  #take() {
    if (this.#video.getAttribute("src") === this.#newest) return;
    this.#video.src = this.#newest;
  }

  #return() {
    this.#hasFailed = false;
    if (!this.#place) return;
    const { time, isPlaying } = this.#place;
    this.#place = null;
    this.#video.currentTime = time;
    if (isPlaying) this.#video.play().catch(() => {}); // The phone wants a tap: the picture waits where it was.
  }
}
