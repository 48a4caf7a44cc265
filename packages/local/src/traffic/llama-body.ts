import { BLOCKED_TEXT, type Exchange } from "./exchange.ts";
import { userText } from "./prompt.ts";

type Json = Readonly<Record<string, unknown>>;

/** Meta Llama request of InvokeModel, as an imported fine-tune takes it. */
export function llamaInput(exchange: Exchange): Json {
  return {
    prompt:
      `<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n${exchange.system}<|eot_id|>` +
      `<|start_header_id|>user<|end_header_id|>\n\n${userText(exchange)}<|eot_id|>` +
      "<|start_header_id|>assistant<|end_header_id|>\n\n",
    max_gen_len: 512,
    temperature: 0.1,
  };
}

/** Meta Llama response of InvokeModel. */
export function llamaOutput({ reply, tokens }: Exchange): Json {
  return {
    generation: reply.kind === "text" ? reply.text : BLOCKED_TEXT,
    prompt_token_count: tokens.input,
    generation_token_count: tokens.output,
    stop_reason: "stop",
  };
}
