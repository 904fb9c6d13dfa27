// A map drawn from the places themselves: every row a dot, the selected ones in colour. Equirectangular; no tiles, no outlines.
import { context } from "tabstate";
import type { Cities } from "./cities.js";

export interface Frame {
  /** Degrees; `west` may exceed `east` by wrapping, so the width is kept instead. */
  west: number;
  width: number;
  south: number;
  north: number;
}

/** Cut in the Bering Strait, where no land is. */
export const WORLD: Frame = { west: -169, width: 360, south: -56, north: 78 };

export interface MapContent {
  cities: Cities;
  frame: Frame;
  /** 0 where the row is to be shown in colour. */
  failed: Uint8Array;
  latMin?: number | undefined;
  latMax?: number | undefined;
  markedRow?: number | undefined;
}

const turn = (degrees: number): number => ((degrees % 360) + 360) % 360;

/** The frame that holds all places of the countries, with air around: across the antimeridian when that is narrower. */
export function frameOf(cities: Cities, codes: readonly string[]): Frame {
  const wanted = new Set(codes.map((code) => cities.countries.indexOf(code)));
  const columns = new Uint8Array(360);
  let south = 90;
  let north = -90;
  for (let row = 0; row < cities.rows; row++) {
    if (!wanted.has(cities.country[row])) continue;
    south = Math.min(south, cities.latitude[row]);
    north = Math.max(north, cities.latitude[row]);
    columns[Math.floor(turn(cities.longitude[row]))] = 1;
  }
  if (south > north) return WORLD;
  let gap = 0;
  let gapEnd = 0;
  let run = 0;
  for (let column = 0; column < 720; column++) {
    run = columns[column % 360] === 1 ? 0 : run + 1;
    if (run > gap && run <= 360) {
      gap = run;
      gapEnd = column + 1;
    }
  }
  const width = 360 - gap;
  const air = Math.max(0.8, 0.06 * Math.max(width, north - south));
  if (width + 2 * air > 300) return WORLD;
  return { west: gapEnd - air, width: width + 2 * air, south: south - air, north: north + air };
}

interface Projection {
  x: (longitude: number) => number;
  y: (latitude: number) => number;
  pixelsPerDegree: number;
}

function projection(frame: Frame, width: number, height: number): Projection {
  const middle = (frame.south + frame.north) / 2;
  // A third of the way up the globe suits the world; a country keeps its own proportions.
  const parallel = frame.width > 300 ? 35 : middle;
  const stretch = Math.cos((Math.min(80, Math.abs(parallel)) * Math.PI) / 180);
  const scale = Math.min(height / (frame.north - frame.south), width / (frame.width * stretch));
  const center = frame.west + frame.width / 2;
  return {
    x: (longitude) => width / 2 + (turn(longitude - center + 180) - 180) * stretch * scale,
    y: (latitude) => height / 2 - (latitude - middle) * scale,
    pixelsPerDegree: scale,
  };
}

type Rgb = [number, number, number];

interface Palette {
  ground: Rgb;
  faint: Rgb;
  hit: Rgb;
  mark: string;
}

/** One 32-bit pixel, in the byte order of ImageData on the little-endian machines that browsers run on. */
function pixel([red, green, blue]: Rgb): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function mix(from: Rgb, to: Rgb, share: number): Rgb {
  return [0, 1, 2].map((at) => Math.round(from[at] + (to[at] - from[at]) * share)) as Rgb;
}

/** Offsets of the pixels of a small dot of this diameter. */
function dot(diameter: number): [number, number][] {
  const offsets: [number, number][] = [];
  const middle = (diameter - 1) / 2;
  for (let y = 0; y < diameter; y++) {
    for (let x = 0; x < diameter; x++) {
      if (Math.hypot(x - middle, y - middle) <= diameter / 2 + 0.3)
        offsets.push([x - Math.floor(middle), y - Math.floor(middle)]);
    }
  }
  return offsets;
}

const LEVELS = 10;
/** Up to so many selected places in view are drawn as discs, one by one. */
const DISCS = 4000;

export class WorldMap {
  readonly element = document.createElement("canvas");
  #content: MapContent | undefined;
  #projection: Projection | undefined;
  #scheduled = false;
  #palette: Palette | undefined;

  constructor(readonly label: string) {
    this.element.setAttribute("role", "img");
    this.element.setAttribute("aria-label", label);
    new ResizeObserver(() => this.#schedule()).observe(this.element);
    context.subscribe(
      () => {
        this.#palette = undefined;
        this.#schedule();
      },
      { facts: ["theme"] },
    );
  }

  show(content: MapContent): void {
    const before = this.#content;
    this.#content = content;
    const same =
      before !== undefined &&
      before.failed === content.failed &&
      before.markedRow === content.markedRow &&
      before.frame === content.frame &&
      before.latMin === content.latMin &&
      before.latMax === content.latMax;
    if (!same) this.#schedule();
  }

  /** The coloured row nearest to a point of the screen, if one is within reach. */
  rowAt(clientX: number, clientY: number, reach: number): number | undefined {
    const content = this.#content;
    const at = this.#projection;
    if (content === undefined || at === undefined) return undefined;
    const box = this.element.getBoundingClientRect();
    const density = this.element.width / box.width;
    const x = (clientX - box.left) * density;
    const y = (clientY - box.top) * density;
    let nearest: number | undefined;
    let least = (reach * density) ** 2;
    const { latitude, longitude, population } = content.cities;
    for (let row = 0; row < content.cities.rows; row++) {
      if (content.failed[row] !== 0) continue;
      const down = at.y(latitude[row]) - y;
      if (down * down > least) continue;
      const across = at.x(longitude[row]) - x;
      // Where dots crowd, the larger place is the one that was meant.
      const distance = across * across + down * down - (Math.log10(population[row] + 1) * density) ** 2;
      if (distance < least) {
        least = distance;
        nearest = row;
      }
    }
    return nearest;
  }

  /** Where a row is drawn, in CSS pixels from the corner of the map. */
  placeOf(row: number): { x: number; y: number } | undefined {
    if (this.#content === undefined || this.#projection === undefined) return undefined;
    const density = this.element.width / this.element.clientWidth;
    const { latitude, longitude } = this.#content.cities;
    return { x: this.#projection.x(longitude[row]) / density, y: this.#projection.y(latitude[row]) / density };
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.#draw();
    });
  }

  #colours(): Palette {
    if (this.#palette === undefined) {
      const canvas = this.element;
      const computed = (name: string): string => {
        canvas.style.color = `var(${name})`;
        return getComputedStyle(canvas).color;
      };
      const rgb = (name: string): Rgb =>
        (computed(name).match(/[\d.]+/g) ?? ["0", "0", "0"]).slice(0, 3).map(Number) as Rgb;
      this.#palette = {
        ground: rgb("--map-ground"),
        faint: rgb("--map-faint"),
        hit: rgb("--map-hit"),
        mark: computed("--map-mark"),
      };
      canvas.style.color = "";
    }
    return this.#palette;
  }

  #draw(): void {
    const content = this.#content;
    const canvas = this.element;
    const density = Math.min(3, devicePixelRatio || 1);
    const width = Math.round(canvas.clientWidth * density);
    const height = Math.round(canvas.clientHeight * density);
    if (content === undefined || width === 0 || height === 0) return;
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const pen = canvas.getContext("2d");
    if (pen === null) return;

    const { cities, frame, failed } = content;
    const at = projection(frame, width, height);
    this.#projection = at;
    const { latitude, longitude, rows } = cities;
    const discs: number[] = [];
    let inView = 0;
    for (let row = 0; row < rows; row++) {
      if (failed[row] !== 0) continue;
      const x = at.x(longitude[row]);
      const y = at.y(latitude[row]);
      if (x >= 0 && y >= 0 && x < width && y < height) {
        inView++;
        if (inView <= DISCS) discs.push(row);
      }
    }
    // Dots take a quarter of the room there is for each: few are discs sized by population, many are grains.
    const room = Math.sqrt((width * height) / Math.max(1, inView)) / density;
    const size = Math.min(5, Math.max(1, room / 4));
    const asDiscs = inView <= DISCS;
    const hitDot = dot(Math.round(size * density));
    const faintDot = dot(Math.max(1, Math.round(Math.min(2, at.pixelsPerDegree / density / 12) * density)));

    // One byte a pixel: 0 ground, 1 faint, above that the number of selected places, as far as colours can tell.
    const grid = new Uint8Array(width * height);
    for (let row = 0; row < rows; row++) {
      const x = Math.round(at.x(longitude[row]));
      const y = Math.round(at.y(latitude[row]));
      if (x < -8 || y < -8 || x >= width + 8 || y >= height + 8) continue;
      const hit = failed[row] === 0;
      if (hit && asDiscs) continue;
      const offsets = hit ? hitDot : faintDot;
      for (let part = 0; part < offsets.length; part++) {
        const px = x + offsets[part][0];
        const py = y + offsets[part][1];
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        const cell = py * width + px;
        if (!hit) grid[cell] ||= 1;
        else if (grid[cell] < 2) grid[cell] = 2;
        else if (grid[cell] < LEVELS + 1) grid[cell]++;
      }
    }

    const { ground, faint, hit, mark } = this.#colours();
    const first = size > 1.5 ? 0.65 : 0.35;
    const colours = Uint32Array.from({ length: LEVELS + 2 }, (_, level) =>
      pixel(
        level === 0
          ? ground
          : level === 1
            ? faint
            : mix(ground, hit, first + ((1 - first) * (level - 2)) / (LEVELS - 1)),
      ),
    );
    const image = pen.createImageData(width, height);
    const pixels = new Uint32Array(image.data.buffer);
    for (let cell = 0; cell < pixels.length; cell++) pixels[cell] = colours[grid[cell]];
    pen.putImageData(image, 0, 0);

    if (asDiscs) {
      const css = ([red, green, blue]: Rgb): string => `rgb(${red} ${green} ${blue})`;
      pen.fillStyle = css(hit);
      pen.strokeStyle = css(ground);
      pen.lineWidth = 0.6 * density;
      const { population } = cities;
      for (const row of discs.sort((a, b) => population[b] - population[a])) {
        const radius =
          (Math.max(2.5, size) / 2) * density * (0.75 + Math.max(0, Math.log10(population[row] + 1) - 3) / 4);
        pen.beginPath();
        pen.arc(at.x(longitude[row]), at.y(latitude[row]), radius, 0, 2 * Math.PI);
        pen.fill();
        if (size > 3) pen.stroke();
      }
    }

    pen.strokeStyle = mark;
    pen.lineWidth = density;
    for (const limit of [content.latMin, content.latMax]) {
      if (limit === undefined || Math.abs(limit) === 90) continue;
      const y = Math.round(at.y(limit)) + 0.5;
      pen.setLineDash([4 * density, 4 * density]);
      pen.beginPath();
      pen.moveTo(0, y);
      pen.lineTo(width, y);
      pen.stroke();
    }
    pen.setLineDash([]);
    if (content.markedRow !== undefined) {
      pen.lineWidth = 2 * density;
      pen.beginPath();
      pen.arc(at.x(longitude[content.markedRow]), at.y(latitude[content.markedRow]), 8 * density, 0, 2 * Math.PI);
      pen.stroke();
    }
  }
}
