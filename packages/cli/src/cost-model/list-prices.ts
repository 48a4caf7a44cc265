/** Day of the price pages below; AWS list prices in USD, us-east-1, on demand, before free tiers. */
export const PRICES_AS_OF = "2026-11-01";

/** Per write request unit (1 KB) and read request unit (4 KB): aws.amazon.com/dynamodb/pricing/on-demand. */
export const DYNAMODB_WRITE_UNIT = 0.625e-6;
export const DYNAMODB_READ_UNIT = 0.125e-6;
export const DYNAMODB_GB_MONTH = 0.25;

/** Per request, aws.amazon.com/s3/pricing; storage in the Standard class. */
export const S3_PUT = 5e-6;
export const S3_GET = 0.4e-6;
export const S3_GB_MONTH = 0.023;

/** Per request of up to 64 KB, a batch being one; empty receives count: aws.amazon.com/sqs/pricing. */
export const SQS_REQUEST = 0.4e-6;

export const SNS_PUBLISH = 0.5e-6;

/** Custom events, and "Object Created" events, whose price AWS's pages contradict each other about: the higher one. */
export const EVENTBRIDGE_EVENT = 1e-6;

/** Per request and per GB-second on arm64: aws.amazon.com/lambda/pricing. */
export const LAMBDA_REQUEST = 0.2e-6;
export const LAMBDA_GB_SECOND = 0.0000133334;

/** aws.amazon.com/cloudwatch/pricing: log ingestion per GB, a metric-month, an alarm-month, PutMetricData per request. */
export const LOGS_GB = 0.5;
export const METRIC_MONTH = 0.3;
export const ALARM_MONTH = 0.1;
export const COMPOSITE_ALARM_MONTH = 0.5;
export const DASHBOARD_MONTH = 3;
export const PUT_METRIC_DATA = 0.01e-3;

/** aws.amazon.com/kms/pricing: a customer-managed key-month. */
export const KMS_KEY_MONTH = 1;
