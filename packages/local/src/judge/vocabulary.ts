/** Phrases that mean one word; applied in order to lower-case text before it is cut into words. */
export const PHRASES: readonly (readonly [RegExp, string])[] = [
  [
    /\bfree of charge\b|\b(?:at )?no (?:extra |additional )?(?:cost|charge|fee)s?\b|\bwithout (?:any )?(?:extra |additional )?(?:cost|charge|fee)s?\b/g,
    "free",
  ],
  [/\b(?:your |the |their )?money back\b/g, "refund"],
  [/\bsen[dt] (it |them |the \w+ |an \w+ |a \w+ )?back\b/g, "return $1"],
  [/\bgiv(?:e|en) back\b/g, "return"],
  [/\b(?:log|sign)(?:ged|ging|ning|ned)?[ -]?in(?:to)?\b/g, "login"],
  [/\b(?:log|sign)(?:ged|ging|ning|ned)?[ -]?out\b/g, "logout"],
  [/\bsign(?:ed|ing)?[ -]?up\b/g, "register"],
  [/\bset(?:ting)?[ -]up\b/g, "setup"],
  [/\b(?:turn|switch)(?:ed|ing)? (?:it )?on\b/g, "enable"],
  [/\b(?:turn|switch)(?:ed|ing)? (?:it )?off\b/g, "disable"],
  [/\b(?:get|getting) in touch(?: with)?\b|\breach(?:ing)? out(?: to)?\b/g, "contact"],
  [/\bno later than\b/g, "within"],
  [/\bat least\b|\bno (?:less|fewer) than\b/g, "minimum"],
  [/\bat most\b|\bno more than\b|\bup to\b/g, "maximum"],
  [/\b(?:two|multi)[ -]?(?:factor|step)\b|\bmfa\b/g, "twofactor"],
  [/\b2fa\b/g, "twofactor authentication"],
  [/\b(?:per|each|every) (day|night|week|month|year)\b|\/(day|night|week|month|mo|year|yr)\b/g, " $1$2ly"],
  [/(\d|euros?|dollars?|pounds?|once|twice|times) an? (day|night|week|month|year)\b/g, "$1 $2ly"],
  [/\baround the clock\b|\b24 hours a day\b|\ball day,? every day\b/g, "24/7"],
  [/\ba\.\s?m\.?(?=\W|$)/g, "am"],
  [/\bp\.\s?m\.?(?=\W|$)/g, "pm"],
  [/\be-mail/g, "email"],
  [/\bno longer\b/g, "not"],
  [/\bnon-(?=\w)/g, "non "],
  [
    /\b(un|in|im|ir)(?=(?:available|supported|eligible|possible|valid|compatible|able|reversible|authori[sz]ed)\b)/g,
    "not ",
  ],
  [/\bnonrefundable\b/g, "not refundable"],
];

/** Groups of words that support answers use for one another; the first stands for all. */
const SYNONYMS = `
buy purchase bought shop
refund reimburse reimbursement refundable
cancel terminate end stop discontinue
begin start commence
finish complete
require necessary mandatory requirement
allow permit permitted let
receive obtain arrive
send sent ship shipping shipment dispatch deliver delivery mail post
cost price charge fee pay payment paid bill billing billed invoice
free complimentary gratis
email e-mail
phone call telephone
choose chose chosen select pick
click tap press hit
change modify update edit alter adjust switch
delete remove erase
login signin
register registration enroll enrol signup
open go navigate visit head
contact reach
item product good merchandise article goods
year annual annually yearly yearlong
month monthly
week weekly
day daily
minimum min least
maximum max limit cap
verify confirm validate confirmation verification
include contain comprise feature
offer provide available availability supply
request ask
repair fix
replace exchange swap replacement
damaged broken broke break defective faulty damage defect
subscription plan membership subscribe subscriber tier package
setting settings preference preferences option options
picture photo image
approximately about roughly around approx
keep kept retain store save stored
expire lapse expiration expiry
company business organisation organization firm
device machine computer laptop
team workspace
reset restore
password passcode
access enter
download export
upload import
error problem issue fault
help assist assistance support
check review inspect
warranty guarantee
parcel package packet
credit balance
link url
show display appear
create generate
add attach
transfer move
receipt proof
discount reduction saving
earn collect
near close
hour hourly
bag baggage luggage suitcase
original initial
join accede
employee staff colleague
wait waiting
prevent block
protect secure
notify notification alert inform tell
usage consumption
sell sold
lose lost
give gave given
leave left
hold held
write wrote written
speak spoke
mean meant
bring brought
wear worn wore
`;

/** Facts that exclude each other; a claim with one word and a source with only the other do not agree. */
const ANTONYMS = `
allow prohibit
allow forbid
include exclude
enable disable
above below
increase decrease
maximum minimum
more less
accept reject
accept decline
always never
mandatory optional
require optional
early late
permanent temporary
public private
online offline
full partial
domestic international
manual automatic
open closed
buyer seller
week month
month year
add delete
weekday weekend
free cost
monday sunday
extend shorten
upgrade downgrade
`;

const lines = (table: string): string[][] =>
  table
    .trim()
    .split("\n")
    .map((line) => line.split(" "));

export const SYNONYM_GROUPS: readonly (readonly string[])[] = lines(SYNONYMS);
export const ANTONYM_PAIRS: readonly (readonly string[])[] = lines(ANTONYMS);
