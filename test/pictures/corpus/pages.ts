import type { Random } from '../../../src/sandbox/seeded-random.ts';
import { blank, enlarge, type Format, type Grey, symbolOf } from '../../support/pictures.ts';

/** Puts one picture onto another. */
export function paste(onto: Grey, picture: Grey, left: number, top: number): void {
  for (let y = 0; y < picture.height; y += 1) {
    const row = picture.pixels.subarray(y * picture.width, (y + 1) * picture.width);
    onto.pixels.set(row, (top + y) * onto.width + left);
  }
}

export function fillBox(onto: Grey, left: number, top: number, width: number, height: number, shade: number): void {
  const right = Math.min(onto.width, left + width);
  for (let y = Math.max(0, top); y < Math.min(onto.height, top + height); y += 1) {
    onto.pixels.fill(shade, y * onto.width + Math.max(0, left), y * onto.width + right);
  }
}

/** Something that looks like a line of print from afar: strokes as high as `height`. */
export function print(onto: Grey, random: Random, left: number, top: number, width: number, height: number): void {
  const stroke = Math.max(1, Math.round(height / 8));
  for (let x = left; x + height < left + width; x += height + stroke * 2) {
    if (random.chance(0.1)) continue;
    for (let strokes = random.int(3, 6); strokes > 0; strokes -= 1) {
      const shade = random.int(20, 90);
      if (random.chance(0.5)) fillBox(onto, x, top + random.int(0, height - stroke), height, stroke, shade);
      else fillBox(onto, x + random.int(0, height - stroke), top, stroke, height, shade);
    }
  }
}

/** The code, of about `width` pixels, with the margin that it must have. */
export function codeOf(text: string, format: Format, width: number): Grey {
  const symbol = symbolOf(text, format);
  const module = Math.max(1, Math.round(width / symbol.width));
  const high = format === 'code128' ? Math.round(module * symbol.width * 0.35) : module;
  return enlarge(symbol, module, high, module * (format === 'code128' ? 10 : 4));
}

/** A printed card or a page on a screen with one code, and print around it. */
export function page(text: string, format: Format, codeWidth: number, random: Random): Grey {
  const code = codeOf(text, format, codeWidth);
  const side = Math.round(Math.max(code.width, code.height) * 1.5);
  const whole = blank(side, side, random.int(235, 255));
  const top = Math.round((side - code.height) / 2);
  paste(whole, code, Math.round((side - code.width) / 2), top);
  const line = Math.max(8, Math.round(side / 28));
  for (const y of [line, top - 2 * line, top + code.height + line, side - 2 * line]) {
    if (y > 0) print(whole, random, line, y, side - 2 * line, line);
  }
  return whole;
}

/** A phone's screen that shows the QR code and the bar code of one card. */
export function phoneScreen(text: string, qr: string, width: number, height: number, random: Random): Grey {
  const screen = blank(width, height, 246);
  const unit = width / 27;
  const box = (x: number, y: number, wide: number, high: number, shade: number) =>
    fillBox(
      screen,
      Math.round(x * unit),
      Math.round(y * unit),
      Math.round(wide * unit),
      Math.round(high * unit),
      shade,
    );
  const write = (x: number, y: number, wide: number, high: number) =>
    print(screen, random, Math.round(x * unit), Math.round(y * unit), Math.round(wide * unit), Math.round(high * unit));
  box(0, 0, 27, 2, random.int(200, 255));
  write(1, 0.6, 4, 0.8);
  write(21, 0.6, 5, 0.8);
  box(0, 2, 27, 8, random.int(60, 160));
  box(1.5, 6, 24, 36, 255);
  write(3, 7, 12, 1.2);
  write(3, 9, 8, 0.8);
  const bars = codeOf(text, 'code128', 19 * unit);
  paste(screen, bars, Math.round((width - bars.width) / 2), Math.round(12 * unit));
  write(6, 20.5, 15, 1);
  const square = codeOf(qr, 'qr', 13 * unit);
  paste(screen, square, Math.round((width - square.width) / 2), Math.round(23 * unit));
  write(4, 39.5, 19, 0.9);
  for (let y = 45; y * unit < height - 6 * unit; y += 3) write(3, y, random.int(10, 22), 1);
  box(0, height / unit - 3, 27, 3, 255);
  return screen;
}

/** What bar codes are easily mistaken for: stripes, print, blinds, a grid; and no code in it. */
export function withoutCodes(width: number, height: number, random: Random): Grey {
  const whole = blank(width, height, random.int(120, 250));
  const stripe = random.int(2, 9);
  for (let x = 0; x < width / 2; x += random.int(1, 5) * stripe) {
    fillBox(whole, x, height / 8, random.int(1, 4) * stripe, Math.round(height / 4), random.int(0, 60));
  }
  for (let row = 0; row < 30; row += 1) {
    for (let column = 0; column < 30; column += 1) {
      if (random.chance(0.5)) {
        fillBox(
          whole,
          Math.round(width / 2) + column * stripe,
          Math.round(height / 2) + row * stripe,
          stripe,
          stripe,
          20,
        );
      }
    }
  }
  for (let line = 0; line < 12; line += 1)
    print(whole, random, 10, Math.round(height * 0.5) + line * 30, width / 2 - 20, 18);
  return whole;
}
