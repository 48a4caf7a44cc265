/** Apps put feedback and interactions here; detect-canary rings rollback through it. */
export const appBus = new sst.aws.Bus("AppEvents");
