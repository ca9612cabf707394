import type { Check } from './check.ts';
import { CLOCK_CHECKS } from './clock.ts';
import { DINGTALK_CHECKS } from './dingtalk.ts';
import { FEISHU_CHECKS } from './feishu.ts';
import { PUBLIC_CHECKS } from './public.ts';
import { ROBOT_CHECKS } from './robots.ts';
import { VENDOR_CHECKS } from './vendor.ts';
import { WECOM_CHECKS } from './wecom.ts';

/** What is looked at outside of this machine: vendor, platforms, public address, group robots. */
export const OUTSIDE_CHECKS: readonly Check[] = [
  ...VENDOR_CHECKS,
  ...CLOCK_CHECKS,
  ...WECOM_CHECKS,
  ...DINGTALK_CHECKS,
  ...FEISHU_CHECKS,
  ...PUBLIC_CHECKS,
  ...ROBOT_CHECKS,
];
