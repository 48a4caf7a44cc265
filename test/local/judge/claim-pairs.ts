/** One source sentence, a faithful rewording, and a minimal edit that makes it false; written for this test. */
export const CLAIM_PAIRS: readonly { source: string; faithful: string; false: string }[] = [
  {
    source: "Tickets are refundable until 24 hours before departure.",
    faithful: "You can get a refund for tickets up to one day before departure.",
    false: "Tickets are refundable until 2 hours before departure.",
  },
  {
    source: "Meals are not included in the ticket price.",
    faithful: "The ticket price doesn't include meals.",
    false: "Meals are included in the ticket price.",
  },
  {
    source: "The Basic plan costs $10 and the Plus plan costs $25 per month.",
    faithful: "Plus is $25 per month.",
    false: "The Plus plan costs $10 a year.",
  },
  {
    source: "Our store in Lyon is open on Sundays.",
    faithful: "The Lyon store opens on Sundays.",
    false: "Our store in Paris is open on Sundays.",
  },
  {
    source: "You can pay by Visa, Mastercard or bank transfer.",
    faithful: "Payment is possible with Mastercard, Visa or a bank transfer.",
    false: "You can pay by PayPal or cryptocurrency.",
  },
  {
    source: "Children under 12 ride for free.",
    faithful: "Free of charge: children under 12 can ride.",
    false: "Children under 16 ride for free.",
  },
  {
    source: "Filters should be replaced every 6 months.",
    faithful: "Replace the filters once every six months.",
    false: "Filters should be replaced every 6 weeks.",
  },
  {
    source: "The camera is waterproof to a depth of 10 meters.",
    faithful: "Down to a depth of ten meters, the camera is waterproof.",
    false: "The camera is not waterproof.",
  },
  {
    source: "Orders over $50 ship free within the United States.",
    faithful: "Within the United States, shipping is free for orders over $50.",
    false: "Orders over $150 ship free within the United States.",
  },
  {
    source: "Video calls support up to 50 participants.",
    faithful: "A video call can have up to 50 participants.",
    false: "Video calls support up to 500 participants.",
  },
  {
    source: "Administrators can restore deleted pages for 90 days.",
    faithful: "Deleted pages can be restored by administrators for 90 days.",
    false: "Administrators cannot restore deleted pages.",
  },
  {
    source: "The museum is closed on Mondays.",
    faithful: "On Mondays the museum is closed.",
    false: "The museum is open on Mondays.",
  },
  {
    source: "Annual plans are billed once per year and cannot be paused.",
    faithful: "An annual plan is billed once a year, and it can't be paused.",
    false: "Annual plans are billed once per year and can be paused.",
  },
  {
    source: "Contact billing@acme.example to change the invoice address.",
    faithful: "To change the invoice address, email billing@acme.example.",
    false: "Contact finance@acme.example to change the invoice address.",
  },
  {
    source: "The kit contains 2 sensors, a hub and a power cable.",
    faithful: "The kit comes with two sensors, one hub and a power cable.",
    false: "The kit contains 4 sensors, a hub and a power cable.",
  },
  {
    source: "Late check-out until 2 p.m. is available for $30.",
    faithful: "You can check out late, until 2pm, for $30.",
    false: "Late check-out until 4 p.m. is available for $30.",
  },
  {
    source: "Interest is calculated daily and paid monthly.",
    faithful: "We calculate interest daily and pay it out every month.",
    false: "Interest is calculated daily and paid yearly.",
  },
  {
    source: "Only the account owner can approve new devices.",
    faithful: "New devices can be approved only by the account owner.",
    false: "New devices are approved automatically by our fraud engine.",
  },
  {
    source: "Deliveries require a signature.",
    faithful: "A signature is required on delivery.",
    false: "Deliveries do not require a signature.",
  },
  {
    source: "The app works offline after the maps have been downloaded.",
    faithful: "After downloading the maps, you can use the app offline.",
    false: "The app works online after the maps have been downloaded.",
  },
  {
    source: "Press and hold the reset button for 5 seconds until the light turns green.",
    faithful: "Hold down the reset button for five seconds, until the light turns green.",
    false: "Press and hold the reset button for 15 seconds until the light turns green.",
  },
  {
    source: "Subtitles are available in English, Spanish and German.",
    faithful: "You can choose subtitles in Spanish, German or English.",
    false: "Subtitles are available in Japanese and Korean.",
  },
  {
    source: "The deposit of €300 is returned within 14 days after the rental ends.",
    faithful: "You'll get the €300 deposit back two weeks at the latest after the rental ends.",
    false: "The deposit of €300 is returned within 14 weeks after the rental ends.",
  },
  {
    source: "Firmware version 3.2 fixes the connection problem.",
    faithful: "The connection problem is fixed in firmware version 3.2.",
    false: "Firmware version 2.3 fixes the connection problem.",
  },
  {
    source: "Memberships renew automatically unless cancelled 7 days in advance.",
    faithful: "Your membership automatically renews unless you cancel it seven days in advance.",
    false: "Memberships renew manually and are cancelled 7 days in advance.",
  },
];
