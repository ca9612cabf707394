import { copyable } from '../../pages/copy.ts';
import { formFields } from '../../pages/fields.ts';
import { html, type Html } from '../../pages/html.ts';
import type { Language, Text } from '../../pages/text.ts';
import type { Report } from '../ports.ts';
import type { PageContext, SetupPage } from './page.ts';
import { isFine, showReport } from './report.ts';
import { CONTINUE, copyWords, stepForm, formState, KEPT, NOT_TAKEN, SAVE_AND_CHECK, submit } from './words.ts';

/** What is asked of the vendor; ready to be sent to its people. */
const REQUEST: Text = {
  zh: '您好，我们要用开放接口核销次卡，请提供：1. 核心商户的 appId（核心商户编号，EW_N 开头）；2. 这个商户的接口密钥（key）；3. 请确认已开通两个接口：用户次卡核销 userTimesCardConsume、用户次卡详情 userTimesCardDetail。谢谢！',
  en: '您好，我们要用开放接口核销次卡，请提供：1. 核心商户的 appId（核心商户编号，EW_N 开头）；2. 这个商户的接口密钥（key）；3. 请确认已开通两个接口：用户次卡核销 userTimesCardConsume、用户次卡详情 userTimesCardDetail。谢谢！',
};

/** Where the vendor's appId and key go. */
export const vendorPage: SetupPage = {
  step: 'vendor',
  title: { zh: '联拓富', en: 'Liantuofu' },
  show,
  actions: {
    '': (fields, setup, revision) =>
      setup.saveVendor({ appId: fields.one('appId'), key: fields.one('key'), url: fields.one('url') }, revision),
  },
};

function show(context: PageContext): Html {
  const { view, language } = context;
  const { vendor } = view;
  const say = (text: Text) => text[language];
  const fields = formFields(formState(context));
  const url = context.typed?.one('url') ?? vendor.url;
  return html`<h1>${say({ zh: '联拓富的 appId 和密钥', en: 'appId and key of Liantuofu' })}</h1>
    ${fields.problems(say(NOT_TAKEN))}
    ${vendor.report !== null && context.problems.length === 0 && result(vendor.report, language)}
    <div class="card">
      ${stepForm(
        'vendor',
        '',
        view.revision,
        html`${fields.text({
          name: 'appId',
          label: 'appId',
          hint: say({
            zh: '核心商户的编号，EW_N 开头，后面是数字。是总部（核心商户）的，不是某一家门店的。',
            en: 'The number of the core merchant: EW_N and digits. That of the head office, not of one store.',
          }),
          value: vendor.appId,
          placeholder: 'EW_N…',
          required: true,
        })}
        ${fields.secret({
          name: 'key',
          label: say({ zh: '密钥（key）', en: 'Key' }),
          hint:
            vendor.keyEnds === null
              ? say({ zh: '一串字母和数字，和 appId 是一对。', en: 'Letters and digits; it belongs to the appId.' })
              : say(KEPT),
          ends: vendor.keyEnds,
          required: vendor.keyEnds === null,
        })}
        <details${(url !== '' || fields.problemOf('url') !== null) && html` open`}>
          <summary>${say({ zh: '其他服务器地址（一般不用填）', en: 'Another server (rarely needed)' })}</summary>
          ${fields.text({
            name: 'url',
            label: say({ zh: '联拓富接口的地址', en: 'Address of the interface' }),
            hint: html`${say({ zh: '空着就是', en: 'Empty: ' })} <code>https://api.liantuofu.com</code>`,
            value: vendor.url,
            inputmode: 'url',
          })}
        </details>
        <p class="hint">${say({
          zh: '点了以后，会马上用这两个值去问联拓富对不对：查一张不存在的卡，不会核销任何卡。',
          en: 'Liantuofu is then asked at once whether they are right, by looking for a card that does not exist. No card is redeemed.',
        })}</p>
        ${submit(say(SAVE_AND_CHECK), language)}`,
      )}
    </div>
    <details class="card" ${vendor.keyEnds === null && html` open`}>
      <summary>${say({ zh: '这两个值从哪里来？', en: 'Where do they come from?' })}</summary>
      <p>
        ${say({
          zh: '联拓富在给商户开通「开放接口」的时候会给这两个值，在当时的邮件、聊天记录或合同附件里。找不到，就把下面这段话发给联拓富的业务员或客服：',
          en: 'Liantuofu hands them out when it opens its interface (开放接口) for a merchant: look in the mails, chats or contract of that time. If you cannot find them, send this to your contact at Liantuofu:',
        })}
      </p>
      <p class="quoted">${copyable(say(REQUEST), '', copyWords(language))}</p>
    </details>`;
}

function result(report: Report, language: Language): Html {
  const say = (text: Text) => text[language];
  const fine = isFine(report);
  return html`<section class="card" aria-labelledby="result" role="status">
    <h2 id="result">
      ${
        fine
          ? say({ zh: '这两个值可以用', en: 'These values work' })
          : say({ zh: '还不能用，请看下面', en: 'These values do not work yet' })
      }
    </h2>
    ${showReport(report, language)}
    ${fine && html`<p><a class="button" href="/setup/platform">${say(CONTINUE)}</a></p>`}
  </section>`;
}
