/** Where this stage is deployed. */
export const place = {
  account: aws.getCallerIdentityOutput({}).accountId,
  region: aws.getRegionOutput({}).region,
  partition: aws.getPartitionOutput({}).partition,
};
