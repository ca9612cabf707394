import type { SignedRequest } from './wecom.ts';

export interface Posted {
  readonly status: number;
  readonly body: string;
}

/** Delivers a signed callback over real HTTP. */
export async function post(url: string, path: string, request: SignedRequest, signal?: AbortSignal): Promise<Posted> {
  const response = await fetch(`${url}${path}?${request.query.toString()}`, {
    method: 'POST',
    headers: request.headers,
    body: new Uint8Array(request.body),
    ...(signal === undefined ? {} : { signal }),
  });
  return { status: response.status, body: await response.text() };
}
