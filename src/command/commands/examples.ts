/** A card that does not exist: a person who copies the example spends nothing. */
export const EXAMPLE_CARD = '123456789012345678';
export const EXAMPLE_RECEIPT = 'R-7K3M9Q2A';
export const EXAMPLE_USER = 'wecom:zhangsan';
export const EXAMPLE_BINDING = { employeeId: 11, store: '人民路店', name: '张三' } as const;
