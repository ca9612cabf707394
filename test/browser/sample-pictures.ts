/** Draws the sandbox's sample pictures: `node test/browser/sample-pictures.ts` writes `src/sandbox/pictures/`. */
import bwipjs from 'bwip-js/node';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { SAMPLE_PICTURES } from '../../src/sandbox/samples.ts';
import { findChromium, openBrowser } from './program.ts';

const FOLDER = fileURLToPath(new URL('../../src/sandbox/pictures/', import.meta.url));
const SIZE = { width: 600, height: 800 };

const STYLE = `
  * { box-sizing: border-box; margin: 0; }
  body { width: 600px; height: 800px; overflow: hidden; position: relative; color: #1d2622;
    font: 20px 'Noto Sans CJK SC', sans-serif; }
  .desk { background: radial-gradient(90% 70% at 70% 12%, #fff4, #0000), repeating-linear-gradient(93deg, #b98d5f 0 46px, #b08456 46px 48px, #bd9365 48px 97px); }
  .counter { background: radial-gradient(80% 60% at 20% 15%, #fff8, #0000), linear-gradient(160deg, #c9ccc9, #9fa5a2); }
  .phone { position: absolute; left: 78px; top: 44px; width: 444px; height: 860px; padding: 15px; border-radius: 62px; background: #15191a;
    transform: rotate(-5deg); box-shadow: 14px 26px 44px #0007; }
  .screen { height: 100%; padding: 34px 26px; border-radius: 48px; background: linear-gradient(#1f7a5c 0 250px, #eef2ef 250px); text-align: center; }
  .full { position: absolute; inset: 0; padding: 70px 46px; background: linear-gradient(#8b9691 0 300px, #eef2ef 300px); text-align: center; }
  .title { font-size: 30px; font-weight: 500; color: #fff; }
  .about { margin: 6px 0 26px; font-size: 19px; color: #fffc; }
  .code { padding: 34px 24px 24px; border-radius: 22px; background: #fff; }
  .code svg { display: block; width: 270px; height: 270px; margin: 0 auto 20px; }
  .number { font-size: 27px; letter-spacing: 1px; }
  .hint { margin-top: 8px; font-size: 17px; color: #66736d; }
  .card { position: absolute; padding: 26px 30px; border-radius: 20px; background: linear-gradient(125deg, #fdfdfb, #eeeee8); box-shadow: 8px 14px 26px #0006; }
  .card .name { font-size: 24px; font-weight: 500; }
  .card .number { font-size: 22px; }
  .stripe { height: 46px; margin: -26px -30px 22px; border-radius: 20px 20px 0 0; background: #20302a; }
  .front { background: linear-gradient(125deg, #1f7a5c, #37a37e); color: #fff; }
`;

const qr = (text: string) => bwipjs.toSVG({ bcid: 'qrcode', text });
const bars = (text: string) => bwipjs.toSVG({ bcid: 'code128', text, height: 14 });
const grouped = (code: string) => code.replace(/(.{4})(?=.)/gu, '$1 ');

function smallCard(code: string, place: string): string {
  return `<div class="card" style="width: 470px; display: flex; gap: 26px; align-items: center; ${place}">
    <div style="width: 176px; flex: none">${qr(code)}</div>
    <div><p class="name">洗车次卡</p><p class="hint">全店通用</p><p class="number">${grouped(code)}</p></div></div>`;
}

/** What is to be photographed, by the picture's id. */
const SCENES: Readonly<Record<string, (codes: readonly string[]) => string>> = {
  phone: ([code = '']) => `<body class="desk"><div class="phone"><div class="screen">
    <p class="title">洗车次卡</p><p class="about">全店通用</p>
    <div class="code">${qr(code)}<p class="number">${grouped(code)}</p><p class="hint">出示给店员，每分钟刷新</p></div>
    </div></div></body>`,
  card: ([code = '']) => `<body class="counter">
    <div class="card" style="width: 516px; left: 40px; top: 230px; transform: rotate(7deg)"><div class="stripe"></div>
    <p class="name">洗车次卡</p><div style="margin: 16px 0 10px">${bars(code)}</div><p class="number">${grouped(code)}</p>
    <p class="hint">请妥善保管，遗失不补</p></div></body>`,
  'two-cards': ([first = '', second = '']) => `<body class="desk">
    ${smallCard(first, 'left: 52px; top: 120px; transform: rotate(-4deg)')}
    ${smallCard(second, 'left: 84px; top: 440px; transform: rotate(5deg)')}</body>`,
  expired: ([
    code = '',
  ]) => `<body><div class="full"><p class="title">洗车次卡</p><p class="about">有效期至 2025-12-31</p>
    <div class="code">${qr(code)}<p class="number">${grouped(code)}</p><p class="hint">已过期</p></div></div></body>`,
  'no-code': () => `<body class="counter">
    <div class="card front" style="width: 490px; height: 300px; left: 54px; top: 236px; transform: rotate(-6deg)">
    <p class="title">洗车次卡</p><p class="about">全店通用</p><p style="margin-top: 86px; font-size: 22px">凭卡 20 次</p></div></body>`,
};

const chromium = findChromium();
if (chromium === null) throw new Error('Chromium is not installed; CHROMIUM_PATH may say where it is');

const browser = await openBrowser(chromium);
try {
  const page = await browser.newPage({ viewport: SIZE });
  for (const { id, codes } of SAMPLE_PICTURES) {
    const scene = SCENES[id];
    if (scene === undefined) throw new Error(`no scene for the sample picture ${id}`);
    await page.setContent(`<!doctype html><html lang="zh-CN"><style>${STYLE}</style>${scene(codes)}</html>`);
    const path = `${FOLDER}${id}.jpg`;
    await page.screenshot({ path, type: 'jpeg', quality: 72 });
    process.stdout.write(`${path}\n`);
  }
} finally {
  await browser.close();
}
