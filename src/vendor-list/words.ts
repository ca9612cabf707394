// What stands in lists out of the vendor's books, as far as it has to be understood.

/** Heads of columns, without blanks and signs. */
export const HEADS = {
  time: /^(?:(?:核销|消费|使用|交易|操作|创建|完成|提交|扣次)?(?:时间|日期)|(?:核销|消费|使用)日期时间|time|date|datetime|createdat|createtime|consumetime)$/u,
  count: /^(?:(?:核销|消费|使用|扣减|扣除|本次|扣次)?(?:次数|数量)|核销数|count|times|quantity|qty)$/u,
  state: /^(?:(?:核销|消费|使用|交易|订单|记录)?状态|(?:核销|消费|交易)结果|结果|state|status|result)$/u,
} as const;

/** What a column of states says where a redemption has plainly succeeded. */
export const PLAIN =
  /^(?:(?:核销|消费|使用|交易|操作|扣次|扣减|支付)?(?:已?成功|已?完成)|已(?:核销|消费|使用|扣次|扣除)|核销|消费|正常|有效|success|succeeded|successful|done|ok|used|completed|finished|consumed)$/u;

/** What says in any column that it has not, or not any more. */
export const DOUBTFUL =
  /退|撤|失败|作废|取消|冲正|冲销|关闭|拒绝|异常|超时|处理中|进行中|待核销|待处理|未核销|未完成|未成功|无效|失效|补回|返还|refund|revers|cancel|fail|void|reject|pending|timeout/u;
/** What says that there is no such thing. */
export const DENIED =
  /^(?:未|无|没有?|不|非|否)(?:退|撤|作废|取消|冲|异常|失效|可退)|^(?:否|无|no|none|n\/a|null|-+|—+|\/)$/u;
/** Heads of columns in which anything but nothing means that something was given back, or has failed. */
export const GIVEN_BACK = /退|撤|失败|作废|取消|冲正|冲销|返还|补回|refund|revers|cancel|fail|void/u;
/** The last row of many lists. */
export const TOTALS = /^(?:合计|总计|小计|共计|汇总|total|sum)/u;
