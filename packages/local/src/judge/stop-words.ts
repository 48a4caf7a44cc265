const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** Words that carry no fact of their own: function words, people spoken to, and the padding of support answers. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  words(`
a an the this that these those such it its itself they them their theirs he she his her him we us our ours you your yours yourself
i me my mine one ones someone anyone everyone anything something everything there here where when while who whom whose which what why how
and or but so if then than as at by for from in into of on onto to up with within during about over under between through per via upon out off again
after before until unless once since because though although whether also both either each every all any some more most other another same own too very
am is are was were be been being do does did doing done have has had having can could may might must shall should will would ll ve re d s t m
get gets got go goes let lets make makes made need needs needed want wants please simply just only even still yet already now always usually normally
typically generally currently basically actually really quite however additionally furthermore moreover therefore thus hence otherwise instead
customer customers client clients user users person people member members anybody somebody
able possible way ways case cases thing things kind sort lot lots many much several few various certain specific following below above
directly easily automatically quickly right well like sure yes yeah ok okay indeed note notice keep mind remember regarding concerning according based
provided given mentioned stated described passage passages context documentation document documents article information info details detail
that's it's you'll you're you've we'll we're we've they're they'll there's here's i'm i'll i've let's what's
apply applies applicable applied happen happens take takes taken taking use uses used using find
today soon whenever wherever whatever want wish prefer come comes long anymore please kindly
`),
);

/** Words that deny what follows them in the same clause. */
export const NEGATIONS: ReadonlySet<string> = new Set(
  words(`not no never cannot without unable neither nor none nothing nobody non hardly
can't won't don't doesn't didn't isn't aren't wasn't weren't haven't hasn't hadn't couldn't shouldn't wouldn't mustn't
cant wont dont doesnt isnt arent`),
);

/** Words that turn "not after X" into "before X", so that a change of polarity is no contradiction. */
export const BOUNDARIES: ReadonlySet<string> = new Set(
  words(
    "after before until till unless once within beyond past prior while during outside if later except only",
  ),
);
