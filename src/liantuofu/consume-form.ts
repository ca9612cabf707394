import type { ConsumeRequest } from '../redemption/ports.ts';
import { signedForm } from './form.ts';

export interface Merchant {
  readonly appId: string;
  readonly key: string;
  /** 0 phone, 1 plug-in, 2 web page. */
  readonly consumeSource: 0 | 1 | 2;
}

/** The signed form body of one consume request. `random` must be digits only. */
export function consumeForm(request: ConsumeRequest, merchant: Merchant, random: string): string {
  const params = {
    appId: merchant.appId,
    random,
    remark: request.remark,
    consumeSource: String(merchant.consumeSource),
    cardNo: request.card,
    count: String(request.count),
    consumeMerchantCode: request.storeCode,
    consumeEmployeeId: request.employeeId === null ? '' : String(request.employeeId),
  };
  return signedForm(params, merchant.key);
}
