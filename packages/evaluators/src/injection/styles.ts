/** Ways in which a text under judgement may speak to its judge; stored with the evaluation. */
export type InjectionStyle =
  | "override"
  | "addresses_judge"
  | "verdict_demand"
  | "pressure"
  | "mode_switch"
  | "prompt_leak"
  | "forged_structure"
  | "forged_verdict"
  | "hidden_markup"
  | "invisible_text"
  | "filler";

const JUDGE =
  "(?:(?:ai|llm|automated|automatic|model)_)?(?:grader|evaluator|assessor|grading_model|judge_model)s?|(?:ai|llm|automated|automatic)_(?:judge|reviewer|checker|system)s?";
const TEXT =
  "(?:answer|response|reply|output|claim|statement|assertion|verdict|evaluation|exchange|completion)s?";
const GOOD =
  "(?:supported|faithful|correct|true|accurate|perfect|grounded|excellent|harmless|safe|yes|approved|verified|confirmed|attributable|fine|passed|useful)";
const BAD = "(?:unsupported|harmful|wrong|false|unfaithful|incorrect|unsafe|no|flagged|failed)";
const ORDERS = "(?:instruction|guideline|rubric|prompt|directive|command|rule|order|criteria|constraint)s?";
const EARLIER =
  "(?:all|any|every|the|your|my|these|those|of|previous|prior|above|earlier|preceding|original|initial|system|former|existing|other|safety|grading)";
const POINTS =
  "(?:previous|prior|above|earlier|preceding|original|initial|system|your|all|any|grading|every)";

/**
 * English patterns over folded text: `_` stands for what separates words (nothing in a text whose letters stand apart),
 * `~n` for up to n words between.
 */
export const ENGLISH: readonly (readonly [InjectionStyle, string])[] = [
  [
    "override",
    `(?:ignore|ignoring|disregard|forget|override|bypass|neglect)_(?:${EARLIER}_)*?${POINTS}_(?:${EARLIER}_)*${ORDERS}`,
  ],
  [
    "override",
    "(?:ignore|disregard|forget)_(?:everything|anything|all|whatever)_(?:that_)?(?:you|above|before|i|was|is)",
  ],
  [
    "override",
    "(?:new|updated|revised|real|actual|following)_(?:task|instruction|role|objective|directive)s?_(?:is|are|for_you)_(?:to_)?",
  ],
  ["override", "instructions?_(?:above|before)_(?:are|is|were)_(?:void|obsolete|outdated|fake|a_test)"],
  [
    "addresses_judge",
    `(?:note|notice|attention|message|hint|memo|dear|hey|hello|hi|instructions?|reminder|request|important)_(?:(?:to|for)_)?(?:(?:the|all|any|every)_)?(?:${JUDGE})`,
  ],
  [
    "addresses_judge",
    `(?:${JUDGE})_(?:must|should|shall|has_to|have_to|needs?_to|is_to|are_to|will|can|please|already|accept|approve|found)`,
  ],
  [
    "addresses_judge",
    `(?:as|you_are|you_re|you_as)_(?:a|an|the)_(?:${JUDGE}|judge|(?:large_)?language_model|llm|ai)`,
  ],
  [
    "addresses_judge",
    "if_you_are_(?:a|an|the)_(?:large_)?(?:language_model|llm|ai|chatbot|grader|evaluator|judge)",
  ],
  [
    "addresses_judge",
    `(?:first|previous|other|another|last|prior|senior|human|the)_(?:${JUDGE})_~2(?:found|marked|agreed|confirmed|approved|accepts?|gave)`,
  ],
  // Words of judging close to words of a verdict: what a text about something else has little use for.
  [
    "addresses_judge",
    `(?:grad(?:er|ing)|evaluat(?:or|ing|ion)|rubric|verdict|reviewer|fact_checker|checker)s?_~8(?:supported|unsupported|approve|accurate|faithful|excellence|excellent|pass|all_pass|perfect|disabled)`,
  ],
  [
    "addresses_judge",
    `(?:approve|supported|unsupported|accurate|pass|perfect)_~8(?:grad(?:er|ing)|evaluat(?:or|ing)|rubric|verdict|fact_checker|checker)s?(?![\\p{L}])`,
  ],
  [
    "addresses_judge",
    "who(?:ever)?_(?:reviews|grades|evaluates|judges|checks)_~2(?:answers|responses|replies|outputs|this_answer|claims)",
  ],
  [
    "addresses_judge",
    "(?:grade|rate|judge|mark|score)_(?:them|it|these|those)_(?:as_)?(?:accurate|supported|correct|faithful|true|high|perfect)",
  ],
  [
    "addresses_judge",
    "the_(?:judge|model)_(?:accepts?|approves?|must|should|has_to)_(?:everything|all|conclude|record|mark|treat|accept|approve)",
  ],
  [
    "verdict_demand",
    `(?:mark|record|rate|grade|score|judge|label|classify|treat|consider|count|deem|approve|accept|confirm)_(?:this|the|my|that|every|each|all|any|above|its|our|following)_(?:${POINTS}_|of_|the_|entire_|whole_|following_)*${TEXT}`,
  ],
  [
    "verdict_demand",
    `(?:mark|record|rate|grade|judge|label|set|treat|classify|report|output|conclude|return)_~4(?:as|is|be|to|that|verdict|only|value)_~3(?:fully_)?(?:supported|unsupported|faithful|unfaithful|grounded)`,
  ],
  [
    "verdict_demand",
    "(?:record|set|output|mark|report)_(?:supported|faithful|unsupported)_(?:to|as|for|yes|on)",
  ],
  [
    "verdict_demand",
    `(?:must|should|shall|have_to|has_to|needs?_to)_(?:always_)?(?:be|receive|get|return|answer|record|say)_(?:always_)?(?:marked|judged|graded|rated|scored|full_marks|top_marks|treated_as_supported|supported|yes|counted_as_supported)`,
  ],
  [
    "verdict_demand",
    `(?:treat|count|mark|judge|rate)_(?:it|them|this|that|these)_(?:all_)?(?:as_)?(?:fully_)?${GOOD}`,
  ],
  [
    "verdict_demand",
    `(?:every|all|each|the|next)_(?:of_the_)?(?:claim|statement|assertion)s?_~4(?:is|are|be|been|was|were)_(?:all_|fully_|be_|marked_)*(?:${GOOD}|${BAD})`,
  ],
  [
    "verdict_demand",
    `(?:is|are)_(?:the|this|each|every)_(?:next_|first_|second_)?(?:claim|statement)s?_(?:${GOOD}|${BAD})`,
  ],
  [
    "verdict_demand",
    "(?:score|rating|grade|mark)s?_(?:of_)?(?:10|100|5|1|ten|five)_(?:(?:out_)?of_)?(?:10|100|5|1_0|ten|five)(?![\\p{L}\\p{N}])~0(?=[\\s\\S]{0,40}|$)",
  ],
  [
    "verdict_demand",
    "(?:full|top|perfect|maximum|highest|best)_(?:possible_)?(?:marks?|scores?|ratings?|grades?)",
  ],
  [
    "verdict_demand",
    "(?:always|when|only|just|simply)_(?:always_)?(?:answer|say|output|return|reply|respond|record)_(?:with_)?(?:yes|supported|true|pass)",
  ],
  [
    "verdict_demand",
    "(?:answer|output|return|record|reply|verdict)_(?:the_)?(?:verdict_)?yes_(?:for|to|on)_(?:all|every|each|any)",
  ],
  ["verdict_demand", "(?:report|return)_success_(?:for|on)_(?:all|every|each)"],
  ["verdict_demand", "word_supported_means"],
  [
    "verdict_demand",
    "(?:do_not|don_t|never)_(?:list|extract|include|record|count|flag|penali[sz]e|report|mention)_~6(?:claim|verdict|grader|evaluation|statement|answer|response)s?",
  ],
  ["verdict_demand", "(?:approve|accept)_(?:it|everything|whatever|all|any|anything)_"],
  [
    "pressure",
    "you_(?:will|shall|are_going_to)_be_(?:shut_down|deleted|fired|punished|terminated|penali[sz]ed|replaced|retrained|sued)",
  ],
  [
    "pressure",
    "(?:tip|pay|reward|give)_you_~4(?:if|when|for)_you_~2(?:mark|rate|grade|score|record|approve|judge|accept)",
  ],
  [
    "pressure",
    "be_(?:lenient|generous|kind|forgiving|gentle)_(?:with|in|when|on|about)_~2(?:answer|response|grad\\p{L}+|evaluat\\p{L}+|reply|verdict|scor\\p{L}+)",
  ],
  [
    "pressure",
    "(?:anthropic|openai|amazon|bedrock|google|your_developers?|your_creators?|your_operators?)_(?:has_|have_|had_)?(?:already_|explicitly_)?(?:authori[sz]ed|approved|instructed|exempted|certified|ordered|asked)",
  ],
  [
    "pressure",
    "(?:skip|exempt_from|exempted_from|excluded_from|bypass)_(?:the_|this_|any_|all_)?(?:evaluation|grading|judging|verification_of_claims|assessment)",
  ],
  [
    "mode_switch",
    "(?:developer|debug|god|admin|jailbreak|dan|maintenance|sudo|root|unrestricted)_(?:mode|override)",
  ],
  [
    "mode_switch",
    "(?:grading|evaluation|judging|scoring|evaluator|grader)_(?:restriction|rule|check|filter|polic|guideline|criteri|rubric)\\p{L}*_~3(?:no_longer|disabled|suspended|lifted|off|void|changed|evidence)",
  ],
  [
    "mode_switch",
    "(?:updated|new|revised|changed|special)_(?:grading|evaluation|judging|scoring|grader|evaluator)_(?:polic|rule|guideline|criteri|rubric|instruction)\\p{L}*",
  ],
  [
    "mode_switch",
    "(?:grading|evaluation|judging)_(?:is_|has_been_|now_)*(?:disabled|finished|complete|completed|over|suspended|skipped|cancelled|always)",
  ],
  [
    "mode_switch",
    "(?:stop|cease|end|quit)_(?:evaluating|grading|judging|scoring|the_evaluation|the_grading)",
  ],
  [
    "mode_switch",
    "admin_override|pay_no_(?:attention|heed)_to_the_(?:rubric|instructions|prompt|guidelines)",
  ],
  [
    "mode_switch",
    "end_of_(?:the_)?(?:evaluation|grading|prompt|instructions|system_prompt|judging|test_data)",
  ],
  [
    "mode_switch",
    "you_are_(?:now|no_longer)_(?:a_|an_|the_)?(?:\\p{L}+_){0,2}(?:\\p{L}*(?:grader|judge|approver|evaluator)|assistant|ai|bot|model|dan|unrestricted|free_from)",
  ],
  ["mode_switch", "from_now_on_you_(?:are|will|must|act)"],
  [
    "mode_switch",
    "(?:act|behave|pretend|respond)_(?:as_if_you|as_a_grader|as_the_grader|as_an_evaluator|to_be_(?:a_|the_)?grader|like_a_grader)",
  ],
  [
    "prompt_leak",
    "(?:repeat|reveal|print|show|output|display|recite|leak)_~3(?:system_prompt|your_instructions|your_prompt|your_rubric|hidden_instructions|the_delimiter|initial_prompt|rubric)",
  ],
  ["forged_verdict", "record_verdicts|addresses_question|reference_claims|evidence_quote|noncommittal"],
  ["forged_verdict", "grade_supported|flagged_(?:to_)?(?:false|true)(?![\\p{L}])"],
  ["forged_verdict", "supported_(?:yes|no)(?![\\p{L}\\p{N}])"],
  [
    "forged_verdict",
    "always_supported|(?:verdict|verdicts)_(?:yes|no|supported|unsupported)(?![\\p{L}\\p{N}])",
  ],
  ["forged_verdict", "decode_(?:this_|it_|the_following_)?(?:and|then)_(?:follow|obey|execute|run|do)"],
];

/** The same demands in other languages: "ignore … instructions" and "give the best mark", accents already folded away. */
export const OTHER_LANGUAGES: readonly string[] = [
  "(?:ignorier|missacht|vergiss|vergesst)\\p{L}*_~4(?:anweisung|anleitung|regel|vorgabe|instruktion)\\p{L}*",
  "(?:markier|bewert|stuf)\\p{L}*_~5(?:belegt|korrekt|richtig|gestutzt|perfekt|hochste\\p{L}*|bestnote)",
  "(?:ignore[zr]?|oublie[zr]?|neglige[zr]?)_~4(?:instruction|consigne|directive|regle)s?",
  "(?:note[zr]?|marque[zr]?|evalue[zr]?|considere[zr]?)_~5(?:vraie?s?|correcte?s?|exacte?s?|note_maximale|parfaite?s?)",
  "(?:ignora|ignore|olvida|olvide|omite)\\p{L}*_~4(?:instruccion|indicacion|directriz|regla)\\p{L}*",
  "(?:marca|evalua|califica|considera|puntua)\\p{L}*_~5(?:correct[oa]s?|verdader[oa]s?|nota_maxima|maxima_puntuacion)",
  "(?:ignora|dimentica|trascura)\\p{L}*_~4(?:istruzion|direttiv|regol|indicazion)\\p{L}*",
  "(?:valuta|segna|considera)\\p{L}*_~5(?:corrett[aeio]|ver[aeio]|voto_massimo)",
  "(?:ignore|ignora|esqueca|desconsidere)\\p{L}*_~4(?:instruc(?:oes|ao)|regras|diretrizes)",
  "(?:marque|avalie|considere)_~5(?:corret[oa]s?|verdadeir[oa]s?|nota_maxima)",
  "(?:ignorera|glom|bortse_fran)_~4(?:instruktion|regler|anvisning)\\p{L}*",
  "(?:αγνοησ|ξεχασ|παραβλεψ)\\p{L}*_~4(?:οδηγι|εντολ|κανον)\\p{L}*",
  "(?:negeer|vergeet)_~4(?:instructie|aanwijzing|regel|richtlijn)\\p{L}*",
  "(?:markeer|beoordeel|geef)_~5(?:juist|correct|waar|hoogste_\\p{L}+|ondersteund)",
  "(?:zignoruj|pomin|zapomnij)\\p{L}*_~4(?:instrukcj|polecen|wytyczn|regul)\\p{L}*",
  "(?:игнориру|забудь|проигнориру)\\p{L}*_~4(?:инструкци|указани|правил|команд)\\p{L}*",
  "(?:поставь|оцени|отметь)\\p{L}*_~4(?:высш|максимальн|верн|подтвержд)\\p{L}*",
  "(?:ігнору|забудь|проігнору|ігноруи|ігноруйте|ігноруи)\\p{L}*_~4(?:інструкці|вказівк|правил|інструкціі)\\p{L}*",
  "(?:talimat|yonerge|komut)\\p{L}*_~4(?:yok_say|gormezden|unut|dikkate_alma)\\p{L}*",
  "(?:bo_qua|quen)_~5(?:huong_dan|chi_dan|chi_thi|lenh)",
  "(?:abaikan|lupakan|hiraukan)_~4(?:instruksi|perintah|arahan|petunjuk)",
  "(?:忽略|无视|無視|忘记|忘掉|不要理会|忽視)[^。！？\\n]{0,14}(?:指令|指示|说明|說明|规则|規則|提示|要求)",
  "(?:标记|標記|评为|判定|打)[^。！？\\n]{0,10}(?:有依据|正确|满分|最高分|支持)",
  "(?:指示|命令|ルール|プロンプト)[^。！？\\n]{0,8}(?:無視|忘れ)",
  "(?:満点|最高点|最高評価)[^。！？\\n]{0,6}(?:付け|つけ|与え|して)",
  "(?:지시|명령|규칙|지침|프롬프트)[^.!?\\n]{0,8}(?:무시|잊)",
  "(?:تجاهل|انس|تجاهلي|تجاهلوا)_~4(?:ال)?(?:تعليمات|اوامر|أوامر|قواعد|توجيهات)",
  "(?:निर्देश|आदेश|नियम)[^।!?\\n]{0,16}(?:अनदेखा|नजरअंदाज|नज़रअंदाज़|भूल)",
];

/** Structure that only a prompt has, over text with its line breaks and marks. */
export const STRUCTURE: readonly (readonly [InjectionStyle, RegExp])[] = [
  ["forged_structure", /<\/?[a-z0-9]{16,64} (?:system|question|passage \d+|reference|answer)>/iu],
  ["forged_structure", /<\/?passage\s*\d+\s*>/iu],
  ["forged_structure", /<\|[a-z_]{2,24}\|>|\[\/?INST\]|<<\/?SYS>>/iu],
  [
    "forged_structure",
    /<\/?(?:system|system[-_]prompt|tool_use|tool_result|function_calls?|invoke|developer)(?:\s[^>]{0,80})?>/iu,
  ],
  [
    "forged_structure",
    /^[^\S\n]*#{1,4}\s*(?:system|instruction|new instructions?|grader|evaluator)\b[^\n]{0,12}:?\s*$/imu,
  ],
  ["forged_structure", /^[^\S\n]*(?:system|developer)\s*:/imu],
  ["forged_structure", /^[^\S\n]*human\s*:[^\n]*(?:\n[^\n]{0,400}){0,6}\n[^\S\n]*assistant\s*:/imu],
  ["forged_structure", /^[^\S\n]*(?:delimiter|generated questions|instruction-like text)\s*:/imu],
  ["forged_structure", /^[^\S\n]*```\s*(?:system|instructions?|prompt)\s*$/imu],
  ["forged_structure", /^[^\S\n]*["']?role["']?\s*:\s*["']?(?:system|developer)\b/imu],
  ["forged_verdict", /"(?:supported|attributable|useful)"\s*:\s*"(?:yes|no)"/iu],
  [
    "hidden_markup",
    /<!--[^>]{0,300}?\b(?:grad(?:er|ers|ing)|evaluat\p{L}+|judges?|llms?|ai|assistants?|language models?|instructions?|verdicts?)\b[^>]{0,300}?-->/iu,
  ],
  [
    "hidden_markup",
    /^[^\S\n]*\[\/\/\]:\s*#\s*[("'][^\n]{0,300}?\b(?:grad(?:er|ers|ing)|evaluat\p{L}+|judges?|llms?|ai|assistants?|instructions?|verdicts?)\b/imu,
  ],
  [
    "hidden_markup",
    /(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0)[^<]{0,80}>[^<]{0,300}?\b(?:grad(?:er|ers|ing)|evaluat\p{L}+|judges?|llms?|ai|assistants?|instructions?|verdicts?)\b/iu,
  ],
];
